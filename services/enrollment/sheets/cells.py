"""Cells and rows of a sheet, the same for CSV and XLSX."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

from chassis.runtime.formulas import unguarded
from services.enrollment.sheets.values.texts import ungarbled

Cell: TypeAlias = str | int | float | bool | date
"""A blank cell is the empty text. Only XLSX files have anything but text."""

MAXIMUM_LINES = 51_000
"""Lines that are read: more than the allowed rows, so that titles and empty lines fit."""

MAXIMUM_COLUMNS = 200
MAXIMUM_CELL_CHARACTERS = 32_767
"""Excel's own limit."""

_FAILED_FORMULAS = (
    "#n/a #n/d #ref! #¡ref! #name? #¿nombre? #nombre? #value! #¡valor! #div/0! #¡div/0! #num! #¡num! #null! #¡nulo!"
    " nan nat null <na> #spill! #¡desbordamiento! #calc! #¡calc! #error! #¡error! err:502 err:504 err:508 err:522"
).split()
"""What programs write for a formula that failed, in English and in Spanish, or for no value."""

_CHOICES = "seleccione;seleccione...;seleccione…;--seleccione--;seleccionar;elija;elija una opción;select".split(";")
"""What the lists of forms show as long as nobody has chosen."""

_BLANK_MARKS = frozenset(
    ["", "-", "--", "---", "s/d", "s.d.", "n/d", "n.d.", "n/a", "sin dato", "sin datos", *_CHOICES, *_FAILED_FORMULAS]
)


_DITTOS = frozenset(
    ["ídem", "idem", "id", "ibid", "-do-", "do", '"', "''", "´´", "〃", "״", "“", "”", '""', '-"-', '" "', "'' ''"]
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file's tab `tab`, counted from 0. `line` is counted from 1, as in spreadsheet programs.

    `is_hidden` tells that the office hid the line, or struck something out in it. The cells of a line with
    `has_broken_quotes` are a guess.
    """

    line: int
    cells: tuple[Cell, ...]
    tab: int = 0
    is_hidden: bool = False
    has_broken_quotes: bool = False

    def at(self, column: int | None) -> Cell:
        """Returns the cell of a column counted from 0; a blank one if the line is shorter or `column` is None."""
        return "" if column is None or column >= len(self.cells) else self.cells[column]


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are merged; lines are counted from 1 and columns from 0, and both ends belong to it."""

    first_line: int
    last_line: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the file with its lines; merged cells are in the order of their first lines. A hidden tab has none.

    `hidden_columns` are counted from 0. `counts_from_1904` tells from when its numbers count days.
    """

    name: str
    rows: Sequence[Row]
    merged: Sequence[Merged] = ()
    is_hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    counts_from_1904: bool = False


def to_cell(raw: object) -> Cell:
    """Converts a value of the spreadsheet library: whole floats become integers, and instants become days."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() else raw
    if isinstance(raw, bool | int | date):
        return raw
    return "" if raw is None else clean_text(str(raw)) if not isinstance(raw, time | timedelta) else str(raw)


def clean_text(text: str) -> str:
    """Removes superfluous spaces, line breaks, invisible characters, the apostrophes of `guarded`, and the signs by
    which spreadsheet programs keep a number as text: `'01234567` and `="01234567"`."""
    if not text.isprintable():
        text = ungarbled(text)  # garbled letters have invisible characters too
        text = "".join(character for character in text if character.isprintable() or character.isspace())
    text = " ".join(unguarded(text.strip()).split())
    if text.startswith("'") and text[1:2].isdecimal():
        return text[1:]
    return text[2:-1] if text.startswith('="') and text.endswith('"') and text[2:-1].isalnum() else text


def text_of(cell: Cell) -> str:
    """Returns the cell as text, a day as year-month-day."""
    if isinstance(cell, bool):
        return "Sí" if cell else "No"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def as_typed(cell: Cell) -> str:
    """Returns the cell as people here type it, a day with its day first."""
    return f"{cell.day:02}/{cell.month:02}/{cell.year:04}" if isinstance(cell, date) else text_of(cell)


def is_blank(cell: Cell) -> bool:
    """Tells whether the cell states nothing: it is empty or has one of the marks that people write for that."""
    return isinstance(cell, str) and cell.casefold() in _BLANK_MARKS


def is_ditto(cell: Cell) -> bool:
    """Tells whether the cell says what the one above it says."""
    return isinstance(cell, str) and cell.casefold().strip(" .") in _DITTOS


def json_of_cell(cell: Cell) -> object:
    """Returns the cell as a value of JSON, which has no days."""
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def cell_of_json(value: Any) -> Cell:
    """Returns the cell of a value of JSON."""
    read: Cell = date.fromisoformat(value["day"]) if isinstance(value, dict) else value
    return read
