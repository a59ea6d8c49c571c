"""Jobs by the clock: leases, pauses and last attempts by their numbers, and what comes due when."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from structlog.testing import capture_logs

from chassis.runtime import jobs, retry
from chassis.runtime.health import Progress
from chassis.runtime.jobs import RETRIES, DeadlineExceeded, Job, Jobs, _Lease, _LeaseLost, _Runner
from chassis.runtime.retry import DATABASE_BACKOFF
from chassis.store.database import Pool, Row, transaction
from chassis.store.queries import queries

sql = queries("chassis.runtime")

KIND = "work"
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


def a_runner(pool: Pool, work: Jobs[None], group: Any = None) -> "_Runner[None]":
    return _Runner("test", work.lanes, None, pool, group)


async def added(pool: Pool, kind: str = KIND, **columns: Any) -> UUID:
    async with transaction(pool) as connection:
        job = await jobs.add(connection, kind, {}, key=columns.pop("key", None), due_at=columns.pop("due_at", None))
    for column, value in columns.items():
        await pool.execute(f"UPDATE jobs SET {column} = $2 WHERE id = $1", job, value)
    return job


async def leased(pool: Pool, kind: str = KIND) -> list[Row]:
    return await sql.lease_jobs.fetch(pool, kinds=[kind], places=[10], duration=AN_HOUR)


async def a_lease(pool: Pool) -> _Lease:
    [row] = await leased(pool)
    return _Lease(Job(row["id"], row["kind"], {}, row["attempts"], row["deaths"]), row["lease"])


async def row_of(pool: Pool) -> Row:
    row = await pool.fetchrow("SELECT *, leased_until - clock_timestamp() AS rest FROM jobs")
    assert row is not None
    return row


@pytest.fixture
def work() -> Jobs[None]:
    return Jobs()


# What comes due ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "number"), [(-1, 1), (1, 0)])
async def test_a_job_waits_for_its_time(pool: Pool, minutes: int, number: int) -> None:
    await added(pool, due_at=datetime.now(UTC) + timedelta(minutes=minutes))
    assert len(await leased(pool)) == number


@pytest.mark.parametrize("state", ["done", "failed"])
async def test_a_settled_job_is_not_taken_again(pool: Pool, state: str) -> None:
    job = await added(pool)
    await pool.execute("UPDATE jobs SET state = $2::job_state WHERE id = $1", job, state)
    assert await leased(pool) == []


@pytest.mark.parametrize(("seconds", "number"), [(-1, 1), (60, 0)])
async def test_a_job_is_taken_over_when_its_lease_has_ended_and_not_before(
    pool: Pool, seconds: int, number: int
) -> None:
    await added(pool, leased_until=datetime.now(UTC) + timedelta(seconds=seconds))
    assert len(await leased(pool)) == number


async def test_workers_that_look_at_once_take_different_jobs_and_wait_for_nobody(pool: Pool) -> None:
    first, second = await added(pool), await added(pool)
    take = partial(sql.lease_jobs.fetch, kinds=[KIND], places=[1], duration=AN_HOUR)
    async with pool.acquire() as one, one.transaction(), pool.acquire() as other, other.transaction():
        await other.execute("SET LOCAL lock_timeout = '2s'")
        taken = [row["id"] for row in await take(one)]
        taken += [row["id"] for row in await unless_locked(take(other))]
    assert taken == [first, second]


async def unless_locked(work: Any) -> Any:
    """The rows, or none where a lock did not come."""
    try:
        return await work
    except asyncpg.LockNotAvailableError:
        return []


async def test_a_death_is_counted_when_a_lease_ended_by_itself_and_else_not(pool: Pool) -> None:
    await added(pool)
    assert [(row["attempts"], row["deaths"]) for row in await leased(pool)] == [(1, 0)]
    await pool.execute("UPDATE jobs SET leased_until = clock_timestamp() - interval '1 second'")
    assert [(row["attempts"], row["deaths"]) for row in await leased(pool)] == [(2, 1)]


async def test_a_key_waits_once_for_each_kind_and_again_when_it_is_done(pool: Pool) -> None:
    first = await added(pool, key="a")
    assert await added(pool, "another", key="a") != first
    await pool.execute("UPDATE jobs SET state = 'done'")
    assert await added(pool, key="a") != first


# Leases --------------------------------------------------------------------------------------------------------------


async def test_a_lease_of_ten_seconds_is_extended_before_half_of_it_has_passed(
    pool: Pool, work: Jobs[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await added(pool)
    lease = await a_lease(pool)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise asyncio.CancelledError
        await pool.execute("UPDATE jobs SET leased_until = clock_timestamp() + interval '1 second'")

    monkeypatch.setattr("chassis.runtime.jobs.asyncio.sleep", pause)
    with pytest.raises(asyncio.CancelledError):
        await a_runner(pool, work)._keep(lease)
    assert all(0 < seconds < 5 for seconds in pauses)
    rest = (await row_of(pool))["rest"]
    assert timedelta(seconds=1) < rest <= timedelta(seconds=10)


async def test_a_lease_that_another_worker_took_is_given_up(
    pool: Pool, work: Jobs[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await added(pool)
    lease = await a_lease(pool)
    await pool.execute("UPDATE jobs SET lease = gen_random_uuid()")
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        assert not pauses, "it has seen that the lease is another's"
        pauses.append(seconds)

    monkeypatch.setattr("chassis.runtime.jobs.asyncio.sleep", pause)
    with pytest.raises(_LeaseLost):
        await a_runner(pool, work)._keep(lease)


async def test_a_worker_takes_a_job_for_ten_seconds(pool: Pool, work: Jobs[None]) -> None:
    @work.on(KIND)
    async def run(resources: None, job: Job) -> None: ...

    await added(pool)
    assert len(await a_runner(pool, work)._take_due_jobs()) == 1
    assert timedelta() < (await row_of(pool))["rest"] <= timedelta(seconds=10)


# Attempts ------------------------------------------------------------------------------------------------------------


def test_ten_attempts_within_nine_minutes() -> None:
    pauses = [RETRIES.pause_after(attempt).total_seconds() for attempt in range(1, 11)]
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert [RETRIES.is_last(attempt) for attempt in (1, 9, 10, 11)] == [False, False, True, True]


def test_a_pause_is_never_longer_than_ten_minutes() -> None:
    assert {RETRIES.pause_after(attempt).total_seconds() for attempt in (11, 50, 10_000)} == {600}


def test_the_database_is_asked_again_after_a_tenth_of_a_second_and_then_ever_later() -> None:
    pauses = [DATABASE_BACKOFF.pause_after(attempt).total_seconds() for attempt in range(1, 9)]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10]
    assert not DATABASE_BACKOFF.is_last(10**6)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (3, 8), (8, 256)])
async def test_a_failed_attempt_is_repeated_after_its_pause(
    pool: Pool, work: Jobs[None], attempts: int, seconds: int
) -> None:
    @work.on(KIND)
    async def run(resources: None, job: Job) -> None:
        raise LookupError

    await added(pool, attempts=attempts)
    lease = await a_lease(pool)
    before = await now(pool)
    assert await a_runner(pool, work)._attempt(work.lanes[KIND], lease) == "retried"
    row = await row_of(pool)
    pause = timedelta(seconds=seconds)
    assert before + pause <= row["due_at"] <= await now(pool) + pause
    assert (row["state"], row["lease"], row["leased_until"], row["error"]) == ("due", None, None, "LookupError")


async def test_the_tenth_attempt_is_the_last(pool: Pool, work: Jobs[None]) -> None:
    @work.on(KIND)
    async def run(resources: None, job: Job) -> None:
        raise LookupError

    await added(pool, attempts=9)
    assert await a_runner(pool, work)._attempt(work.lanes[KIND], await a_lease(pool)) == "failed"
    assert (await row_of(pool))["state"] == "failed"


@pytest.mark.parametrize(("deaths", "outcome"), [(1, "done"), (2, "failed")])
async def test_a_job_may_take_one_worker_down_and_no_second(
    pool: Pool, work: Jobs[None], deaths: int, outcome: str
) -> None:
    @work.on(KIND)
    async def run(resources: None, job: Job) -> None: ...

    await added(pool, deaths=deaths, attempts=2)
    assert await a_runner(pool, work)._attempt(work.lanes[KIND], await a_lease(pool)) == outcome


async def test_periodic_work_is_never_set_aside(pool: Pool, work: Jobs[None]) -> None:
    @work.every(timedelta(hours=1), KIND)
    async def run(resources: None, job: Job) -> None: ...

    await added(pool, deaths=5, attempts=50)
    assert await a_runner(pool, work)._attempt(work.lanes[KIND], await a_lease(pool)) == "done"


async def test_periodic_work_comes_due_after_its_period_as_if_it_had_never_failed(pool: Pool, work: Jobs[None]) -> None:
    @work.every(timedelta(hours=1), KIND)
    async def run(resources: None, job: Job) -> None: ...

    await added(pool, attempts=7, deaths=1, error="LookupError")
    lease = await a_lease(pool)
    before = await now(pool)
    assert await a_runner(pool, work)._attempt(work.lanes[KIND], lease) == "done"
    row = await row_of(pool)
    assert before + AN_HOUR <= row["due_at"] <= await now(pool) + AN_HOUR
    assert (row["attempts"], row["deaths"], row["error"], row["state"]) == (0, 0, None, "due")


async def test_periodic_work_is_declared_once_however_many_workers_start(pool: Pool, work: Jobs[None]) -> None:
    @work.every(timedelta(hours=1), KIND)
    async def run(resources: None, job: Job) -> None: ...

    for _ in range(3):
        runner = a_runner(pool, work)
        runner._take_due_jobs = stop  # type: ignore[method-assign]
        with pytest.raises(asyncio.CancelledError):
            await runner.run_due_jobs(Progress())
    assert await pool.fetchval("SELECT count(*) FROM jobs") == 1


async def stop() -> Any:
    raise asyncio.CancelledError


async def now(pool: Pool) -> datetime:
    instant: datetime = await pool.fetchval("SELECT clock_timestamp()")
    return instant


async def test_a_job_that_never_ends_is_ended_at_its_deadline(pool: Pool, work: Jobs[None]) -> None:
    @work.on(KIND, deadline=timedelta(milliseconds=1))
    async def run(resources: None, job: Job) -> None:
        await asyncio.Event().wait()

    await added(pool)
    attempt = asyncio.create_task(a_runner(pool, work)._run_within_limits(work.lanes[KIND], await a_lease(pool)))
    done, _ = await asyncio.wait({attempt}, timeout=30)
    attempt.cancel()
    assert [type(task.exception()) for task in done] == [DeadlineExceeded]


@pytest.mark.parametrize("error", [None, LookupError])
async def test_a_lane_that_was_full_takes_the_next_job(
    pool: Pool, work: Jobs[None], error: type[Exception] | None
) -> None:
    @work.on(KIND)
    async def run(resources: None, job: Job) -> None:
        if error is not None:
            raise error

    await added(pool)
    runner = a_runner(pool, work)
    [lease] = await runner._take_due_jobs()
    runner.free[KIND] = 0
    await runner._run(lease)
    assert (runner.free, runner.place_freed.is_set()) == ({KIND: 1}, True)


async def test_a_place_of_a_lane_is_taken_with_its_job(pool: Pool, work: Jobs[None]) -> None:
    @work.on(KIND, at_once=2)
    async def run(resources: None, job: Job) -> None: ...

    await added(pool)
    begun: list[Any] = []
    runner = a_runner(pool, work, SimpleNamespace(create_task=begun.append))
    runner._wait_for_a_free_place = stop  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await runner.run_due_jobs(Progress())
    begun[0].close()
    assert (len(begun), runner.free) == (1, {KIND: 1})


# Loops and retries ---------------------------------------------------------------------------------------------------


async def test_only_a_passing_error_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("chassis.runtime.retry.asyncio.sleep", pause)
    errors: list[Exception] = [ConnectionResetError(), asyncpg.DeadlockDetectedError(), KeyError("lasting")]

    async def attempt() -> None:
        if errors:
            raise errors.pop(0)

    with pytest.raises(KeyError):
        await retry.retry_while_unavailable(attempt)
    assert pauses == [0.1, 0.2]


async def test_a_loop_ends_at_a_fault_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSE_SECONDS", 0)
    attempts: list[str] = []

    async def attempt() -> None:
        if attempts:
            pytest.fail("it went on")
        attempts.append("first")
        raise KeyError

    with pytest.raises(KeyError):
        await retry.run_forever("test", attempt, Progress())


@pytest.mark.parametrize("kind", ["retry", "loop"])
async def test_a_cancelled_task_tries_nothing_again_whatever_its_library_made_of_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PAUSE_SECONDS", 0)
    began = asyncio.Event()

    async def attempt() -> None:
        if began.is_set():
            raise KeyError("a second attempt")
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise asyncpg.InterfaceError("cancelled") from None

    work = retry.retry_while_unavailable(attempt) if kind == "retry" else retry.run_forever("t", attempt, Progress())
    task = asyncio.create_task(work)
    await began.wait()
    task.cancel()
    await asyncio.wait({task}, timeout=60)
    assert task.cancelled()
