"""Seats and places in a waiting list: to whom they are given, and who can give them back. Pure."""

from datetime import datetime
from enum import StrEnum

from contracts.enrollment import EnrollmentStatus

_WITHDRAWABLE = frozenset({EnrollmentStatus.REQUESTED, EnrollmentStatus.ACCEPTED, EnrollmentStatus.WAITLISTED})


class Withdrawal(StrEnum):
    """Why an enrollment was withdrawn."""

    ASKED = "asked"
    DISSOLVED = "dissolved"
    CONSENT = "consent"
    UNDONE = "undone"
    ERASED = "erased"


def seat_status(capacity: int, taken: int) -> EnrollmentStatus:
    """Gives a seat while one is free, otherwise a place at the end of the waiting list."""
    return EnrollmentStatus.ACCEPTED if taken < capacity else EnrollmentStatus.WAITLISTED


def reinstated_status(accepted_at: datetime | None, capacity: int, taken: int) -> EnrollmentStatus:
    """Gives a seat to whoever had one, while one is free. `accepted_at` is None for whoever never had one."""
    return EnrollmentStatus.WAITLISTED if accepted_at is None else seat_status(capacity, taken)


def may_withdraw(status: EnrollmentStatus) -> bool:
    """Tells whether an enrollment of this status has a seat or a place to give back."""
    return status in _WITHDRAWABLE


def frees_seat(status: EnrollmentStatus) -> bool:
    """Tells whether the withdrawal of an enrollment of this status lets the first of the waiting list move up."""
    return status is EnrollmentStatus.ACCEPTED
