"""Questions about an indicator, and whether the public may have the answer. Pure."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.days import start_of
from contracts.envelope import CENTURY
from services.reporting.counting.domain import Cell
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.slices import ALL, PROGRAMME

FIRST_MONTH, LAST_MONTH = "0000-00", "9999-99"
"""Before and after every month."""


@dataclass(frozen=True, slots=True)
class Question:
    """An indicator by some dimensions, in one programme or all, over the months `first` to `last` (inclusive).

    What happened after `as_of`, or was recorded after `recorded_as_of`, is left out; None leaves nothing out.
    """

    indicator: Indicator
    by: tuple[str, ...] = ()
    programme: str | None = None
    first: str = FIRST_MONTH
    last: str = LAST_MONTH
    as_of: datetime | None = None
    recorded_as_of: datetime | None = None

    @property
    def is_of_now(self) -> bool:
        """Whether it is about everything that is known, on both clocks."""
        return self.as_of is None and self.recorded_as_of is None

    @property
    def is_limited(self) -> bool:
        """Whether it is about some months only."""
        return (self.first, self.last) != (FIRST_MONTH, LAST_MONTH)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of the public lists that answer; none where the total does."""
        filters = {PROGRAMME: self.programme is not None, "month": self.is_limited}
        return (*self.by, *(dimension for dimension, is_asked in filters.items() if is_asked))

    @property
    def is_public(self) -> bool:
        """A filter narrows like a dimension: the public may have one of them. A list of months may be cut short.

        Other instants are never public: the difference of two of them could be one person.
        """
        narrowed = len(self.by) + (self.programme is not None) + self.is_limited
        return self.is_of_now and (narrowed <= 1 or (self.by == ("month",) and self.programme is None))

    @property
    def scope(self) -> str | None:
        """The scope of the cells that answer; None for all programmes, each on its own."""
        return self.programme or (None if PROGRAMME in self.by or self.indicator.over_programmes else ALL)

    @property
    def estimated_by(self) -> tuple[str, ...]:
        """The dimensions in which an estimate's cells must be, and in no other but month and programme."""
        return tuple(name for name in self.by if name not in (PROGRAMME, "month"))

    @property
    def adds_what_cannot_be_added(self) -> bool:
        """Whether estimates would be added up: they are kept by one dimension (and month and programme) at a time."""
        return not self.indicator.additive and len(self.estimated_by) > 1

    def row_of(self, cell: Cell) -> tuple[str, ...] | None:
        """The members, in the order of `by`, of the answer's row to which the cell belongs; None if to none."""
        members = cell.slice.members()
        if cell.measure not in self.indicator.measures or not self._is_within(cell):
            return None
        if not self.indicator.additive and members.keys() - {"month"} != set(self.estimated_by):
            return None
        members[PROGRAMME] = cell.scope
        return tuple(members[dimension] for dimension in self.by)

    def _is_within(self, cell: Cell) -> bool:
        in_scope = cell.scope != ALL if self.scope is None else cell.scope == self.scope
        return in_scope and self.first <= cell.slice.month <= self.last


class NotAMonth(ValueError):
    """A limit that is not the first or last day of a month."""


def month_that_starts(text: str) -> str:
    """`2025-04`, or the first day of a month. Raises `NotAMonth`."""
    return _month(text, lambda day: 1)


def month_that_ends(text: str) -> str:
    """`2025-12`, or the last day of a month. Raises `NotAMonth`."""
    return _month(text, lambda day: monthrange(day.year, day.month)[1])


class NotAnInstant(ValueError):
    """A text that is neither a day nor an instant with its offset from UTC, or is too far from today."""


def instant_of(text: str) -> datetime:
    """An instant, or the last one of a day in Cajamarca. Raises `NotAnInstant`."""
    try:
        instant = _end_of(date.fromisoformat(text)) if len(text) == len("2025-04-01") else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise NotAnInstant(text) from None
    if instant.tzinfo is None or instant.year not in CENTURY:
        raise NotAnInstant(text)
    return instant


def _end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def _month(text: str, required_day: Callable[[date], int]) -> str:
    try:
        if len(text) == len("2025-04"):
            return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
        day = date.fromisoformat(text)
    except ValueError:
        raise NotAMonth(text) from None
    if day.day != required_day(day):
        raise NotAMonth(text)
    return f"{day:%Y-%m}"
