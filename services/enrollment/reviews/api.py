"""Reviews over JSON: what waits for somebody who decides, and the decisions."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.reads import Read
from chassis.web.views import View, view_of
from contracts.enrollment import EnrollmentStatus
from contracts.event import Instant
from services.enrollment.applications.service import Waiting
from services.enrollment.enrollments.domain import Enrolled
from services.enrollment.imports.correction_service import DecidedRow, RowPlace, row_tag
from services.enrollment.resources import Res
from services.enrollment.reviews import mistakes, service
from services.enrollment.reviews.commands import CorrectDocument, DecideApplication, DecideReview
from services.enrollment.reviews.comparisons import OPEN_REVIEWS, open_reviews
from services.enrollment.reviews.domain import ReviewKind
from services.enrollment.sheets.cells import MAXIMUM_LINES
from services.enrollment.sheets.files.workbook_facts import MAXIMUM_TABS

router = APIRouter(prefix="/api/reviews", tags=["reviews"])

Tab = Annotated[int, Path(ge=1, le=MAXIMUM_TABS, description="Counted from 1.")]
Line = Annotated[int, Path(ge=1, le=MAXIMUM_LINES, description="As spreadsheet programs count.")]


class OpenReviewView(BaseModel):
    """`address` is where it is decided, below `/enrollment/api`."""

    model_config = ConfigDict(from_attributes=True)

    address: str
    kind: ReviewKind
    person_id: UUID
    names: str
    since: Instant
    expires_at: Instant | None = Field(description="When it is erased if nobody decides; null if it is not.")


class Reviews(Listing):
    reviews: list[OpenReviewView]


class DecidedReply(BaseModel):
    person_id: UUID


class DecidedRowReply(BaseModel):
    """What became of the row, and of the person as whom it was decided."""

    person_id: UUID
    enrollment_id: UUID
    status: EnrollmentStatus = Field(description="The status of the enrollment.")
    outcome: Literal["accepted", "waitlisted", "already_enrolled"]

    @classmethod
    def of(cls, decided: DecidedRow) -> "DecidedRowReply":
        return cls.model_validate(decided.outcome, from_attributes=True)


class DecidedApplicationReply(BaseModel):
    """What became of the application. The rest is null where it was discarded, `person_id` where it waits further."""

    outcome: Literal["accepted", "waitlisted", "already_enrolled", "review", "discarded"]
    person_id: UUID | None = None
    enrollment_id: UUID | None = None
    status: EnrollmentStatus | None = Field(None, description="The status of the enrollment.")

    @classmethod
    def of(cls, decided: Enrolled | Waiting | None) -> "DecidedApplicationReply":
        if decided is None:
            return cls(outcome="discarded")
        return cls.model_validate(decided, from_attributes=True)


class CorrectedRowReply(BaseModel):
    """What became of the row. `enrollment_id` is null where it still enrolls nobody."""

    model_config = ConfigDict(from_attributes=True)

    outcome: Literal["accepted", "waitlisted", "already_enrolled", "review", "refused"]
    enrollment_id: UUID | None


@router.get("")
async def list_reviews(res: Res, read: Read, view: Annotated[View, Depends(view_of(OPEN_REVIEWS))]) -> Reviews:
    """Forms and rows that contradict the person of their document, and people who may be one and were not decided
    about."""
    page = await open_reviews(read, res, view)
    return Reviews(reviews=[OpenReviewView.model_validate(row) for row in page.rows], next=page.next)


@router.post("/people/{person_id}/{other_id}")
async def decide_people(person_id: UUID, other_id: UUID, body: DecideReview, res: Res, write: Write) -> DecidedReply:
    """Counts two people as one, or as two again. Each keeps what is theirs. Idempotent."""
    return await write.run(
        partial(service.decide_people, resources=res, person_id=person_id, other_id=other_id),
        body,
        locks=[person_id, other_id],
        reply=lambda decided: DecidedReply(person_id=decided),
    )


@router.post("/people/{person_id}/{other_id}/document")
async def correct_document_of_person(
    person_id: UUID, other_id: UUID, body: CorrectDocument, res: Res, write: Write
) -> DecidedReply:
    """Puts the document of one of two people right. Figures stay."""
    return await write.run(
        partial(mistakes.correct_document_of_person, resources=res, person_id=person_id, other_id=other_id),
        body,
        locks=[person_id, other_id],
        reply=lambda corrected: DecidedReply(person_id=corrected),
    )


@router.post("/applications/{application_id}")
async def decide_application(
    application_id: UUID, body: DecideApplication, res: Res, write: Write
) -> DecidedApplicationReply:
    """Enrolls the person of an application that contradicts somebody, as whom it was decided, or discards it."""
    return await write.run(
        partial(service.decide_application, resources=res, application_id=application_id),
        body,
        locks=[application_id],
        reply=DecidedApplicationReply.of,
    )


@router.post("/applications/{application_id}/document")
async def correct_document_of_application(
    application_id: UUID, body: CorrectDocument, res: Res, write: Write
) -> DecidedApplicationReply:
    """Puts a document right that was mistyped, in the application or of the person, and decides on it anew."""
    return await write.run(
        partial(mistakes.correct_document_of_application, resources=res, application_id=application_id),
        body,
        locks=[application_id],
        reply=DecidedApplicationReply.of,
    )


@router.post("/rows/{import_id}/{tab}/{line}/document")
async def correct_document_of_row(
    import_id: UUID, tab: Tab, line: Line, body: CorrectDocument, res: Res, write: Write
) -> CorrectedRowReply:
    """Puts a document right that was mistyped, in the row or of the person, and judges the row anew."""
    place = RowPlace(tab - 1, line)
    return await write.run(
        partial(mistakes.correct_document_of_row, resources=res, import_id=import_id, place=place),
        body,
        locks=[import_id],
        reply=CorrectedRowReply.model_validate,
        tag=partial(row_tag, import_id=import_id, place=place),
    )


@router.post("/rows/{import_id}/{tab}/{line}")
async def decide_row(
    import_id: UUID, tab: Tab, line: Line, body: DecideReview, res: Res, write: Write
) -> DecidedRowReply:
    """Enrolls the person of a row that is to be reviewed, as whom it was decided. `If-Match` names the row's."""
    place = RowPlace(tab - 1, line)
    return await write.run(
        partial(service.decide_import_row, resources=res, import_id=import_id, place=place),
        body,
        locks=[import_id],
        reply=DecidedRowReply.of,
        tag=partial(row_tag, import_id=import_id, place=place),
    )
