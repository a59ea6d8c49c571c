"""Days are Cajamarca's, whatever the server's clock says."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
FIRST_DAY = date(2022, 1, 1)
"""The training this system knows of began in 2022; an earlier date is a slip."""


def today(now: datetime) -> date:
    """The day it is in Cajamarca."""
    return now.astimezone(LIMA).date()


def moment(day: date | None, now: datetime) -> datetime:
    """When something written down with a day only happened: at noon, never later than now; without a day, now."""
    return now if day is None else min(datetime.combine(day, time(12), LIMA), now)


def is_plausible(day: date | None, now: datetime) -> bool:
    """Whether something may be said to have happened on this day."""
    return day is None or FIRST_DAY <= day <= today(now)
