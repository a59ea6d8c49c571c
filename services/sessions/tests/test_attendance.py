"""Attendance decided from scans, as a pure function."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime.rejections import RejectedError
from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceState, SessionStatus
from services.sessions.attendance.domain import (
    AttendanceCase,
    ConflictReason,
    Outcome,
    ScanOutcome,
    Seat,
    StoredScan,
    check_correction,
    check_marks,
    decide,
)

COHORT, OTHER_COHORT = UUID(int=1), UUID(int=2)
NINE = datetime(2025, 5, 10, 14, tzinfo=UTC)
TODAY, TOMORROW = date(2025, 5, 10), date(2025, 5, 11)


def scan(number: int, state: AttendanceState = AttendanceState.PRESENT, minutes: int = 0) -> StoredScan:
    checked_in_at = NINE + timedelta(minutes=minutes)
    return StoredScan(UUID(int=number), state, checked_in_at, received_at=checked_in_at)


def case(
    *scans: StoredScan, status: EnrollmentStatus | None = EnrollmentStatus.ACCEPTED, cohort: UUID = COHORT
) -> AttendanceCase:
    seat = Seat(1, cohort, status) if status else None
    return AttendanceCase(SessionStatus.SCHEDULED, COHORT, TODAY, seat, recorded=False, scans=scans)


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


@pytest.mark.parametrize(("days", "outcome"), [(3, ScanOutcome.RECORDED), (4, ScanOutcome.CONFLICT)])
def test_a_scan_of_long_after_the_day_is_a_conflict(days: int, outcome: ScanOutcome) -> None:
    late = scan(1, minutes=days * 24 * 60)

    [(found, reason)] = outcomes(case(late))
    assert (found, reason) == (outcome, None if days == 3 else ConflictReason.FAR_FROM_SESSION)
    assert outcomes(case(replace(late, from_list=True))) == [(ScanOutcome.RECORDED, None)]


def test_a_list_tells_of_no_session_to_come() -> None:
    early = replace(scan(1, minutes=-24 * 60), from_list=True)
    assert outcomes(case(early)) == [(ScanOutcome.CONFLICT, ConflictReason.SESSION_TO_COME)]


def test_a_scan_of_the_day_outweighs_one_of_long_after_and_is_not_outweighed() -> None:
    right, far = scan(1, minutes=5), scan(2, AttendanceState.LATE, minutes=30 * 24 * 60)
    assert outcomes(case(far, right)) == [
        (ScanOutcome.CONFLICT, ConflictReason.FAR_FROM_SESSION),
        (ScanOutcome.RECORDED, None),
    ]


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


def test_a_scan_from_before_the_day_is_a_conflict_and_an_excuse_is_not() -> None:
    present, excused = scan(1), scan(2, AttendanceState.EXCUSED)

    assert outcomes(replace(case(present), session_day=TOMORROW)) == [
        (ScanOutcome.CONFLICT, ConflictReason.SESSION_TO_COME)
    ]
    assert decide(replace(case(excused), session_day=TOMORROW)).accepted == excused


def test_a_clock_that_is_ahead_does_not_hide_that_a_scan_arrived_before_the_day() -> None:
    ahead = replace(scan(1, minutes=24 * 60), received_at=NINE)

    assert decide(replace(case(ahead), session_day=TOMORROW)).accepted is None


def test_a_scan_of_the_day_counts_whatever_was_scanned_before_it() -> None:
    early, late, right = scan(1), scan(2, AttendanceState.LATE), scan(3, minutes=24 * 60)
    decision = decide(replace(case(early, late, right), session_day=TOMORROW, recorded=True))

    assert decision.accepted == right
    assert [outcome for outcome, _ in decision.outcomes.values()] == [
        ScanOutcome.REPEATED,
        ScanOutcome.CONFLICT,
        ScanOutcome.RECORDED,
    ]
    assert decision.outcomes[late.scan_id][1] is ConflictReason.SESSION_TO_COME


def test_what_was_recorded_stays_when_its_session_moves_to_a_later_day() -> None:
    moved = replace(case(scan(1)), session_day=TOMORROW, recorded=True)

    assert decide(moved).accepted == scan(1)


@pytest.mark.parametrize("state", AttendanceState)
def test_before_the_day_people_are_excused_and_nobody_has_attended(state: AttendanceState) -> None:
    marked = corrected = True
    try:
        check_marks([state], TOMORROW, TODAY)
    except RejectedError:
        marked = False
    try:
        check_correction(state, TOMORROW, TODAY)
    except RejectedError:
        corrected = False

    assert marked == (state is AttendanceState.EXCUSED)
    assert corrected == (state in {AttendanceState.EXCUSED, AttendanceState.ABSENT})
    check_marks([state], TODAY, TODAY)
    check_correction(state, TODAY, TODAY)


def test_an_excuse_takes_no_other_mark_along_before_the_day() -> None:
    with pytest.raises(RejectedError):
        check_marks([AttendanceState.EXCUSED, AttendanceState.PRESENT], TOMORROW, TODAY)


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
