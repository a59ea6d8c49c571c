"""Pages of cohorts: how their seats stand, who facilitates them, who enrolled. The console begins here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from chassis.web.commands import Write, WriteRequest, form_on
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render, see_other
from chassis.web.pagination import Page, all_rows, render_list
from chassis.web.reads import Read, ReadRequest
from chassis.web.tables import Table
from chassis.web.texts import _
from chassis.web.views import View, first_rows, view_of
from contracts import territory
from contracts.days import day_of
from contracts.labels import LANGUAGES, Labels
from services.enrollment import fields
from services.enrollment.applications.service import waiting_of_cohort
from services.enrollment.cohorts import assignments, changes, service
from services.enrollment.cohorts.assignments import Assignment
from services.enrollment.cohorts.commands import AssignFacilitator, CloseCohortForm, CorrectCohort, OpenCohort
from services.enrollment.cohorts.domain import (
    DAYS_TO_ACCEPT,
    CohortCorrectionReason,
    WaitingList,
    assignment_locks,
    change_locks,
)
from services.enrollment.cohorts.labels import CLOSING_REASONS, COHORT_CORRECTION_REASONS, WAITING_LISTS
from services.enrollment.cohorts.service import COHORTS, CohortInFull, existing_cohort
from services.enrollment.corrections.service import (
    Correction,
    Value,
    correction_form,
    corrections_of,
    history,
    history_of,
    values_of,
)
from services.enrollment.enrollments.commands import TransferEnrollment
from services.enrollment.enrollments.corrections import correctable_enrollment
from services.enrollment.enrollments.labels import REINSTATEMENTS, TRANSFERS
from services.enrollment.enrollments.offers import accept_offer
from services.enrollment.enrollments.reinstatement import reinstate
from services.enrollment.enrollments.service import withdraw
from services.enrollment.enrollments.transfers import transfer
from services.enrollment.materials.labels import AUDIENCES, FILE_TYPES, size_label
from services.enrollment.materials.service import materials_of
from services.enrollment.nominations.service import seats_of_cohort
from services.enrollment.organizations.service import ORGANIZATIONS, list_organizations
from services.enrollment.past_cohorts.service import existing_past_cohort
from services.enrollment.people.cohort_pages import page_of_cohort, waiting_in_cohort
from services.enrollment.people.service import ENTRIES, ENTRIES_WITH_ACTIONS, LISTED, WAITING, Entry
from services.enrollment.people.shown_names import names_of
from services.enrollment.programmes.service import programmes_to_choose
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.reviews.comparisons import waiting_for_long
from services.enrollment.self_enrollment import service as self_enrollment
from services.enrollment.staff import service as staff
from services.enrollment.staff.absences import own_absence
from services.enrollment.staff.service import StaffMember
from services.enrollment.visibility import facilitator_of, organization_of, visibility_of, visible_cohort

router = APIRouter(include_in_schema=False)


async def _entries_for(cohort_id: UUID, res: Res, principal: SignedIn) -> Table:
    """The columns of a cohort's entries. Only a coordinator has a button in each row."""
    if "coordinator" not in principal.roles:
        return ENTRIES
    return LISTED if (await existing_cohort(res.pool, cohort_id)).is_past else ENTRIES_WITH_ACTIONS


@router.get("/")
async def home(request: Request, res: Res, principal: SignedIn) -> Response:
    """A delegate begins with their organization, everybody else with the cohorts."""
    if not principal.roles.isdisjoint({"coordinator", "facilitator", "auditor"}):
        return see_other(request, "/cohorts")
    own = await list_organizations(res.pool, first_rows(ORGANIZATIONS), organization_of(principal))
    return see_other(request, f"/organizations/{own.rows[0].organization_id}" if own.rows else "/organizations")


@router.get("/cohorts")
async def list_cohorts(
    request: Request, res: Res, principal: SignedIn, view: Annotated[View, Depends(view_of(COHORTS, exports=True))]
) -> Response:
    """The cohorts; a facilitator's are their own."""
    page = await service.list_cohorts(res.pool, view, facilitator_of(principal))
    now = datetime.now(UTC)
    waiting = await waiting_for_long(res, now) if "coordinator" in principal.roles else 0
    names = await staff.names(res)
    return await render_list(
        request,
        "cohorts/list.html",
        replace(page, rows=[_with_names(one, names) for one in page.rows]),
        waiting_for_long=waiting,
        absence=await own_absence(res, principal.subject, day_of(now)),
    )


@router.get("/cohorts/new")
async def new_cohort(request: Request, res: Res) -> Response:
    """The form of a cohort."""
    stated: Values = {"days_to_accept": str(DAYS_TO_ACCEPT), **request.query_params}
    return await _new_cohort(request, res, Form(stated))


@router.post("/cohorts/new")
async def open_cohort(res: Res, write: Write) -> Response:
    """Opens a cohort."""
    return await write.submit(
        OpenCohort,
        service.open_cohort,
        locks=lambda command: [command.cohort_id],
        form=partial(_new_cohort, write.request, res),
        done=lambda cohort: (f"/cohorts/{cohort.cohort_id}", _("The cohort is open.")),
    )


@router.get("/cohorts/{cohort_id}")
async def show_cohort(
    request: Request,
    cohort_id: UUID,
    res: Res,
    read: Read,
    view: Annotated[View, Depends(view_of(ENTRIES_WITH_ACTIONS, exports=True, chosen_by=_entries_for))],
) -> Response:
    """A cohort with its seats, its facilitators and, for those who may see names, everybody who enrolled."""
    page = await _entries(read, res, cohort_id, view)
    if page and view.format:
        return await render_list(request, "cohorts/one.html", page)
    return await _cohort(request, res, read.principal, cohort_id, page, Form())


@router.get("/cohorts/{cohort_id}/correct")
async def new_correction(request: Request, cohort_id: UUID, res: Res) -> Response:
    """The form with the cohort as it is stored."""
    form = await correction_form(res.pool, cohort_id, _stored(res, cohort_id))
    return await _correction(request, res, cohort_id, form)


@router.post("/cohorts/{cohort_id}/correct")
async def correct_cohort(cohort_id: UUID, res: Res, write: Write) -> Response:
    """Corrects the cohort."""
    return await write.submit(
        CorrectCohort,
        partial(changes.correct_cohort, cohort_id=cohort_id),
        locks=lambda _command: change_locks(cohort_id),
        form=partial(_correction, write.request, res, cohort_id),
        done=lambda _cohort: (f"/cohorts/{cohort_id}", _("The cohort is corrected.")),
    )


@router.get("/cohorts/{cohort_id}/close")
async def new_closing(request: Request, cohort_id: UUID, res: Res, read: Read) -> Response:
    """What closing the cohort does, and the form that asks what becomes of those who wait."""
    form = await form_on(res.pool, cohort_id)
    return await _closing(request, res, read, cohort_id, Form(form.values | {"waiting_list": WaitingList.KEEP}))


@router.post("/cohorts/{cohort_id}/close")
async def close_cohort(cohort_id: UUID, res: Res, write: Write) -> Response:
    """The cohort takes no more enrollments."""
    return await write.submit(
        CloseCohortForm,
        partial(changes.close_cohort, cohort_id=cohort_id),
        locks=lambda _command: change_locks(cohort_id),
        form=partial(_closing, write.request, res, write.read, cohort_id),
        done=lambda _cohort: (f"/cohorts/{cohort_id}", _("The cohort is closed.")),
    )


@router.post("/cohorts/{cohort_id}/reopen")
async def reopen_cohort(cohort_id: UUID, res: Res, write: Write) -> Response:
    """The cohort takes enrollments again."""
    return await write.press(
        changes.reopen_cohort,
        cohort_id,
        locks=change_locks(cohort_id),
        form=partial(_after_write, res, write, cohort_id),
        done=lambda _cohort: (f"/cohorts/{cohort_id}", _("The cohort is open again.")),
    )


@router.post("/cohorts/{cohort_id}/facilitators")
async def assign_facilitator(cohort_id: UUID, res: Res, write: Write) -> Response:
    """Gives the cohort to a facilitator."""
    return await write.submit(
        AssignFacilitator,
        partial(assignments.assign_facilitator, cohort_id=cohort_id),
        locks=lambda _command: assignment_locks(cohort_id),
        form=partial(_after_write, res, write, cohort_id),
        done=lambda _nothing: (f"/cohorts/{cohort_id}", _("The cohort is assigned.")),
    )


@router.post("/cohorts/{cohort_id}/facilitators/{facilitator_id}/remove")
async def unassign_facilitator(cohort_id: UUID, facilitator_id: str, res: Res, write: Write) -> Response:
    """Takes the cohort from a facilitator."""
    return await write.press(
        partial(assignments.unassign_facilitator, cohort_id=cohort_id),
        facilitator_id,
        locks=assignment_locks(cohort_id),
        form=partial(_after_write, res, write, cohort_id),
        done=lambda _nothing: (f"/cohorts/{cohort_id}", _("The cohort is no longer assigned to them.")),
    )


@router.post("/cohorts/{cohort_id}/self-enrollment/open")
async def open_self_enrollment(cohort_id: UUID, res: Res, write: Write) -> Response:
    """Lets people enroll themselves."""
    return await write.press(
        self_enrollment.open_self_enrollment,
        cohort_id,
        locks=[cohort_id],
        form=partial(_after_write, res, write, cohort_id),
        done=lambda _opened: (f"/cohorts/{cohort_id}", _("People can enroll themselves now. Share the address.")),
    )


@router.post("/cohorts/{cohort_id}/self-enrollment/stop")
async def stop_self_enrollment(cohort_id: UUID, res: Res, write: Write) -> Response:
    """Lets nobody enroll themselves any more."""
    return await write.press(
        self_enrollment.stop_self_enrollment,
        cohort_id,
        locks=[cohort_id],
        form=partial(_after_write, res, write, cohort_id),
        done=lambda _stopped: (f"/cohorts/{cohort_id}", _("People can no longer enroll themselves.")),
    )


@router.post("/cohorts/{cohort_id}/enrollments/{enrollment_id}/withdraw")
async def withdraw_enrollment(cohort_id: UUID, enrollment_id: UUID, res: Res, write: Write) -> Response:
    """Gives a seat back."""
    return await write.press(
        withdraw,
        enrollment_id,
        form=partial(_after_write, res, write, cohort_id),
        done=lambda _nothing: (f"/cohorts/{cohort_id}", _("The enrollment is withdrawn.")),
    )


@router.post("/cohorts/{cohort_id}/enrollments/{enrollment_id}/accept")
async def accept_offer_of_enrollment(cohort_id: UUID, enrollment_id: UUID, res: Res, write: Write) -> Response:
    """Gives somebody who said yes the seat that is offered to them."""
    return await write.press(
        accept_offer,
        enrollment_id,
        form=partial(_after_write, res, write, cohort_id),
        done=lambda _nothing: (f"/cohorts/{cohort_id}", _("The person has the seat.")),
    )


@router.get("/cohorts/{cohort_id}/enrollments/{enrollment_id}/transfer")
async def new_transfer(request: Request, cohort_id: UUID, enrollment_id: UUID, res: Res, read: Read) -> Response:
    """The form that asks to which cohort the person goes."""
    return await _transfer(request, res, read, cohort_id, enrollment_id, await form_on(res.pool, enrollment_id))


@router.post("/cohorts/{cohort_id}/enrollments/{enrollment_id}/transfer")
async def transfer_enrollment(cohort_id: UUID, enrollment_id: UUID, res: Res, write: Write) -> Response:
    """Gives the person a seat or a place of another cohort instead."""
    return await write.submit(
        TransferEnrollment,
        partial(transfer, enrollment_id=enrollment_id),
        form=partial(_transfer, write.request, res, write.read, cohort_id, enrollment_id),
        done=lambda status: (f"/cohorts/{cohort_id}", _(TRANSFERS[status])),
    )


@router.post("/cohorts/{cohort_id}/enrollments/{enrollment_id}/reinstate")
async def reinstate_enrollment(cohort_id: UUID, enrollment_id: UUID, res: Res, write: Write) -> Response:
    """Undoes a withdrawal."""
    return await write.press(
        reinstate,
        enrollment_id,
        form=partial(_after_write, res, write, cohort_id),
        done=lambda status: (f"/cohorts/{cohort_id}", _(REINSTATEMENTS[status])),
    )


async def _after_write(res: EnrollmentResources, write: WriteRequest, cohort_id: UUID, form: Form[Any]) -> Response:
    """Shows the cohort again after a mistake in its form, or after the rejection of one of its buttons."""
    page = await _entries(write.read, res, cohort_id)
    return await _cohort(write.request, res, write.principal, cohort_id, page, form)


async def _entries(
    read: ReadRequest, res: EnrollmentResources, cohort_id: UUID, view: View | None = None
) -> Page[Entry] | None:
    """Returns the cohort's entries; None for those who must not see names. Raises `RejectedError`."""
    await visible_cohort(res.pool, read.principal, cohort_id)
    if read.principal.roles.isdisjoint({"coordinator", "facilitator"}):
        return None
    shown = view or first_rows(await _entries_for(cohort_id, res, read.principal))
    return await page_of_cohort(read, res, cohort_id, shown, visibility_of(read.principal))


async def _cohort(
    request: Request,
    res: EnrollmentResources,
    principal: Principal,
    cohort_id: UUID,
    page: Page[Entry] | None,
    form: Form[Any],
) -> Response:
    cohort = await visible_cohort(res.pool, principal, cohort_id)
    shared = await self_enrollment.self_enrollment_of(res.pool, cohort_id)
    members = await staff.directory(res)
    names = {one.user_id: one.name for one in members}
    assigned = await assignments.assignments_of(res.pool, cohort_id)
    return render(
        request,
        "cohorts/one.html",
        form.status,
        cohort=cohort,
        past_cohort=await existing_past_cohort(res.pool, cohort_id) if cohort.is_past else None,
        assignments=assigned,
        names=names,
        facilitators=_to_choose(members, assigned),
        kept=sum(one.left for one in await seats_of_cohort(res.pool, cohort_id)),
        shared=shared,
        shared_address=self_enrollment.shared_address(res.settings, shared.code) if shared else None,
        province=territory.provinces()[cohort.province],
        materials=await materials_of(res.pool, cohort.programme_id),
        audiences=AUDIENCES,
        file_types=FILE_TYPES,
        size_label=size_label,
        languages=LANGUAGES,
        corrections=_history_with_names(history(await corrections_of(res.pool, cohort_id), names), names),
        waiting_applications=await waiting_of_cohort(res.pool, cohort_id) if page else 0,
        page=page,
        form=form,
    )


def _to_choose(members: Iterable[StaffMember], assigned: Iterable[Assignment]) -> fields.Choices:
    """Returns those of the directory who facilitate and to whom the cohort is not assigned yet."""
    own = {one.facilitator_id for one in assigned if one.is_own}
    others = (one for one in staff.facilitators(members) if one.user_id not in own)
    return [(one.user_id, one.name) for one in staff.with_distinct_names(others)]


def _with_names(cohort: CohortInFull, names: Mapping[str, str]) -> CohortInFull:
    return replace(cohort, facilitators=[names.get(one, one) for one in cohort.facilitators])


def _history_with_names(history: Page[Correction], names: Mapping[str, str]) -> Page[Correction]:
    """Returns the history with names in the place of the users who facilitated."""

    def named(value: Value) -> Value:
        return [names.get(one, one) for one in value] if isinstance(value, list) else value

    rows = [
        replace(one, former=named(one.former), corrected=named(one.corrected)) if one.field == "facilitators" else one
        for one in history.rows
    ]
    return replace(history, rows=rows)


async def _closing(
    request: Request, res: EnrollmentResources, read: ReadRequest, cohort_id: UUID, form: Form[CloseCohortForm]
) -> Response:
    waiting = await waiting_in_cohort(read, res, cohort_id, visibility_of(read.principal))
    return render(
        request,
        "cohorts/close.html",
        form.status,
        cohort=await service.visible_cohort(res.pool, cohort_id, None),
        waiting=all_rows(WAITING, waiting),
        waiting_lists=choices(WAITING_LISTS),
        cohorts=[(str(one.cohort_id), one.name) for one in await service.other_open_cohorts(res.pool, cohort_id)],
        reasons=choices(CLOSING_REASONS),
        form=form,
    )


async def _transfer(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    cohort_id: UUID,
    enrollment_id: UUID,
    form: Form[Any],
) -> Response:
    stored = await correctable_enrollment(res.pool, enrollment_id)
    names = await names_of(read, res, [stored.person_id])
    read.shows([stored])
    return render(
        request,
        "cohorts/transfer.html",
        form.status,
        cohort=await service.visible_cohort(res.pool, cohort_id, None),
        enrollment_id=enrollment_id,
        person=names.get(stored.person_id) or _("Erased person"),
        cohorts=[(str(one.cohort_id), one.name) for one in await service.other_open_cohorts(res.pool, cohort_id)],
        form=form,
    )


async def _correction(
    request: Request, res: EnrollmentResources, cohort_id: UUID, form: Form[CorrectCohort]
) -> Response:
    cohort = await service.visible_cohort(res.pool, cohort_id, None)
    return render(
        request,
        "cohorts/correct.html",
        form.status,
        cohort=cohort,
        provinces=fields.provinces(),
        reasons=choices(_reasons_of(cohort)),
        corrections=await history_of(res, cohort_id),
        form=form,
    )


def _reasons_of(cohort: CohortInFull) -> Labels:
    """A past cohort has neither seats nor a calendar that change: what is said of it was a mistake."""
    mistake = CohortCorrectionReason.MISTAKE_FOUND
    return {mistake: COHORT_CORRECTION_REASONS[mistake]} if cohort.is_past else COHORT_CORRECTION_REASONS


async def _stored(res: EnrollmentResources, cohort_id: UUID) -> Values:
    return values_of(await existing_cohort(res.pool, cohort_id))


async def _new_cohort(request: Request, res: EnrollmentResources, form: Form[OpenCohort]) -> Response:
    return render(
        request,
        "cohorts/new.html",
        form.status,
        programmes=await programmes_to_choose(res.pool),
        provinces=fields.provinces(),
        form=form,
    )
