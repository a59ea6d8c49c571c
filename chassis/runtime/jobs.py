"""Jobs: timers and long work, kept as rows of one table, added in the caller's transaction and run in lanes.

Every kind of job has a lane of its own, with its own concurrency, back-off and deadline, so a slow or blocked kind
holds up no other. A worker may die after the work and before the row says so: every job has to be idempotent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog
from opentelemetry.trace import SpanKind

from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import UNAVAILABLE, Backoff, is_cancelled, retry_while_unavailable, run_forever
from chassis.runtime.traces import Step, describe
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries

sql = queries(__package__)
log = structlog.get_logger()

R = TypeVar("R")

LEASE_DURATION = timedelta(seconds=10)
IDLE_SECONDS = 0.2
"""Between two looks for due jobs, if no lane gets a free place before."""
RELEASE_SECONDS = 2.0
"""How long a worker that stops tries to give a job back."""

RETRIES = Backoff(first=timedelta(seconds=1), longest=timedelta(minutes=10), attempts=10)
"""Ten attempts within nine minutes, unless a kind of job declares other retries."""
DEADLINE = timedelta(hours=1)

MOST_DEATHS = 2
"""Workers that may die while they run one job; what takes its process down would do so on every attempt."""

JOBS_LOOP = "jobs"
STATES = ("scheduled", "due", "running", "failed")


@dataclass(frozen=True, slots=True)
class Job:
    """One job as its handler gets it; `attempts` counts this attempt too, `deaths` the workers that died meanwhile."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    deaths: int = 0


Run = Callable[[R, Job], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Lane(Generic[R]):
    """How the jobs of one kind are run.

    A worker runs at most `at_once` of them at the same time. An attempt that takes longer than `deadline` is cancelled
    and counts as failed. `give_up` is called when the last attempt has failed, before the job is recorded as failed.
    `period` is set for periodic work: the time from the end of a run to the next.
    """

    run: Run[R]
    at_once: int
    retries: Backoff
    deadline: timedelta
    give_up: Run[R] | None = None
    period: timedelta | None = None


class DeadlineExceeded(Exception):
    """An attempt took longer than its lane allows."""


class WorkerDied(Exception):
    """The worker of the last attempt, or of `MOST_DEATHS` attempts, died, so that the job may have been the reason."""


class _LeaseLost(Exception):
    """Another worker may have taken the job over."""


async def add(
    connection: Connection, kind: str, payload: dict[str, Any], due_at: datetime | None = None, key: str | None = None
) -> UUID:
    """Adds a job in the caller's transaction and returns its id.

    With a `key`, the job of this kind and key that already waits is returned instead.
    """
    job: UUID = await sql.add_job.value(connection, kind=kind, payload=payload, due_at=due_at, key=key)
    return job


async def measure(service: str, kinds: Mapping[str, Any], pool: Pool) -> None:
    """Shows in the metrics how many jobs of each kind are in which state. Done jobs are not counted again and again."""
    counted = {(row["kind"], row["state"]): row["number"] for row in await sql.count_jobs.fetch(pool)}
    for kind in {*kinds, *(kind for kind, _ in counted)}:
        for state in STATES:
            telemetry.JOBS_BY_STATE.labels(service, kind, state).set(counted.get((kind, state), 0))


class Jobs(Generic[R]):
    """The lanes of an idea or of a service with those of its `ideas`; handlers get the service's resources `R`."""

    def __init__(self, *ideas: "Jobs[R]") -> None:
        self.lanes: dict[str, Lane[R]] = {}
        for idea in ideas:
            for kind, lane in idea.lanes.items():
                self._add(kind, lane)

    def on(
        self,
        kind: str,
        *,
        at_once: int = 1,
        retries: Backoff = RETRIES,
        deadline: timedelta = DEADLINE,
        give_up: Run[R] | None = None,
    ) -> Callable[[Run[R]], Run[R]]:
        """Declares the handler of a kind of job, and its lane."""
        return self._declare(kind, lambda run: Lane(run, at_once, retries, deadline, give_up))

    def every(
        self, period: timedelta, kind: str, *, retries: Backoff = RETRIES, deadline: timedelta = DEADLINE
    ) -> Callable[[Run[R]], Run[R]]:
        """Declares work that comes due again after each run, and is retried without end after a failure."""
        return self._declare(kind, lambda run: Lane(run, 1, replace(retries, attempts=None), deadline, period=period))

    async def work(self, service: str, resources: R, pool: Pool, progress: Progress) -> None:
        """Runs due jobs until cancelled; what is under way then is cancelled and given back."""
        async with asyncio.TaskGroup() as group:
            runner = _Runner(service, self.lanes, resources, pool, group)
            await run_forever(JOBS_LOOP, partial(runner.run_due_jobs, progress), progress)

    def _declare(self, kind: str, lane: Callable[[Run[R]], Lane[R]]) -> Callable[[Run[R]], Run[R]]:
        def declare(run: Run[R]) -> Run[R]:
            self._add(kind, lane(run))
            return run

        return declare

    def _add(self, kind: str, lane: Lane[R]) -> None:
        if kind in self.lanes:
            raise ValueError(f"{kind} has two handlers; give one of them a kind of its own.")
        self.lanes[kind] = lane


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to run a job, until another worker takes the job over."""

    job: Job
    id: UUID


class _Runner(Generic[R]):
    """The jobs that one worker runs now. `free` is the number of free places of each lane."""

    def __init__(
        self, service: str, lanes: Mapping[str, Lane[R]], resources: R, pool: Pool, group: asyncio.TaskGroup
    ) -> None:
        self.service = service
        self.lanes = lanes
        self.resources = resources
        self.pool = pool
        self.group = group
        self.free = {kind: lane.at_once for kind, lane in lanes.items()}
        self.place_freed = asyncio.Event()

    async def run_due_jobs(self, progress: Progress) -> None:
        for kind, lane in self.lanes.items():
            if lane.period is not None:
                await sql.add_job.execute(self.pool, kind=kind, payload={}, due_at=None, key=kind)
        while True:
            self.place_freed.clear()
            for lease in await self._take_due_jobs():
                self.free[lease.job.kind] -= 1
                self.group.create_task(self._run(lease))
            progress.beat(JOBS_LOOP)
            await self._wait_for_a_free_place()

    async def _take_due_jobs(self) -> list[_Lease]:
        rows = await sql.lease_jobs.fetch(
            self.pool, kinds=list(self.free), places=list(self.free.values()), duration=LEASE_DURATION
        )
        return [
            _Lease(Job(row["id"], row["kind"], row["payload"], row["attempts"], row["deaths"]), row["lease"])
            for row in rows
        ]

    async def _wait_for_a_free_place(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self.place_freed.wait()
        except TimeoutError:
            return

    async def _run(self, lease: _Lease) -> None:
        try:
            with telemetry.correlated(str(lease.job.id), None, self._step(lease.job.kind)):
                outcome = await self._attempt(self.lanes[lease.job.kind], lease)
                describe(lease.job.kind, {"minka.outcome": outcome}, None if outcome == "done" else outcome)
            telemetry.JOBS.labels(self.service, lease.job.kind, outcome).inc()
        finally:
            self.free[lease.job.kind] += 1
            self.place_freed.set()

    def _step(self, kind: str) -> Step | None:
        """The span of an attempt, which is a trace. Periodic work, which comes each second, would fill the traces; an
        import would do so with what becomes of each row."""
        if self.lanes[kind].period is not None:
            return None
        return Step(kind, SpanKind.INTERNAL, {"minka.service": self.service}, is_followed=False)

    async def _attempt(self, lane: Lane[R], lease: _Lease) -> str:
        """Runs the job once and records how that ended, which it returns for the metrics."""
        try:
            await self._run_within_limits(lane, lease)
        except _LeaseLost:
            return _lost(lease.job)
        except (Exception, asyncio.CancelledError) as error:  # a job's failure is its own: it is kept, and tried again
            if is_cancelled():
                await self._give_back(lease)
                raise asyncio.CancelledError from None
            return await self._record_failure(lane, lease, error)
        return await self._record_success(lane, lease)

    async def _run_within_limits(self, lane: Lane[R], lease: _Lease) -> None:
        """Runs the handler while the lease lasts and until the deadline; waits until a cancelled handler has ended."""
        if lane.retries.is_last(lease.job.attempts - 1) or _is_deadly(lane, lease.job):
            raise WorkerDied
        run = asyncio.ensure_future(lane.run(self.resources, lease.job))
        keeper = asyncio.create_task(self._keep(lease))
        try:
            done, _ = await asyncio.wait(
                {run, keeper}, timeout=lane.deadline.total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            run.cancel()
            keeper.cancel()
            await asyncio.gather(run, keeper, return_exceptions=True)
        if not done:
            raise DeadlineExceeded
        await (run if run in done else keeper)

    async def _keep(self, lease: _Lease) -> None:
        """Extends the lease until cancelled. Raises `_LeaseLost` if somebody else has it."""
        extend = partial(sql.extend_lease.value, self.pool, id=lease.job.id, lease=lease.id, duration=LEASE_DURATION)
        while True:
            await asyncio.sleep(LEASE_DURATION.total_seconds() / 3)
            if not await retry_while_unavailable(extend):
                raise _LeaseLost

    async def _record_success(self, lane: Lane[R], lease: _Lease) -> str:
        job = lease.job
        record = (
            partial(sql.finish_job.value, self.pool, id=job.id, lease=lease.id)
            if lane.period is None
            else partial(sql.renew_periodic_job.value, self.pool, id=job.id, lease=lease.id, period=lane.period)
        )
        return "done" if await retry_while_unavailable(record) else _lost(job)

    async def _record_failure(self, lane: Lane[R], lease: _Lease, error: BaseException) -> str:
        job, is_last = lease.job, lane.retries.is_last(lease.job.attempts) or _is_deadly(lane, lease.job)
        log.error("job failed", job=str(job.id), kind=job.kind, attempts=job.attempts, last=is_last, exc_info=error)
        if is_last and lane.give_up is not None:
            await self._call_give_up(lane.give_up, job)
        query = sql.give_up_job if is_last else sql.postpone_job
        pause = {} if is_last else {"pause": lane.retries.pause_after(job.attempts)}
        record = partial(query.value, self.pool, id=job.id, lease=lease.id, error=type(error).__name__, **pause)
        if not await retry_while_unavailable(record):
            return _lost(job)
        return "failed" if is_last else "retried"

    async def _call_give_up(self, give_up: Run[R], job: Job) -> None:
        try:
            await retry_while_unavailable(partial(give_up, self.resources, job))
        except Exception as error:  # the job has failed whatever its handler can still record
            log.error("job not given up cleanly", job=str(job.id), kind=job.kind, exc_info=error)

    async def _give_back(self, lease: _Lease) -> None:
        """Lets another worker take the job at once, and does not count this attempt."""
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await sql.release_job.execute(self.pool, id=lease.job.id, lease=lease.id)
        except UNAVAILABLE as error:
            log.warning("job not given back, its lease will end", job=str(lease.job.id), error=type(error).__name__)


def _is_deadly(lane: Lane[Any], job: Job) -> bool:
    """Whether the job may be the reason why workers died. Periodic work is never set aside."""
    return lane.period is None and job.deaths >= MOST_DEATHS


def _lost(job: Job) -> str:
    log.warning("job taken over by another worker", job=str(job.id), kind=job.kind)
    return "lost"
