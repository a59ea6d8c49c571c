"""Days as they are counted: in the territory's time, whatever the zone of the server and of the reader."""

from datetime import date, datetime, time, timedelta

from .territory import TIME_ZONE


def day_of(moment: datetime) -> date:
    """The day on which an instant lies."""
    return moment.astimezone(TIME_ZONE).date()


def start_of(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), TIME_ZONE)


def noon_of(day: date) -> datetime:
    """The instant of what is known with a day only."""
    return datetime.combine(day, time(12), TIME_ZONE)


def end_of(day: date) -> datetime:
    """The first instant after a day."""
    return start_of(day + timedelta(days=1))
