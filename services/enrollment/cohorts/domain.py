"""A cohort's days within its programme's, its seats, and their lock. Pure."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_


class WaitingList(StrEnum):
    """What becomes of those who wait for a seat of a cohort that is closed."""

    KEEP = "keep"
    MOVE = "move"
    DISSOLVE = "dissolve"


DAYS_TO_ACCEPT = 3
"""How long a seat is offered to somebody, unless the office states another time."""


class ClosingReason(StrEnum):
    """Why those who wait get no seat."""

    COHORT_BEGINS = "cohort_begins"
    NO_FURTHER_SEATS = "no_further_seats"
    COHORT_CANCELLED = "cohort_cancelled"


class OpeningReason(StrEnum):
    """Why a cohort takes enrollments, or takes none, where nobody had to say more."""

    CLOSED = "closed"
    OPENED_AGAIN = "opened_again"


class CohortCorrectionReason(StrEnum):
    """Why a cohort is corrected."""

    MISTAKE_FOUND = "mistake_found"
    SEATS_CHANGED = "seats_changed"
    CALENDAR_CHANGED = "calendar_changed"


class AssignmentReason(StrEnum):
    """Why the facilitators of a cohort are others than before."""

    ASSIGNED = "assigned"
    TAKEN_OFF = "taken_off"
    HANDED_OVER = "handed_over"
    GIVEN_BACK = "given_back"


ASSIGNMENTS = "assignments"
"""The lock of every change of who facilitates a cohort, and of who is absent: one absence moves many cohorts."""


def assignment_locks(subject: UUID) -> list[UUID | str]:
    """Returns the locks of such a change of the cohort, the person or the absence."""
    return [subject, ASSIGNMENTS]


def check_days(starts_on: date, ends_on: date, first_day: date, last_day: date) -> None:
    """Raises `RejectedError` for a cohort that begins before its programme or lasts longer."""
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not first_day <= day <= last_day:
            values = {"first": f"{first_day:%d/%m/%Y}", "last": f"{last_day:%d/%m/%Y}"}
            raise RejectedError(replace(_OUTSIDE_PROGRAMME, field=field, values=values))


def check_is_over(ends_on: date, today: date) -> None:
    """Raises `RejectedError` for a past cohort that is not over."""
    if ends_on >= today:
        raise RejectedError(_NOT_OVER)


def check_capacity(capacity: int, occupied: int) -> None:
    """Raises `RejectedError` for fewer seats than are taken or offered."""
    if capacity < occupied:
        raise RejectedError(replace(_SEATS_TAKEN, values={"taken": occupied}))


def seat_lock(cohort_id: UUID) -> str:
    """Names the lock that guards a cohort's seats and the versions of its enrollments.

    It sorts after every `person_lock`, so that a transaction that holds seats never waits for a person.
    """
    return f"seats/{cohort_id}"


def change_locks(cohort_id: UUID) -> list[UUID | str]:
    """Returns the locks that a change of the cohort holds: its own, and that of its seats."""
    return [cohort_id, seat_lock(cohort_id)]


_OUTSIDE_PROGRAMME = Rejection(
    "outside_programme",
    N_("This day is not one of the programme's: it lasts from %(first)s to %(last)s."),
    remedy=N_("Choose days of the programme, or correct the days of the programme first."),
)
_NOT_OVER = Rejection(
    "not_over",
    N_("A past cohort has ended before today."),
    field="ends_on",
    remedy=N_("Write its last day, or open a cohort that takes enrollments."),
)
_SEATS_TAKEN = Rejection(
    "seats_taken",
    N_("%(taken)s seats of this cohort are taken or offered."),
    Kind.CONFLICT,
    field="capacity",
    remedy=N_("Write as many seats or more, or withdraw enrollments first."),
)
