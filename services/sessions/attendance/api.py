"""Rosters, scans and corrections over HTTP."""

from functools import partial
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from chassis.web.commands import Write
from chassis.web.inputs import Input
from chassis.web.problems import FieldError, field_errors
from chassis.web.reads import Read
from chassis.web.texts import _
from contracts.sessions import AttendanceState
from services.sessions.attendance import service
from services.sessions.attendance.commands import CorrectAttendance, Scan
from services.sessions.attendance.domain import ScanOutcome
from services.sessions.attendance.service import Attendance, RosterEntry, StoredResult
from services.sessions.resources import Res
from services.sessions.visibility import VisibleAttendance, VisibleSession

router = APIRouter(tags=["attendance"])

MAXIMUM_SCANS = 1000
MAXIMUM_ID_LENGTH = 100


class Unreadable(BaseModel):
    """A scan that cannot be read. It is refused alone, and the other scans of its batch are recorded."""

    scan_id: str | None
    errors: list[FieldError]


def _read(sent: Any) -> Scan | Unreadable:
    try:
        return Scan.model_validate(sent)
    except ValidationError as error:
        errors = field_errors(error.errors(include_url=False, include_input=False))
        return Unreadable(scan_id=_printable_id(sent), errors=errors)


def _printable_id(sent: Any) -> str | None:
    """The id by which the device knows its scan, if it can be returned safely."""
    scan_id = str(sent.get("scan_id") or "") if isinstance(sent, dict) else ""
    return scan_id if 0 < len(scan_id) <= MAXIMUM_ID_LENGTH and scan_id.isprintable() else None


SentScan = Annotated[Scan | Unreadable, PlainValidator(_read, json_schema_input_type=Scan)]


class RecordAttendance(Input):
    """The scans of one device at one session, in the device's order."""

    scans: list[SentScan] = Field(max_length=MAXIMUM_SCANS)


class ScanResult(BaseModel):
    """The result of one scan. A `refused` scan is not stored: the device corrects it and sends it again."""

    scan_id: str | None
    outcome: ScanOutcome | Annotated[str, Field(pattern="^refused$")]
    attendance_id: UUID | None = None
    errors: list[FieldError] = []


class Recorded(BaseModel):
    """The results, in the order of the scans."""

    results: list[ScanResult]


class Roster(BaseModel):
    """A session's people without names. The browser asks enrollment for the names."""

    session_id: UUID
    cohort_id: UUID
    roster: list[RosterEntry]


class AttendanceReply(BaseModel):
    """An attendance's state."""

    model_config = ConfigDict(from_attributes=True)

    attendance_id: UUID
    state: AttendanceState

    @classmethod
    def of(cls, attendance: Attendance) -> Self:
        return cls.model_validate(attendance)


@router.get("/api/sessions/{session_id}/roster")
async def show_roster(session: VisibleSession, res: Res, read: Read) -> Roster:
    """Everybody who is expected at a session or was there."""
    entries = await service.roster(read, res.pool, session.session_id)
    return Roster(session_id=session.session_id, cohort_id=session.cohort_id, roster=entries)


@router.post("/api/sessions/{session_id}/attendance")
async def record_attendance(body: RecordAttendance, session: VisibleSession, write: Write) -> Recorded:
    """Record scans. Each is stored once for ever, by its id; sent again, it gets its current result."""
    scans = [scan for scan in body.scans if isinstance(scan, Scan)]
    return await write.run(
        partial(service.record_scans, session=session),
        scans,
        locks=[session.cohort_id, *{scan.enrollment_id for scan in scans}],
        reply=lambda stored: Recorded(results=[_result(scan, session.session_id, stored) for scan in body.scans]),
    )


@router.post("/api/attendance/{attendance_id}/correct")
async def correct_attendance(body: CorrectAttendance, attendance: VisibleAttendance, write: Write) -> AttendanceReply:
    """Correct an attendance, with a reason. Its former state is kept."""
    operation = partial(service.correct, attendance_id=attendance.attendance_id)
    return await write.run(operation, body, locks=[attendance.cohort_id], reply=AttendanceReply.of)


@router.post("/api/sessions/{session_id}/scans/{scan_id}/undo")
async def undo_scan(scan_id: UUID, session: VisibleSession, res: Res, write: Write) -> ScanResult:
    """Take a mistaken scan back. It stays on record, decides nothing any more, and sent again it is still undone."""
    scan = await service.get_scan(res.pool, session.session_id, scan_id)
    return await write.run(
        partial(service.undo_scan, session=session),
        scan,
        locks=[session.cohort_id, scan.enrollment_id],
        reply=lambda undone: ScanResult(
            scan_id=str(scan_id), outcome=undone.outcome, attendance_id=undone.attendance_id
        ),
    )


def _result(scan: Scan | Unreadable, session_id: UUID, stored: dict[UUID, StoredResult]) -> ScanResult:
    if isinstance(scan, Unreadable):
        return ScanResult(scan_id=scan.scan_id, outcome="refused", errors=scan.errors)
    result = stored[scan.scan_id]
    if (result.session_id, result.enrollment_id) != (session_id, scan.enrollment_id):
        taken = FieldError(field="scan_id", code="scan_id_taken", detail=_("Another scan has this id."))
        return ScanResult(scan_id=str(scan.scan_id), outcome="refused", errors=[taken])
    return ScanResult(scan_id=str(scan.scan_id), outcome=result.outcome, attendance_id=result.attendance_id)
