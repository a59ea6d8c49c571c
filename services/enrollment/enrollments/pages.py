"""The page on which one person is enrolled."""

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.store.unit_of_work import UnitOfWork
from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from chassis.web.commands import Write
from chassis.web.forms import Form, choices
from chassis.web.pages import render
from chassis.web.texts import _
from contracts.labels import CONSENT_ANSWERS
from services.enrollment.applications.service import Waiting
from services.enrollment.enrollments import service
from services.enrollment.enrollments.commands import EnrollPersonForm
from services.enrollment.enrollments.domain import Enrolled
from services.enrollment.enrollments.labels import OUTCOMES
from services.enrollment.organizations.service import named_organizations
from services.enrollment.person_choices import person_choices
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.visibility import visibility_of, visible_cohort

router = APIRouter(include_in_schema=False)


@router.get("/cohorts/{cohort_id}/enroll")
async def new_enrollment(request: Request, cohort_id: UUID, res: Res, principal: SignedIn) -> Response:
    """The form that enrolls one person."""
    return await _new_enrollment(request, res, principal, cohort_id, Form({"document.type": "dni"}))


@router.post("/cohorts/{cohort_id}/enroll")
async def enroll_person(cohort_id: UUID, res: Res, write: Write) -> Response:
    """Enrolls one person into the cohort of the address, whatever the form names."""
    await visible_cohort(res.pool, write.principal, cohort_id)
    visibility = visibility_of(write.principal)

    async def enroll(unit: UnitOfWork, command: EnrollPersonForm) -> Enrolled | Waiting:
        return await service.enroll_person(unit, command.model_copy(update={"cohort_id": cohort_id}), res, visibility)

    return await write.submit(
        EnrollPersonForm,
        enroll,
        form=partial(_new_enrollment, write.request, res, write.principal, cohort_id),
        done=lambda enrolled: (_following(write.principal, cohort_id, enrolled), _(OUTCOMES[enrolled.outcome])),
    )


def _following(principal: Principal, cohort_id: UUID, enrolled: Enrolled | Waiting) -> str:
    """Returns the page after the form: that of the decision, for whoever may decide about an application that waits."""
    if isinstance(enrolled, Waiting) and "coordinator" in principal.roles:
        return f"/reviews/applications/{enrolled.application_id}"
    return f"/cohorts/{cohort_id}"


async def _new_enrollment(
    request: Request, res: EnrollmentResources, principal: Principal, cohort_id: UUID, form: Form[Any]
) -> Response:
    organizations = await named_organizations(res.pool)
    return render(
        request,
        "enrollments/new.html",
        form.status,
        cohort=await visible_cohort(res.pool, principal, cohort_id),
        organizations=[(str(one.organization_id), one.name) for one in organizations],
        **person_choices(),
        purposes=choices(CONSENT_ANSWERS),
        form=form,
    )
