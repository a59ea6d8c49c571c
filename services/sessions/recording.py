"""Scans become attendance: kept once for ever, settled by pure decisions, announced with full state."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Connection, Row, columns
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceCorrected, AttendanceRecorded, AttendanceState, SessionStatus
from services.sessions import attendance, commands, completing
from services.sessions.attendance import Pair, Seat, Verdict
from services.sessions.calendar import Session

sql = queries("services.sessions")

COLUMNS = (
    *("scan_id", "enrollment_id", "state", "scanned_at", "checked_in_at"),
    *("clock_offset_ms", "device_id", "device_sequence"),
)
"""Of a scan, in the order of `keep_scans`."""

PairId = tuple[UUID, UUID]
"""A session's and an enrollment's id."""


async def record(
    connection: Connection, session: Session, scans: Sequence[commands.Scan], author: str
) -> dict[UUID, Row]:
    """Keeps the scans, settles what is new, and returns what became of each by its id: `scans_by_id`.

    The caller holds the locks of the session's cohort and of the scans' enrollments.
    """
    new = await connection.fetch(sql.keep_scans.text, session.session_id, author, *_columns(scans))
    await settle(connection, session.cohort_id, {(session.session_id, row["enrollment_id"]) for row in new})
    found = await connection.fetch(sql.scans_by_id.text, [scan.scan_id for scan in scans])
    return {row["scan_id"]: row for row in found}


async def settle(connection: Connection, cohort_id: UUID, pairs: Collection[PairId]) -> None:
    """Decides each pair anew from all its scans, and how the enrollments concerned stand."""
    if not pairs:
        return
    verdicts = [attendance.settle(pair) for pair in await _read(connection, pairs)]
    saved = await _save(connection, verdicts)
    new = [row["attendance_id"] for row in saved if row["is_new"]]
    await _announce_recorded(connection, new)
    await announce_corrected(connection, {row["attendance_id"] for row in saved} - set(new))
    await completing.reevaluate(connection, cohort_id, [row["enrollment_id"] for row in saved])


async def correct(
    connection: Connection, attendance_id: UUID, command: commands.CorrectAttendance, author: str, now: datetime
) -> None:
    """Sets an attendance right and keeps what it was; saying what it already says changes nothing."""
    row = await connection.fetchrow(sql.attendance.text, attendance_id)
    assert row is not None, "attendances are never deleted"
    if row["state"] == command.state:
        return
    await connection.execute(
        sql.add_correction.text, new_id(), attendance_id, row["state"], command.state, command.reason, author, now
    )
    await connection.execute(sql.correct_attendance.text, attendance_id, command.state)
    await announce_corrected(connection, [attendance_id], now)
    await completing.reevaluate(connection, row["cohort_id"], [row["enrollment_id"]])


async def announce_corrected(
    connection: Connection, attendances: Collection[UUID], corrected_at: datetime | None = None
) -> None:
    """Says how these attendances stand now; where no person corrected them, as of their check-in."""
    rows = await connection.fetch(sql.attendances_in_full.text, attendances)
    events = (AttendanceCorrected(**row, occurred_at=corrected_at or row["checked_in_at"]) for row in rows)
    await outbox.add_all(connection, events)


async def _announce_recorded(connection: Connection, attendances: Collection[UUID]) -> None:
    rows = await connection.fetch(sql.attendances_in_full.text, attendances)
    events = (AttendanceRecorded(**row, occurred_at=row["checked_in_at"]) for row in rows)
    await outbox.add_all(connection, events)


def _columns(scans: Sequence[commands.Scan]) -> Iterable[list[object]]:
    return [[getattr(scan, name) for scan in scans] for name in COLUMNS]


async def _read(connection: Connection, pairs: Collection[PairId]) -> list[Pair]:
    ids = [session for session, _ in pairs], [enrollment for _, enrollment in pairs]
    scans: dict[PairId, list[attendance.Scan]] = defaultdict(list)
    for row in await connection.fetch(sql.scans_of_pairs.text, *ids):
        scan = attendance.Scan(row["scan_id"], AttendanceState(row["state"]), row["checked_in_at"])
        scans[row["session_id"], row["enrollment_id"]].append(scan)
    rows = await connection.fetch(sql.pairs.text, *ids)
    return [_pair(row, scans[row["session_id"], row["enrollment_id"]]) for row in rows]


def _pair(row: Row, scans: Sequence[attendance.Scan]) -> Pair:
    heard = row["status"] is not None
    return Pair(
        session_status=SessionStatus(row["session_status"]),
        session_cohort=row["session_cohort"],
        seat=Seat(row["cohort_id"], EnrollmentStatus(row["status"])) if heard else None,
        recorded=row["recorded"],
        scans=scans,
    )


async def _save(connection: Connection, verdicts: Sequence[Verdict]) -> list[Row]:
    standing = [verdict.standing.scan_id for verdict in verdicts if verdict.standing]
    saved = await connection.fetch(sql.save_attendances.text, [new_id() for _ in standing], standing)
    outcomes = [(scan_id, *outcome) for verdict in verdicts for scan_id, outcome in verdict.outcomes.items()]
    if outcomes:
        await connection.execute(sql.settle_scans.text, *columns(outcomes))
    return saved
