"""Dates, times and numbers as the reader's region writes them, instants in the reader's zone.

The examples are of the locale `es-PE` in the zone America/Lima.
"""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal

from chassis.web.locale import current
from chassis.web.texts import _

Number = int | float | Decimal


def local_date(value: date | datetime) -> date:
    """The calendar day for the reader: an instant's day depends on the zone, a date's does not."""
    return value.astimezone(current().zone).date() if isinstance(value, datetime) else value


def local_minute(value: datetime) -> datetime:
    """The calendar day and the minute for the reader, without a zone."""
    return value.astimezone(current().zone).replace(second=0, microsecond=0, tzinfo=None)


def long_date(value: date | datetime) -> str:
    """12 de mayo de 2026."""
    return format_date(local_date(value), "long", current().region)


def short_date(value: date | datetime) -> str:
    """12 may. 2026, for tables."""
    return format_date(local_date(value), "d MMM y", current().region)


def month(value: date | datetime) -> str:
    """mayo de 2026."""
    return format_skeleton("yMMMM", local_date(value), locale=current().region)


def short_month(value: date) -> str:
    """may, for the axis of a chart."""
    return format_date(value, "MMM", current().region).rstrip(".")


def clock_time(value: datetime) -> str:
    """3:30 p. m."""
    return format_datetime(value, "h:mm a", current().zone, current().region)


def date_time(value: datetime) -> str:
    """12 de mayo de 2026, 3:30 p. m."""
    return f"{long_date(value)}, {clock_time(value)}"


def number(value: Number) -> str:
    """1,234,567.5."""
    return format_decimal(value, locale=current().region)


def percent(value: Number, digits: int = 0) -> str:
    """A ratio as 46 %; `digits` after the point."""
    hundredths = Decimal(str(value)).scaleb(2)
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return _("%(number)s%%", number=format_decimal(hundredths, pattern, current().region))


FILTERS = {
    function.__name__: function for function in (long_date, short_date, month, clock_time, date_time, number, percent)
}
