"""Reading CSV as offices save it: with `;`, `,`, tab or `|` between its cells."""

import io
from collections.abc import Callable, Iterator, Sequence

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import (
    MAXIMUM_CELL_CHARACTERS,
    MAXIMUM_COLUMNS,
    MAXIMUM_LINES,
    Row,
    clean_text,
)
from services.enrollment.sheets.errors import TEXT_TOO_LONG, TOO_MANY_COLUMNS, TOO_MANY_ROWS
from services.enrollment.sheets.files.csv_records import records
from services.enrollment.sheets.files.encodings import decoded

DELIMITERS = (";", ",", "\t", "|")
MAXIMUM_LINE_CHARACTERS = 100_000

_SAMPLE_LINES = 60
_MAXIMUM_PHYSICAL_LINES = 4 * MAXIMUM_LINES
"""A cell can have several lines."""


def read_csv(content: bytes, count_headings: Callable[[Sequence[Row]], int]) -> list[Row]:
    """Reads the lines, with the delimiter that gives most known headings in the first ones. Raises `RejectedError`."""
    lines = list(_lines(decoded(content)))
    first = lines[:_SAMPLE_LINES]
    delimiter = max(DELIMITERS, key=lambda candidate: count_headings(_sample(first, candidate)))
    return list(_rows(lines, delimiter))


def _lines(text: str) -> Iterator[str]:
    """Yields the lines as they are written; none is believed to end."""
    source, number = io.StringIO(text, newline=""), 0
    while line := source.readline(MAXIMUM_LINE_CHARACTERS + 1):
        number += 1
        if len(line) > MAXIMUM_LINE_CHARACTERS:
            raise RejectedError(TEXT_TOO_LONG)
        if number > _MAXIMUM_PHYSICAL_LINES:
            raise RejectedError(TOO_MANY_ROWS)
        yield line


def _sample(lines: Sequence[str], delimiter: str) -> list[Row]:
    try:
        return list(_rows(lines, delimiter))
    except RejectedError:
        return []


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[Row]:
    for line, record in enumerate(records(lines, delimiter), 1):
        if line > MAXIMUM_LINES:
            raise RejectedError(TOO_MANY_ROWS)
        if len(record.cells) > MAXIMUM_COLUMNS:
            raise RejectedError(TOO_MANY_COLUMNS)
        if any(len(cell) > MAXIMUM_CELL_CHARACTERS for cell in record.cells):
            raise RejectedError(TEXT_TOO_LONG)
        yield Row(line, tuple(clean_text(cell) for cell in record.cells), has_broken_quotes=record.is_broken)
