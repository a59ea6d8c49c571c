"""Dates as people write them in sheets. What can mean two days is refused, unless the sheet itself settles it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from services.enrollment.imports.cells import Cell
from services.enrollment.imports.faults import (
    DATE_AMBIGUOUS,
    DATE_CENTURY_UNCLEAR,
    DATE_IMPOSSIBLE,
    DATE_INCOMPLETE,
    DATE_UNREADABLE,
)
from services.enrollment.names import words
from services.enrollment.refusals import Unacceptable


class Order(Enum):
    """Which number of 05/12/1987 comes first."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class Window:
    """The days between which a date must lie for a year of two digits to be completed."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]\.? ?m\.?)?$", re.IGNORECASE | re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", re.ASCII)
_WITH_MONTH = re.compile(r"(\d{1,2})(?:ro|o)? ([a-z]+) (\d{4}|\d{2})", re.ASCII)
_YEAR_ALONE = re.compile(r"(ano )?(\d{1,2} |[a-z]+ )?\d{4}", re.ASCII)
_DECLARED = {"dd/mm": Order.DAY_FIRST, "d/m": Order.DAY_FIRST, "mm/dd": Order.MONTH_FIRST, "m/d": Order.MONTH_FIRST}
_MONTHS = tuple("enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre".split(" "))

_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(9_133, 73_051)
"""Excel's numbers of the days from 1925 to 2099; years such as 1987 are far below."""


def read_date(cell: Cell, order: Order | None, window: Window) -> date:
    """The day that a cell means. Raises `Unacceptable`, its field left open.

    `order` is what the sheet has proved about its dates of numbers. Days of XLSX are days; a number there may be an
    unformatted day.
    """
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        return _of_serial(cell)
    return _of_text(_TIME.sub("", cell.strip()), order, window)


def declared_order(heading: str) -> Order | None:
    """The order that a heading such as «Fecha (dd/mm/aaaa)» declares."""
    tight = heading.casefold().replace(" ", "").replace("-", "/").replace(".", "/")
    return next((order for sign, order in _DECLARED.items() if sign in tight), None)


def proved_orders(cells: Iterable[Cell]) -> set[Order]:
    """The orders that some dates of numbers prove, because one of their numbers can only be a day."""
    texts = (_TIME.sub("", cell.strip()) for cell in cells if isinstance(cell, str))
    pairs = ((int(found[1]), int(found[2])) for text in texts if (found := _NUMBERS.fullmatch(text)))
    return {
        Order.DAY_FIRST if first > second else Order.MONTH_FIRST
        for first, second in pairs
        if (first > 12) != (second > 12)
    }


def _of_serial(number: float) -> date:
    if isinstance(number, bool):
        raise Unacceptable(DATE_UNREADABLE)
    if int(number) in _SERIALS:
        return _DAY_ZERO + timedelta(days=int(number))
    raise Unacceptable(DATE_INCOMPLETE if 1900 <= number <= 2100 else DATE_UNREADABLE)


def _of_text(text: str, order: Order | None, window: Window) -> date:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        return _of_numbers(int(found[1]), int(found[2]), found[3], order, window)
    spoken = " ".join(word for word in words(text) if word not in {"de", "del"})
    if (found := _WITH_MONTH.fullmatch(spoken)) and (month := _month(found[2])):
        return _complete(int(found[1]), month, found[3], window)
    raise Unacceptable(DATE_INCOMPLETE if _YEAR_ALONE.fullmatch(spoken) else DATE_UNREADABLE)


def _of_numbers(first: int, second: int, year: str, order: Order | None, window: Window) -> date:
    readings = {pair for pair in ((first, second), (second, first)) if pair[1] <= 12}
    if len(readings) == 2 and order is not None:
        readings = {(first, second) if order is Order.DAY_FIRST else (second, first)}
    if len(readings) > 1:
        raise Unacceptable(DATE_AMBIGUOUS)
    if not readings:
        raise Unacceptable(DATE_IMPOSSIBLE)
    [(day, month)] = readings
    return _complete(day, month, year, window)


def _complete(day: int, month: int, year: str, window: Window) -> date:
    """The day of a year of four or two digits."""
    if len(year) == 4:
        return _day(int(year), month, day)
    found = [_calendar_day(century + int(year), month, day) for century in (1900, 2000)]
    possible = [one for one in found if one is not None and one in window]
    if not any(found):
        raise Unacceptable(DATE_IMPOSSIBLE)
    if len(possible) != 1:
        raise Unacceptable(DATE_CENTURY_UNCLEAR)
    return possible[0]


def _day(year: int, month: int, day: int) -> date:
    if found := _calendar_day(year, month, day):
        return found
    raise Unacceptable(DATE_IMPOSSIBLE)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int | None:
    """1 to 12 for a month's name, its first three letters, or "sept"."""
    peruvian = {"septiembre": "setiembre", "sep": "set", "sept": "set"}.get(name, name)
    return next((number for number, month in enumerate(_MONTHS, 1) if peruvian in (month, month[:3])), None)
