"""The day on which something is asked, in the territory."""

from datetime import UTC, date, datetime

from contracts.days import day_of


def today() -> date:
    """Returns the day of now."""
    return day_of(datetime.now(UTC))
