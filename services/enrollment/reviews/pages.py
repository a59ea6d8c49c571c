"""Pages of reviews: the list of what waits for somebody who decides, and both sides of each."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from chassis.web.commands import Write, form_on
from chassis.web.forms import VERSION_FIELD, Form, choices
from chassis.web.pages import render, see_other
from chassis.web.pagination import all_rows, render_list
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.enrollment.applications.service import Waiting
from services.enrollment.cohorts.service import existing_cohort
from services.enrollment.enrollments.domain import Enrolled
from services.enrollment.enrollments.labels import DISCARDED, OUTCOMES
from services.enrollment.identity.documents import DocumentType
from services.enrollment.identity.labels import DOCUMENT_TYPES
from services.enrollment.imports.correction_service import RowPlace, row_tag
from services.enrollment.imports.labels import CORRECTED
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.reviews import mistakes, service
from services.enrollment.reviews.commands import CorrectDocument, DecideApplication, DecideReview
from services.enrollment.reviews.comparisons import (
    FACTS_OF_APPLICATION,
    FACTS_OF_PEOPLE,
    FACTS_OF_ROW,
    KEPT_DECISIONS,
    OPEN_REVIEWS,
    compare_application,
    compare_people,
    compare_row,
    open_reviews,
    waiting_for_long,
)
from services.enrollment.reviews.labels import CHOSEN_REASONS
from services.enrollment.sheets.cells import MAXIMUM_LINES
from services.enrollment.sheets.files.workbook_facts import MAXIMUM_TABS
from services.enrollment.staff import service as staff

router = APIRouter(prefix="/reviews", include_in_schema=False)

Tab = Annotated[int, Path(ge=1, le=MAXIMUM_TABS)]
Line = Annotated[int, Path(ge=1, le=MAXIMUM_LINES)]


@router.get("")
async def list_reviews(
    request: Request, res: Res, read: Read, view: Annotated[View, Depends(view_of(OPEN_REVIEWS))]
) -> Response:
    """What waits for somebody who decides."""
    page = await open_reviews(read, res, view)
    waiting = await waiting_for_long(res, datetime.now(UTC))
    return await render_list(request, "reviews/list.html", page, waiting_for_long=waiting)


@router.get("/people/{person_id}/{other_id}")
async def show_people(request: Request, person_id: UUID, other_id: UUID, res: Res, read: Read) -> Response:
    """Two people side by side, and the form that decides whether they are one."""
    return await _people(request, res, read, person_id, other_id, await form_on(res.pool, other_id))


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


@router.post("/people/{person_id}/{other_id}/document")
async def correct_document_of_person(person_id: UUID, other_id: UUID, res: Res, write: Write) -> Response:
    """Puts the document of one of two people right."""
    return await write.submit(
        CorrectDocument,
        partial(mistakes.correct_document_of_person, resources=res, person_id=person_id, other_id=other_id),
        locks=lambda _command: [person_id, other_id],
        form=partial(_people, write.request, res, write.read, person_id, other_id, Form()),
        done=lambda corrected: (f"/people/{corrected}", _("The number is corrected.")),
    )


@router.get("/applications/{application_id}")
async def show_application(request: Request, application_id: UUID, res: Res, read: Read) -> Response:
    """An application beside the person whom it contradicts, and the forms that decide whose it is."""
    return await _application(request, res, read, application_id, await form_on(res.pool, application_id))


@router.post("/applications/{application_id}")
async def decide_application(application_id: UUID, res: Res, write: Write) -> Response:
    """Enrolls the person of an application as whom it was decided, or discards it."""
    return await write.submit(
        DecideApplication,
        partial(service.decide_application, resources=res, application_id=application_id),
        locks=lambda _command: [application_id],
        form=partial(_application, write.request, res, write.read, application_id),
        done=_after_decision,
    )


@router.post("/applications/{application_id}/document")
async def correct_document_of_application(application_id: UUID, res: Res, write: Write) -> Response:
    """Puts a document right that was mistyped, and decides on the application anew."""
    return await write.submit(
        CorrectDocument,
        partial(mistakes.correct_document_of_application, resources=res, application_id=application_id),
        locks=lambda _command: [application_id],
        form=partial(_application, write.request, res, write.read, application_id, Form()),
        done=_after_decision,
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
        done=lambda decided: ("/reviews", _told(decided.outcome.outcome, place)),
        tag=partial(row_tag, import_id=import_id, place=place),
    )


@router.post("/rows/{import_id}/{tab}/{line}/document")
async def correct_document_of_row(import_id: UUID, tab: Tab, line: Line, res: Res, write: Write) -> Response:
    """Puts a document right that was mistyped, and judges the row anew."""
    place = RowPlace(tab - 1, line)
    return await write.submit(
        CorrectDocument,
        partial(mistakes.correct_document_of_row, resources=res, import_id=import_id, place=place),
        locks=lambda _command: [import_id],
        form=partial(_row, write.request, res, write.read, import_id, place, Form()),
        done=lambda corrected: ("/reviews", _told(corrected.outcome, place)),
        tag=partial(row_tag, import_id=import_id, place=place),
    )


async def _people(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    person_id: UUID,
    other_id: UUID,
    form: Form[Any],
    mistake: Form[Any] | None = None,
) -> Response:
    comparison = await compare_people(read, res, person_id, other_id)
    return render(
        request,
        "reviews/people.html",
        (mistake or form).status,
        comparison=comparison,
        facts=all_rows(FACTS_OF_PEOPLE, comparison.facts),
        decisions=all_rows(
            KEPT_DECISIONS, staff.with_names(comparison.decisions, await staff.names(res), "decided_by")
        ),
        **_forms(form, mistake),
    )


async def _application(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    application_id: UUID,
    form: Form[Any],
    mistake: Form[Any] | None = None,
) -> Response:
    stored, facts = await compare_application(read, res, application_id)
    return render(
        request,
        "reviews/application.html",
        (mistake or form).status,
        application=stored,
        cohort=await existing_cohort(res.pool, stored.cohort_id),
        facts=all_rows(FACTS_OF_APPLICATION, facts),
        **_forms(form, mistake),
    )


async def _row(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    import_id: UUID,
    place: RowPlace,
    form: Form[Any],
    mistake: Form[Any] | None = None,
) -> Response:
    compared = await compare_row(read, res, import_id, place)
    if compared is None:
        return see_other(request, f"/imports/{import_id}")
    review, facts = compared
    form.values.setdefault(VERSION_FIELD, f'"{review.row.version}"')
    return render(
        request,
        "reviews/row.html",
        (mistake or form).status,
        import_id=import_id,
        row=review.row,
        person_id=review.evidence.person_id,
        facts=all_rows(FACTS_OF_ROW, facts),
        **_forms(form, mistake),
    )


def _forms(form: Form[Any], mistake: Form[Any] | None) -> dict[str, Any]:
    """Returns both forms of a page that compares: the one that decides, and the one of a mistake, as it was sent."""
    sent = mistake or form
    version = {VERSION_FIELD: sent.values.get(VERSION_FIELD, "")}
    return {
        "form": form if form.values else Form(version),
        "mistake": mistake or Form({"document.type": DocumentType.DNI} | version),
        "reasons": choices(CHOSEN_REASONS),
        "document_types": choices(DOCUMENT_TYPES),
    }


def _after_decision(decided: Enrolled | Waiting | None) -> tuple[str, str]:
    if isinstance(decided, Waiting):
        here = f"/reviews/applications/{decided.application_id}"
        return here, _("The number is corrected, and it is known too. Compare again.")
    return "/reviews", _(OUTCOMES[decided.outcome] if decided else DISCARDED)


def _told(outcome: str, place: RowPlace) -> str:
    return _(CORRECTED[outcome], line=place.line)
