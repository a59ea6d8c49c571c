"""The page on which one person is enrolled."""

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.store.unit_of_work import UnitOfWork
from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from chassis.web.commands import Write
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from contracts.days import day_of
from contracts.labels import CONSENT_ANSWERS
from services.enrollment.applications.service import Waiting
from services.enrollment.corrections.service import correction_form, history_of, values_of
from services.enrollment.enrollments import corrections, service
from services.enrollment.enrollments.commands import CorrectEnrollment, EnrollPersonForm
from services.enrollment.enrollments.corrections import correctable_enrollment
from services.enrollment.enrollments.domain import Accepted, Enrolled, Waitlisted
from services.enrollment.enrollments.labels import (
    CONTACT_DIFFERS,
    CONTACT_DIFFERS_HERE,
    ENROLLMENT_CORRECTION_REASONS,
    OUTCOMES,
)
from services.enrollment.organizations.service import named_organizations
from services.enrollment.people.service import stored_identities
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
        done=lambda enrolled: (_following(write.principal, cohort_id, enrolled), _told(write.principal, enrolled)),
    )


@router.get("/cohorts/{cohort_id}/enrollments/{enrollment_id}/correct")
async def new_correction(request: Request, cohort_id: UUID, enrollment_id: UUID, res: Res, read: Read) -> Response:
    """The form with the enrollment as it is stored."""
    form = await correction_form(res.pool, enrollment_id, _stored(res, enrollment_id))
    return await _correction(request, res, read, cohort_id, enrollment_id, form)


@router.post("/cohorts/{cohort_id}/enrollments/{enrollment_id}/correct")
async def correct_enrollment(cohort_id: UUID, enrollment_id: UUID, res: Res, write: Write) -> Response:
    """Corrects the day of the enrollment, and for which organization it is."""
    return await write.submit(
        CorrectEnrollment,
        partial(corrections.correct_enrollment, enrollment_id=enrollment_id),
        form=partial(_correction, write.request, res, write.read, cohort_id, enrollment_id),
        done=lambda _id: (f"/cohorts/{cohort_id}", _("The enrollment is corrected.")),
    )


async def _stored(res: EnrollmentResources, enrollment_id: UUID) -> Values:
    stored = await correctable_enrollment(res.pool, enrollment_id)
    enrolled_on = day_of(stored.accepted_at).isoformat() if stored.accepted_at else ""
    return values_of(stored) | {"enrolled_on": enrolled_on}


async def _correction(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    cohort_id: UUID,
    enrollment_id: UUID,
    form: Form[CorrectEnrollment],
) -> Response:
    stored = await correctable_enrollment(res.pool, enrollment_id)
    identities = await stored_identities(read, res.pool, res, [stored.person_id])
    read.shows([stored], [stored.person_id])
    return render(
        request,
        "enrollments/correct.html",
        form.status,
        cohort=await visible_cohort(res.pool, read.principal, cohort_id),
        enrollment=stored,
        identity=identities.get(stored.person_id),
        organizations=[(str(one.organization_id), one.name) for one in await named_organizations(res.pool)],
        reasons=choices(ENROLLMENT_CORRECTION_REASONS),
        corrections=await history_of(res, enrollment_id),
        form=form,
    )


def _following(principal: Principal, cohort_id: UUID, enrolled: Enrolled | Waiting) -> str:
    """Returns the page after the form: that of the decision, for whoever may decide about an application that waits,
    and that of the person, for whoever may correct a contact that differs."""
    is_coordinator = "coordinator" in principal.roles
    if isinstance(enrolled, Waiting) and is_coordinator:
        return f"/reviews/applications/{enrolled.application_id}"
    if _contact_differs(enrolled) and is_coordinator:
        return f"/people/{enrolled.person_id}"
    return f"/cohorts/{cohort_id}"


def _told(principal: Principal, enrolled: Enrolled | Waiting) -> str:
    told = _(OUTCOMES[enrolled.outcome])
    if not _contact_differs(enrolled):
        return told
    return f"{told} {_(CONTACT_DIFFERS_HERE if 'coordinator' in principal.roles else CONTACT_DIFFERS)}"


def _contact_differs(enrolled: Enrolled | Waiting) -> bool:
    return isinstance(enrolled, Accepted | Waitlisted) and bool(enrolled.contact_differs)


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
