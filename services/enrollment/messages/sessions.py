"""What people are told of their sessions: a reminder before one, and that it was moved or cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.unit_of_work import UnitOfWork
from services.enrollment.messages.domain import MessageKind
from services.enrollment.messages.service import queue_messages, sql

AUTHOR = "messages.sessions"


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session to come, and what people were last told of it; `told_version` is None before that."""

    session_id: UUID
    version: int
    cohort_id: UUID
    starts_at: datetime
    place: str
    is_cancelled: bool
    told_version: int | None
    told_starts_at: datetime | None
    told_place: str | None
    told_cancelled: bool | None
    reminded_of: datetime | None

    def news(self, remind_until: datetime) -> MessageKind | None:
        """What is to be told now. A session that is new or was cancelled before anybody was told of it is no news."""
        known = self.told_version is not None
        if self.is_cancelled:
            return MessageKind.SESSION_CANCELLED if known and not self.told_cancelled else None
        if known and (self.starts_at, self.place) != (self.told_starts_at, self.told_place):
            return MessageKind.SESSION_MOVED
        return MessageKind.SESSION_REMINDER if self.starts_at <= remind_until else None


async def tell_of_sessions(pool: Pool, now: datetime, before: timedelta) -> None:
    """Queues what is to be told of sessions; `before` is how long before a session people are reminded of it."""
    while await _tell_of_next(pool, now, now + before):
        pass


async def _tell_of_next(pool: Pool, now: datetime, remind_until: datetime) -> bool:
    async with pool.acquire() as connection, connection.transaction():
        session = await sql.session_to_tell.first(connection, KnownSession, now=now, remind_until=remind_until)
        if session is None:
            return False
        if kind := session.news(remind_until):
            seats = await sql.seats_of_cohort.fetch(connection, cohort_id=session.cohort_id)
            await queue_messages(
                UnitOfWork(connection, now, AUTHOR),
                dict.fromkeys((row["enrollment_id"] for row in seats), kind),
                session_id=session.session_id,
                session_version=session.version,
            )
        await sql.keep_what_was_told.execute(connection, session_id=session.session_id, remind_until=remind_until)
        return True
