"""Days are Cajamarca's, whatever the server's clock says; instants are kept in UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Lima")


def day_of(moment: datetime) -> date:
    """The day on which an instant lies."""
    return moment.astimezone(ZONE).date()


def start_of(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), ZONE)


def end_of(day: date) -> datetime:
    """The first instant after a day."""
    return start_of(day + timedelta(days=1))
