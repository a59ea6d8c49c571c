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
    LAPSED = "lapsed"
    SUBSTITUTED = "substituted"
    TRANSFERRED = "transferred"


def seat_status(capacity: int, occupied: int) -> EnrollmentStatus:
    """Gives a seat while one is free, otherwise a place at the end of the waiting list."""
    return EnrollmentStatus.ACCEPTED if occupied < capacity else EnrollmentStatus.WAITLISTED


def reinstated_status(accepted_at: datetime | None, capacity: int, occupied: int) -> EnrollmentStatus:
    """Gives a seat to whoever had one, while one is free. `accepted_at` is None for whoever never had one."""
    return EnrollmentStatus.WAITLISTED if accepted_at is None else seat_status(capacity, occupied)


def may_withdraw(status: EnrollmentStatus) -> bool:
    """Tells whether an enrollment of this status has a seat or a place to give back."""
    return status in _WITHDRAWABLE


def stands(offered_until: datetime | None, now: datetime) -> bool:
    """Tells whether a seat that was offered can be accepted now."""
    return offered_until is not None and now < offered_until
