"""Questions: what is asked of an indicator, and whether the public may have the answer. Pure."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.days import start_of
from contracts.envelope import CENTURY
from services.reporting.indicators.registry import Indicator
from services.reporting.indicators.slices import ALL, PROGRAMME, Cell

FIRST, LAST = "0000-00", "9999-99"


@dataclass(frozen=True, slots=True)
class Question:
    """An indicator by some dimensions, in one programme or all, over the months `first` to `last` (inclusive).

    What happened after `as_of`, or was recorded after `recorded_as_of`, is left out; None leaves nothing out.
    """

    indicator: Indicator
    by: tuple[str, ...] = ()
    programme: str | None = None
    first: str = FIRST
    last: str = LAST
    as_of: datetime | None = None
    recorded_as_of: datetime | None = None

    @property
    def is_of_now(self) -> bool:
        """Whether it asks for everything known, on both clocks."""
        return self.as_of is None and self.recorded_as_of is None

    @property
    def is_limited(self) -> bool:
        """Whether it asks for some months only."""
        return (self.first, self.last) != (FIRST, LAST)

    @property
    def is_public(self) -> bool:
        """A filter narrows like a dimension: the public may have one of them. A list of months may be cut short.

        Other instants are never public: what two of them tell by their difference could be one person.
        """
        narrowed = len(self.by) + (self.programme is not None) + self.is_limited
        return self.is_of_now and (narrowed <= 1 or (self.by == ("month",) and self.programme is None))

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

    def place(self, cell: Cell) -> tuple[str, ...] | None:
        """In which row of the answer the cell falls, by the members of `by`; None where in none."""
        members = {**cell.slice.members(), PROGRAMME: cell.scope}
        if cell.measure not in self.indicator.measures or not self._is_within(cell):
            return None
        if not self.indicator.additive and cell.slice.members().keys() - {"month"} != set(self.estimated_by):
            return None
        return tuple(members[dimension] for dimension in self.by)

    def _is_within(self, cell: Cell) -> bool:
        in_scope = cell.scope != ALL if self.scope is None else cell.scope == self.scope
        return in_scope and self.first <= cell.slice.month <= self.last


class NotAMonth(ValueError):
    """A limit that does not fall on the border of a month."""


def month_that_starts(text: str) -> str:
    """`2025-04`, or the first day of a month. Raises `NotAMonth`."""
    return _month(text, lambda day: 1)


def month_that_ends(text: str) -> str:
    """`2025-12`, or the last day of a month. Raises `NotAMonth`."""
    return _month(text, lambda day: monthrange(day.year, day.month)[1])


class NotAnInstant(ValueError):
    """No instant with its offset from UTC, and no day, within reach of a calendar."""


def instant_of(text: str) -> datetime:
    """An instant, or the last one of a day here. Raises `NotAnInstant`."""
    try:
        instant = _end_of(date.fromisoformat(text)) if len(text) == len("2025-04-01") else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise NotAnInstant(text) from None
    if instant.tzinfo is None or instant.year not in CENTURY:
        raise NotAnInstant(text)
    return instant


def _end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


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
