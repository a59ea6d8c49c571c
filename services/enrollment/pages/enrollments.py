"""Pages of enrollment: enrolling one person, and withdrawing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator, Field

from chassis.web.auth.principal import Principal
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import render, see_other
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.enrollment import Purpose
from services.enrollment import organizations
from services.enrollment.api.dependencies import Coordinator, Res, Staff
from services.enrollment.api.enrollments import no_enrollment
from services.enrollment.applications import Application
from services.enrollment.commands import listed
from services.enrollment.consent import CURRENT_TEXT, Agreement
from services.enrollment.enroll_person import Enrolled, EnrollPerson, enroll_person
from services.enrollment.pages import words
from services.enrollment.pages.cohorts import cohort_in_reach
from services.enrollment.resources import EnrollmentResources
from services.enrollment.withdrawing import withdraw

router = APIRouter(include_in_schema=False)


class EnrollForm(EnrollPerson):
    """As the request, with the consents as boxes that were ticked."""

    agreed: Annotated[list[Purpose], BeforeValidator(listed)] = Field([])

    def application(self) -> Application:
        """The application it makes. Raises `Unacceptable`."""
        consents = tuple(Agreement(purpose, CURRENT_TEXT) for purpose in self.agreed)
        return replace(super().application(), consents=consents)


@router.get("/cohorts/{cohort_id}/enroll")
async def form_of_one(request: Request, cohort_id: UUID, res: Res, principal: Staff) -> Response:
    """The form that enrolls one person."""
    return await _enrolling(request, res, principal, cohort_id, Form())


@router.post("/cohorts/{cohort_id}/enroll")
async def enroll_one(request: Request, cohort_id: UUID, res: Res, once: Idempotent, principal: Staff) -> Response:
    """Enrolls one person."""
    form = await read_form(request, EnrollForm)
    if form.command is None or form.command.cohort_id != cohort_id:
        return await _enrolling(request, res, principal, cohort_id, form)
    await cohort_in_reach(res, principal, cohort_id)
    try:
        async with once.transaction(res.pool) as connection:
            enrolled = await enroll_person(connection, res, form.command, datetime.now(UTC))
            return await once.keep(connection, see_other(request, f"/cohorts/{cohort_id}", _told(enrolled)))
    except Problem as problem:
        return await _enrolling(request, res, principal, cohort_id, form.refused(problem))


@router.post("/cohorts/{cohort_id}/enrollments/{enrollment_id}/withdraw")
async def withdraw_one(
    request: Request, cohort_id: UUID, enrollment_id: UUID, res: Res, once: Idempotent, coordinator: Coordinator
) -> RedirectResponse:
    """Gives a seat back."""
    async with once.transaction(res.pool) as connection:
        if not await withdraw(connection, enrollment_id, datetime.now(UTC)):
            raise no_enrollment()
        next_page = see_other(request, f"/cohorts/{cohort_id}", _("The enrollment is withdrawn."))
        return await once.keep(connection, next_page)


def _told(enrolled: Enrolled) -> str:
    match enrolled.outcome:
        case "accepted":
            return _("The person is enrolled and has a seat.")
        case "waitlisted":
            return _("The cohort is full: the person is on the waiting list, and moves up when a seat frees.")
        case "already_enrolled":
            return _("The person was enrolled in this cohort already. Nothing changed.")


async def _enrolling(
    request: Request, res: EnrollmentResources, principal: Principal, cohort_id: UUID, form: Form[EnrollForm]
) -> Response:
    rows = await res.pool.fetch(organizations.sql.organizations.text, None)
    return render(
        request,
        "enroll.html",
        form.status,
        cohort=await cohort_in_reach(res, principal, cohort_id),
        districts=words.districts(),
        organizations=[(str(row["organization_id"]), row["name"]) for row in rows],
        words=words,
        values=form.values,
        errors=form.errors,
    )
