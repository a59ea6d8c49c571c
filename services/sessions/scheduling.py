"""The calendar, written and announced."""

from dataclasses import asdict, astuple, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, Row
from chassis.store.queries import queries
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts import sessions as events
from contracts.sessions import SessionKind, SessionStatus
from services.sessions import completing, recording
from services.sessions.calendar import Decision, Impossible, Session
from services.sessions.commands import ScheduleSession

sql = queries("services.sessions")


def session_of(row: Row) -> Session:
    """A row of the table as a session."""
    return Session(**{**row, "kind": SessionKind(row["kind"]), "status": SessionStatus(row["status"])})


async def find(connection: Connection | Pool, session_id: UUID) -> Session | None:
    """The session, if there is one."""
    row = await connection.fetchrow(sql.session.text, session_id)
    return session_of(row) if row else None


async def schedule(connection: Connection, command: ScheduleSession, programme_id: UUID, now: datetime) -> Session:
    """Plans a session; the same one again is the same one. The caller holds the locks of its cohort and of itself."""
    planned = Session(**command.model_dump(), programme_id=programme_id, status=SessionStatus.SCHEDULED)
    if known := await find(connection, command.session_id):
        return _the_same(known, planned)
    await connection.execute(sql.add_session.text, *astuple(planned))
    await outbox.add(connection, events.SessionScheduled(**asdict(planned), occurred_at=now))
    await completing.reevaluate(connection, planned.cohort_id)
    return planned


async def change(
    connection: Connection, session: Session, decide: Decision, event: type[events.Session], occurred_at: datetime
) -> Session:
    """Changes a session by a decision and says so; what is so already is not said again.

    The caller holds the lock of the session's cohort.
    """
    before = await find(connection, session.session_id)
    assert before is not None, "sessions are never deleted"
    after = _decided(decide, before)
    if after != before:
        await connection.execute(
            sql.change_session.text, after.session_id, after.starts_at, after.ends_at, after.place, after.status
        )
        await outbox.add(connection, event(**asdict(after), occurred_at=occurred_at))
        if after.starts_at != before.starts_at:
            await _move_attendances(connection, after, occurred_at)
        await completing.reevaluate(connection, after.cohort_id)
    return after


def _decided(decide: Decision, session: Session) -> Session:
    try:
        return decide(session)
    except Impossible as refusal:
        raise Problem(409, refusal.code, _(refusal.message)) from None


def _the_same(known: Session, planned: Session) -> Session:
    if replace(known, status=planned.status) != planned:
        raise Problem(409, "session_id_taken", _("Another session has this id."), field="session_id")
    return known


async def _move_attendances(connection: Connection, session: Session, now: datetime) -> None:
    """An attendance carries its session's start, so it is said again."""
    rows = await connection.fetch(sql.attendances_of_session.text, session.session_id)
    await recording.announce_corrected(connection, [row["attendance_id"] for row in rows], now)
