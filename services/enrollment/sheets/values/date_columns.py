"""Columns of dates: the order of day and month that they prove, and cells of dates that a program misread."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import Cell
from services.enrollment.sheets.errors import DATE_EXCHANGED
from services.enrollment.sheets.values.dates import (
    DateOrder,
    DateWindow,
    declared_order,
    is_ambiguous,
    is_decisive,
    numbers_of,
    proved_orders,
    read_date,
)

_LARGEST_MONTH = 12
_MAYBE_CHANCE = 0.05
_SMALL_DAYS, _LARGE_DAYS = 12 / 30.4, 18.4 / 30.4
"""The shares of a month's days that can be a month, and that cannot."""

_CONVERTIBLE = re.compile(r"\d{1,2}([/-])\d{1,2}\1(\d{4}|\d{2})", re.ASCII)


class DayCells(StrEnum):
    """What cells are that hold a day: an American Excel turns what it can into days, and leaves 25/12/1987 as text."""

    AS_THEY_ARE = "as_they_are"
    EXCHANGED = "exchanged"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class DateColumn:
    """How a column of dates is read. `is_open` tells that the sender can say it."""

    order: DateOrder | None = None
    days: DayCells = DayCells.AS_THEY_ARE
    is_open: bool = False

    def read(self, cell: Cell, window: DateWindow) -> date:
        """Reads a day. Raises `RejectedError` without a field."""
        day = read_date(cell, self.order, window)
        if self.days is DayCells.AS_THEY_ARE or not _can_be_exchanged(cell):
            return day
        if self.days is DayCells.DOUBTFUL:
            raise RejectedError(DATE_EXCHANGED)
        return day.replace(month=day.day, day=day.month)

    def needs_order(self, cell: Cell) -> bool:
        """Tells whether a cell cannot be read before the sender says the order."""
        if not self.is_open:
            return False
        return is_ambiguous(cell) if self.order is None else _can_be_exchanged(cell)


@dataclass(frozen=True, slots=True)
class DateWitnesses:
    """What cells of dates prove together: their orders, and how many are days or dates that were left as texts.

    `are_converted` tells whether just those dates are days which a program could take for days of the other order.
    """

    orders: frozenset[DateOrder] = frozenset()
    days: int = 0
    left_as_text: int = 0
    are_converted: bool = False

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> Self:
        days, left = sum(isinstance(cell, date) for cell in cells), len(_left_as_text(cells))
        return cls(frozenset(proved_orders(cells)), days, left, bool(days and left) and _are_converted(cells))


def date_column(
    title: str,
    cells: DateWitnesses,
    declared: DateOrder | None,
    *,
    same_field: DateWitnesses = DateWitnesses(),
    elsewhere: Collection[DateOrder] = (),
) -> DateColumn:
    """Finds out how a column is read: by its heading, by its dates, by those elsewhere, or as the sender declares.

    `same_field` is what the cells prove of the field in all tables of the file, which one program wrote;
    `elsewhere` are the orders that other columns prove.
    """
    stated = declared_order(title)
    own = cells.orders | ({stated} if stated else set())
    for witnesses in (same_field, cells):
        orders = own | witnesses.orders
        if len(orders) == 1 and witnesses.are_converted:
            return _converted(witnesses, next(iter(orders)), declared)
    settled = own or set(elsewhere)
    if len(settled) == 1:
        return DateColumn(next(iter(settled)))
    return DateColumn(None if settled else declared, is_open=not settled and declared is None)


def _are_converted(cells: Sequence[Cell]) -> bool:
    """Tells whether all days can be those of the other order, and no date is ambiguous as it would be without them."""
    return all(cell.day <= _LARGEST_MONTH for cell in cells if isinstance(cell, date)) and not any(
        is_ambiguous(cell) for cell in cells
    )


def _converted(cells: DateWitnesses, order: DateOrder, declared: DateOrder | None) -> DateColumn:
    """Returns a column whose days are exchanged if the sender confirms the order in which its dates were written.

    Where the cells are so few that it can be by chance, nobody is asked.
    """
    by_chance = _SMALL_DAYS**cells.days * _LARGE_DAYS**cells.left_as_text
    if by_chance > _MAYBE_CHANCE:
        return DateColumn(order, DayCells.DOUBTFUL)
    if declared is order:
        return DateColumn(order, DayCells.EXCHANGED)
    return DateColumn(order, DayCells.DOUBTFUL, is_open=declared is None)


def _left_as_text(cells: Iterable[Cell]) -> list[tuple[int, int]]:
    """Returns the numbers of dates that are texts and would be days if the program could read them."""
    texts = (cell.strip() for cell in cells if isinstance(cell, str))
    pairs = filter(None, (numbers_of(text) for text in texts if _CONVERTIBLE.fullmatch(text)))
    return [pair for pair in pairs if is_decisive(*pair)]


def _can_be_exchanged(cell: Cell) -> bool:
    return isinstance(cell, date) and cell.day <= _LARGEST_MONTH and cell.day != cell.month
