"""`python -m chassis.tests.job_worker DATABASE_URL`: a worker whose one job never ends, to be killed by a test."""

import asyncio
import sys

from pydantic import SecretStr

from chassis.runtime.health import Progress
from chassis.runtime.jobs import Job, Jobs
from chassis.store.database import open_pool

KIND = "endless"

jobs: Jobs[None] = Jobs()


@jobs.on(KIND)
async def never_end(resources: None, job: Job) -> None:
    print("running", flush=True)
    await asyncio.Event().wait()


async def main(url: str) -> None:
    pool = await open_pool(SecretStr(url), "job worker")
    await jobs.work("test", None, pool, Progress())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
