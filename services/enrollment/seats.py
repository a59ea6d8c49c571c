"""Seats: who has one, who waits, and what may follow what. Pure; the caller holds the cohort's seat lock."""

from uuid import UUID

from contracts.enrollment import EnrollmentStatus

_WITHDRAWABLE = frozenset({EnrollmentStatus.REQUESTED, EnrollmentStatus.ACCEPTED, EnrollmentStatus.WAITLISTED})


def seat_lock(cohort_id: UUID) -> str:
    """Guards a cohort's seats and the versions of its enrollments. Sorts after every `person_lock`."""
    return f"seats/{cohort_id}"


def decide(capacity: int, taken: int) -> EnrollmentStatus:
    """A seat while there is one, else a place at the end of the waiting list."""
    return EnrollmentStatus.ACCEPTED if taken < capacity else EnrollmentStatus.WAITLISTED


def may_withdraw(status: EnrollmentStatus) -> bool:
    """Whether there is a seat or a place to give back."""
    return status in _WITHDRAWABLE


def frees_seat(status: EnrollmentStatus) -> bool:
    """Whether the first on the waiting list moves up when an enrollment of this status is withdrawn."""
    return status is EnrollmentStatus.ACCEPTED
