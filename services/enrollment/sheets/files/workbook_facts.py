"""What scans of a workbook find out before the reading library takes memory for it, and the limits that they hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import MAXIMUM_CELL_CHARACTERS, MAXIMUM_COLUMNS, MAXIMUM_LINES, Merged
from services.enrollment.sheets.errors import (
    DAMAGED,
    TEXT_TOO_LONG,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNPACKS_TOO_LARGE,
)

MAXIMUM_CELLS = 2_000_000
"""Limit of the rectangle of all written cells: the reading library takes memory for each cell in it, empty or not."""

MAXIMUM_CHARACTERS = 50_000_000
"""Limit of the texts of all cells."""

MAXIMUM_TABS = 250
MAXIMUM_MERGED = 100_000

_LONGEST_NUMBER = 9
_SIZE = re.compile(r"\s*([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)\s*[a-z]*\s*", re.ASCII | re.IGNORECASE)
_LEAST_SIZE = 0.05
"""In whatever unit, less than this is nothing that anybody sees."""


@dataclass(slots=True)
class WorkbookFacts:
    """Hidden lines, counted from 1, hidden columns, counted from 0, and merged cells of each tab, counted from 0 with
    hidden tabs. A line in which something is struck out counts as hidden.

    `counts_from_1904` is how programs for Macs count days.
    """

    hidden_lines: dict[int, set[int]] = field(default_factory=dict)
    hidden_columns: dict[int, set[int]] = field(default_factory=dict)
    merged: dict[int, list[Merged]] = field(default_factory=dict)
    hidden_tabs: set[int] = field(default_factory=set)
    counts_from_1904: bool = False


class Counts:
    """What all tabs come to. Each method raises `RejectedError` for what is too large."""

    def __init__(self) -> None:
        self.cells = self.characters = self.merged = self.tabs = 0

    def add_cells(self, length: int, number: int = 1) -> None:
        """Counts cells with a text of this length."""
        self.cells += number
        self.characters += length * number
        check_text(length)
        if self.cells > MAXIMUM_CELLS or self.characters > MAXIMUM_CHARACTERS:
            raise RejectedError(UNPACKS_TOO_LARGE)

    def add_merged(self) -> None:
        """Counts merged cells."""
        self.merged += 1
        if self.merged > MAXIMUM_MERGED:
            raise RejectedError(UNPACKS_TOO_LARGE)

    def add_tab(self) -> None:
        """Counts a tab."""
        self.tabs += 1
        if self.tabs > MAXIMUM_TABS:
            raise RejectedError(UNPACKS_TOO_LARGE)


def check_text(length: int) -> None:
    """Raises `RejectedError` for a text that no cell can have."""
    if length > MAXIMUM_CELL_CHARACTERS:
        raise RejectedError(TEXT_TOO_LONG)


def check_extent(rows: int, columns: int) -> None:
    """Raises `RejectedError` where written cells reach too far down or to the right."""
    if rows > MAXIMUM_LINES or rows * columns > MAXIMUM_CELLS:
        raise RejectedError(TOO_MANY_ROWS)
    if columns > MAXIMUM_COLUMNS:
        raise RejectedError(TOO_MANY_COLUMNS)


def lines_within(first: int, last: int) -> range:
    """Returns the lines from the first to the last one, counted from 1, that are read at all."""
    return range(first, min(last, MAXIMUM_LINES) + 1)


def columns_within(first: int, last: int) -> range:
    """Returns the columns from the first to the last one, counted from 0, that are read at all."""
    return range(first, min(last + 1, MAXIMUM_COLUMNS))


def is_unseen(size: str) -> bool:
    """Tells whether a height or a width, with its unit or without, is so small that nobody sees what has it; one that
    is no number is in doubt, and counts as such."""
    if not size.strip():
        return False
    found = _SIZE.fullmatch(size)
    try:
        return not (found and float(found[1]) >= _LEAST_SIZE)
    except ValueError:
        return True


def number_of(text: str) -> int:
    """Reads a number of an attribute. Raises `RejectedError`."""
    if len(text) > _LONGEST_NUMBER or not text.isdecimal():
        raise RejectedError(DAMAGED)
    return int(text)


def plain(attributes: Mapping[str, str]) -> dict[str, str]:
    """Returns attributes by their names without prefixes."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}
