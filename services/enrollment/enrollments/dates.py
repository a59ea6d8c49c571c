"""Days that are written down, and the ages that follow from them. Pure."""

from datetime import date, datetime

from chassis.runtime.rejections import Rejection
from chassis.web.texts import N_
from contracts.days import noon_of
from contracts.event import AgeBand

FIRST_DAY = date(2022, 1, 1)
"""The training that this system knows of began in 2022, so an earlier day is a mistake."""

MAXIMUM_AGE = 120
"""Years. A birth date that makes somebody older is a mistake."""

_UNDER_AGE = (
    (15, AgeBand.UNDER_15),
    (30, AgeBand.FROM_15_TO_29),
    (45, AgeBand.FROM_30_TO_44),
    (60, AgeBand.FROM_45_TO_59),
)


def moment(day: date | None, now: datetime) -> datetime:
    """Returns the instant of what was written down with a day only: noon, at most now; without a day, now."""
    return now if day is None else min(noon_of(day), now)


def is_plausible(day: date | None, today: date) -> bool:
    """Tells whether an enrollment or a consent can have happened on this day."""
    return day is None or FIRST_DAY <= day <= today


def birth_date_rejection(birth_date: date | None, day: date) -> Rejection | None:
    """Returns a rejection if nobody who was born on this date can have had an age on the day."""
    age = age_on(day, birth_date)
    return None if age is None or 0 <= age <= MAXIMUM_AGE else _BIRTH_DATE_IMPLAUSIBLE


def age_on(day: date, birth_date: date | None) -> int | None:
    """Returns completed years; somebody born on 29 February has a birthday on 1 March in common years."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_band(age: int | None) -> AgeBand:
    """Returns the band of an age in completed years."""
    if age is None:
        return AgeBand.NOT_STATED
    return next((band for limit, band in _UNDER_AGE if age < limit), AgeBand.FROM_60)


_BIRTH_DATE_IMPLAUSIBLE = Rejection(
    "birth_date_implausible",
    N_("The date of birth cannot be right."),
    field="birth_date",
    remedy=N_("Copy the date of birth from the identity document."),
)
