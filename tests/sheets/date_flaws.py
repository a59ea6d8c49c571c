"""What goes wrong with the birth dates of single rows, and other ways to write them."""

from collections.abc import Callable
from datetime import date, timedelta

from tests.sheets.document_flaws import Flaw
from tests.sheets.grids import Cell, Day
from tests.sheets.shown import MONTHS, Shown, doubt_century
from tests.sheets.styles import Style

EPOCH = date(1899, 12, 30)


def _birth(wrong: Cell, parts: tuple[Cell, Cell, Cell] | None, *, of_cells: bool = False) -> Flaw:
    """A flaw of the birth date: what stands for it in one column, and for day, month and year in three."""

    def apply(style: Style, row: Shown) -> bool:
        if style.birth in ("none", "American") or (of_cells and (style.birth != "cells" or style.file == "csv")):
            return False
        if style.birth == "three columns":
            if parts is None:
                return False
            row.cells |= dict(zip(("day", "month", "year"), parts, strict=True))
        row.cells["birth"] = wrong
        row.refuse("birth_date")
        return True

    return apply


def _two_digits(style: Style, row: Shown) -> bool:
    if style.birth not in ("text", "dashes", "mixed", "small days"):
        return False
    row.cells["birth"] = row.person.born_on.strftime("%d/%m/%y")
    doubt_century(row)
    row.at_fault.add("birth_date")
    return True


def _written_birth(write: Callable[[date], Cell], *, of_cells: bool = False) -> Flaw:
    """Another way to write the true birth date, by which nothing is lost."""

    def apply(style: Style, row: Shown) -> bool:
        if of_cells and (style.birth != "cells" or style.file == "csv" or "dates from 1904" in style.extras):
            return False
        if style.birth in ("none", "three columns", "American", "swapped"):
            return False
        row.cells["birth"] = write(row.person.born_on)
        row.at_fault.add("birth_date")
        return True

    return apply


def _error(style: Style, row: Shown) -> bool:
    """An error value, which is as good as an empty cell; careful clerks differ about a row without a birth date."""
    if style.birth in ("none", "three columns"):
        return False
    row.cells["birth"] = "#N/A"
    row.expected["birth_date"] = {None}
    row.doubt("birth_date", "consents")
    return True


def _year_in_cell(style: Style, row: Shown) -> bool:
    """A year that somebody typed into a cell for days, which the program shows as a day of 1905."""
    day = EPOCH + timedelta(days=row.person.born_on.year)
    return _birth(Day(day), None, of_cells=True)(style, row)


def _to_come(style: Style, row: Shown) -> bool:
    """A day to come, which programs keep as a day too."""
    wrong = Day(date(2087, 5, 25)) if style.birth == "cells" and style.file != "csv" else "25/05/2087"
    return _birth(wrong, (25, 5, 2087))(style, row)


DATE_FLAWS: dict[str, Flaw] = {
    "date with time": _written_birth(lambda day: f"{day:%Y-%m-%d} 00:00:00"),
    "number for a date": _written_birth(lambda day: (day - EPOCH).days, of_cells=True),
    "month abbreviated": _written_birth(lambda day: f"{day.day}-{MONTHS[day.month - 1][:3]}-{day.year}"),
    "month in capitals": _written_birth(lambda day: f"{day.day:02} DE {MONTHS[day.month - 1].upper()} DEL {day.year}"),
    "impossible date": _birth("31/06/1985", (31, 6, 1985)),
    "year alone": _birth("1985", ("", "", 1985)),
    "month and year": _birth("mayo 1985", ("", 5, 1985)),
    "age for a date": _birth("45", None),
    "error value as date": _error,
    "zeros for a date": _birth("00/00/0000", (0, 0, 0)),
    "year in a date cell": _year_in_cell,
    "date to come": _to_come,
    "two-digit year": _two_digits,
}
