"""The check-in page, corrections and conflicts. Every page is complete without scripts."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.commands import Write, WriteRequest, form_on
from chassis.web.forms import Form, choices
from chassis.web.inputs import Input
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _, ngettext
from chassis.web.views import View, first_rows, view_of
from contracts.days import day_of
from contracts.labels import ATTENDANCE_STATES
from contracts.sessions import AttendanceState
from contracts.territory import districts
from services.sessions.attendance import service
from services.sessions.attendance.commands import CorrectAttendance, Scan
from services.sessions.attendance.domain import COUNTABLE, KNOWN_BEFORE, Standing, is_long_past
from services.sessions.attendance.labels import CORRECTION_REASONS
from services.sessions.attendance.service import CONFLICTS, Attendance, StoredResult
from services.sessions.calendar import service as calendar
from services.sessions.calendar.domain import Session
from services.sessions.replicas import service as replicas
from services.sessions.resources import Res
from services.sessions.visibility import VisibleAttendance, VisibleSession, own_facilitator_id

router = APIRouter(include_in_schema=False)

Decision = Callable[..., Awaitable[StoredResult]]
"""What a person decides of a scan that has no attendance."""

OFFERED_STATES = (AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.EXCUSED, AttendanceState.ABSENT)
"""States that the check-in page offers. Leaving early is a later correction."""


class CheckInForm(Input):
    """The page's form: one state for each enrollment that was marked."""

    state: dict[UUID, AttendanceState] = Field(default_factory=dict)

    def scans(self, now: datetime, *, from_list: bool) -> list[Scan]:
        """The marks as scans of a device named `page`."""
        return [
            Scan(
                scan_id=new_id(),
                enrollment_id=enrollment_id,
                state=state,
                scanned_at=now,
                device_id="page",
                device_sequence=number,
                from_list=from_list,
            )
            for number, (enrollment_id, state) in enumerate(self.state.items())
        ]


@router.get("/attendance/{session_id}")
async def show_check_in(request: Request, session: VisibleSession, res: Res, read: Read) -> Response:
    return await _check_in(request, res, session, read, Form())


@router.post("/attendance/{session_id}")
async def check_in(session: VisibleSession, res: Res, write: Write) -> Response:
    async def record(unit: UnitOfWork, form: CheckInForm) -> dict[UUID, StoredResult]:
        scans = form.scans(unit.now, from_list=_is_long_past(session, unit.now))
        return await service.take_attendance(unit, scans, session)

    return await write.submit(
        CheckInForm,
        record,
        locks=lambda form: [session.cohort_id, *form.state],
        form=partial(_check_in, write.request, res, session, write.read),
        done=lambda results: (
            f"/attendance/{session.session_id}",
            ngettext("%(num)d person was marked.", "%(num)d people were marked.", len(results)),
        ),
    )


@router.post("/attendance/{session_id}/hold")
async def hold(session: VisibleSession, res: Res, write: Write) -> Response:
    return await write.press(
        calendar.hold,
        session.session_id,
        locks=[session.cohort_id],
        form=partial(_check_in, write.request, res, session, write.read),
        done=lambda held: (f"/attendance/{held.session_id}", _("The session is closed as held.")),
    )


@router.get("/corrections/{attendance_id}")
async def show_correction(request: Request, attendance: VisibleAttendance, res: Res, read: Read) -> Response:
    return await _correction(request, res, attendance, read, await form_on(res.pool, attendance.attendance_id))


@router.post("/corrections/{attendance_id}")
async def correct(attendance: VisibleAttendance, res: Res, write: Write) -> Response:
    return await write.submit(
        CorrectAttendance,
        partial(service.correct, attendance_id=attendance.attendance_id),
        locks=lambda command: [attendance.cohort_id],
        form=partial(_correction, write.request, res, attendance, write.read),
        done=lambda corrected: (f"/attendance/{corrected.session_id}", _("The attendance was corrected.")),
    )


@router.get("/conflicts")
async def show_conflicts(
    request: Request, res: Res, read: Read, view: Annotated[View, Depends(view_of(CONFLICTS, exports=True))]
) -> Response:
    return await _conflicts(request, res, read, view, Form())


@router.post("/conflicts/{session_id}/{scan_id}/count")
async def count_conflict(scan_id: UUID, session: VisibleSession, res: Res, write: Write) -> Response:
    return await _decided(res, write, session, scan_id, service.count_scan, _("The person was there: it is counted."))


@router.post("/conflicts/{session_id}/{scan_id}/dismiss")
async def dismiss_conflict(scan_id: UUID, session: VisibleSession, res: Res, write: Write) -> Response:
    return await _decided(res, write, session, scan_id, service.dismiss_scan, _("The scan does not count."))


async def _decided(
    res: Res, write: WriteRequest, session: Session, scan_id: UUID, decide: Decision, notice: str
) -> Response:
    scan = await service.get_scan(res.pool, session.session_id, scan_id)
    return await write.press(
        partial(decide, session=session),
        scan,
        locks=[session.cohort_id, scan.enrollment_id],
        form=partial(_conflicts, write.request, res, write.read, first_rows(CONFLICTS)),
        done=lambda _result: ("/conflicts", notice),
    )


async def _conflicts(request: Request, res: Res, read: ReadRequest, view: View, form: Form[Any]) -> Response:
    page = await service.list_conflicts(read, res.pool, view, own_facilitator_id(read.principal))
    codes = await service.roster_codes(res.pool, [conflict.session_id for conflict in page.rows])
    return await render_list(
        request, "attendance/conflicts.html", page, form.status, codes=codes, countable=COUNTABLE, form=form
    )


def _is_long_past(session: Session, now: datetime) -> bool:
    return is_long_past(day_of(session.starts_at), day_of(now))


async def _check_in(request: Request, res: Res, session: Session, read: ReadRequest, form: Form[Any]) -> Response:
    roster = await service.roster(read, res.pool, session.session_id)
    now = datetime.now(UTC)
    begun = day_of(session.starts_at) <= day_of(now)
    return render(
        request,
        "attendance/check_in.html",
        form.status,
        form=form,
        session=session,
        cohort=await replicas.find_cohort(res.pool, session.cohort_id),
        roster=roster,
        recorded=sum(entry.standing is Standing.RECORDED for entry in roster),
        unmarked=service.unmarked(roster),
        begun=begun,
        long_past=_is_long_past(session, now),
        may_record=not read.principal.roles.isdisjoint({"coordinator", "facilitator"}),
        offered_states=[state for state in OFFERED_STATES if begun or state in KNOWN_BEFORE],
        attendance_states=ATTENDANCE_STATES,
        districts=districts(),
        now=now,
    )


async def _correction(
    request: Request, res: Res, attendance: Attendance, read: ReadRequest, form: Form[CorrectAttendance]
) -> Response:
    offered = {state: label for state, label in ATTENDANCE_STATES.items() if state != attendance.state}
    codes = await service.roster_codes(res.pool, [attendance.session_id])
    return render(
        request,
        "attendance/correction.html",
        form.status,
        form=form,
        attendance=attendance,
        code=codes[attendance.session_id, attendance.enrollment_id],
        history=await service.history(read, res.pool, attendance),
        state_choices=choices(offered),
        reason_choices=choices(CORRECTION_REASONS),
        reasons=CORRECTION_REASONS,
        attendance_states=ATTENDANCE_STATES,
    )
