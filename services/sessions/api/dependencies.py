"""What handlers ask for, and whose sessions somebody may see."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from chassis.service import Resources, resources
from chassis.store.database import Row
from chassis.store.queries import queries
from chassis.web.auth.principal import Principal, require
from chassis.web.problems import Problem
from chassis.web.texts import _
from services.sessions import scheduling
from services.sessions.calendar import Session

sql = queries("services.sessions")


Res = Annotated[Resources, Depends(resources)]
Coordinator = Annotated[Principal, Depends(require("coordinator"))]
Staff = Annotated[Principal, Depends(require("coordinator", "facilitator"))]
Reader = Annotated[Principal, Depends(require("coordinator", "facilitator", "auditor"))]


def sees_all(principal: Principal) -> bool:
    """Coordinators and auditors see every cohort; facilitators those they are assigned to."""
    return not principal.roles.isdisjoint({"coordinator", "auditor"})


def only_own(principal: Principal) -> str | None:
    """The facilitator whose cohorts a list is limited to, if it is."""
    return None if sees_all(principal) else principal.subject


async def admit(res: Resources, principal: Principal, cohort_id: UUID) -> None:
    """Lets only those pass who may see the cohort; to the others there is nothing here."""
    if not (sees_all(principal) or await res.pool.fetchval(sql.is_assigned.text, principal.subject, cohort_id)):
        raise Problem(404, "not_found", _("There is nothing at this address, or it is not yours to see."))


async def visible_session(res: Res, principal: Reader, session_id: Annotated[UUID, Path()]) -> Session:
    """The session at this address, if this person may see it."""
    session = await scheduling.find(res.pool, session_id)
    if session is None:
        raise Problem(404, "session_not_found", _("There is no such session."))
    await admit(res, principal, session.cohort_id)
    return session


async def visible_attendance(res: Res, principal: Reader, attendance_id: Annotated[UUID, Path()]) -> Row:
    """The attendance at this address with its session's cohort, title and start, if this person may see it."""
    row = await res.pool.fetchrow(sql.attendance.text, attendance_id)
    if row is None:
        raise Problem(404, "attendance_not_found", _("There is no such attendance."))
    await admit(res, principal, row["cohort_id"])
    return row


VisibleSession = Annotated[Session, Depends(visible_session)]
VisibleAttendance = Annotated[Row, Depends(visible_attendance)]
