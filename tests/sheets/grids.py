"""A sheet before it is a file: lines of cells, what is merged and what is hidden."""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a spreadsheet program stores it, and the form in which it shows it."""

    day: date
    shown: str = "%d/%m/%Y"


@dataclass(frozen=True, slots=True)
class Mistake:
    """An error value, such as #N/A."""

    code: str


STRAY_QUOTES = "\ue000"
"""Stands for a cell whose quotation marks nobody doubled, until the text of a CSV is written."""

Cell: TypeAlias = str | int | float | bool | Day | Mistake


@dataclass(slots=True)
class Tab:
    """A tab. `merged` has first and last line and first and last column; lines and columns count from 0. `struck` are
    lines of which somebody struck out the names."""

    name: str
    lines: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    is_hidden: bool = False

    def add(self, *cells: Cell) -> int:
        """Adds a line and returns its number, counted from 1."""
        self.lines.append(list(cells))
        return len(self.lines)

    def indent(self) -> None:
        """Leaves the first column empty."""
        for line in self.lines:
            line.insert(0, "")
        self.merged = [(first, last, left + 1, right + 1) for first, last, left, right in self.merged]


@dataclass(slots=True)
class Workbook:
    tabs: list[Tab]
    counts_from_1904: bool = False


def as_text(cell: Cell) -> str:
    """Returns what the program shows, and writes into a CSV."""
    if isinstance(cell, bool):
        return "VERDADERO" if cell else "FALSO"
    if isinstance(cell, Day):
        return cell.day.strftime(cell.shown)
    return cell.code if isinstance(cell, Mistake) else str(cell)
