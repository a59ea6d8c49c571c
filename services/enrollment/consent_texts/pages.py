"""Pages of texts of consents: what is in force, and the text that waits for somebody else's approval."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.web import locale
from chassis.web.access import SignedIn
from chassis.web.commands import Write
from chassis.web.forms import VERSION_FIELD, Form
from chassis.web.pages import render
from chassis.web.texts import _
from contracts.enrollment import Purpose
from services.enrollment.consent_texts import service
from services.enrollment.consent_texts.commands import DecideText, DraftText
from services.enrollment.consent_texts.labels import PURPOSES
from services.enrollment.consent_texts.service import WrittenText, version_of_texts
from services.enrollment.days import today
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.staff import service as staff

router = APIRouter(prefix="/consent-texts", include_in_schema=False)


@router.get("")
async def list_texts(request: Request, res: Res) -> Response:
    """What people agree to today, for each purpose."""
    texts = await service.texts_in_force(res.pool, locale.current().language, today())
    return render(request, "consent_texts/list.html", texts=texts, purposes=PURPOSES)


@router.get("/{purpose}")
async def show_texts(request: Request, purpose: Purpose, res: Res, principal: SignedIn) -> Response:
    """The texts of a purpose, and the form of a new one."""
    version = await version_of_texts(res.pool, purpose)  # before what it is the version of
    return await _texts(request, res, purpose, principal.subject, Form({VERSION_FIELD: version}))


@router.post("/{purpose}")
async def draft_text(purpose: Purpose, res: Res, write: Write) -> Response:
    """Writes a text that waits for its approval."""
    operation = partial(service.draft_text, purpose=purpose, languages=locale.offered(res.settings))
    return await _decided(res, write, purpose, DraftText, operation, _("The text waits for somebody else's approval."))


@router.post("/{purpose}/approve")
async def approve_text(purpose: Purpose, res: Res, write: Write) -> Response:
    """Approves the text that waits."""
    operation = partial(service.approve_text, purpose=purpose)
    return await _decided(res, write, purpose, DecideText, operation, _("The text is approved."))


@router.post("/{purpose}/discard")
async def discard_text(purpose: Purpose, res: Res, write: Write) -> Response:
    """Discards the text that waits."""
    operation = partial(service.discard_text, purpose=purpose)
    return await _decided(res, write, purpose, DecideText, operation, _("The text is discarded."))


async def _decided(
    res: EnrollmentResources, write: Write, purpose: Purpose, command: Any, operation: Any, notice: str
) -> Response:
    return await write.submit(
        command,
        operation,
        locks=lambda _command: [purpose],
        form=partial(_texts, write.request, res, purpose, write.principal.subject),
        done=lambda _texts: (f"/consent-texts/{purpose}", notice),
        tag=partial(version_of_texts, purpose=purpose),
    )


async def _texts(
    request: Request, res: EnrollmentResources, purpose: Purpose, reader: str, form: Form[Any]
) -> Response:
    written: list[WrittenText] = await service.written_texts(res.pool, purpose)
    approved, languages = await service.approved_texts(res.pool), locale.offered(res.settings)
    return render(
        request,
        "consent_texts/one.html",
        form.status,
        form=form,
        purpose=purpose,
        label=PURPOSES[purpose],
        reader=reader,
        names=await staff.names(res),
        languages=languages,
        in_force={language: service.text_in_force(approved, purpose, language, today()) for language in languages},
        waiting=next((one for one in written if one.is_open), None),
        settled=[one for one in written if not one.is_open],
    )
