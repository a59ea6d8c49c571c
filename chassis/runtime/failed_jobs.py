"""Jobs that were given up: what an operator sees of them, never their payload, and how they are tried again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed on its last attempt at `settled_at`. `error` is the name of a class."""

    id: UUID
    kind: str
    error: str | None
    attempts: int
    deaths: int
    added_at: datetime
    settled_at: datetime


class NotFailed(Exception):
    """There is no such job, or it is not one that was given up, or another of its key waits already."""


async def failed_jobs(pool: Pool) -> list[FailedJob]:
    """All of them, the oldest failure first."""
    return await sql.failed_jobs.all(pool, FailedJob)


async def retry(connection: Connection, job_id: UUID | None) -> list[UUID]:
    """Lets one failed job, or all, be tried again with all attempts, and returns which. Raises `NotFailed` for one."""
    retried = [row["id"] for row in await sql.retry_failed_jobs.fetch(connection, id=job_id)]
    if job_id is not None and not retried:
        raise NotFailed
    return retried
