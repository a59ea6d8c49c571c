"""Questions: what is asked of an indicator, and whether the public may have the answer. Pure."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.reporting.indicators import Indicator
from services.reporting.slices import ALL, PROGRAMME

FIRST, LAST = "0000-00", "9999-99"


@dataclass(frozen=True, slots=True)
class Question:
    """An indicator by some dimensions, in one programme or all, over the months `first` to `last` (inclusive)."""

    indicator: Indicator
    by: tuple[str, ...] = ()
    programme: str | None = None
    first: str = FIRST
    last: str = LAST

    @property
    def is_limited(self) -> bool:
        """Whether it asks for some months only."""
        return (self.first, self.last) != (FIRST, LAST)

    @property
    def is_public(self) -> bool:
        """A filter narrows like a dimension: the public may have one of them. A list of months may be cut short."""
        narrowed = len(self.by) + (self.programme is not None) + self.is_limited
        return narrowed <= 1 or (self.by == ("month",) and self.programme is None)

    @property
    def scope(self) -> str | None:
        """The scope of the cells that answer; None for all programmes, each on its own."""
        return self.programme or (None if PROGRAMME in self.by or self.indicator.over_programmes else ALL)

    @property
    def estimated_by(self) -> tuple[str, ...]:
        """The dimensions along which estimates would have to be added up across each other."""
        return tuple(name for name in self.by if name not in (PROGRAMME, "month"))

    @property
    def adds_what_cannot_be_added(self) -> bool:
        """Estimates are kept for one dimension at a time (and each month and programme)."""
        return not self.indicator.additive and len(self.estimated_by) > 1


class NotAMonth(ValueError):
    """A limit that does not fall on the border of a month."""


def month_that_starts(text: str) -> str:
    """`2025-04`, or the first day of a month. Raises `NotAMonth`."""
    return _month(text, lambda day: 1)


def month_that_ends(text: str) -> str:
    """`2025-12`, or the last day of a month. Raises `NotAMonth`."""
    return _month(text, lambda day: monthrange(day.year, day.month)[1])


def _month(text: str, border: Callable[[date], int]) -> str:
    try:
        if len(text) == len("2025-04"):
            return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
        day = date.fromisoformat(text)
    except ValueError:
        raise NotAMonth(text) from None
    if day.day != border(day):
        raise NotAMonth(text)
    return f"{day:%Y-%m}"
