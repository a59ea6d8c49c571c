"""Pages on which somebody asks to have their data corrected or erased, without an account."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from chassis.runtime.rejections import NOT_FOUND, RejectedError
from chassis.web.access import Anybody
from chassis.web.commands import PublicWrite
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render_unkept, see_other
from chassis.web.reads import PublicRead
from chassis.web.texts import _
from contracts.labels import SEX_ANSWERS
from services.enrollment.data_requests import service
from services.enrollment.data_requests.commands import AskCorrection, AskErasure
from services.enrollment.data_requests.domain import Details
from services.enrollment.fields import districts
from services.enrollment.own_data.recognition import recognized
from services.enrollment.resources import Res

router = APIRouter(prefix="/my-data", include_in_schema=False)

Record = Annotated[int, Path(ge=0, le=100, description="Which of the person's records, counted from 0.")]


@router.get("/correct/{record}")
async def new_correction(request: Request, record: Record, res: Res, read: PublicRead, _principal: Anybody) -> Response:
    """The form with what is stored."""
    if not recognized(request):
        return see_other(request, "/my-data")
    stored = await service.own_details(read, res.pool, res, _own(request, record))
    return await _correction(request, record, Form(_values(stored)))


@router.post("/correct/{record}")
async def ask_correction(request: Request, record: Record, res: Res, write: PublicWrite) -> Response:
    """Asks to correct what was changed in the form."""
    if not recognized(request):
        return see_other(request, "/my-data")
    person_id = _own(request, record)
    return await write.submit(
        AskCorrection,
        partial(service.ask_correction, resources=res, person_id=person_id),
        locks=lambda _command: [person_id],
        form=partial(_correction, request, record),
        done=lambda _none: ("/my-data/shown", _("The office has your request. You see here what becomes of it.")),
    )


@router.get("/erase")
async def new_erasure(request: Request, _principal: Anybody) -> Response:
    """What an erasure means, and the form that asks for it."""
    if not recognized(request):
        return see_other(request, "/my-data")
    return await _erasure(request, Form())


@router.post("/erase")
async def ask_erasure(request: Request, res: Res, write: PublicWrite) -> Response:
    """Asks the office to erase the person's data."""
    person_ids = recognized(request)
    if not person_ids:
        return see_other(request, "/my-data")
    return await write.submit(
        AskErasure,
        partial(service.ask_erasure, resources=res, person_ids=person_ids),
        locks=lambda _command: person_ids,
        form=partial(_erasure, request),
        done=lambda _none: ("/my-data/shown", _("The office has your request. You see here what becomes of it.")),
    )


def _own(request: Request, record: int) -> UUID:
    """The record of whoever was recognized. Raises `RejectedError` for one more than they have."""
    person_ids = recognized(request)
    if record >= len(person_ids):
        raise RejectedError(NOT_FOUND)
    return person_ids[record]


async def _correction(request: Request, record: int, form: Form[Any]) -> Response:
    return render_unkept(
        request,
        "own_data/correct.html",
        form.status,
        record=record,
        districts=districts(),
        sexes=choices(SEX_ANSWERS),
        form=form,
    )


async def _erasure(request: Request, form: Form[Any]) -> Response:
    return render_unkept(request, "own_data/erase.html", form.status, form=form)


def _values(stored: Details) -> Values:
    born = f"{stored.birth_date:%d/%m/%Y}" if stored.birth_date else ""
    return {
        "given_names": stored.given_names,
        "family_names": stored.family_names,
        "birth_date": born,
        "sex": stored.sex,
        "district": stored.district,
        "phone": stored.phone or "",
        "email": stored.email or "",
    }
