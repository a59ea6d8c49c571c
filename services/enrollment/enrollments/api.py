"""Enrolling a person and withdrawing an enrollment, over JSON."""

from functools import partial
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from chassis.web.commands import Write
from contracts.enrollment import EnrollmentStatus
from services.enrollment.corrections.replies import Changes
from services.enrollment.corrections.service import corrections_of
from services.enrollment.enrollments import corrections, offers, reinstatement, service, transfers
from services.enrollment.enrollments.commands import CorrectEnrollment, EnrollPerson, TransferEnrollment
from services.enrollment.enrollments.corrections import correctable_enrollment
from services.enrollment.resources import Res
from services.enrollment.visibility import visibility_of, visible_cohort

router = APIRouter(prefix="/api/enrollments", tags=["enrollments"])


class EnrolledReply(BaseModel):
    """What became of the request; `status` is that of the enrollment.

    By `review` nobody is enrolled yet: the document is known with another name, birth date or sex. `person_id` is null
    until somebody decides at `/api/reviews/applications/{application_id}`. `contact_differs` names what was sent and is
    stored otherwise of the person: it stands until somebody corrects it at `/api/people/{person_id}/rectify`.
    """

    model_config = ConfigDict(from_attributes=True)

    enrollment_id: UUID
    person_id: UUID | None
    status: EnrollmentStatus
    outcome: Literal["accepted", "waitlisted", "already_enrolled", "review"]
    application_id: UUID | None = None
    contact_differs: list[Literal["phone", "email"]] = []


class CorrectedReply(BaseModel):
    enrollment_id: UUID


class StatusReply(BaseModel):
    enrollment_id: UUID
    status: EnrollmentStatus


@router.post("", status_code=201)
async def enroll_person(body: EnrollPerson, res: Res, write: Write) -> EnrolledReply:
    """Enrolls a person, who gets a seat or a place in the waiting list. Idempotent for a document and a cohort."""
    await visible_cohort(res.pool, write.principal, body.cohort_id)
    enroll = partial(service.enroll_person, resources=res, visibility=visibility_of(write.principal))
    return await write.run(enroll, body, reply=EnrolledReply.model_validate)


@router.post("/{enrollment_id}/withdraw")
async def withdraw_enrollment(enrollment_id: UUID, write: Write) -> StatusReply:
    """Gives the seat back; it is offered or given to the first of the waiting list."""
    return await write.run(
        service.withdraw,
        enrollment_id,
        reply=lambda _: StatusReply(enrollment_id=enrollment_id, status=EnrollmentStatus.WITHDRAWN),
    )


@router.post("/{enrollment_id}/accept")
async def accept_offer(enrollment_id: UUID, write: Write) -> StatusReply:
    """Gives the person the seat that is offered to them, in their name."""
    return await write.run(
        offers.accept_offer,
        enrollment_id,
        reply=lambda _: StatusReply(enrollment_id=enrollment_id, status=EnrollmentStatus.ACCEPTED),
    )


@router.post("/{enrollment_id}/correct")
async def correct_enrollment(enrollment_id: UUID, body: CorrectEnrollment, write: Write) -> CorrectedReply:
    """Corrects the day of the enrollment and for which organization it is. Figures follow."""
    return await write.run(
        partial(corrections.correct_enrollment, enrollment_id=enrollment_id),
        body,
        reply=lambda corrected: CorrectedReply(enrollment_id=corrected),
    )


@router.get("/{enrollment_id}/changes")
async def list_enrollment_changes(enrollment_id: UUID, res: Res) -> Changes:
    """What was corrected of the enrollment, newest first: what it was, who corrected it and why."""
    await correctable_enrollment(res.pool, enrollment_id)
    return Changes(changes=await corrections_of(res.pool, enrollment_id))


@router.post("/{enrollment_id}/transfer")
async def transfer_enrollment(enrollment_id: UUID, body: TransferEnrollment, write: Write) -> StatusReply:
    """Gives the person a seat or a place of another cohort instead; `status` is that of the new enrollment."""
    return await write.run(
        partial(transfers.transfer, enrollment_id=enrollment_id),
        body,
        reply=lambda status: StatusReply(enrollment_id=enrollment_id, status=status),
    )


@router.post("/{enrollment_id}/reinstate")
async def reinstate_enrollment(enrollment_id: UUID, write: Write) -> StatusReply:
    """Undoes a withdrawal: gives the seat back, or the place in the waiting list if the seat is another's by now."""
    return await write.run(
        reinstatement.reinstate,
        enrollment_id,
        reply=lambda status: StatusReply(enrollment_id=enrollment_id, status=status),
    )
