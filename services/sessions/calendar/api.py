"""The calendar over HTTP."""

from functools import partial
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.web.access import SignedIn
from chassis.web.commands import Write, entity_tag
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from contracts.event import Day
from contracts.sessions import SessionKind, SessionStatus
from services.sessions.calendar import service
from services.sessions.calendar.commands import RescheduleSession, ScheduleSession
from services.sessions.calendar.domain import Session
from services.sessions.calendar.service import SESSIONS
from services.sessions.replicas import service as replicas
from services.sessions.resources import Res
from services.sessions.visibility import VisibleSession, check_cohort, own_facilitator_id

router = APIRouter(prefix="/api/sessions", tags=["sessions"])


class SessionReply(BaseModel):
    """A session's status."""

    model_config = ConfigDict(from_attributes=True)

    session_id: UUID
    cohort_id: UUID
    status: SessionStatus

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls.model_validate(session)


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


@router.post("", status_code=201)
async def schedule_session(body: ScheduleSession, res: Res, write: Write) -> SessionReply:
    """Plan a session. Idempotent for the same id with the same content."""
    cohort = await replicas.wait_for_cohort(res.pool, body.cohort_id)
    operation = partial(service.schedule, cohort=cohort)
    return await write.run(operation, body, locks=[body.cohort_id, body.session_id], reply=SessionReply.of)


@router.get("")
async def list_sessions(
    res: Res,
    reader: SignedIn,
    view: Annotated[View, Depends(view_of(SESSIONS))],
    cohort_id: UUID | None = None,
    day: Annotated[Day | None, Query(description="A day of America/Lima.")] = None,
) -> Sessions:
    """Sessions by cohort and day. A facilitator sees only the own cohorts' sessions."""
    if cohort_id:
        await check_cohort(res, reader, cohort_id)
    page = await service.list_sessions(res.pool, view, cohort_id, day, own_facilitator_id(reader))
    return Sessions(sessions=[SessionDetails.of(session) for session in page.rows], next=page.next)


@router.get("/{session_id}")
async def show_session(session: VisibleSession, res: Res, response: Response) -> SessionDetails:
    """One session."""
    response.headers["ETag"] = await entity_tag(res.pool, session.session_id)
    return SessionDetails.of(session)


@router.post("/{session_id}/reschedule")
async def reschedule_session(body: RescheduleSession, session: VisibleSession, write: Write) -> SessionReply:
    """Move a session to another time or place."""
    operation = partial(service.reschedule, session_id=session.session_id)
    return await write.run(operation, body, locks=[session.cohort_id], reply=SessionReply.of)


@router.post("/{session_id}/cancel")
async def cancel_session(session: VisibleSession, write: Write) -> SessionReply:
    """Cancel a session, so that completion no longer asks for it."""
    return await write.run(service.cancel, session.session_id, locks=[session.cohort_id], reply=SessionReply.of)


@router.post("/{session_id}/hold")
async def hold_session(session: VisibleSession, write: Write) -> SessionReply:
    """Mark a session as held."""
    return await write.run(service.hold, session.session_id, locks=[session.cohort_id], reply=SessionReply.of)
