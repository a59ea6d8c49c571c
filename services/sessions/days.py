"""Days are Cajamarca's: the instants between which one lies."""

from datetime import date, datetime, time, timedelta

from chassis.pages.formats import ZONE


def bounds(day: date | None) -> tuple[datetime | None, datetime | None]:
    """From when (inclusive) to when (exclusive); a day not named has no bounds."""
    if day is None:
        return None, None
    return starts(day), starts(day + timedelta(days=1))


def starts(day: date) -> datetime:
    """Its first instant."""
    return datetime.combine(day, time(), ZONE)
