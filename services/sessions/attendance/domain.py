"""Attendance as decided from scans. The order in which scans arrive does not matter."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceState, SessionStatus

ATTENDED = frozenset({AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT_EARLY})
"""States that count as attended. The state itself stays on record."""

KNOWN_BEFORE = frozenset({AttendanceState.EXCUSED})
"""States that can be on record before the session's day: people excuse themselves in advance."""

LATEST_CHECK_IN = timedelta(days=3)
"""After the day of a session, for one that goes on or was held a little later. It is shorter than a week, the usual
distance to the next session."""

SHORTEST_CODE = 4


class ScanOutcome(StrEnum):
    """The result of a scan. A `repeated` scan agrees with an earlier scan of the same person; an `undone` one was
    taken back by a person and decides nothing."""

    WAITING = "waiting"
    RECORDED = "recorded"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    UNDONE = "undone"


class ConflictReason(StrEnum):
    """Why the coordinator must decide about a scan."""

    SESSION_CANCELLED = "session_cancelled"
    ENROLLMENT_WITHDRAWN = "enrollment_withdrawn"
    OTHER_COHORT = "other_cohort"
    OTHER_ANSWER = "other_answer"
    SESSION_TO_COME = "session_to_come"
    FAR_FROM_SESSION = "far_from_session"


COUNTABLE = frozenset({ConflictReason.SESSION_TO_COME, ConflictReason.FAR_FROM_SESSION})
"""What a person's word settles: the clock was wrong, or the list was entered late. The others need another enrollment
or another session."""


class CorrectionReason(StrEnum):
    """Why an attendance is corrected."""

    MARKED_BY_MISTAKE = "marked_by_mistake"
    PERSON_ASKED = "person_asked"
    SIGNED_LIST = "signed_list"
    KNOWN_LATER = "known_later"
    OTHER = "other"


class Standing(StrEnum):
    """A person on the roster. `waiting`: scanned, but no accepted enrollment is known yet."""

    EXPECTED = "expected"
    RECORDED = "recorded"
    WAITING = "waiting"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class StoredScan:
    """A scan as the decision needs it. `checked_in_at` is the device's time, corrected by its measured offset.

    What was entered from a list (`from_list`) tells nothing of the session's day by its time.
    """

    scan_id: UUID
    state: AttendanceState
    checked_in_at: datetime
    received_at: datetime
    from_list: bool = False

    def may_be_of(self, day: date) -> bool:
        """Whether it can tell of a session of this day. A wrong clock cannot hide that it arrived before."""
        if self.is_far_from(day):
            return False
        known_at = min(self.checked_in_at, self.received_at)
        return self.state in KNOWN_BEFORE or day_of(known_at) >= day

    def is_far_from(self, day: date) -> bool:
        """Whether it was scanned so long after this day that another session was meant."""
        return not self.from_list and is_long_past(day, day_of(self.checked_in_at))


@dataclass(frozen=True, slots=True)
class Seat:
    """A version of a replicated enrollment."""

    version: int
    cohort_id: UUID
    status: EnrollmentStatus


@dataclass(frozen=True, slots=True)
class AttendanceCase:
    """Everything known of one enrollment at one session. `seat` is None until the enrollment is replicated.

    `scans` has none that was undone, and `recorded` says no where the attendance rests on one.
    """

    session_status: SessionStatus
    session_cohort: UUID
    session_day: date
    seat: Seat | None
    recorded: bool
    scans: Sequence[StoredScan]

    @property
    def seat_version(self) -> int:
        """The version of the seat; 0 until it is replicated."""
        return self.seat.version if self.seat else 0


Outcome = tuple[ScanOutcome, ConflictReason | None]


@dataclass(frozen=True, slots=True)
class AttendanceDecision:
    """`accepted` is the scan that the attendance rests on; None without an attendance. Every scan has an outcome."""

    accepted: StoredScan | None
    outcomes: Mapping[UUID, Outcome]


def decide(case: AttendanceCase) -> AttendanceDecision:
    """The attendance rests on the earliest scan. A later scan repeats it, or conflicts if its state differs.

    A scan from before the session's day or long after it founds none: another session was meant. A recorded attendance
    is kept, whatever enrollment or the calendar announce later.
    """
    possible = [scan for scan in case.scans if scan.may_be_of(case.session_day)]
    if not case.recorded:
        if reason := _obstacle(case):
            return _same_outcome_for(case.scans, ScanOutcome.CONFLICT, reason)
        if case.seat is None or case.seat.status is not EnrollmentStatus.ACCEPTED:
            return _same_outcome_for(case.scans, ScanOutcome.WAITING)
        if not possible:
            return AttendanceDecision(None, {scan.scan_id: _impossible(scan, case.session_day) for scan in case.scans})
    accepted = min(possible or case.scans, key=lambda scan: (scan.checked_in_at, scan.scan_id))
    outcomes = {scan.scan_id: _outcome_relative_to(accepted, scan, case.session_day) for scan in case.scans}
    return AttendanceDecision(accepted, outcomes)


def is_long_past(session_day: date, today: date) -> bool:
    """Whether nobody checks in at a session of this day any more: what is marked comes from a list."""
    return today > session_day + LATEST_CHECK_IN


def check_marks(states: Iterable[AttendanceState], session_day: date, today: date) -> None:
    """Raises `RejectedError` for marks that cannot be known yet, because the session's day has not begun."""
    if today < session_day and not KNOWN_BEFORE.issuperset(states):
        raise RejectedError(_TO_COME)


def check_correction(state: AttendanceState, session_day: date, today: date) -> None:
    """Raises `RejectedError` if somebody would have attended a session whose day has not begun."""
    if today < session_day and state in ATTENDED:
        raise RejectedError(_TO_COME)


def short_codes(enrollments: Set[UUID]) -> dict[UUID, str]:
    """Codes that stand for names on paper and pages: the last characters of each id, at least four.

    All codes have the same length, the shortest that keeps them different.
    """
    length = SHORTEST_CODE
    while len({one.hex[-length:] for one in enrollments}) < len(enrollments):
        length += 1
    return {one: one.hex[-length:].upper() for one in enrollments}


def _obstacle(case: AttendanceCase) -> ConflictReason | None:
    if case.session_status is SessionStatus.CANCELLED:
        return ConflictReason.SESSION_CANCELLED
    if case.seat and case.seat.cohort_id != case.session_cohort:
        return ConflictReason.OTHER_COHORT
    if case.seat and case.seat.status is EnrollmentStatus.WITHDRAWN:
        return ConflictReason.ENROLLMENT_WITHDRAWN
    return None


def _same_outcome_for(
    scans: Iterable[StoredScan], outcome: ScanOutcome, reason: ConflictReason | None = None
) -> AttendanceDecision:
    return AttendanceDecision(None, {scan.scan_id: (outcome, reason) for scan in scans})


def _outcome_relative_to(accepted: StoredScan, scan: StoredScan, session_day: date) -> Outcome:
    if scan.scan_id == accepted.scan_id:
        return ScanOutcome.RECORDED, None
    if scan.state is accepted.state:
        return ScanOutcome.REPEATED, None
    if scan.may_be_of(session_day):
        return ScanOutcome.CONFLICT, ConflictReason.OTHER_ANSWER
    return _impossible(scan, session_day)


def _impossible(scan: StoredScan, session_day: date) -> Outcome:
    far = scan.is_far_from(session_day)
    return ScanOutcome.CONFLICT, ConflictReason.FAR_FROM_SESSION if far else ConflictReason.SESSION_TO_COME


_TO_COME = Rejection(
    "session_to_come",
    N_("The day of this session is still to come."),
    Kind.CONFLICT,
    remedy=N_("Mark the people on its day. Until then, only excuses are recorded."),
)
