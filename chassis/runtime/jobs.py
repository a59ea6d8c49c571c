"""Timers and long work: rows of one due-table, added in the caller's transaction, leased with SKIP LOCKED.

A job may run more than once (its worker may die after the work and before the mark), so each is safe to repeat.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog

from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import raise_if_cancelled
from chassis.store.database import TRANSIENT, Connection, Pool, Row
from chassis.store.queries import queries

sql = queries(__package__)
log = structlog.get_logger()

R = TypeVar("R")

LEASE_DURATION = timedelta(seconds=10)
IDLE_SECONDS = 0.2
MAXIMUM_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Job:
    """`attempts` counts this one."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int


Run = Callable[[R, Job], Awaitable[None]]


async def add(
    connection: Connection, kind: str, payload: dict[str, Any], due_at: datetime | None = None, key: str | None = None
) -> UUID:
    """Adds a job in the caller's transaction. While one of the same kind and `key` waits, that one is it."""
    job: UUID = await connection.fetchval(sql.add_job.text, kind, payload, due_at, key)
    return job


class Jobs(Generic[R]):
    """The kinds of job that one service runs, with its resources `R`."""

    def __init__(self) -> None:
        self.kinds: dict[str, Run[R]] = {}
        self.periods: dict[str, timedelta] = {}

    def on(self, kind: str) -> Callable[[Run[R]], Run[R]]:
        """Declares who runs a kind of job."""

        def declare(run: Run[R]) -> Run[R]:
            self.kinds[kind] = run
            return run

        return declare

    def every(self, period: timedelta, kind: str) -> Callable[[Run[R]], Run[R]]:
        """Declares work that comes due again after each run."""
        self.periods[kind] = period
        return self.on(kind)

    async def work(self, service: str, resources: R, pool: Pool, progress: Progress) -> None:
        """Takes and runs jobs, one at a time, until cancelled."""
        for kind in self.periods:
            await pool.execute(sql.add_job.text, kind, {}, None, kind)
        while True:
            try:
                row = await pool.fetchrow(sql.lease_job.text, list(self.kinds), LEASE_DURATION)
                if row is None:
                    await asyncio.sleep(IDLE_SECONDS)
                else:
                    await self._run(service, resources, pool, row)
            except TRANSIENT as error:
                raise_if_cancelled()
                log.warning("jobs interrupted", error=type(error).__name__)
                await asyncio.sleep(1)
            progress.beat("jobs")

    async def _run(self, service: str, resources: R, pool: Pool, row: Row) -> None:
        job = Job(row["id"], row["kind"], row["payload"], row["attempts"])
        keeper = asyncio.create_task(_keep_lease(pool, job))
        with telemetry.correlated(str(job.id), None):
            try:
                await self.kinds[job.kind](resources, job)
                await self._settle(pool, job)
                outcome = "done"
            except Exception as error:  # a job's failure is its own: it is kept and tried again
                await self._postpone(pool, job, error)
                outcome = "failed"
            finally:
                keeper.cancel()
        telemetry.JOBS.labels(service, job.kind, outcome).inc()

    async def _settle(self, pool: Pool, job: Job) -> None:
        period = self.periods.get(job.kind)
        if period is None:
            await pool.execute(sql.finish_job.text, job.id)
        else:
            await pool.execute(sql.renew_periodic_job.text, job.id, period)

    async def _postpone(self, pool: Pool, job: Job, error: Exception) -> None:
        log.error("job failed", job=str(job.id), kind=job.kind, attempts=job.attempts, exc_info=error)
        last = 2**31 - 1 if job.kind in self.periods else MAXIMUM_ATTEMPTS
        await pool.execute(sql.postpone_job.text, job.id, type(error).__name__, _pause(job.attempts), last)


def _pause(attempts: int) -> timedelta:
    """Back-off before the next attempt: 1, 2, 4 … seconds."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


async def _keep_lease(pool: Pool, job: Job) -> None:
    while True:
        await asyncio.sleep(LEASE_DURATION.total_seconds() / 3)
        with suppress(*TRANSIENT):
            await pool.execute(sql.extend_lease.text, job.id, LEASE_DURATION)
