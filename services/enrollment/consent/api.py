"""Recording and withdrawing a consent over JSON."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.web.commands import Write
from contracts.enrollment import Purpose
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.enrollments.service import withdraw_consent
from services.enrollment.resources import Res
from services.enrollment.rights.commands import RecordConsent
from services.enrollment.rights.consents import record_consent

router = APIRouter(prefix="/api/people", tags=["people"])


class ConsentReply(BaseModel):
    person_id: UUID
    purpose: Purpose


@router.post("/{person_id}/consents", status_code=201)
async def record_persons_consent(person_id: UUID, body: RecordConsent, write: Write) -> ConsentReply:
    """Records what the person agreed to besides taking part, such as on paper. Its text is the one of that day."""
    return await write.run(
        partial(record_consent, person_id=person_id),
        body,
        locks=[person_id],
        reply=lambda recorded: ConsentReply(person_id=recorded, purpose=body.purpose),
    )


@router.post("/{person_id}/consents/{purpose}/withdraw")
async def take_consent_back(person_id: UUID, purpose: Purpose, res: Res, write: Write) -> ConsentReply:
    """Takes a consent back; without consent to the training, the person's enrollments end."""
    return await write.run(
        partial(withdraw_consent, resources=res),
        WithdrawConsent(person_id=person_id, purpose=purpose),
        reply=lambda _: ConsentReply(person_id=person_id, purpose=purpose),
    )
