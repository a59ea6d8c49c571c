"""Pages of messages: what became of each, and the texts that people are sent."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from chassis.runtime.rejections import NOT_FOUND, RejectedError
from chassis.web import locale
from chassis.web.commands import Write
from chassis.web.formats import clock_time, long_date
from chassis.web.forms import Form, read_form
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.reads import Read
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.enrollment.messages import service
from services.enrollment.messages.commands import template_command
from services.enrollment.messages.domain import (
    MessageKind,
    MessageTemplate,
    filled,
    named_in,
    places_of,
    unknown_places,
)
from services.enrollment.messages.labels import CHANNELS, MESSAGE_KINDS
from services.enrollment.messages.service import MESSAGES
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.settings import PREFIX
from services.enrollment.staff import service as staff

router = APIRouter(prefix="/messages", include_in_schema=False)


@router.get("")
async def list_messages(
    request: Request, res: Res, read: Read, view: Annotated[View, Depends(view_of(MESSAGES, exports=True))]
) -> Response:
    """What was told to whom, the latest first."""
    page = await service.list_messages(read, res, view)
    return await render_list(
        request, "messages/list.html", page, channels=[_(CHANNELS[channel]) for channel in res.gateways]
    )


@router.get("/texts")
async def list_texts(request: Request, res: Res) -> Response:
    """The kinds of messages, each with its text in every language."""
    return render(request, "messages/texts.html", kinds=MESSAGE_KINDS, languages=locale.offered(res.settings))


@router.get("/texts/{kind}/{language}")
async def show_text(request: Request, res: Res, kind: MessageKind, language: str) -> Response:
    """The form of a text, with what it becomes."""
    number, text = await service.current_template(res.pool, kind, _offered(res, language).language)
    return await _text(request, res, kind, language, Form(_values(text) | {"replaces": str(number)}))


@router.post("/texts/{kind}/{language}")
async def write_text(res: Res, write: Write, kind: MessageKind, language: str) -> Response:
    """Replaces the text."""
    return await write.submit(
        template_command(kind),
        partial(service.write_template, kind=kind, language=_offered(res, language).language),
        form=partial(_text, write.request, res, kind, language),
        done=lambda _none: ("/messages/texts", _("The text is saved. The next message has it.")),
    )


@router.post("/texts/{kind}/{language}/preview")
async def preview_text(request: Request, res: Res, kind: MessageKind, language: str) -> Response:
    """Shows what the typed text becomes, and saves nothing."""
    return await _text(request, res, kind, language, await read_form(request, template_command(kind)))


async def _text(
    request: Request, res: EnrollmentResources, kind: MessageKind, language: str, form: Form[Any]
) -> Response:
    offered = _offered(res, language)
    texts, places = [str(form.values.get(name) or "") for name in ("subject", "body")], places_of(kind)
    with locale.using(offered):
        can_be_filled = not any(unknown_places(text, places) for text in texts)
        example = _example(res.settings.public_url)
        shown = [filled(text, example) for text in texts] if can_be_filled else None
    return render(
        request,
        "messages/text.html",
        form.status,
        kind=kind,
        label=MESSAGE_KINDS[kind],
        names=await staff.names(res),
        language=offered,
        places=named_in(offered.language, places),
        shown=shown,
        written=await service.written_templates(res.pool, kind, offered.language),
        form=form,
    )


def _offered(res: EnrollmentResources, language: str) -> locale.Locale:
    """The locale of an address. Raises `RejectedError` for a language that is not offered."""
    if found := locale.offered(res.settings).get(language):
        return found
    raise RejectedError(NOT_FOUND)


def _values(text: MessageTemplate) -> dict[str, str | list[str]]:
    return {"subject": text.subject, "body": text.body}


def _example(public_url: str) -> dict[str, str]:
    return {
        "name": "Rosa Elena",
        "programme": "Gobierno abierto 2026",
        "cohort": "Cajamarca 2026-I",
        "first_day": long_date(date(2026, 4, 1)),
        "last_day": long_date(date(2026, 11, 30)),
        "session": "El presupuesto participativo",
        "session_day": long_date(date(2026, 5, 12)),
        "session_time": clock_time(datetime(2026, 5, 12, 20, tzinfo=UTC)),
        "session_place": "Local comunal, Bambamarca",
        "my_data": f"{public_url}{PREFIX}/my-data",
    }
