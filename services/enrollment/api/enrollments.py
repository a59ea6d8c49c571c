"""Enrolling one person, and giving a seat back."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.web.idempotency import Idempotent
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.enrollment import EnrollmentStatus
from services.enrollment import reach
from services.enrollment.api.dependencies import Coordinator, Res, Staff
from services.enrollment.enroll_person import Enrolled, EnrollPerson, enroll_person
from services.enrollment.withdrawing import withdraw

router = APIRouter(prefix="/api/enrollments", tags=["enrollments"])


class EnrollmentWithdrawn(BaseModel):
    enrollment_id: UUID
    status: EnrollmentStatus


@router.post("", status_code=201)
async def enroll_one(body: EnrollPerson, res: Res, once: Idempotent, principal: Staff) -> Enrolled:
    """Enrolls a person, who gets a seat or a place in the waiting list; the same document again changes nothing."""
    async with once.transaction(res.pool) as connection:
        await reach.check_cohort(connection, principal, body.cohort_id)
        return await once.keep(connection, await enroll_person(connection, res, body, datetime.now(UTC)))


@router.post("/{enrollment_id}/withdraw")
async def withdraw_one(
    enrollment_id: UUID, res: Res, once: Idempotent, coordinator: Coordinator
) -> EnrollmentWithdrawn:
    """Gives the seat back; the first of the waiting list moves up."""
    async with once.transaction(res.pool) as connection:
        if not await withdraw(connection, enrollment_id, datetime.now(UTC)):
            raise no_enrollment()
        reply = EnrollmentWithdrawn(enrollment_id=enrollment_id, status=EnrollmentStatus.WITHDRAWN)
        return await once.keep(connection, reply)


def no_enrollment() -> Problem:
    """The answer where there is no such enrollment."""
    return Problem(404, "enrollment_unknown", _("There is no such enrollment."))
