"""The page by which the reader of a message gets no more, without an account."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.store.unit_of_work import UnitOfWork
from chassis.web.access import Anybody
from chassis.web.commands import PublicWrite
from chassis.web.forms import Form
from chassis.web.pages import render
from contracts.enrollment import Purpose
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.enrollments.service import withdraw_consent
from services.enrollment.messages.service import person_of_stop_code
from services.enrollment.resources import EnrollmentResources, Res

router = APIRouter(prefix="/stop/{code}", include_in_schema=False)


@router.get("")
async def ask_to_stop(request: Request, code: str, res: Res, _principal: Anybody) -> Response:
    """What is withdrawn, and the button; a program that follows every link of a mail presses none."""
    await person_of_stop_code(res.pool, code)
    return await _page(request, code, Form())


@router.post("")
async def stop_messages(code: str, res: Res, write: PublicWrite) -> Response:
    """Withdraws the consent to be contacted, also for a mail program that posts by RFC 8058."""
    return await write.press(
        partial(_stop, resources=res),
        code,
        form=partial(_page, write.request, code),
        done=lambda _none: (f"/stop/{code}/done", ""),
    )


@router.get("/done")
async def show_stopped(request: Request, code: str, _principal: Anybody) -> Response:
    """That no more messages are sent."""
    return render(request, "messages/stopped.html")


async def _stop(unit: UnitOfWork, code: str, resources: EnrollmentResources) -> None:
    person_id = await person_of_stop_code(unit.connection, code)
    await withdraw_consent(unit, WithdrawConsent(person_id=person_id, purpose=Purpose.CONTACT), resources)


async def _page(request: Request, code: str, form: Form[Any]) -> Response:
    return render(request, "messages/stop.html", form.status, code=code, form=form)
