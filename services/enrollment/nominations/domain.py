"""How many seats an organization has in a cohort, and why a member gives theirs to another. Pure."""

from dataclasses import replace
from enum import StrEnum

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_


class SubstitutionReason(StrEnum):
    """Why a member is substituted."""

    CANNOT_COME = "cannot_come"
    LEFT_ORGANIZATION = "left_organization"
    NAMED_BY_MISTAKE = "named_by_mistake"


def check_seats(seats: int, filled: int, capacity: int, occupied: int) -> None:
    """Raises `RejectedError` for fewer seats than members have, and where the cohort's `capacity` has no room for them.

    `occupied` are the seats that the cohort would have given away.
    """
    if seats < filled:
        raise RejectedError(replace(_MEMBERS_NOMINATED, values={"filled": filled}))
    if occupied > capacity:
        raise RejectedError(replace(_NO_ROOM, values={"free": max(seats - (occupied - capacity), 0)}))


def check_seat_is_left(seats: int, filled: int) -> None:
    """Raises `RejectedError` where all seats of the organization are filled."""
    if filled >= seats:
        raise RejectedError(_NO_SEAT_LEFT)


_MEMBERS_NOMINATED = Rejection(
    "members_nominated",
    N_("%(filled)s of these seats are filled with members already."),
    Kind.CONFLICT,
    field="seats",
    remedy=N_("Write as many seats or more, or withdraw enrollments first."),
)
_NO_ROOM = Rejection(
    "no_room",
    N_("The cohort has no room for so many: %(free)s at the most."),
    Kind.CONFLICT,
    field="seats",
    remedy=N_("Write fewer seats, or give the cohort more."),
)
_NO_SEAT_LEFT = Rejection(
    "no_seat_left",
    N_("All seats of the organization in this cohort are filled."),
    Kind.CONFLICT,
    remedy=N_("Substitute a member, or ask the coordination for another seat."),
)
