"""The page at the door: cards are scanned one after the other. It is complete without scripts."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.runtime.rejections import RejectedError
from chassis.web.commands import Write
from chassis.web.forms import Form, read_form
from chassis.web.pages import render
from chassis.web.reads import Read, ReadRequest
from contracts.days import day_of
from contracts.labels import ATTENDANCE_STATES
from contracts.territory import districts
from services.sessions.attendance import service as attendance
from services.sessions.attendance.domain import is_long_past
from services.sessions.calendar.domain import Session
from services.sessions.cards import service
from services.sessions.cards.commands import ScanCard
from services.sessions.cards.labels import CARD_ANSWERS, CARD_EXPLANATIONS, CARD_SYMBOLS, CARD_TONES
from services.sessions.resources import Res
from services.sessions.visibility import VisibleSession

router = APIRouter(prefix="/attendance/{session_id}/cards", include_in_schema=False)


@router.get("")
async def show_scanning(
    request: Request, session: VisibleSession, res: Res, read: Read, scan_id: UUID | None = None
) -> Response:
    """The field for the next card and, after a scan, what became of it."""
    return await _scanning(request, res, session, read, Form(), scan_id)


@router.post("")
async def scan_card(session: VisibleSession, res: Res, write: Write) -> Response:
    """Records whoever has the card as present."""
    show = partial(_scanning, write.request, res, session, write.read)
    sent = await read_form(write.request, ScanCard)
    if sent.command is None:
        return await show(sent)
    try:
        enrollment_id = await service.enrollment_of_card(res.pool, sent.command.card, session.cohort_id)
    except RejectedError as error:
        return await show(sent.rejected(error.rejection))
    return await write.submit(
        ScanCard,
        partial(service.scan_card, session=session, enrollment_id=enrollment_id),
        locks=lambda _card: [session.cohort_id, enrollment_id],
        form=show,
        done=lambda scan_id: (_address(session, scan_id), ""),
    )


@router.post("/{scan_id}/undo")
async def undo_scan(scan_id: UUID, session: VisibleSession, res: Res, write: Write) -> Response:
    """Takes a mistaken scan back."""
    scan = await attendance.get_scan(res.pool, session.session_id, scan_id)
    return await write.press(
        partial(attendance.undo_scan, session=session),
        scan,
        locks=[session.cohort_id, scan.enrollment_id],
        form=partial(_scanning, write.request, res, session, write.read),
        done=lambda undone: (_address(session, undone.scan_id), ""),
    )


def _address(session: Session, scan_id: UUID) -> str:
    return f"/attendance/{session.session_id}/cards?scan_id={scan_id}"


async def _scanning(
    request: Request, res: Res, session: Session, read: ReadRequest, form: Form[Any], scan_id: UUID | None = None
) -> Response:
    now = datetime.now(UTC)
    return render(
        request,
        "cards/scan.html",
        form.status,
        form=form,
        session=session,
        card=await service.scanned_card(read, res.pool, session.session_id, scan_id) if scan_id else None,
        checked_in=await service.count_checked_in(res.pool, session.session_id),
        begun=day_of(session.starts_at) <= day_of(now),
        long_past=is_long_past(day_of(session.starts_at), day_of(now)),
        attendance_states=ATTENDANCE_STATES,
        answers=CARD_ANSWERS,
        explanations=CARD_EXPLANATIONS,
        tones=CARD_TONES,
        symbols=CARD_SYMBOLS,
        districts=districts(),
    )
