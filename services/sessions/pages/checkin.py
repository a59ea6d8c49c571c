"""The attendance screen: complete without scripts, at once with them."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chassis.store.database import Row
from chassis.store.identifiers import new_id
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import see_other
from chassis.web.texts import _, ngettext
from contracts.sessions import AttendanceState, SessionHeld
from services.sessions import calendar, recording, scheduling
from services.sessions.api.dependencies import Reader, Res, Staff, VisibleAttendance, VisibleSession, sql
from services.sessions.calendar import Session
from services.sessions.commands import CorrectAttendance, Scan
from services.sessions.pages.words import STATES, page
from services.sessions.roster import Standing, roster_of

router = APIRouter(include_in_schema=False)

MARKS = (AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.EXCUSED, AttendanceState.ABSENT)
"""What is chosen from at the door; who leaves early is corrected later."""


class TakeAttendance(BaseModel):
    """The page's form: one state per enrollment that was marked."""

    state: dict[UUID, AttendanceState] = {}

    def scans(self, now: datetime) -> list[Scan]:
        """The marks as scans of the device that this page is."""
        return [
            Scan(
                scan_id=new_id(),
                enrollment_id=enrollment_id,
                state=state,
                scanned_at=now,
                device_id="page",
                device_sequence=number,
                clock_offset_ms=0,
            )
            for number, (enrollment_id, state) in enumerate(self.state.items())
        ]


@router.get("/attendance/{session_id}")
async def attendance_screen(request: Request, session: VisibleSession, res: Res, reader: Reader) -> Response:
    may_record = not reader.roles.isdisjoint({"coordinator", "facilitator"})
    return await _screen(request, res, session, Form(), may_record=may_record)


@router.post("/attendance/{session_id}")
async def take_attendance(
    request: Request, session: VisibleSession, res: Res, once: Idempotent, staff: Staff
) -> Response:
    form = await read_form(request, TakeAttendance)
    if form.command is None:
        return await _screen(request, res, session, form, may_record=True)
    scans = form.command.scans(datetime.now(UTC))
    async with once.transaction(res.pool, session.cohort_id, *form.command.state) as connection:
        await recording.record(connection, session, scans, staff.subject)
        notice = ngettext("%(num)d person was marked.", "%(num)d people were marked.", len(scans))
        return await once.keep(connection, see_other(request, f"/attendance/{session.session_id}", notice))


@router.post("/attendance/{session_id}/hold")
async def hold(request: Request, session: VisibleSession, res: Res, once: Idempotent, staff: Staff) -> Response:
    async with once.transaction(res.pool, session.cohort_id) as connection:
        ended_at = min(session.ends_at, datetime.now(UTC))
        await scheduling.change(connection, session, calendar.held, SessionHeld, ended_at)
        answer = see_other(request, f"/attendance/{session.session_id}", _("The session is closed as held."))
        return await once.keep(connection, answer)


@router.get("/corrections/{attendance_id}")
async def correction(request: Request, attendance: VisibleAttendance, res: Res, staff: Staff) -> Response:
    return await _correction(request, res, attendance, Form())


@router.post("/corrections/{attendance_id}")
async def correct(
    request: Request, attendance: VisibleAttendance, res: Res, once: Idempotent, staff: Staff
) -> Response:
    form = await read_form(request, CorrectAttendance)
    if form.command is None:
        return await _correction(request, res, attendance, form)
    async with once.transaction(res.pool, attendance["cohort_id"]) as connection:
        attendance_id, now = attendance["attendance_id"], datetime.now(UTC)
        await recording.correct(connection, attendance_id, form.command, staff.subject, now)
        answer = see_other(request, f"/attendance/{attendance['session_id']}", _("The attendance was corrected."))
        return await once.keep(connection, answer)


async def _correction(request: Request, res: Res, attendance: Row, form: Form[CorrectAttendance]) -> Response:
    history = await res.pool.fetch(sql.history_of_attendance.text, attendance["attendance_id"])
    choices = [(state, _(label)) for state, label in STATES.items() if state != attendance["state"]]
    context = {"attendance": attendance, "history": history, "state_choices": choices}
    return page(request, "correction.html", form.status, values=form.values, errors=form.errors, **context)


async def _screen(
    request: Request, res: Res, session: Session, form: Form[TakeAttendance], *, may_record: bool
) -> Response:
    roster = await roster_of(res.pool, session.session_id)
    recorded = sum(entry.standing is Standing.RECORDED for entry in roster)
    cohort = await res.pool.fetchrow(sql.cohort.text, session.cohort_id)
    context = {"session": session, "cohort": cohort, "roster": roster, "recorded": recorded, "marks": MARKS}
    now = datetime.now(UTC)
    return page(request, "attendance.html", form.status, errors=form.errors, may_record=may_record, now=now, **context)
