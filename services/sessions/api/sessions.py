"""The calendar over HTTP."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.sessions import SessionCancelled, SessionHeld, SessionKind, SessionRescheduled, SessionStatus
from services.sessions import calendar, days, hearing, scheduling
from services.sessions.api.dependencies import Coordinator, Reader, Res, Staff, VisibleSession, admit, only_own, sql
from services.sessions.commands import Day, RescheduleSession, ScheduleSession

router = APIRouter(tags=["sessions"])


class SessionReply(BaseModel):
    """Where a session stands."""

    model_config = ConfigDict(from_attributes=True)

    session_id: UUID
    cohort_id: UUID
    status: SessionStatus


class SessionDetails(SessionReply):
    """A session in full."""

    programme_id: UUID
    module_id: UUID | None
    kind: SessionKind
    title: str
    district: str = Field(description="INEI code.")
    place: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    required: bool


class Sessions(Listing):
    """Sessions by their start."""

    sessions: list[SessionDetails]


@router.post("/api/sessions", status_code=201)
async def schedule(body: ScheduleSession, res: Res, once: Idempotent, coordinator: Coordinator) -> SessionReply:
    """Plan a session. The same id with the same content again is the same session."""
    cohort = await hearing.cohort(res.pool, body.cohort_id)
    async with once.transaction(res.pool, body.cohort_id, body.session_id) as connection:
        session = await scheduling.schedule(connection, body, cohort["programme_id"], datetime.now(UTC))
        return await once.keep(connection, SessionReply.model_validate(session))


@router.get("/api/sessions")
async def list_sessions(
    res: Res,
    reader: Reader,
    cohort_id: UUID | None = None,
    day: Annotated[Day | None, Query(description="A day of America/Lima.")] = None,
) -> Sessions:
    """Sessions by cohort and day; a facilitator's own cohorts only."""
    if cohort_id:
        await admit(res, reader, cohort_id)
    rows = await res.pool.fetch(sql.find_sessions.text, cohort_id, *days.bounds(day), only_own(reader))
    return Sessions(sessions=[SessionDetails.model_validate(dict(row)) for row in rows])


@router.get("/api/sessions/{session_id}")
async def show_session(session: VisibleSession) -> SessionDetails:
    """One session."""
    return SessionDetails.model_validate(session)


@router.post("/api/sessions/{session_id}/reschedule")
async def reschedule(
    body: RescheduleSession, session: VisibleSession, res: Res, once: Idempotent, coordinator: Coordinator
) -> SessionReply:
    """Move a session to another time or place."""
    async with once.transaction(res.pool, session.cohort_id) as connection:
        decide = calendar.rescheduled(body.starts_at, body.ends_at, body.place)
        moved = await scheduling.change(connection, session, decide, SessionRescheduled, datetime.now(UTC))
        return await once.keep(connection, SessionReply.model_validate(moved))


@router.post("/api/sessions/{session_id}/cancel")
async def cancel(session: VisibleSession, res: Res, once: Idempotent, coordinator: Coordinator) -> SessionReply:
    """A session will not take place; completion no longer asks for it."""
    async with once.transaction(res.pool, session.cohort_id) as connection:
        cancelled = await scheduling.change(
            connection, session, calendar.cancelled, SessionCancelled, datetime.now(UTC)
        )
        return await once.keep(connection, SessionReply.model_validate(cancelled))


@router.post("/api/sessions/{session_id}/hold")
async def hold(session: VisibleSession, res: Res, once: Idempotent, staff: Staff) -> SessionReply:
    """A session took place."""
    async with once.transaction(res.pool, session.cohort_id) as connection:
        ended_at = min(session.ends_at, datetime.now(UTC))
        held = await scheduling.change(connection, session, calendar.held, SessionHeld, ended_at)
        return await once.keep(connection, SessionReply.model_validate(held))
