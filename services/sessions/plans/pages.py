"""The page of a cohort's plan: what is missing, and the coordinator's act of declaring it complete."""

from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.store.identifiers import new_id
from chassis.web.commands import Write, form_on
from chassis.web.forms import Form, Values
from chassis.web.pages import render
from chassis.web.pagination import all_rows
from chassis.web.texts import _
from services.sessions.fields import districts_near
from services.sessions.plans import service
from services.sessions.plans.commands import MOST_SESSIONS, DeclareComplete, PlanCourse
from services.sessions.plans.domain import ProposedSession, proposed_course
from services.sessions.plans.service import DECLARATIONS, MODULES
from services.sessions.replicas.service import Cohort
from services.sessions.resources import Res
from services.sessions.visibility import VisibleCohort

router = APIRouter(prefix="/cohorts/{cohort_id}/plan", include_in_schema=False)


@router.get("")
async def show_plan(request: Request, cohort: VisibleCohort, res: Res) -> Response:
    return await _plan(request, res, cohort, await form_on(res.pool, cohort.cohort_id))


@router.post("")
async def declare_complete(cohort: VisibleCohort, res: Res, write: Write) -> Response:
    return await write.submit(
        DeclareComplete,
        partial(service.declare_complete, cohort=cohort),
        locks=lambda command: [cohort.cohort_id],
        form=partial(_plan, write.request, res, cohort),
        done=lambda plan: (f"/cohorts/{plan.cohort_id}", _("The plan is complete.")),
    )


@router.post("/reopen")
async def reopen(cohort: VisibleCohort, res: Res, write: Write) -> Response:
    return await write.press(
        service.reopen,
        cohort,
        locks=[cohort.cohort_id],
        form=partial(_plan, write.request, res, cohort),
        done=lambda plan: (f"/cohorts/{plan.cohort_id}/plan", _("The plan is open again.")),
    )


@router.get("/course")
async def new_course(request: Request, cohort: VisibleCohort, res: Res) -> Response:
    plan = await service.plan_of_cohort(res.pool, cohort.cohort_id)
    proposed = proposed_course(plan.modules, cohort.starts_on)[:MOST_SESSIONS]
    return await _course_form(request, cohort, Form(_fields_of(proposed)))


@router.post("/course")
async def plan_course(cohort: VisibleCohort, write: Write) -> Response:
    return await write.submit(
        PlanCourse,
        partial(service.plan_course, cohort=cohort),
        locks=lambda command: [cohort.cohort_id, *(session.session_id for session in command.sessions)],
        form=partial(_course_form, write.request, cohort),
        done=lambda plan: (f"/cohorts/{plan.cohort_id}/plan", _("The course is planned.")),
    )


def _fields_of(sessions: Iterable[ProposedSession]) -> Values:
    """The fields of the form that proposes these sessions, such as `sessions.0.day`."""
    fields = [{**asdict(session), "session_id": new_id()} for session in sessions]
    return {f"sessions.{number}.{name}": str(value) for number, one in enumerate(fields) for name, value in one.items()}


async def _course_form(request: Request, cohort: Cohort, form: Form[PlanCourse]) -> Response:
    return render(
        request,
        "plans/course.html",
        form.status,
        form=form,
        cohort=cohort,
        sessions=[name.removesuffix(".title") for name in form.values if name.endswith(".title")],
        district_choices=districts_near(cohort.province),
    )


async def _plan(request: Request, res: Res, cohort: Cohort, form: Form[Any]) -> Response:
    plan = await service.plan_of_cohort(res.pool, cohort.cohort_id)
    return render(
        request,
        "plans/plan.html",
        form.status,
        form=form,
        cohort=cohort,
        plan=plan,
        modules=all_rows(MODULES, plan.modules),
        declarations=all_rows(DECLARATIONS, plan.declarations),
    )
