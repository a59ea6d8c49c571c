"""Jobs: added with their cause, run once in effect, taken over from the dead, tried again after a failure."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from chassis.runtime import jobs
from chassis.runtime.health import Progress
from chassis.runtime.jobs import Job, Jobs
from chassis.store.database import Pool, transaction
from chassis.store.queries import queries
from tests.support.waiting import wait_until

sql = queries("chassis.runtime")


async def test_a_job_of_an_aborted_transaction_never_was(pool: Pool) -> None:
    with suppress(RuntimeError):
        async with transaction(pool) as connection:
            await jobs.add(connection, "count", {})
            raise RuntimeError
    assert await pool.fetchval("SELECT count(*) FROM jobs") == 0


async def test_one_key_waits_once(pool: Pool) -> None:
    async with transaction(pool) as connection:
        first = await jobs.add(connection, "count", {}, key="a")
        assert await jobs.add(connection, "count", {}, key="a") == first
        assert await jobs.add(connection, "count", {}, key="b") != first


async def test_a_dead_worker_is_overtaken_when_its_lease_ends(pool: Pool) -> None:
    async with transaction(pool) as connection:
        job = await jobs.add(connection, "count", {})
    assert await pool.fetchval(sql.lease_job.text, ["count"], timedelta(seconds=30)) == job
    assert await pool.fetchval(sql.lease_job.text, ["count"], timedelta(seconds=30)) is None

    await pool.execute("UPDATE jobs SET leased_until = clock_timestamp() - interval '1 second'")
    assert await pool.fetchval(sql.lease_job.text, ["count"], timedelta(seconds=30)) == job


async def test_a_failed_job_is_tried_again_and_a_periodic_one_comes_due_again(pool: Pool) -> None:
    runs: list[str] = []
    work: Jobs[None] = Jobs()

    @work.on("fails.once")
    async def fails_once(resources: None, job: Job) -> None:
        runs.append(f"{job.kind} {job.attempts}")
        if job.attempts == 1:
            raise ValueError("once")

    @work.every(timedelta(milliseconds=50), "often")
    async def often(resources: None, job: Job) -> None:
        runs.append(job.kind)

    async with transaction(pool) as connection:
        await jobs.add(connection, "fails.once", {})
    worker = asyncio.create_task(work.work("test", None, pool, Progress()))
    try:
        await wait_until(lambda: "fails.once 2" in runs and runs.count("often") >= 3)
    finally:
        worker.cancel()
    assert runs.count("fails.once 1") == runs.count("fails.once 2") == 1
