"""Jobs: added with their cause, run in lanes, idempotent, taken over from dead workers, retried after a failure."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from chassis.runtime import jobs
from chassis.runtime.health import Progress
from chassis.runtime.jobs import DEADLINE, RETRIES, Job, Jobs
from chassis.runtime.retry import Backoff
from chassis.store.database import Pool, Row, transaction
from chassis.store.queries import queries
from chassis.tests import job_worker
from tests.support.databases import Database
from tests.support.waiting import wait_until

sql = queries("chassis.runtime")

END_OTHER_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND usename = current_user AND datname = current_database()
"""

AT_ONCE_AGAIN = Backoff(first=timedelta(milliseconds=1), longest=timedelta(milliseconds=1), attempts=3)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The tracebacks of jobs that fail on purpose would take longer to render than the jobs to run."""
    with capture_logs():
        yield


@pytest.fixture
def work() -> Jobs[None]:
    return Jobs()


@asynccontextmanager
async def worker(pool: Pool, work: Jobs[None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Runs the jobs until the block ends, and then stops as a worker does."""
    task = asyncio.create_task(work.work("test", None, pool, Progress()))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def add(pool: Pool, kind: str, **payload: int) -> UUID:
    async with transaction(pool) as connection:
        return await jobs.add(connection, kind, payload)


async def row_of(pool: Pool, job: UUID) -> Row:
    row = await pool.fetchrow("SELECT * FROM jobs WHERE id = $1", job)
    assert row is not None
    return row


async def is_in_state(pool: Pool, job: UUID, state: str) -> bool:
    return bool((await row_of(pool, job))["state"] == state)


async def end_leases(pool: Pool) -> None:
    """As if the time of all leases had passed."""
    await pool.execute("UPDATE jobs SET leased_until = clock_timestamp() - interval '1 second' WHERE lease IS NOT NULL")


async def lease(pool: Pool, kind: str, places: int = 1) -> list[Row]:
    """What a worker with so many free places takes."""
    return await sql.lease_jobs.fetch(pool, kinds=[kind], places=[places], duration=timedelta(seconds=30))


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
    job = await add(pool, "count")
    assert [row["id"] for row in await lease(pool, "count")] == [job]
    assert await lease(pool, "count") == []

    await end_leases(pool)
    assert [row["id"] for row in await lease(pool, "count")] == [job]


async def test_workers_that_look_at_the_same_time_take_different_jobs(pool: Pool) -> None:
    added = {await add(pool, "count") for _ in range(12)}

    taken = await asyncio.gather(*(lease(pool, "count", places=4) for _ in range(4)))

    ids = [row["id"] for rows in taken for row in rows]
    assert len(ids) == len(set(ids))
    assert all(len(rows) <= 4 for rows in taken)
    assert set(ids) <= added


async def test_a_lane_takes_its_own_oldest_jobs_and_no_more_than_it_has_places(pool: Pool) -> None:
    slow = [await add(pool, "slow") for _ in range(5)]
    fast = [await add(pool, "fast") for _ in range(5)]

    rows = await sql.lease_jobs.fetch(pool, kinds=["slow", "fast", "none"], places=[2, 3, 1], duration=DEADLINE)

    assert {row["id"] for row in rows} == {*slow[:2], *fast[:3]}


async def test_a_failed_job_is_tried_again_and_a_periodic_one_comes_due_again(pool: Pool, work: Jobs[None]) -> None:
    runs: list[str] = []

    @work.on("fails.once")
    async def fails_once(resources: None, job: Job) -> None:
        runs.append(f"{job.kind} {job.attempts}")
        if job.attempts == 1:
            raise ValueError("once")

    @work.every(timedelta(milliseconds=50), "often")
    async def often(resources: None, job: Job) -> None:
        runs.append(job.kind)

    await add(pool, "fails.once")
    async with worker(pool, work):
        await wait_until(lambda: "fails.once 2" in runs and runs.count("often") >= 3)
    assert runs.count("fails.once 1") == runs.count("fails.once 2") == 1


async def test_a_blocked_lane_holds_up_no_other(pool: Pool, work: Jobs[None]) -> None:
    blocked, ran = asyncio.Event(), 0

    @work.on("blocked")
    async def block(resources: None, job: Job) -> None:
        blocked.set()
        await asyncio.Event().wait()

    @work.on("free")
    async def run(resources: None, job: Job) -> None:
        nonlocal ran
        ran += 1

    for _ in range(3):
        await add(pool, "blocked")
    async with worker(pool, work):
        await blocked.wait()
        for _ in range(5):
            await add(pool, "free")
        await wait_until(lambda: ran == 5)


async def test_a_lane_runs_as_many_at_once_as_it_may_and_no_more(pool: Pool, work: Jobs[None]) -> None:
    running, most, may_end = 0, 0, asyncio.Event()

    @work.on("wide", at_once=3)
    async def run(resources: None, job: Job) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await may_end.wait()
        running -= 1

    added = [await add(pool, "wide") for _ in range(8)]
    async with worker(pool, work):
        await wait_until(lambda: running == 3)
        assert await lease(pool, "another") == []
        may_end.set()
        for job in added:
            await wait_until(partial(is_in_state, pool, job, "done"))
    assert most == 3


async def test_after_its_last_attempt_a_job_stays_as_failed_and_is_counted(pool: Pool, work: Jobs[None]) -> None:
    @work.on("fails", retries=AT_ONCE_AGAIN)
    async def fail(resources: None, job: Job) -> None:
        raise LookupError("always")

    job = await add(pool, "fails")
    async with worker(pool, work):
        await wait_until(partial(is_in_state, pool, job, "failed"))

    row = await row_of(pool, job)
    assert (row["attempts"], row["error"], row["lease"], row["leased_until"]) == (3, "LookupError", None, None)
    assert row["settled_at"] is not None
    await jobs.measure("test", work.lanes, pool)
    assert _jobs_in_metrics("fails", "failed") == 1
    assert _jobs_in_metrics("fails", "due") == 0


async def test_a_job_over_its_deadline_is_cancelled_and_tried_again(pool: Pool, work: Jobs[None]) -> None:
    ends: list[str] = []

    @work.on("slow", deadline=timedelta(milliseconds=50), retries=AT_ONCE_AGAIN)
    async def run(resources: None, job: Job) -> None:
        if job.attempts == 2:
            ends.append("done")
            return
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("cancelled")

    job = await add(pool, "slow")
    async with worker(pool, work):
        await wait_until(partial(is_in_state, pool, job, "done"))
    assert ends == ["cancelled", "done"]


async def test_a_deadline_is_named_as_the_error(pool: Pool, work: Jobs[None]) -> None:
    @work.on("slow", deadline=timedelta(milliseconds=20), retries=AT_ONCE_AGAIN)
    async def run(resources: None, job: Job) -> None:
        await asyncio.Event().wait()

    job = await add(pool, "slow")
    async with worker(pool, work):
        await wait_until(partial(is_in_state, pool, job, "failed"))
    assert (await row_of(pool, job))["error"] == "DeadlineExceeded"


async def test_a_job_that_lost_its_lease_is_cancelled_and_records_nothing(
    pool: Pool, work: Jobs[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LEASE_DURATION", timedelta(milliseconds=300))
    began, ended = asyncio.Event(), asyncio.Event()

    @work.on("contested")
    async def run(resources: None, job: Job) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    job = await add(pool, "contested")
    async with worker(pool, work):
        await began.wait()
        rows: Sequence[Row] = ()
        while not rows:  # the worker may extend its lease between the two
            await end_leases(pool)
            rows = await lease(pool, "contested")
        await ended.wait()
        row = await row_of(pool, job)
    assert [taken["id"] for taken in rows] == [job]
    assert (row["lease"], row["attempts"], row["error"]) == (rows[0]["lease"], rows[0]["attempts"], None)


async def test_who_lost_its_lease_can_neither_finish_nor_postpone(pool: Pool) -> None:
    job = await add(pool, "count")
    (lost,) = await lease(pool, "count")
    await end_leases(pool)
    (current,) = await lease(pool, "count")

    by_lost = {"id": job, "lease": lost["lease"]}
    assert await sql.extend_lease.value(pool, **by_lost, duration=DEADLINE) is None
    assert await sql.finish_job.value(pool, **by_lost) is None
    assert await sql.postpone_job.value(pool, **by_lost, error="late", pause=DEADLINE) is None
    assert await sql.give_up_job.value(pool, **by_lost, error="late") is None
    assert await sql.renew_periodic_job.value(pool, **by_lost, period=DEADLINE) is None
    await sql.release_job.execute(pool, **by_lost)
    assert (await row_of(pool, job))["lease"] == current["lease"]


async def test_a_worker_that_stops_gives_its_jobs_back_and_no_attempt_is_lost(pool: Pool, work: Jobs[None]) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    @work.on("long")
    async def run(resources: None, job: Job) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    job = await add(pool, "long")
    async with worker(pool, work):
        await began.wait()

    row = await row_of(pool, job)
    assert ended.is_set()
    assert (row["state"], row["attempts"], row["leased_until"], row["error"]) == ("due", 0, None, None)


async def test_the_job_of_a_killed_worker_is_run_by_another(database: Database, pool: Pool, work: Jobs[None]) -> None:
    attempts: list[int] = []

    @work.on(job_worker.KIND)
    async def run(resources: None, job: Job) -> None:
        attempts.append(job.attempts)

    job = await add(pool, job_worker.KIND)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", job_worker.__name__, database.url), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"running\n"
    process.kill()
    await process.wait()
    assert (await row_of(pool, job))["lease"] is not None

    await end_leases(pool)
    async with worker(pool, work):
        await wait_until(partial(is_in_state, pool, job, "done"))
    assert attempts == [2]


async def test_a_job_whose_worker_died_in_the_last_attempt_is_given_up(pool: Pool, work: Jobs[None]) -> None:
    calls: list[str] = []

    async def give_up(resources: None, job: Job) -> None:
        calls.append(f"given up after {job.attempts - 1}")

    @work.on("deadly", retries=AT_ONCE_AGAIN, give_up=give_up)
    async def run(resources: None, job: Job) -> None:
        calls.append("run")

    job = await add(pool, "deadly")
    await pool.execute("UPDATE jobs SET attempts = 3 WHERE id = $1", job)
    async with worker(pool, work):
        await wait_until(partial(is_in_state, pool, job, "failed"))
    assert calls == ["given up after 3"]
    assert (await row_of(pool, job))["error"] == "WorkerDied"


async def test_a_job_that_took_two_workers_down_is_set_aside_and_periodic_work_is_not(
    pool: Pool, work: Jobs[None]
) -> None:
    runs: list[str] = []

    @work.on("deadly", retries=AT_ONCE_AGAIN)
    async def run(resources: None, job: Job) -> None:
        runs.append("deadly")

    @work.every(timedelta(hours=1), "periodic")
    async def run_again(resources: None, job: Job) -> None:
        runs.append("periodic")

    jobs = [await add(pool, kind) for kind in ("deadly", "periodic")]
    await pool.execute("UPDATE jobs SET attempts = 2, deaths = 1, leased_until = clock_timestamp()")
    async with worker(pool, work):
        await wait_until(partial(is_in_state, pool, jobs[0], "failed"))
        await wait_until(lambda: runs)
    assert set(runs) == {"periodic"}
    assert (await row_of(pool, jobs[0]))["error"] == "WorkerDied"


@pytest.mark.parametrize("error", [None, LookupError])
async def test_the_last_failed_attempt_gives_up_once_whatever_comes_of_it(
    pool: Pool, work: Jobs[None], error: type[Exception] | None
) -> None:
    calls: list[str] = []

    async def give_up(resources: None, job: Job) -> None:
        calls.append("given up")
        if error is not None:
            raise error

    @work.on("fails", retries=AT_ONCE_AGAIN, deadline=timedelta(milliseconds=20), give_up=give_up)
    async def run(resources: None, job: Job) -> None:
        calls.append("run")
        await asyncio.Event().wait()

    job = await add(pool, "fails")
    async with worker(pool, work):
        await wait_until(partial(is_in_state, pool, job, "failed"))
    assert calls == ["run", "run", "run", "given up"]


async def test_a_periodic_job_never_fails_for_good(pool: Pool, work: Jobs[None]) -> None:
    attempts: list[int] = []

    @work.every(timedelta(hours=1), "periodic", retries=AT_ONCE_AGAIN)
    async def fail(resources: None, job: Job) -> None:
        attempts.append(job.attempts)
        raise LookupError

    async with worker(pool, work):
        await wait_until(lambda: len(attempts) > 4)
    assert attempts[:5] == [1, 2, 3, 4, 5]


async def test_an_outage_of_the_database_ends_no_job(pool: Pool, work: Jobs[None]) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    @work.on("long")
    async def run(resources: None, job: Job) -> None:
        began.set()
        await may_end.wait()

    job = await add(pool, "long")
    async with worker(pool, work) as task:
        await began.wait()
        await pool.execute(END_OTHER_CONNECTIONS)
        may_end.set()
        await wait_until(partial(is_in_state, pool, job, "done"))
        assert not task.done()
    assert (await row_of(pool, job))["attempts"] == 1


@dataclass(frozen=True)
class Planned:
    """A job of a made-up run: its kind, and how many of its attempts fail."""

    kind: str
    failures: int


PLANS = st.lists(st.builds(Planned, st.sampled_from(["narrow", "wide"]), st.integers(0, 4)), max_size=12)
AT_ONCE = {"narrow": 1, "wide": 4}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=PLANS, workers=st.integers(1, 3))
async def test_every_job_succeeds_once_or_fails_after_its_last_attempt(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, plan: list[Planned], workers: int
) -> None:
    """Whatever fails however often: no lane of a worker is over-full, and no job runs twice at the same time."""
    monkeypatch.setattr(jobs, "IDLE_SECONDS", 0.002)
    attempts: dict[UUID, list[int]] = {}
    under_way: Counter[UUID] = Counter()
    added = [(planned, await add(pool, planned.kind, failures=planned.failures)) for planned in plan]

    def declared() -> Jobs[None]:
        work: Jobs[None] = Jobs()
        for kind, at_once in AT_ONCE.items():
            work.on(kind, at_once=at_once, retries=AT_ONCE_AGAIN)(_handler(at_once, attempts, under_way))
        return work

    running = [asyncio.create_task(declared().work("test", None, pool, Progress())) for _ in range(workers)]
    try:
        await wait_until(partial(_none_is_due, pool), pause=0.005)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    for planned, job in added:
        last = min(planned.failures + 1, 3)
        assert attempts[job] == list(range(1, last + 1))
        assert await is_in_state(pool, job, "failed" if planned.failures >= 3 else "done")


def _handler(
    at_once: int, attempts: dict[UUID, list[int]], under_way: "Counter[UUID]"
) -> Callable[[None, Job], Awaitable[None]]:
    """The handler of one lane of one worker."""
    in_lane = 0

    async def run(resources: None, job: Job) -> None:
        nonlocal in_lane
        in_lane += 1
        under_way[job.id] += 1
        assert in_lane <= at_once
        assert under_way[job.id] == 1
        attempts.setdefault(job.id, []).append(job.attempts)
        await asyncio.sleep(0)
        in_lane -= 1
        under_way[job.id] -= 1
        if job.attempts <= job.payload["failures"]:
            raise ValueError

    return run


async def _none_is_due(pool: Pool) -> bool:
    return not await pool.fetchval("SELECT EXISTS (SELECT FROM jobs WHERE state = 'due')")


def test_a_lane_that_declares_nothing_has_the_defaults(work: Jobs[None]) -> None:
    async def run(resources: None, job: Job) -> None:
        return

    work.on("plain")(run)
    lane = work.lanes["plain"]
    assert (lane.at_once, lane.retries, lane.deadline, lane.period) == (1, RETRIES, DEADLINE, None)


def test_a_kind_has_one_handler(work: Jobs[None]) -> None:
    async def run(resources: None, job: Job) -> None:
        return

    other: Jobs[None] = Jobs()
    for jobs_of_idea in (work, other):
        jobs_of_idea.on("plain")(run)

    for twice in (lambda: work.on("plain")(run), lambda: Jobs(work, other)):
        with pytest.raises(ValueError, match="plain has two handlers"):
            twice()


def _jobs_in_metrics(kind: str, state: str) -> float | None:
    return REGISTRY.get_sample_value("minka_jobs_by_state", {"service": "test", "kind": kind, "state": state})
