"""Finding people, and taking their consent back."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from chassis.web.idempotency import Idempotent
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.enrollment import Purpose
from services.enrollment import directory, reach
from services.enrollment.api.cohorts import Enrollments, told
from services.enrollment.api.dependencies import Coordinator, Res, Staff
from services.enrollment.withdrawing import withdraw_consent

router = APIRouter(prefix="/api/people", tags=["people"])


class Search(BaseModel):
    """Beginnings of names, or a document's number. Sent as a body, because addresses are kept in logs."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]


class ConsentWithdrawn(BaseModel):
    person_id: UUID
    purpose: Purpose


@router.post("/search")
async def search(body: Search, res: Res, principal: Staff) -> Enrollments:
    """Enrollments of the people found; a facilitator finds those of their own cohorts."""
    return told(await directory.find(res, body.text, reach.facilitator_of(principal)))


@router.post("/{person_id}/consents/{purpose}/withdraw")
async def withdraw_one(
    person_id: UUID, purpose: Purpose, res: Res, once: Idempotent, coordinator: Coordinator
) -> ConsentWithdrawn:
    """Takes a consent back; without consent to the training, the person's enrollments end."""
    async with once.transaction(res.pool) as connection:
        if not await withdraw_consent(connection, res.keyring, person_id, purpose, datetime.now(UTC)):
            raise Problem(404, "person_unknown", _("There is no such person."))
        return await once.keep(connection, ConsentWithdrawn(person_id=person_id, purpose=purpose))
