"""Dates as people write them in sheets. A date that can mean two days is rejected, unless the sheet shows its order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import isfinite

from chassis.runtime.rejections import RejectedError, Rejection
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell
from services.enrollment.sheets.errors import (
    DATE_AMBIGUOUS,
    DATE_CENTURY_UNCLEAR,
    DATE_EXCHANGED,
    DATE_IMPOSSIBLE,
    DATE_INCOMPLETE,
    DATE_IS_NUMBER,
    DATE_UNREADABLE,
)


class DateOrder(StrEnum):
    """Whether the day or the month comes first in 05/12/1987."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class DateWindow:
    """The days between which a date with a year of two digits must lie."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


_ANY_DAY = DateWindow(date.min, date.max)

_TIME = re.compile(
    r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?[ap]\.? ?m\.?|Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE | re.ASCII
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", re.ASCII)
_WITH_MONTH = re.compile(r"(\d{1,2})(?:ro|o)? ([a-z]+) (\d{4}|\d{2})", re.ASCII)
_AFTER_MONTH = re.compile(r"([a-z]+) (\d{1,2}) (\d{4})", re.ASCII)
"""As Excel writes a day in English: May 12, 1987."""

_YEAR_ALONE = re.compile(r"(ano )?(\d{1,2} |[a-z]+ )?\d{4}", re.ASCII)
_AGE = re.compile(r"\d{1,3}( anos?)?", re.ASCII)
_DECLARED = {
    "dd/mm": DateOrder.DAY_FIRST,
    "d/m": DateOrder.DAY_FIRST,
    "mm/dd": DateOrder.MONTH_FIRST,
    "m/d": DateOrder.MONTH_FIRST,
}
MONTHS = tuple("enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre".split(" "))

_ENGLISH = "january february march april may june july august september october november december".split(" ")
_ALSO = {"septiembre": "setiembre", "sep": "set", "sept": "set"} | {
    form: month for name, month in zip(_ENGLISH, MONTHS, strict=True) for form in (name, name[:3])
}

_ROMAN = dict(zip("i ii iii iv v vi vii viii ix x xi xii".split(" "), MONTHS, strict=True))
_BESIDE_DAY = frozenset(
    (
        "de del dia lunes martes miercoles jueves viernes sabado domingo monday tuesday wednesday thursday friday"
        " saturday sunday"
    ).split()
)

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(9_133, 73_051)
"""Numbers by which Excel stores the days from 1925 to 2099. Years such as 1987 are below."""

_LEAP_YEAR = 2000
_YEARS, _AGES = range(1_900, 2_101), range(121)
_DAYS_TO_1904 = 1_462
"""Days by which a workbook that counts from 1904 is ahead."""


def read_date(cell: Cell, order: DateOrder | None, window: DateWindow) -> date:
    """Reads a day. Raises `RejectedError` without a field.

    `order` is the order that the sheet proves for dates made of numbers. In XLSX a number can be an unformatted day.
    """
    if isinstance(cell, date):
        return _from_day(cell)
    if not isinstance(cell, str):
        return _from_serial(cell)
    return _from_text(_TIME.sub("", cell.strip(" .").replace("–", "-")), order, window)


def declared_order(heading: str) -> DateOrder | None:
    """Returns the order that a heading such as «Fecha (dd/mm/aaaa)» declares."""
    tight = heading.casefold().replace(" ", "").replace("-", "/").replace(".", "/")
    return next((order for pattern, order in _DECLARED.items() if pattern in tight), None)


def proved_orders(cells: Iterable[Cell]) -> set[DateOrder]:
    """Returns the orders that dates made of numbers prove, because one of their numbers is too large for a month."""
    pairs = filter(None, (numbers_of(cell) for cell in cells if isinstance(cell, str)))
    return {
        DateOrder.DAY_FIRST if first > second else DateOrder.MONTH_FIRST
        for first, second in pairs
        if is_decisive(first, second)
    }


def is_decisive(one: int, other: int) -> bool:
    """Tells whether just one of two numbers can be the month, and there is such a day in it."""
    month, day = sorted((one, other))
    return 1 <= month <= 12 < day and _calendar_day(_LEAP_YEAR, month, day) is not None


def numbers_of(text: str) -> tuple[int, int] | None:
    """Returns the first two numbers of a date made of numbers."""
    found = _NUMBERS.fullmatch(_TIME.sub("", text.strip(" .")))
    return (int(found[1]), int(found[2])) if found else None


def is_ambiguous(cell: Cell) -> bool:
    """Tells whether a text is a date whose day and month could be each other."""
    numbers = numbers_of(cell) if isinstance(cell, str) else None
    return numbers is not None and max(numbers) <= 12 and numbers[0] != numbers[1]


def is_incomplete(cell: Cell) -> bool:
    """Tells whether a cell has a year, and no day or month."""
    try:
        read_date(cell, None, _ANY_DAY)
    except RejectedError as error:
        return error.rejection is DATE_INCOMPLETE
    return False


def is_age(cell: Cell) -> bool:
    """Tells whether a cell is an age, also in a cell for days, where 38 is 7 February 1900."""
    if isinstance(cell, str):
        return _AGE.fullmatch(" ".join(tokens(cell))) is not None
    return ((cell - _EXCEL_EPOCH).days if isinstance(cell, date) else cell) in _AGES


def has_two_readings(rejection: Rejection) -> bool:
    """Tells whether a date was rejected because it may be one of two days."""
    return rejection in (DATE_AMBIGUOUS, DATE_EXCHANGED)


def doubted(text: str) -> str:
    """Marks a date that may be one of two days, so that nothing that is settled later makes it one of them."""
    return text if _is_doubted(text) else f"¿{text}?"


def _is_doubted(text: str) -> bool:
    return text.startswith("¿") and text.endswith("?")


def _from_day(day: date) -> date:
    """Returns the day of a cell, unless somebody typed a year or an age into a cell of days: 1987 is 1905-06-09."""
    number = (day - _EXCEL_EPOCH).days
    if number in _YEARS or number - _DAYS_TO_1904 in _YEARS:
        raise RejectedError(DATE_INCOMPLETE)
    if number in _AGES:
        raise RejectedError(DATE_IS_NUMBER)
    return day


def _from_serial(number: float) -> date:
    if isinstance(number, bool) or not isfinite(number):
        raise RejectedError(DATE_UNREADABLE)
    if int(number) in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(number))
    if number in _AGES:
        raise RejectedError(DATE_IS_NUMBER)
    raise RejectedError(DATE_INCOMPLETE if number in _YEARS else DATE_UNREADABLE)


def _from_text(text: str, order: DateOrder | None, window: DateWindow) -> date:
    if _is_doubted(text):
        raise RejectedError(DATE_AMBIGUOUS)
    if found := _YEAR_FIRST.fullmatch(text):
        return _existing_day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(int(found[1]), int(found[2]), found[3], order, window)
    worded = " ".join(word for word in tokens(text) if word not in _BESIDE_DAY)
    if (found := _WITH_MONTH.fullmatch(worded)) and (month := _month(found[2])):
        return _complete(int(found[1]), month, found[3], window)
    if (found := _AFTER_MONTH.fullmatch(worded)) and (month := _month(found[1])):
        return _complete(int(found[2]), month, found[3], window)
    if _AGE.fullmatch(worded):
        raise RejectedError(DATE_IS_NUMBER)
    raise RejectedError(DATE_INCOMPLETE if _YEAR_ALONE.fullmatch(worded) else DATE_UNREADABLE)


def _from_numbers(first: int, second: int, year: str, order: DateOrder | None, window: DateWindow) -> date:
    readings = {pair for pair in ((first, second), (second, first)) if pair[1] <= 12}
    if len(readings) == 2 and order is not None:
        readings = {(first, second) if order is DateOrder.DAY_FIRST else (second, first)}
    if len(readings) > 1:
        raise RejectedError(DATE_AMBIGUOUS)
    if not readings:
        raise RejectedError(DATE_IMPOSSIBLE)
    [(day, month)] = readings
    return _complete(day, month, year, window)


def _complete(day: int, month: int, year: str, window: DateWindow) -> date:
    """Returns the day of a year of four digits, or of two whose century only one day in the window fits."""
    if len(year) == 4:
        return _existing_day(int(year), month, day)
    found = [_calendar_day(century + int(year), month, day) for century in (1900, 2000)]
    possible = [one for one in found if one is not None and one in window]
    if not any(found):
        raise RejectedError(DATE_IMPOSSIBLE)
    if len(possible) != 1:
        raise RejectedError(DATE_CENTURY_UNCLEAR)
    return possible[0]


def _existing_day(year: int, month: int, day: int) -> date:
    if found := _calendar_day(year, month, day):
        return found
    raise RejectedError(DATE_IMPOSSIBLE)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int | None:
    """Returns 1 to 12 for a month's name, its first three letters, or "sept"; for English and Roman ones too."""
    peruvian = _ALSO.get(name) or _ROMAN.get(name, name)
    return next((number for number, month in enumerate(MONTHS, 1) if peruvian in (month, month[:3])), None)
