"""Dates, times and numbers as people here write them; instants are shown in Peru's time."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal, format_percent

LOCALE = "es_PE"
ZONE = ZoneInfo("America/Lima")

Number = int | float | Decimal


def local_date(value: date | datetime) -> date:
    """The calendar day here: an instant's day depends on the zone, a date's does not."""
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value


def long_date(value: date | datetime) -> str:
    """12 de mayo de 2026."""
    return format_date(local_date(value), "long", LOCALE)


def short_date(value: date | datetime) -> str:
    """12 may 2026, for tables."""
    return format_date(local_date(value), "d MMM y", LOCALE)


def month(value: date | datetime) -> str:
    """mayo de 2026."""
    return format_skeleton("yMMMM", local_date(value), locale=LOCALE)


def clock_time(value: datetime) -> str:
    """3:30 p. m."""
    return format_datetime(value, "h:mm a", ZONE, LOCALE)


def date_time(value: datetime) -> str:
    """12 de mayo de 2026, 3:30 p. m."""
    return f"{long_date(value)}, {clock_time(value)}"


def number(value: Number) -> str:
    """1,234,567.5."""
    return format_decimal(value, locale=LOCALE)


def percent(value: Number, digits: int = 0) -> str:
    """A ratio as 46 %; `digits` after the point."""
    return format_percent(value, f"#,##0.{'0' * digits} %" if digits else "#,##0 %", LOCALE)


FILTERS = {
    function.__name__: function for function in (long_date, short_date, month, clock_time, date_time, number, percent)
}
