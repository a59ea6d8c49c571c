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
from services.enrollment.imports.correction_service import DecidedRow, RowPlace, row_tag
from services.enrollment.resources import Res
from services.enrollment.reviews import service
from services.enrollment.reviews.commands import DecideReview
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


@router.get("")
async def list_reviews(res: Res, read: Read, view: Annotated[View, Depends(view_of(OPEN_REVIEWS))]) -> Reviews:
    """Rows that contradict the person of their document, and people who share one and were not decided about."""
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
