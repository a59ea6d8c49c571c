"""Days are Cajamarca's, whatever the server's clock says."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Lima")


def day_of(moment: datetime) -> date:
    """The day on which an instant lies."""
    return moment.astimezone(ZONE).date()


def end_of(day: date) -> datetime:
    """The first instant after a day."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)
