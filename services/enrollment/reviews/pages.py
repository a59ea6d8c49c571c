"""Pages of reviews: the list of what waits for somebody who decides, and both sides of each."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from chassis.web.commands import Write, entity_tag
from chassis.web.forms import VERSION_FIELD, Form, choices
from chassis.web.pages import render, see_other
from chassis.web.pagination import all_rows, render_list
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.enrollment.imports.correction_service import DecidedRow, RowPlace, row_tag
from services.enrollment.imports.labels import CORRECTED
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.reviews import service
from services.enrollment.reviews.commands import DecideReview
from services.enrollment.reviews.comparisons import (
    FACTS_OF_PEOPLE,
    FACTS_OF_ROW,
    KEPT_DECISIONS,
    OPEN_REVIEWS,
    compare_people,
    compare_row,
    open_reviews,
)
from services.enrollment.reviews.labels import CHOSEN_REASONS
from services.enrollment.sheets.cells import MAXIMUM_LINES
from services.enrollment.sheets.files.workbook_facts import MAXIMUM_TABS

router = APIRouter(prefix="/reviews", include_in_schema=False)

Tab = Annotated[int, Path(ge=1, le=MAXIMUM_TABS)]
Line = Annotated[int, Path(ge=1, le=MAXIMUM_LINES)]


@router.get("")
async def list_reviews(
    request: Request, res: Res, read: Read, view: Annotated[View, Depends(view_of(OPEN_REVIEWS))]
) -> Response:
    """What waits for somebody who decides."""
    return await render_list(request, "reviews/list.html", await open_reviews(read, res, view))


@router.get("/people/{person_id}/{other_id}")
async def show_people(request: Request, person_id: UUID, other_id: UUID, res: Res, read: Read) -> Response:
    """Two people side by side, and the form that decides whether they are one."""
    version = await entity_tag(res.pool, other_id)  # before what it is the version of
    return await _people(request, res, read, person_id, other_id, Form({VERSION_FIELD: version}))


@router.post("/people/{person_id}/{other_id}")
async def decide_people(person_id: UUID, other_id: UUID, res: Res, write: Write) -> Response:
    """Counts two people as one, or as two again."""
    return await write.submit(
        DecideReview,
        partial(service.decide_people, resources=res, person_id=person_id, other_id=other_id),
        locks=lambda _command: [person_id, other_id],
        form=partial(_people, write.request, res, write.read, person_id, other_id),
        done=lambda _person_id: (f"/reviews/people/{person_id}/{other_id}", _("The decision is kept.")),
    )


@router.get("/rows/{import_id}/{tab}/{line}")
async def show_row(request: Request, import_id: UUID, tab: Tab, line: Line, res: Res, read: Read) -> Response:
    """A row of a sheet beside the person of its document, and the form that decides whose it is."""
    return await _row(request, res, read, import_id, RowPlace(tab - 1, line), Form())


@router.post("/rows/{import_id}/{tab}/{line}")
async def decide_row(import_id: UUID, tab: Tab, line: Line, res: Res, write: Write) -> Response:
    """Enrolls the person of a row as whom it was decided."""
    place = RowPlace(tab - 1, line)
    return await write.submit(
        DecideReview,
        partial(service.decide_import_row, resources=res, import_id=import_id, place=place),
        locks=lambda _command: [import_id],
        form=partial(_row, write.request, res, write.read, import_id, place),
        done=lambda decided: ("/reviews", _told(decided, place)),
        tag=partial(row_tag, import_id=import_id, place=place),
    )


async def _people(
    request: Request, res: EnrollmentResources, read: ReadRequest, person_id: UUID, other_id: UUID, form: Form[Any]
) -> Response:
    comparison = await compare_people(read, res, person_id, other_id)
    return render(
        request,
        "reviews/people.html",
        form.status,
        comparison=comparison,
        facts=all_rows(FACTS_OF_PEOPLE, comparison.facts),
        decisions=all_rows(KEPT_DECISIONS, comparison.decisions),
        reasons=choices(CHOSEN_REASONS),
        form=form,
    )


async def _row(
    request: Request, res: EnrollmentResources, read: ReadRequest, import_id: UUID, place: RowPlace, form: Form[Any]
) -> Response:
    compared = await compare_row(read, res, import_id, place)
    if compared is None:
        return see_other(request, f"/imports/{import_id}")
    review, facts = compared
    form.values.setdefault(VERSION_FIELD, f'"{review.row.version}"')
    return render(
        request,
        "reviews/row.html",
        form.status,
        import_id=import_id,
        row=review.row,
        person_id=review.evidence.person_id,
        facts=all_rows(FACTS_OF_ROW, facts),
        reasons=choices(CHOSEN_REASONS),
        form=form,
    )


def _told(decided: DecidedRow, place: RowPlace) -> str:
    return _(CORRECTED[decided.outcome.outcome], line=place.line)
