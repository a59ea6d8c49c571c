"""The page on which somebody who waited accepts the seat that is offered to them, or leaves it, without an account."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.web.access import Anybody
from chassis.web.commands import PublicWrite
from chassis.web.forms import Form
from chassis.web.pages import render
from services.enrollment.enrollments.offers import accept_offer_of_code, decline_offer_of_code, offer_of_code
from services.enrollment.resources import EnrollmentResources, Res

router = APIRouter(prefix="/offers/{code}", include_in_schema=False)


@router.get("")
async def show_offer(request: Request, code: str, res: Res, _principal: Anybody) -> Response:
    """The offer with its buttons, or what became of it. A program that follows every link of a mail presses none."""
    return await _page(request, code, res, Form())


@router.post("/accept")
async def accept_offer(code: str, res: Res, write: PublicWrite) -> Response:
    """Takes the seat."""
    return await write.press(
        accept_offer_of_code,
        code,
        form=partial(_page, write.request, code, res),
        done=lambda _none: (f"/offers/{code}", ""),
    )


@router.post("/decline")
async def decline_offer(code: str, res: Res, write: PublicWrite) -> Response:
    """Leaves the seat to the next."""
    return await write.press(
        decline_offer_of_code,
        code,
        form=partial(_page, write.request, code, res),
        done=lambda _none: (f"/offers/{code}", ""),
    )


async def _page(request: Request, code: str, res: EnrollmentResources, form: Form[Any]) -> Response:
    offer = await offer_of_code(res.pool, code)
    return render(request, "enrollments/offer.html", form.status, code=code, offer=offer, form=form)
