"""Days: today, and those on which something can have happened."""

from datetime import UTC, date, datetime

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_
from contracts.days import day_of


def today() -> date:
    """The day that it is in the territory."""
    return day_of(datetime.now(UTC))


def check_has_come(day: date, today: date, field: str) -> None:
    """Raises `RejectedError` at the field for a day after today: what is counted has happened."""
    if day > today:
        raise RejectedError(Rejection("day_to_come", _TO_COME, field=field, remedy=_REMEDY))


_TO_COME = N_("This day is still to come.")
_REMEDY = N_("Record it once the day has come, or correct the day.")
