"""`python -m services.enrollment.tests.import_process IMPORT run|undo`: runs or undoes it, to be killed by a test."""

import asyncio
import sys

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.imports import batches
from services.enrollment.imports.jobs import run
from services.enrollment.imports.service import RUN_IMPORT
from services.enrollment.imports.undo import undo
from services.enrollment.resources import open_resources
from services.enrollment.settings import EnrollmentSettings

WORK = {"run": run, "undo": undo}


async def main(import_id: str, work: str) -> None:
    async with open_resources(EnrollmentSettings()) as resources:
        await WORK[work](resources, Job(new_id(), RUN_IMPORT, {"import_id": import_id}, attempts=1))


batches.ROWS_PER_BATCH = 10  # so that it is killed between several
if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
