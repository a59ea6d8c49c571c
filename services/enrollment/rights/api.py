"""Access, rectification and erasure of one person's data over JSON."""

from datetime import date
from functools import partial
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.web.commands import Write, entity_tag
from chassis.web.reads import Read
from contracts.enrollment import Purpose
from contracts.event import Instant, Profile
from services.enrollment.corrections.service import Correction
from services.enrollment.identity.documents import DocumentType
from services.enrollment.imports.service import StoredSheet
from services.enrollment.people.domain import Identity
from services.enrollment.resources import Res
from services.enrollment.rights import service
from services.enrollment.rights.commands import ErasePerson, RectifyPerson
from services.enrollment.rights.domain import ErasureReason
from services.enrollment.rights.service import PersonRecord, StoredEnrollment

router = APIRouter(prefix="/api/people/{person_id}", tags=["people"])


class Stored(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class IdentityView(Stored):
    document_type: DocumentType
    document_number: str
    given_names: str
    family_names: str
    birth_date: date | None
    phone: str | None
    email: str | None

    @classmethod
    def of(cls, identity: Identity) -> Self:
        return cls(
            document_type=identity.document.type,
            document_number=identity.document.number,
            given_names=identity.names.given,
            family_names=identity.names.family,
            birth_date=identity.birth_date,
            phone=identity.phone,
            email=identity.email,
        )


class ConsentView(Stored):
    purpose: Purpose
    text_version: str
    given_at: Instant
    withdrawn_at: Instant | None
    withdrawn_by: str | None = Field(description="Who withdrew it at the office; `public` is the person.")
    undone: bool = Field(description="Whether it was withdrawn with the import that gave it.")
    ended_enrollments: int | None = Field(description="Enrollments that ended by the withdrawal.")
    stopped_messages: int = Field(description="Messages that were on their way and are not sent.")
    applied_in_sessions_at: Instant | None = Field(description="When sessions confirmed it; null while it waits.")
    applied_in_reporting_at: Instant | None = Field(description="When reporting confirmed it; null while it waits.")


class ErasureView(Stored):
    """`keys_destroyed_at` is null until nobody can read former copies either."""

    person_id: UUID
    reason: ErasureReason
    erased_at: Instant
    keys_destroyed_at: Instant | None


class WaitingView(Stored):
    application_id: UUID
    cohort_id: UUID
    sent_at: Instant
    expires_at: Instant


class PersonRecordView(BaseModel):
    """All that enrollment stores about a person. `identity` is null once the person was erased."""

    person_id: UUID
    registered_at: Instant
    identity: IdentityView | None
    former_identities: list[IdentityView] = Field(description="From before corrections, kept to find sheets by.")
    corrections: list[Correction] = Field(description="What was corrected, newest first.")
    profile: Profile
    consents: list[ConsentView]
    enrollments: list[StoredEnrollment]
    sheets: list[StoredSheet] = Field(description="Imports that name the person and can still be read.")
    applications: list[WaitingView] = Field(description="Applications that wait for a decision, and name the person.")
    counted_together: list[UUID] = Field(description="Further records of the same person.")
    erasure: ErasureView | None

    @classmethod
    def of(cls, record: PersonRecord) -> Self:
        return cls(
            person_id=record.person_id,
            registered_at=record.registered_at,
            identity=IdentityView.of(record.identity) if record.identity else None,
            former_identities=[IdentityView.of(one) for one in record.former_identities],
            corrections=record.corrections,
            profile=record.profile,
            consents=[ConsentView.model_validate(one) for one in record.consents],
            enrollments=record.enrollments,
            sheets=record.sheets,
            applications=[WaitingView.model_validate(one) for one in record.applications],
            counted_together=record.counted_together,
            erasure=ErasureView.model_validate(record.erasure) if record.erasure else None,
        )


class RectifiedReply(BaseModel):
    person_id: UUID


@router.get("/record")
async def show_person(person_id: UUID, response: Response, res: Res, read: Read) -> PersonRecordView:
    """All that is stored about the person, as a file for them."""
    response.headers["ETag"] = await entity_tag(res.pool, person_id)
    record = await service.record_of_person(read, res, person_id)
    response.headers["Content-Disposition"] = f'attachment; filename="{person_id}.json"'
    return PersonRecordView.of(record)


@router.post("/rectify")
async def rectify_person(person_id: UUID, body: RectifyPerson, res: Res, write: Write) -> RectifiedReply:
    """Replaces what identifies the person. By `applies_to` enrollments and figures until now follow, or stay."""
    return await write.run(
        partial(service.rectify_person, resources=res, person_id=person_id),
        body,
        locks=[person_id],
        reply=lambda rectified: RectifiedReply(person_id=rectified),
    )


@router.post("/erase")
async def erase_person(person_id: UUID, body: ErasePerson, res: Res, write: Write) -> ErasureView:
    """Erases what identifies the person, for ever. Seats stay counted, under the pseudonym. Idempotent."""
    return await write.run(
        partial(service.erase_person, resources=res, person_id=person_id),
        body,
        locks=[person_id],
        reply=ErasureView.model_validate,
    )
