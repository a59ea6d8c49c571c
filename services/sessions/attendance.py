"""What the scans of one person at one session come to. Any order of arrival comes to the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceState, SessionStatus

ATTENDED = frozenset({AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT_EARLY})
"""Who came late or left early took part; the state itself stays on record."""


class Outcome(StrEnum):
    """What became of a scan. `repeated` agrees with an earlier scan of the same person."""

    WAITING = "waiting"
    RECORDED = "recorded"
    REPEATED = "repeated"
    CONFLICT = "conflict"


class Reason(StrEnum):
    """Why a scan is a conflict, for the coordinator."""

    SESSION_CANCELLED = "session_cancelled"
    ENROLLMENT_WITHDRAWN = "enrollment_withdrawn"
    OTHER_COHORT = "other_cohort"
    OTHER_ANSWER = "other_answer"


@dataclass(frozen=True, slots=True)
class Scan:
    """`checked_in_at` is the device's time, corrected by its measured offset."""

    scan_id: UUID
    state: AttendanceState
    checked_in_at: datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """An enrollment as it was heard."""

    cohort_id: UUID
    status: EnrollmentStatus


@dataclass(frozen=True, slots=True)
class Pair:
    """One enrollment at one session; `seat` is None while enrollment has not been heard to say so."""

    session_status: SessionStatus
    session_cohort: UUID
    seat: Seat | None
    recorded: bool
    scans: Sequence[Scan]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`standing` is the scan the attendance rests on, None where there is none. Each scan has an outcome."""

    standing: Scan | None
    outcomes: Mapping[UUID, tuple[Outcome, Reason | None]]


def settle(pair: Pair) -> Verdict:
    """The attendance rests on the earliest scan; a later one repeats it or, saying otherwise, is a conflict.

    What was once recorded stays so, whatever enrollment or the calendar say later.
    """
    if not pair.recorded:
        if reason := _obstacle(pair):
            return _all(pair.scans, Outcome.CONFLICT, reason)
        if pair.seat is None or pair.seat.status is not EnrollmentStatus.ACCEPTED:
            return _all(pair.scans, Outcome.WAITING)
    standing = min(pair.scans, key=lambda scan: (scan.checked_in_at, scan.scan_id))
    return Verdict(standing, {scan.scan_id: _beside(standing, scan) for scan in pair.scans})


def _obstacle(pair: Pair) -> Reason | None:
    if pair.session_status is SessionStatus.CANCELLED:
        return Reason.SESSION_CANCELLED
    if pair.seat and pair.seat.cohort_id != pair.session_cohort:
        return Reason.OTHER_COHORT
    if pair.seat and pair.seat.status is EnrollmentStatus.WITHDRAWN:
        return Reason.ENROLLMENT_WITHDRAWN
    return None


def _all(scans: Iterable[Scan], outcome: Outcome, reason: Reason | None = None) -> Verdict:
    return Verdict(None, {scan.scan_id: (outcome, reason) for scan in scans})


def _beside(standing: Scan, scan: Scan) -> tuple[Outcome, Reason | None]:
    if scan.scan_id == standing.scan_id:
        return Outcome.RECORDED, None
    if scan.state is standing.state:
        return Outcome.REPEATED, None
    return Outcome.CONFLICT, Reason.OTHER_ANSWER
