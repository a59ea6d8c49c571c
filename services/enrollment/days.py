"""When something that a sheet or a form gives a day for happened, and which days are believed."""

from datetime import date, datetime, time

from contracts.days import ZONE, day_of

FIRST_DAY = date(2022, 1, 1)
"""The training this system knows of began in 2022; an earlier date is a slip."""


def moment(day: date | None, now: datetime) -> datetime:
    """When something written down with a day only happened: at noon, never later than now; without a day, now."""
    return now if day is None else min(datetime.combine(day, time(12), ZONE), now)


def is_plausible(day: date | None, now: datetime) -> bool:
    """Whether something may be said to have happened on this day."""
    return day is None or FIRST_DAY <= day <= day_of(now)
