"""Splits the lines of a CSV into records, so that a stray quotation mark harms its own line only."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

QUOTE = '"'
_MOST_LINES_OF_A_RECORD = 50
_LONGEST_RECORD = 100_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record. `is_broken` tells that its quotation marks do not match, and its cells are a guess."""

    cells: list[str]
    is_broken: bool = False


def records(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """Yields the records; a line whose quotation marks do not match is one of its own."""
    usual, place, is_open = _usual_delimiters(lines, delimiter), 0, False
    while place < len(lines):
        if dittos := _with_dittos(lines[place], delimiter):
            yield Record(dittos)
            place += 1
            continue
        alone, is_odd = _cells(lines[place], delimiter), lines[place].count(QUOTE) % 2 == 1
        if alone is not None and not (is_odd and is_open):
            yield Record(alone)
            place += 1
            continue
        size, joined = _joined(lines, place, delimiter, usual) if is_odd and not is_open else (1, None)
        yield Record(joined) if joined else Record(lines[place].strip().split(delimiter), is_broken=True)
        is_open = is_odd and joined is None and not is_open
        place += size


def _with_dittos(line: str, delimiter: str) -> list[str] | None:
    """Returns the cells of a line in which each quotation mark stands alone, for what the line above says."""
    cells = [cell.strip() for cell in line.split(delimiter)] if QUOTE in line else []
    return cells if cells and all(cell == QUOTE for cell in cells if QUOTE in cell) else None


def _joined(lines: Sequence[str], place: int, delimiter: str, usual: int) -> tuple[int, list[str] | None]:
    """Returns the size and the cells of a record that goes on in the next lines; 1 and None if it does not."""
    text = lines[place]
    for size in range(2, _MOST_LINES_OF_A_RECORD + 1):
        if place + size > len(lines) or len(text) > _LONGEST_RECORD:
            break
        last = lines[place + size - 1]
        text += last
        if last.count(QUOTE) % 2 == 1:
            is_two_records = min(lines[place].count(delimiter), last.count(delimiter)) >= usual
            cells = None if is_two_records else _cells(text, delimiter)
            return (size, cells) if cells else (1, None)
    return 1, None


def _cells(text: str, delimiter: str) -> list[str] | None:
    """Returns the cells of a text that is one record; None if its quotation marks do not match."""
    try:
        found = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None


def _usual_delimiters(lines: Sequence[str], delimiter: str) -> int:
    """Returns how many delimiters most lines have, at least one."""
    counted = Counter(line.count(delimiter) for line in lines if delimiter in line)
    return counted.most_common(1)[0][0] if counted else 1
