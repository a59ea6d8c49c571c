"""A cohort's days within its programme's, and the lock of its seats. Pure."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_


def check_days(starts_on: date, ends_on: date, first_day: date, last_day: date) -> None:
    """Raises `RejectedError` for a cohort that begins before its programme or lasts longer."""
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not first_day <= day <= last_day:
            values = {"first": f"{first_day:%d/%m/%Y}", "last": f"{last_day:%d/%m/%Y}"}
            raise RejectedError(replace(_OUTSIDE_PROGRAMME, field=field, values=values))


def seat_lock(cohort_id: UUID) -> str:
    """Names the lock that guards a cohort's seats and the versions of its enrollments.

    It sorts after every `person_lock`, so that a transaction that holds seats never waits for a person.
    """
    return f"seats/{cohort_id}"


_OUTSIDE_PROGRAMME = Rejection(
    "outside_programme",
    N_("This day is not one of the programme's: it lasts from %(first)s to %(last)s."),
    remedy=N_("Choose days of the programme."),
)
