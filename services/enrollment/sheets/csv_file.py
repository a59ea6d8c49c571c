"""Reading CSV as offices save it: with `;`, `,` or tab between its cells."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import (
    MAXIMUM_CELL_CHARACTERS,
    MAXIMUM_COLUMNS,
    MAXIMUM_LINES,
    Row,
    clean_text,
)
from services.enrollment.sheets.encodings import decoded
from services.enrollment.sheets.errors import (
    BROKEN_QUOTES,
    TEXT_TOO_LONG,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
)

DELIMITERS = (";", ",", "\t")
MAXIMUM_LINE_CHARACTERS = 100_000

_SAMPLE_LINES = 60


def read_csv(content: bytes, count_headings: Callable[[Sequence[Row]], int]) -> list[Row]:
    """Reads the lines, with the delimiter that gives most known headings in the first ones. Raises `RejectedError`."""
    text = decoded(content)
    first = list(islice(_lines(text), _SAMPLE_LINES))
    delimiter = max(DELIMITERS, key=lambda candidate: count_headings(_sample(first, candidate)))
    try:
        return list(_rows(_lines(text), delimiter, strict=True))
    except csv.Error:
        raise RejectedError(BROKEN_QUOTES) from None


def _lines(text: str) -> Iterator[str]:
    """Yields the lines as they are written; none is believed to end."""
    source = io.StringIO(text, newline="")
    while line := source.readline(MAXIMUM_LINE_CHARACTERS + 1):
        if len(line) > MAXIMUM_LINE_CHARACTERS:
            raise RejectedError(TEXT_TOO_LONG)
        yield line


def _sample(lines: Sequence[str], delimiter: str) -> list[Row]:
    try:
        return list(_rows(lines, delimiter, strict=False))
    except (csv.Error, RejectedError):
        return []


def _rows(lines: Iterable[str], delimiter: str, *, strict: bool) -> Iterator[Row]:
    for line, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=strict), 1):
        if line > MAXIMUM_LINES:
            raise RejectedError(TOO_MANY_ROWS)
        if len(cells) > MAXIMUM_COLUMNS:
            raise RejectedError(TOO_MANY_COLUMNS)
        if any(len(cell) > MAXIMUM_CELL_CHARACTERS for cell in cells):
            raise RejectedError(TEXT_TOO_LONG)
        yield Row(line, tuple(clean_text(cell) for cell in cells))
