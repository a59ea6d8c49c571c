"""Finds the lines of headings of a table, one to three, and what each column is."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from services.enrollment.sheets.cells import Merged, Row
from services.enrollment.sheets.layout.heading_block import Block
from services.enrollment.sheets.layout.headings import read_heading
from services.enrollment.sheets.layout.near_headings import near_fields
from services.enrollment.sheets.layout.tables import Column, Field
from services.enrollment.sheets.values.texts import ungarbled

SEARCHED_LINES = 40
PERSON = frozenset({Field.DOCUMENT, Field.FULL_NAME, Field.GIVEN_NAMES, Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME})
_MINIMUM_FIELDS = 3
_MAXIMUM_LINES = 3
_MAXIMUM_NEAR_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Headings:
    """The columns that lines of headings name; `first` and `last` are places in the list of rows."""

    first: int
    last: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> set[Field]:
        """Returns the fields that the columns name."""
        return {column.field for column in self.columns if column.field}


def find_headings(rows: Sequence[Row], merged: Sequence[Merged]) -> Headings | None:
    """Finds the first of the first lines that names enough fields of people; then one that nearly, or hardly, does."""
    first = rows[:SEARCHED_LINES]
    for is_line in (names_people, _nearly_names_people, _hardly_names_people):
        place = next((place for place, row in enumerate(first) if is_line(row)), None)
        if place is not None:
            return headings_at(rows, merged, place)
    return None


def names_people(row: Row) -> bool:
    """Tells whether a line names at least three fields, one of which says who somebody is."""
    found = _fields(row)
    return len(found) >= _MINIMUM_FIELDS and not found.isdisjoint(PERSON)


def count_known_headings(rows: Sequence[Row]) -> int:
    """Counts the fields that the best of these lines names."""
    return max((len(_fields(row)) for row in rows[:SEARCHED_LINES]), default=0)


def headings_at(rows: Sequence[Row], merged: Sequence[Merged], place: int, start: int = 0) -> Headings:
    """Reads the line of headings at a place, with those from `start` on above it, and below it, that belong to it."""
    following = range(place + 1, min(place + _MAXIMUM_LINES, len(rows)))
    lines = (place, *takewhile(lambda one: not _is_of_person(rows[one]), following))
    place = max(lines, key=lambda one: len(_fields(rows[one])))
    block = Block(rows, _near(merged, rows[place].line), place, place)
    below = block.extended(last=1)
    if place + 1 < len(rows) and below.is_continued_below():
        block = below
    first = block.first
    while len(block.lines) < _MAXIMUM_LINES and first > start:
        above = block.extended(first=1)
        if not above.is_headed():
            break
        first = above.first
        if above.loses_nothing(block):
            block = above
        else:
            break
    return Headings(first, block.last, block.columns())


def _is_of_person(row: Row) -> bool:
    """Tells whether a line has numbers and names no field, as that of a person does."""
    has_digits = any(not isinstance(cell, str) or any(map(str.isdecimal, cell)) for cell in row.cells)
    return has_digits and not _fields(row)


def _near(merged: Sequence[Merged], line: int) -> Sequence[Merged]:
    """Returns the merged cells that begin where headings around this line can."""
    first, last = (line + distance for distance in (-_MAXIMUM_LINES, _MAXIMUM_LINES))
    return merged[bisect_left(merged, first, key=_first_line) : bisect_right(merged, last, key=_first_line)]


def _first_line(merged: Merged) -> int:
    return merged.first_line


def _fields(row: Row) -> set[Field]:
    return {heading.field for text in _texts(row) if (heading := read_heading(text))}


def _nearly_names_people(row: Row) -> bool:
    texts = list(_texts(row))[:_MAXIMUM_NEAR_COLUMNS]
    if len(texts) < _MINIMUM_FIELDS or not any(map(read_heading, texts)):
        return False
    near = {field for text in texts for field in near_fields(text)[:1]} | _fields(row)
    return len(near) >= _MINIMUM_FIELDS and not near.isdisjoint(PERSON)


def _hardly_names_people(row: Row) -> bool:
    """Tells whether a line of words names two fields; what its other columns are, their cells may tell."""
    texts, found = list(_texts(row)), _fields(row)
    are_words = len(texts) >= _MINIMUM_FIELDS and not any(any(map(str.isdecimal, text)) for text in texts)
    return are_words and len(found) > 1 and not found.isdisjoint(PERSON)


def _texts(row: Row) -> Iterator[str]:
    return (ungarbled(cell) for cell in row.cells if isinstance(cell, str) and cell)
