"""The instants between which a day lies, where one is asked for."""

from datetime import date, datetime

from contracts.days import end_of, start_of


def bounds(day: date | None) -> tuple[datetime | None, datetime | None]:
    """From when (inclusive) to when (exclusive); a day not named has no bounds."""
    if day is None:
        return None, None
    return start_of(day), end_of(day)
