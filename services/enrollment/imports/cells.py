"""What stands in a sheet's cells, whatever file they came from."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from chassis.web.spreadsheets import FORMULA_SIGNS

Cell: TypeAlias = str | int | float | bool | date
"""A blank cell is the empty text. Only XLSX files have anything but text."""

_NOTHING = frozenset({"", "-", "--", "---", "s/d", "s.d.", "n/d", "n.d.", "n/a", "sin dato", "sin datos"})


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the sheet. `line` counts from 1, as spreadsheet programs do."""

    line: int
    cells: tuple[Cell, ...]

    def at(self, column: int | None) -> Cell:
        """The cell in a column counted from 0; blank where the line is shorter or there is no such column."""
        return "" if column is None or column >= len(self.cells) else self.cells[column]


def plain(raw: object) -> Cell:
    """The cell of a value as a spreadsheet library gives it: whole numbers as such, midnights as days."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() else raw
    if isinstance(raw, bool | int | date):
        return raw
    return "" if raw is None else tidy(str(raw)) if not isinstance(raw, time | timedelta) else str(raw)


def tidy(text: str) -> str:
    """Without the spaces, line breaks and invisible signs that copying leaves behind, and not `guarded` any more."""
    visible = "".join(sign if sign.isprintable() or sign.isspace() else "" for sign in text)
    tidied = " ".join(visible.split())
    return tidied[1:] if tidied[:1] == "'" and tidied[1:2] in FORMULA_SIGNS else tidied


def text_of(cell: Cell) -> str:
    """The cell as a person would type it."""
    if isinstance(cell, bool):
        return "Sí" if cell else "No"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether nothing is stated: empty, or one of the signs people put for that."""
    return isinstance(cell, str) and cell.casefold() in _NOTHING
