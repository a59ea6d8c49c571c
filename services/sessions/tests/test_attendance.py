"""What scans come to, as a pure function."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceState, SessionStatus
from services.sessions.attendance import Outcome, Pair, Reason, Scan, Seat, settle

COHORT, OTHER_COHORT = UUID(int=1), UUID(int=2)
NINE = datetime(2025, 5, 10, 14, tzinfo=UTC)


def scan(number: int, state: AttendanceState = AttendanceState.PRESENT, minutes: int = 0) -> Scan:
    return Scan(UUID(int=number), state, NINE + timedelta(minutes=minutes))


def pair(*scans: Scan, status: EnrollmentStatus | None = EnrollmentStatus.ACCEPTED, cohort: UUID = COHORT) -> Pair:
    seat = Seat(cohort, status) if status else None
    return Pair(SessionStatus.SCHEDULED, COHORT, seat, recorded=False, scans=scans)


def outcomes(of: Pair) -> list[tuple[Outcome, Reason | None]]:
    verdict = settle(of)
    return [verdict.outcomes[one.scan_id] for one in of.scans]


def test_a_scan_is_recorded() -> None:
    assert settle(pair(scan(1))).standing == scan(1)
    assert outcomes(pair(scan(1))) == [(Outcome.RECORDED, None)]


@pytest.mark.parametrize("status", [None, EnrollmentStatus.REQUESTED, EnrollmentStatus.WAITLISTED])
def test_without_a_seat_that_we_have_heard_of_it_waits(status: EnrollmentStatus | None) -> None:
    assert settle(pair(scan(1), status=status)).standing is None
    assert outcomes(pair(scan(1), status=status)) == [(Outcome.WAITING, None)]


def test_what_only_a_person_can_decide_is_a_conflict() -> None:
    withdrawn = pair(scan(1), status=EnrollmentStatus.WITHDRAWN)
    elsewhere = pair(scan(1), cohort=OTHER_COHORT)
    cancelled = replace(pair(scan(1)), session_status=SessionStatus.CANCELLED)

    assert outcomes(withdrawn) == [(Outcome.CONFLICT, Reason.ENROLLMENT_WITHDRAWN)]
    assert outcomes(elsewhere) == [(Outcome.CONFLICT, Reason.OTHER_COHORT)]
    assert outcomes(cancelled) == [(Outcome.CONFLICT, Reason.SESSION_CANCELLED)]


def test_what_was_recorded_stays_whatever_is_heard_later() -> None:
    later = replace(pair(scan(1), status=EnrollmentStatus.WITHDRAWN), recorded=True)

    assert settle(later).standing == scan(1)


def test_two_devices_admit_one_person_once() -> None:
    assert outcomes(pair(scan(1), scan(2, minutes=5))) == [(Outcome.RECORDED, None), (Outcome.REPEATED, None)]


def test_two_devices_that_disagree_are_a_conflict_and_the_earlier_stands() -> None:
    late = scan(2, AttendanceState.LATE, minutes=-5)

    assert settle(pair(scan(1), late)).standing == late
    assert outcomes(pair(scan(1), late)) == [(Outcome.CONFLICT, Reason.OTHER_ANSWER), (Outcome.RECORDED, None)]


scans = st.lists(
    st.builds(scan, st.integers(1, 9), st.sampled_from(AttendanceState), st.integers(-5, 5)),
    min_size=1,
    unique_by=lambda one: one.scan_id,
)


@given(scans, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(arrived: list[Scan], random: object) -> None:
    shuffled = sorted(arrived, key=lambda _: random.random())  # type: ignore[attr-defined]

    assert settle(pair(*shuffled)) == settle(pair(*arrived))
    assert sum(outcome is Outcome.RECORDED for outcome, _ in outcomes(pair(*arrived))) == 1
