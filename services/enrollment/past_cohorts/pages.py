"""Pages of past cohorts: the form that states one, its evidence, and the correction of what is said of its list."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.commands import Write
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.enrollment import fields
from services.enrollment.corrections.service import correction_form, corrections_of, history, history_of, values_of
from services.enrollment.past_cohorts import service
from services.enrollment.past_cohorts.commands import CorrectStatement, StatePastCohort
from services.enrollment.past_cohorts.labels import STATEMENT_CORRECTION_REASONS
from services.enrollment.past_cohorts.service import EVIDENCE, existing_past_cohort
from services.enrollment.programmes.service import programmes_to_choose
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.staff import service as staff

router = APIRouter(include_in_schema=False)


@router.get("/past-cohorts/new")
async def new_past_cohort(request: Request, res: Res) -> Response:
    """The form of a past cohort."""
    return await _new_past_cohort(request, res, Form())


@router.post("/past-cohorts/new")
async def state_past_cohort(res: Res, write: Write) -> Response:
    """States a past cohort."""
    return await write.submit(
        StatePastCohort,
        service.state_past_cohort,
        locks=lambda command: [command.cohort_id],
        form=partial(_new_past_cohort, write.request, res),
        done=lambda cohort_id: (f"/cohorts/{cohort_id}", _("The past cohort is stated. Import its list now.")),
    )


@router.get("/past-cohorts/{cohort_id}/evidence")
async def show_evidence(
    request: Request,
    cohort_id: UUID,
    res: Res,
    view: Annotated[View, Depends(view_of(EVIDENCE, exports=True))],
) -> Response:
    """What a past cohort is known from, and the rows that its figures rest on, without names."""
    past_cohort = await existing_past_cohort(res.pool, cohort_id)
    page = await service.evidence_of(res.pool, cohort_id, view)
    names = await staff.names(res)
    return await render_list(
        request,
        "past_cohorts/evidence.html",
        page,
        past_cohort=past_cohort,
        names=names,
        corrections=history(await corrections_of(res.pool, cohort_id), names),
    )


@router.get("/past-cohorts/{cohort_id}/correct")
async def new_correction(request: Request, cohort_id: UUID, res: Res) -> Response:
    """The form with what is said of the list."""
    form = await correction_form(res.pool, cohort_id, _values(res, cohort_id))
    return await _correction(request, res, cohort_id, form)


@router.post("/past-cohorts/{cohort_id}/correct")
async def correct_statement(cohort_id: UUID, res: Res, write: Write) -> Response:
    """Corrects what is said of the list."""
    return await write.submit(
        CorrectStatement,
        partial(service.correct_statement, cohort_id=cohort_id),
        locks=lambda _command: [cohort_id],
        form=partial(_correction, write.request, res, cohort_id),
        done=lambda _id: (f"/past-cohorts/{cohort_id}/evidence", _("What is said of the list is corrected.")),
    )


async def _values(res: EnrollmentResources, cohort_id: UUID) -> Values:
    return values_of(await existing_past_cohort(res.pool, cohort_id))


async def _new_past_cohort(request: Request, res: EnrollmentResources, form: Form[StatePastCohort]) -> Response:
    return render(
        request,
        "past_cohorts/new.html",
        form.status,
        programmes=await programmes_to_choose(res.pool),
        provinces=fields.provinces(),
        form=form,
    )


async def _correction(
    request: Request, res: EnrollmentResources, cohort_id: UUID, form: Form[CorrectStatement]
) -> Response:
    return render(
        request,
        "past_cohorts/correct.html",
        form.status,
        past_cohort=await existing_past_cohort(res.pool, cohort_id),
        reasons=choices(STATEMENT_CORRECTION_REASONS),
        corrections=await history_of(res, cohort_id),
        form=form,
    )
