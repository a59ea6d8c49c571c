"""The pages on which people enroll themselves, without signing in: a form for one person, and what becomes of it."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.store.unit_of_work import UnitOfWork
from chassis.web import locale
from chassis.web.access import Anybody
from chassis.web.commands import PublicWrite
from chassis.web.forms import Form, Values
from chassis.web.pages import render, render_unkept, see_other
from chassis.web.texts import _
from contracts import territory
from services.enrollment.consent_texts.service import texts_in_force
from services.enrollment.days import today
from services.enrollment.person_choices import person_choices
from services.enrollment.public_programmes.labels import SEATS
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.self_enrollment import service
from services.enrollment.self_enrollment.commands import EnrollYourself
from services.enrollment.self_enrollment.domain import Answer
from services.enrollment.self_enrollment.household import forget_household, remember_household, remembered_household
from services.enrollment.self_enrollment.labels import ANSWERS

router = APIRouter(prefix="/join/{code}", include_in_schema=False)

NEW_PERSON: Values = {"document.type": "dni"}
"""What the form of a person begins with."""


@router.get("")
async def new_application(request: Request, code: str, res: Res, _principal: Anybody) -> Response:
    """The form of one person, or why nobody can enroll here."""
    return await _form(request, res, code, Form(dict(NEW_PERSON)))


@router.get("/another")
async def another_application(request: Request, code: str, res: Res, _principal: Anybody) -> Response:
    """The form of the next person of the family, with the same district and contact."""
    return await _form(request, res, code, Form({**NEW_PERSON, **remembered_household(request)}))


@router.post("")
async def enroll_yourself(code: str, res: Res, write: PublicWrite) -> Response:
    """Enrolls one person."""
    cohort = await service.offered_cohort(res.pool, code, today())
    show = partial(_form, write.request, res, code)
    if not cohort.takes_enrollments:
        return await show(Form[EnrollYourself]().rejected(service.NOT_OFFERED))

    async def enroll(unit: UnitOfWork, command: EnrollYourself) -> Answer:
        return await service.enroll_yourself(unit, command, cohort.cohort_id, res)

    response = await write.submit(
        EnrollYourself, enroll, form=show, done=lambda answer: (f"/join/{cohort.code}/received/{answer}", "")
    )
    if response.status_code == 303:
        await remember_household(write.request, response)
    return response


@router.get("/received/{answer}")
async def show_answer(request: Request, code: str, answer: Answer, res: Res, _principal: Anybody) -> Response:
    """What became of the application. The address says no more than whether the cohort had a seat."""
    return render(
        request,
        "self_enrollment/received.html",
        cohort=await service.offered_cohort(res.pool, code, today()),
        answer=answer,
        answers=ANSWERS,
    )


@router.post("/leave")
async def leave_household(request: Request, code: str, res: Res) -> Response:
    """Forgets what the next person of the family would have begun with, for a phone that others use too."""
    cohort = await service.offered_cohort(res.pool, code, today())
    notice = _("This phone remembers nothing of the family now.")
    response = see_other(request, f"/public/programmes/{cohort.programme_id}", notice)
    forget_household(request, response)
    return response


async def _form(request: Request, res: EnrollmentResources, code: str, form: Form[Any]) -> Response:
    cohort = await service.offered_cohort(res.pool, code, today())
    return render_unkept(
        request,
        "self_enrollment/new.html" if cohort.takes_enrollments else "self_enrollment/closed.html",
        form.status,
        cohort=cohort,
        province=territory.provinces()[cohort.province],
        seats=SEATS,
        **person_choices(),
        consents=list((await texts_in_force(res.pool, locale.current().language, today())).items()),
        form=form,
    )
