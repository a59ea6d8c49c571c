"""Scans are stored once, decided by `domain`, and announced as attendance with its full state."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.messaging import outbox
from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, Row, transaction
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts.days import day_of
from contracts.enrollment import EnrollmentStatus
from contracts.labels import ATTENDANCE_STATES
from contracts.sessions import AttendanceCorrected, AttendanceRecorded, AttendanceState, SessionStatus
from services.sessions.attendance.commands import CorrectAttendance, Scan
from services.sessions.attendance.domain import (
    ATTENDED,
    AttendanceCase,
    AttendanceDecision,
    ConflictReason,
    CorrectionReason,
    ScanOutcome,
    Seat,
    Standing,
    StoredScan,
    check_correction,
    check_marks,
    decide,
    short_codes,
)
from services.sessions.attendance.labels import CONFLICT_REASONS
from services.sessions.calendar.domain import Session
from services.sessions.completion import service as completion

sql = queries(__package__)

COUNTING = Work("attendance.count_unmarked")
NAMING = Work("attendance.roster_codes")

SCAN_FIELDS = (
    *("scan_id", "enrollment_id", "state", "scanned_at", "checked_in_at"),
    *("clock_offset_ms", "device_id", "device_sequence", "from_list"),
)

CONFLICTS = Table(
    "conflicts",
    N_("To decide"),
    key="scan_id",
    order="-received_at",
    columns=(
        Column("title", N_("Session"), link="/attendance/{row.session_id}", searched=True),
        Column("cohort", N_("Cohort"), searched=True),
        Column("starts_at", N_("When"), "date"),
        Column("enrollment_id", N_("Person"), "identifier", drawn=True),
        Column("reason", N_("Why"), labels=CONFLICT_REASONS, filtered=True),
        Column("state", N_("Scanned as"), labels=ATTENDANCE_STATES, badges={}, filtered=True),
        Column("checked_in_at", N_("Checked in"), "instant"),
        Column("recorded_state", N_("On record"), labels=ATTENDANCE_STATES),
        Column("received_at", N_("Received"), "instant"),
        Column("attendance_id", N_("Correction"), "action"),
    ),
)

AttendanceKey = tuple[UUID, UUID]
"""A session's and an enrollment's id."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """An attendance with its session's cohort, title and start."""

    attendance_id: UUID
    session_id: UUID
    enrollment_id: UUID
    state: AttendanceState
    cohort_id: UUID
    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A scan, or a correction with its reason."""

    at: datetime
    author: str
    state: AttendanceState
    reason: CorrectionReason | None


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A stored scan and its outcome."""

    scan_id: UUID
    session_id: UUID
    enrollment_id: UUID
    outcome: ScanOutcome
    attendance_id: UUID | None


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person at one session. `scanned` is the state of an undecided scan."""

    enrollment_id: UUID
    code: Annotated[
        str, Field(description="The last characters of the enrollment's id, as many as tell the roster apart.")
    ]
    standing: Standing
    attendance_id: UUID | None
    state: AttendanceState | None
    checked_in_at: datetime | None
    scanned: AttendanceState | None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A scan that the coordinator decides about; `recorded_state` is that of the attendance, if there is one."""

    scan_id: UUID
    received_at: datetime
    session_id: UUID
    enrollment_id: UUID
    state: AttendanceState
    reason: ConflictReason
    checked_in_at: datetime
    attendance_id: UUID | None
    recorded_state: AttendanceState | None
    title: str
    starts_at: datetime
    cohort: str | None


async def get_attendance(connection: Connection | Pool, attendance_id: UUID) -> Attendance:
    """The attendance. Raises `RejectedError` if it does not exist."""
    if attendance := await sql.attendance.first(connection, Attendance, attendance_id=attendance_id):
        return attendance
    raise RejectedError(NOT_FOUND)


async def history(reader: Reader, pool: Pool, attendance: Attendance) -> list[HistoryEntry]:
    """The scans and corrections of an attendance, first to last."""
    found = await sql.history_of_attendance.all(pool, HistoryEntry, attendance_id=attendance.attendance_id)
    return reader.shows(found, [attendance.enrollment_id])


async def roster(reader: Reader, pool: Pool, session_id: UUID) -> list[RosterEntry]:
    """Everybody who is expected, recorded or scanned at a session, by code."""
    rows = await sql.roster.fetch(pool, session_id=session_id)
    codes = short_codes({row["enrollment_id"] for row in rows})
    entries = [_entry(row, codes[row["enrollment_id"]]) for row in rows]
    return reader.shows(sorted(entries, key=lambda entry: entry.code))


async def roster_codes(pool: Pool, session_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], str]:
    """Session and enrollment → the code by which that session's roster shows the person."""
    rosters = {one: await roster(NAMING, pool, one) for one in set(session_ids)}
    return {(session, entry.enrollment_id): entry.code for session, entries in rosters.items() for entry in entries}


async def count_unmarked(pool: Pool, session_id: UUID) -> int:
    """How many people are expected at a session and not marked."""
    return unmarked(await roster(COUNTING, pool, session_id))


def unmarked(entries: Iterable[RosterEntry]) -> int:
    """How many of a roster are expected and not marked."""
    return sum(entry.standing is Standing.EXPECTED for entry in entries)


async def list_conflicts(reader: Reader, pool: Pool, view: View, facilitator_id: str | None) -> Page[ConflictRow]:
    """The open conflicts; only those of one facilitator's cohorts if a facilitator is given."""
    page = await fetch_page(pool, sql.conflicts, view, ConflictRow, facilitator_id=facilitator_id)
    reader.shows(page.rows)
    return page


async def count_conflicts(pool: Pool) -> int:
    """How many conflicts are open."""
    return int(await sql.count_conflicts.value(pool))


async def is_attended(connection: Connection, session_id: UUID) -> bool:
    """Whether somebody is on record as having been at the session."""
    return bool(await sql.is_attended.value(connection, session_id=session_id, attended=ATTENDED))


async def take_attendance(unit: UnitOfWork, scans: Sequence[Scan], session: Session) -> dict[UUID, StoredResult]:
    """Records marks that are made now. Raises `RejectedError` before the session's day, except for excuses.

    The caller holds the locks of `record_scans`.
    """
    check_marks([scan.state for scan in scans], day_of(session.starts_at), day_of(unit.now))
    return await record_scans(unit, scans, session)


async def record_scans(unit: UnitOfWork, scans: Sequence[Scan], session: Session) -> dict[UUID, StoredResult]:
    """Stores the scans, decides the new ones, and returns the result of each by its id.

    The caller holds the locks of the session's cohort and of the scans' enrollments.
    """
    columns = {name: [getattr(scan, name) for scan in scans] for name in SCAN_FIELDS}
    unit.concerns(*columns["enrollment_id"])
    new = await sql.add_scans.fetch(unit.connection, session_id=session.session_id, scanned_by=unit.author, **columns)
    keys = {(session.session_id, row["enrollment_id"]) for row in new}
    await _decide_scans(unit.connection, session.cohort_id, keys)
    results = await sql.scans_by_id.all(unit.connection, StoredResult, scan_ids=columns["scan_id"])
    return {result.scan_id: result for result in results}


async def decide_waiting_scans(pool: Pool) -> None:
    """Decides the scans without attendance whose enrollment changed since they were decided, each under its locks."""
    for row in await sql.enrollments_with_outdated_scans.fetch(pool):
        cohort_id, enrollment_id = row["cohort_id"], row["enrollment_id"]
        async with transaction(pool, cohort_id, enrollment_id) as connection:
            outdated = await sql.sessions_with_outdated_scans.fetch(
                connection, cohort_id=cohort_id, enrollment_id=enrollment_id
            )
            await _decide_scans(connection, cohort_id, {(one["session_id"], enrollment_id) for one in outdated})


async def follow_corrected_profiles(pool: Pool) -> None:
    """Gives attendance and completion the corrected profile of their enrollment, each under its locks."""
    for row in await sql.corrected_enrollments.fetch(pool):
        enrollment_id = row["enrollment_id"]
        async with transaction(pool, row["cohort_id"], enrollment_id) as connection:
            await sql.lock_enrollment.execute(connection, enrollment_id=enrollment_id)
            corrected = await sql.correct_profiles.fetch(connection, enrollment_id=enrollment_id)
            await _announce_corrected(connection, [one["attendance_id"] for one in corrected])
            await completion.follow_corrected_profile(connection, enrollment_id)
            await sql.finish_correction.execute(connection, enrollment_id=enrollment_id)


async def correct(unit: UnitOfWork, command: CorrectAttendance, attendance_id: UUID) -> Attendance:
    """Corrects an attendance and keeps its former state. Idempotent for an unchanged state.

    Raises `RejectedError` if nobody can have attended yet. The caller holds the lock of the session's cohort.
    """
    before = await get_attendance(unit.connection, attendance_id)
    unit.concerns(before.enrollment_id)
    check_correction(command.state, day_of(before.starts_at), day_of(unit.now))
    if before.state is not command.state:
        await sql.add_correction.execute(
            unit.connection,
            correction_id=new_id(),
            attendance_id=attendance_id,
            previous_state=before.state,
            corrected_by=unit.author,
            corrected_at=unit.now,
            **command.model_dump(),
        )
        await sql.correct_attendance.execute(unit.connection, attendance_id=attendance_id, state=command.state)
        await _announce_corrected(unit.connection, [attendance_id], unit.now)
        await completion.reevaluate(unit.connection, before.cohort_id, [before.enrollment_id])
    return replace(before, state=command.state)


async def get_scan(pool: Pool, session_id: UUID, scan_id: UUID) -> StoredResult:
    """The scan. Raises `RejectedError` if the session has none with this id."""
    if scan := await sql.scan.first(pool, StoredResult, session_id=session_id, scan_id=scan_id):
        return scan
    raise RejectedError(NOT_FOUND)


async def undo_scan(unit: UnitOfWork, scan: StoredResult, session: Session) -> StoredResult:
    """Takes a mistaken scan back: the others of the person decide, and without any the person was not there.

    Idempotent. The caller holds the locks of the session's cohort and of the scan's enrollment.
    """
    unit.concerns(scan.enrollment_id)
    if await sql.undo_scan.value(unit.connection, scan_id=scan.scan_id):
        await _decide_scans(unit.connection, session.cohort_id, {(scan.session_id, scan.enrollment_id)})
        await _empty(unit, scan, session)
    return replace(scan, outcome=ScanOutcome.UNDONE)


async def dismiss_scan(unit: UnitOfWork, scan: StoredResult, session: Session) -> StoredResult:
    """Takes a scan in conflict back. Idempotent.

    Raises `RejectedError` for one that somebody counted meanwhile. The caller holds the locks of `undo_scan`.
    """
    if await _outcome_now(unit.connection, scan) not in {ScanOutcome.CONFLICT, ScanOutcome.UNDONE}:
        raise RejectedError(_DECIDED_OTHERWISE)
    return await undo_scan(unit, scan, session)


async def count_scan(unit: UnitOfWork, scan: StoredResult, session: Session) -> StoredResult:
    """Records that the person was there as the scan says, although its time tells of another day. Idempotent.

    Raises `RejectedError` where the session or the enrollment does not allow it, and for a scan that somebody dismissed
    meanwhile. The caller holds the locks of `record_scans`.
    """
    outcome = await _outcome_now(unit.connection, scan)
    if outcome is ScanOutcome.UNDONE:
        raise RejectedError(_DECIDED_OTHERWISE)
    if outcome is not ScanOutcome.CONFLICT:
        return scan
    state = AttendanceState(await sql.state_of_scan.value(unit.connection, scan_id=scan.scan_id))
    confirmed = Scan(
        scan_id=new_id(),
        enrollment_id=scan.enrollment_id,
        state=state,
        scanned_at=unit.now,
        device_id="page",
        device_sequence=0,
        from_list=True,
    )
    results = await take_attendance(unit, [confirmed], session)
    if results[confirmed.scan_id].attendance_id is None:
        raise RejectedError(_NOT_COUNTED)
    return results[confirmed.scan_id]


async def _outcome_now(connection: Connection, scan: StoredResult) -> ScanOutcome:
    """The scan's outcome under the lock: somebody else may have decided since the page was opened."""
    return ScanOutcome(await sql.outcome_of_scan.value(connection, scan_id=scan.scan_id))


async def _empty(unit: UnitOfWork, scan: StoredResult, session: Session) -> None:
    """Announces that nobody was there, if the attendance rested on the undone scan alone."""
    emptied = await sql.empty_attendance.fetch_row(
        unit.connection, session_id=scan.session_id, enrollment_id=scan.enrollment_id
    )
    if emptied is None:
        return
    await sql.add_correction.execute(
        unit.connection,
        correction_id=new_id(),
        state=AttendanceState.ABSENT,
        reason=CorrectionReason.MARKED_BY_MISTAKE,
        corrected_by=unit.author,
        corrected_at=unit.now,
        **emptied,
    )
    await _announce_corrected(unit.connection, [emptied["attendance_id"]], unit.now)
    await completion.reevaluate(unit.connection, session.cohort_id, [scan.enrollment_id])


async def decide_open_scans(connection: Connection, session: Session) -> None:
    """Decides what waits or is in conflict of a session that changed. The caller holds the lock of its cohort."""
    rows = await sql.enrollments_with_open_scans.fetch(connection, session_id=session.session_id)
    await _decide_scans(connection, session.cohort_id, {(session.session_id, row["enrollment_id"]) for row in rows})


async def announce_moved(connection: Connection, session_id: UUID, now: datetime) -> None:
    """Announces the attendances of a session that moved: they carry the session's start."""
    rows = await sql.attendance_ids_of_session.fetch(connection, session_id=session_id)
    await _announce_corrected(connection, [row["attendance_id"] for row in rows], now)


async def _decide_scans(connection: Connection, cohort_id: UUID, keys: Collection[AttendanceKey]) -> None:
    """Decides each attendance from all its scans, and reevaluates the completion of the enrollments that changed."""
    if not keys:
        return
    saved = await _save(connection, [(case, decide(case)) for case in await _cases(connection, keys)])
    new = [row["attendance_id"] for row in saved if row["is_new"]]
    await _announce_recorded(connection, new)
    await _announce_corrected(connection, {row["attendance_id"] for row in saved} - set(new))
    await completion.reevaluate(connection, cohort_id, [row["enrollment_id"] for row in saved])


async def _announce_corrected(
    connection: Connection, attendance_ids: Collection[UUID], corrected_at: datetime | None = None
) -> None:
    """Announces the current state. Without a correction by a person, it happened at the check-in."""
    rows = await sql.attendances_in_full.fetch(connection, attendance_ids=attendance_ids)
    events = (AttendanceCorrected(**row, occurred_at=corrected_at or row["checked_in_at"]) for row in rows)
    await outbox.add_all(connection, events)


async def _announce_recorded(connection: Connection, attendance_ids: Collection[UUID]) -> None:
    rows = await sql.attendances_in_full.fetch(connection, attendance_ids=attendance_ids)
    events = (AttendanceRecorded(**row, occurred_at=row["checked_in_at"]) for row in rows)
    await outbox.add_all(connection, events)


async def _cases(connection: Connection, keys: Collection[AttendanceKey]) -> list[AttendanceCase]:
    ids = {
        "session_ids": [session_id for session_id, _ in keys],
        "enrollment_ids": [enrollment_id for _, enrollment_id in keys],
    }
    scans: dict[AttendanceKey, list[StoredScan]] = defaultdict(list)
    for row in await sql.scans_of_cases.fetch(connection, **ids):
        scans[row["session_id"], row["enrollment_id"]].append(_stored_scan(row))
    rows = await sql.cases.fetch(connection, **ids)
    return [_case(row, scans[row["session_id"], row["enrollment_id"]]) for row in rows]


def _stored_scan(row: Row) -> StoredScan:
    return StoredScan(
        scan_id=row["scan_id"],
        state=AttendanceState(row["state"]),
        checked_in_at=row["checked_in_at"],
        received_at=row["received_at"],
        from_list=row["from_list"],
    )


def _case(row: Row, scans: Sequence[StoredScan]) -> AttendanceCase:
    return AttendanceCase(
        session_status=SessionStatus(row["session_status"]),
        session_cohort=row["session_cohort"],
        session_day=day_of(row["session_starts_at"]),
        seat=Seat(row["version"], row["cohort_id"], EnrollmentStatus(row["status"])) if row["status"] else None,
        recorded=row["recorded"],
        scans=scans,
    )


async def _save(connection: Connection, decided: Sequence[tuple[AttendanceCase, AttendanceDecision]]) -> list[Row]:
    accepted = [decision.accepted.scan_id for _, decision in decided if decision.accepted]
    saved = await sql.save_attendances.fetch(connection, attendance_ids=[new_id() for _ in accepted], scan_ids=accepted)
    await sql.update_scan_outcomes.execute_rows(
        connection,
        [
            {"scan_id": scan_id, "outcome": outcome, "reason": reason, "seat_version": case.seat_version}
            for case, decision in decided
            for scan_id, (outcome, reason) in decision.outcomes.items()
        ],
    )
    return saved


def _entry(row: Row, code: str) -> RosterEntry:
    standing = Standing.RECORDED if row["attendance_id"] else Standing(row["outcome"] or Standing.EXPECTED)
    return RosterEntry(
        enrollment_id=row["enrollment_id"],
        code=code,
        standing=standing,
        attendance_id=row["attendance_id"],
        state=_state(row["state"]),
        checked_in_at=row["checked_in_at"],
        scanned=_state(row["scanned"]),
    )


def _state(value: str | None) -> AttendanceState | None:
    return AttendanceState(value) if value else None


_DECIDED_OTHERWISE = Rejection(
    "decided_otherwise",
    N_("Somebody else has decided otherwise about this scan since you opened the page."),
    Kind.CONFLICT,
    remedy=N_("Look at the attendance of the session, and correct it where it is wrong."),
)
_NOT_COUNTED = Rejection(
    "not_counted",
    N_("The session was cancelled, or the person has no seat in its cohort."),
    Kind.CONFLICT,
    remedy=N_("Have the enrollment set right first: the scan is then counted by itself."),
)
