"""Rosters, scans and corrections over HTTP."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, PlainValidator, ValidationError

from chassis.store.database import Row
from chassis.web.idempotency import Idempotent
from chassis.web.problems import FieldError, field_errors
from chassis.web.texts import _
from contracts.sessions import AttendanceState
from services.sessions import recording
from services.sessions.api.dependencies import Res, Staff, VisibleAttendance, VisibleSession
from services.sessions.attendance import Outcome
from services.sessions.commands import CorrectAttendance, Scan
from services.sessions.roster import RosterEntry, roster_of

router = APIRouter(tags=["attendance"])

LARGEST_BATCH = 1000
LONGEST_NAME = 100


class Unreadable(BaseModel):
    """A scan that cannot be read. It is told apart and holds up no other."""

    scan_id: str | None
    errors: list[FieldError]


def _read(sent: Any) -> Scan | Unreadable:
    try:
        return Scan.model_validate(sent)
    except ValidationError as error:
        errors = field_errors(error.errors(include_url=False, include_input=False))
        return Unreadable(scan_id=_named(sent), errors=errors)


def _named(sent: Any) -> str | None:
    """The id by which the device knows its scan, if it has one that can be said again."""
    name = str(sent.get("scan_id") or "") if isinstance(sent, dict) else ""
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


Sent = Annotated[Scan | Unreadable, PlainValidator(_read, json_schema_input_type=Scan)]


class RecordAttendance(BaseModel):
    """What a device saw at the door of one session, in its own order."""

    scans: list[Sent] = Field(max_length=LARGEST_BATCH)


class ScanResult(BaseModel):
    """What became of one scan. `refused` is not kept: the device sends it again, set right."""

    scan_id: str | None
    outcome: Outcome | Annotated[str, Field(pattern="^refused$")]
    attendance_id: UUID | None = None
    errors: list[FieldError] = []


class Recorded(BaseModel):
    """The results, in the order of the scans."""

    results: list[ScanResult]


class Roster(BaseModel):
    """A session's people, without names: those come from enrollment, in the browser."""

    session_id: UUID
    cohort_id: UUID
    roster: list[RosterEntry]


class AttendanceReply(BaseModel):
    """How an attendance stands."""

    attendance_id: UUID
    state: AttendanceState


@router.get("/api/sessions/{session_id}/roster")
async def show_roster(session: VisibleSession, res: Res) -> Roster:
    """Who is expected at a session and who came."""
    entries = await roster_of(res.pool, session.session_id)
    return Roster(session_id=session.session_id, cohort_id=session.cohort_id, roster=entries)


@router.post("/api/sessions/{session_id}/attendance")
async def record(body: RecordAttendance, session: VisibleSession, res: Res, once: Idempotent, staff: Staff) -> Recorded:
    """Record scans. Each counts once for ever, by its id; sent again it gets the answer it has."""
    scans = [scan for scan in body.scans if isinstance(scan, Scan)]
    enrollments = {scan.enrollment_id for scan in scans}
    async with once.transaction(res.pool, session.cohort_id, *enrollments) as connection:
        kept = await recording.record(connection, session, scans, staff.subject)
        results = [_result(scan, session.session_id, kept) for scan in body.scans]
        return await once.keep(connection, Recorded(results=results))


@router.post("/api/attendance/{attendance_id}/correct")
async def correct(
    body: CorrectAttendance, attendance: VisibleAttendance, res: Res, once: Idempotent, staff: Staff
) -> AttendanceReply:
    """Set an attendance right, with a reason. What it was is kept."""
    attendance_id = attendance["attendance_id"]
    async with once.transaction(res.pool, attendance["cohort_id"]) as connection:
        await recording.correct(connection, attendance_id, body, staff.subject, datetime.now(UTC))
        return await once.keep(connection, AttendanceReply(attendance_id=attendance_id, state=body.state))


def _result(scan: Scan | Unreadable, session_id: UUID, kept: dict[UUID, Row]) -> ScanResult:
    if isinstance(scan, Unreadable):
        return ScanResult(scan_id=scan.scan_id, outcome="refused", errors=scan.errors)
    row = kept[scan.scan_id]
    if (row["session_id"], row["enrollment_id"]) != (session_id, scan.enrollment_id):
        taken = FieldError(field="scan_id", code="scan_id_taken", detail=_("Another scan has this id."))
        return ScanResult(scan_id=str(scan.scan_id), outcome="refused", errors=[taken])
    return ScanResult(scan_id=str(scan.scan_id), outcome=row["outcome"], attendance_id=row["attendance_id"])
