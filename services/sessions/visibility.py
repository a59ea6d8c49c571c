"""The cohorts that somebody may see, with their sessions."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from chassis.runtime.rejections import NOT_FOUND, RejectedError
from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from services.sessions.attendance import service as attendance
from services.sessions.attendance.service import Attendance
from services.sessions.calendar import service as calendar
from services.sessions.calendar.domain import Session
from services.sessions.replicas import service as replicas
from services.sessions.replicas.service import Cohort
from services.sessions.resources import Res


def sees_all(principal: Principal) -> bool:
    """Coordinators and auditors see every cohort; facilitators see those of their assignments."""
    return not principal.roles.isdisjoint({"coordinator", "auditor"})


def own_facilitator_id(principal: Principal) -> str | None:
    """The facilitator to whose cohorts lists are limited; None if this person sees all."""
    return None if sees_all(principal) else principal.subject


async def check_cohort(res: Res, principal: Principal, cohort_id: UUID) -> None:
    """Raises `RejectedError` unless this person may see the cohort, without telling whether it exists."""
    if not (sees_all(principal) or await replicas.is_assigned(res.pool, principal.subject, cohort_id)):
        raise RejectedError(NOT_FOUND)


async def visible_cohort(res: Res, reader: SignedIn, cohort_id: Annotated[UUID, Path()]) -> Cohort:
    """The cohort at this address, if this person may see it."""
    await check_cohort(res, reader, cohort_id)
    return await replicas.get_cohort(res.pool, cohort_id)


async def visible_session(res: Res, reader: SignedIn, session_id: Annotated[UUID, Path()]) -> Session:
    """The session at this address, if this person may see it."""
    session = await calendar.get_session(res.pool, session_id)
    await check_cohort(res, reader, session.cohort_id)
    return session


async def visible_attendance(res: Res, reader: SignedIn, attendance_id: Annotated[UUID, Path()]) -> Attendance:
    """The attendance at this address, if this person may see it."""
    found = await attendance.get_attendance(res.pool, attendance_id)
    await check_cohort(res, reader, found.cohort_id)
    return found


VisibleCohort = Annotated[Cohort, Depends(visible_cohort)]
VisibleSession = Annotated[Session, Depends(visible_session)]
VisibleAttendance = Annotated[Attendance, Depends(visible_attendance)]
