"""Attendance decided from scans, as a pure function."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceState, SessionStatus
from services.sessions.attendance.domain import (
    AttendanceCase,
    ConflictReason,
    Outcome,
    ScanOutcome,
    Seat,
    StoredScan,
    decide,
)

COHORT, OTHER_COHORT = UUID(int=1), UUID(int=2)
NINE = datetime(2025, 5, 10, 14, tzinfo=UTC)


def scan(number: int, state: AttendanceState = AttendanceState.PRESENT, minutes: int = 0) -> StoredScan:
    return StoredScan(UUID(int=number), state, NINE + timedelta(minutes=minutes))


def case(
    *scans: StoredScan, status: EnrollmentStatus | None = EnrollmentStatus.ACCEPTED, cohort: UUID = COHORT
) -> AttendanceCase:
    seat = Seat(cohort, status) if status else None
    return AttendanceCase(SessionStatus.SCHEDULED, COHORT, seat, recorded=False, scans=scans)


def outcomes(of: AttendanceCase) -> list[Outcome]:
    decision = decide(of)
    return [decision.outcomes[one.scan_id] for one in of.scans]


def test_a_scan_is_recorded() -> None:
    assert decide(case(scan(1))).accepted == scan(1)
    assert outcomes(case(scan(1))) == [(ScanOutcome.RECORDED, None)]


@pytest.mark.parametrize("status", [None, EnrollmentStatus.REQUESTED, EnrollmentStatus.WAITLISTED])
def test_without_a_known_seat_it_waits(status: EnrollmentStatus | None) -> None:
    assert decide(case(scan(1), status=status)).accepted is None
    assert outcomes(case(scan(1), status=status)) == [(ScanOutcome.WAITING, None)]


def test_what_only_a_person_can_decide_is_a_conflict() -> None:
    withdrawn = case(scan(1), status=EnrollmentStatus.WITHDRAWN)
    elsewhere = case(scan(1), cohort=OTHER_COHORT)
    cancelled = replace(case(scan(1)), session_status=SessionStatus.CANCELLED)

    assert outcomes(withdrawn) == [(ScanOutcome.CONFLICT, ConflictReason.ENROLLMENT_WITHDRAWN)]
    assert outcomes(elsewhere) == [(ScanOutcome.CONFLICT, ConflictReason.OTHER_COHORT)]
    assert outcomes(cancelled) == [(ScanOutcome.CONFLICT, ConflictReason.SESSION_CANCELLED)]


def test_what_was_recorded_stays_whatever_is_announced_later() -> None:
    later = replace(case(scan(1), status=EnrollmentStatus.WITHDRAWN), recorded=True)

    assert decide(later).accepted == scan(1)


def test_two_devices_admit_one_person_once() -> None:
    assert outcomes(case(scan(1), scan(2, minutes=5))) == [(ScanOutcome.RECORDED, None), (ScanOutcome.REPEATED, None)]


def test_two_devices_that_disagree_are_a_conflict_and_the_earlier_stands() -> None:
    late = scan(2, AttendanceState.LATE, minutes=-5)

    assert decide(case(scan(1), late)).accepted == late
    assert outcomes(case(scan(1), late)) == [
        (ScanOutcome.CONFLICT, ConflictReason.OTHER_ANSWER),
        (ScanOutcome.RECORDED, None),
    ]


scans = st.lists(
    st.builds(scan, st.integers(1, 9), st.sampled_from(AttendanceState), st.integers(-5, 5)),
    min_size=1,
    unique_by=lambda one: one.scan_id,
)


@given(scans, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(arrived: list[StoredScan], random: object) -> None:
    shuffled = sorted(arrived, key=lambda _: random.random())  # type: ignore[attr-defined]

    assert decide(case(*shuffled)) == decide(case(*arrived))
    assert sum(outcome is ScanOutcome.RECORDED for outcome, _ in outcomes(case(*arrived))) == 1
