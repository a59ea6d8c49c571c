"""Finds the lines of headings of a table, one to three, and what each column is."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Merged, Row, is_blank, text_of
from services.enrollment.sheets.headings import near_fields, read_heading, sex_answer
from services.enrollment.sheets.letterhead import statements
from services.enrollment.sheets.tables import Column, Field

SEARCHED_LINES = 40
PERSON = frozenset({Field.DOCUMENT, Field.FULL_NAME, Field.GIVEN_NAMES, Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME})
_MINIMUM_FIELDS = 3
_MAXIMUM_LINES = 3
_MAXIMUM_NEAR_COLUMNS = 40
_OTHER_PEOPLE = frozenset(
    (
        "apoderado apoderada tutor tutora padre madre padres representante emergencia conyuge facilitador facilitadora"
        " responsable capacitador ponente familiar nacimiento organizacion institucion empresa trabajo"
    ).split()
)
"""Words by which a heading over others says that they are not about the person of the row."""


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
    """Finds the first of the first lines that names enough fields of people; then one that nearly does."""
    first = rows[:SEARCHED_LINES]
    for is_line in (names_people, _nearly_names_people):
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
    block = _Block(rows, _near(merged, rows[place].line), place, place)
    below = block.extended(last=1)
    if place + 1 < len(rows) and below.is_continued_below():
        block = below
    while len(block.lines) < _MAXIMUM_LINES and block.first > start:
        above = block.extended(first=1)
        if not above.is_headed(block):
            break
        block = above
    return Headings(block.first, block.last, block.columns())


def _near(merged: Sequence[Merged], line: int) -> Sequence[Merged]:
    """Returns the merged cells that begin where headings around this line can."""
    first, last = (line + distance for distance in (-_MAXIMUM_LINES, _MAXIMUM_LINES))
    return merged[bisect_left(merged, first, key=_first_line) : bisect_right(merged, last, key=_first_line)]


def _first_line(merged: Merged) -> int:
    return merged.first_line


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that may be headings together."""

    rows: Sequence[Row]
    merged: Sequence[Merged]
    first: int
    last: int

    @property
    def lines(self) -> Sequence[Row]:
        return self.rows[self.first : self.last + 1]

    def extended(self, first: int = 0, last: int = 0) -> "_Block":
        return replace(self, first=self.first - first, last=self.last + last)

    def labels(self) -> list[list[str]]:
        """Returns the texts of each line and column; a merged heading, or one over others, stands in each column."""
        width = max(len(row.cells) for row in self.lines)
        found = [self._labels_of(row, width) for row in self.lines]
        for upper, lower in pairwise(found):
            for column in range(1, width):
                if not upper[column] and lower[column] and lower[column - 1]:
                    upper[column] = upper[column - 1]
        return found

    def _labels_of(self, row: Row, width: int) -> list[str]:
        labels = [_label(row.at(column)) for column in range(width)]
        for one in self.merged:
            if one.first_line <= row.line <= one.last_line and one.first_line <= len(self.rows):
                top = _label(self.rows[one.first_line - 1].at(one.first_column))
                for column in range(one.first_column, min(one.last_column + 1, width)):
                    labels[column] = labels[column] or top
        return labels

    def columns(self) -> tuple[Column, ...]:
        """Reads each column by its labels from above to below."""
        titles = [" ".join(dict.fromkeys(filter(None, labels))) for labels in zip(*self.labels(), strict=True)]
        return tuple(_with_sex_answers([_column(number, title) for number, title in enumerate(titles)]))

    def fields(self) -> set[Field]:
        return {column.field for column in self.columns() if column.field}

    def is_continued_below(self) -> bool:
        """Tells whether the last line divides headings of the one above, as M and F divide SEXO."""
        *_, upper, lower = self.labels()
        below = [column for column, cell in enumerate(self.rows[self.last].cells) if not is_blank(cell)]
        if len(below) < 2 or not all(isinstance(cell, str) for cell in self.rows[self.last].cells):
            return False
        if any(any(map(str.isdecimal, lower[column])) for column in below):
            return False
        return all(_divides(upper, lower, column) for column in below)

    def is_headed(self, block: "_Block") -> bool:
        """Tells whether the first line groups the headings of `block`, and is no line of a letterhead."""
        row = self.rows[self.first]
        if not all(isinstance(cell, str) for cell in row.cells) or any(True for _ in statements(row)):
            return False
        upper, lower, *_ = self.labels()
        groups = _groups(upper, lower)
        if not any(len(columns) > 1 for _, columns in groups):
            return False
        if len(groups) == 1 and not self._is_narrow(groups[0]):
            return False
        after, before = self.columns(), block.columns()
        lost = {one.number for one in before if one.field} - {one.number for one in after if one.field}
        return all(not _OTHER_PEOPLE.isdisjoint(tokens(upper[number])) for number in lost)

    def _is_narrow(self, group: tuple[str, list[int]]) -> bool:
        label, columns = group
        return read_heading(label) is not None or len(columns) * 2 < len(self.rows[self.first + 1].cells)


def _groups(upper: Sequence[str], lower: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Returns the labels of the upper line with the columns of the lower one that each is over."""
    groups: list[tuple[str, list[int]]] = []
    for column, label in enumerate(upper):
        if not label:
            continue
        if groups and groups[-1][0] == label and groups[-1][1][-1] == column - 1:
            groups[-1][1].append(column)
        else:
            groups.append((label, [column]))
    return [(label, [column for column in columns if lower[column]] or columns) for label, columns in groups]


def _divides(upper: Sequence[str], lower: Sequence[str], column: int) -> bool:
    """Tells whether a lower label, with the one above it, is a heading that the one above alone is not."""
    above = upper[column]
    if read_heading(f"{above} {lower[column]}"):
        return True
    return bool(above) and above in (*upper[max(column - 1, 0) : column], *upper[column + 1 : column + 2])


def _label(cell: Cell) -> str:
    return "" if is_blank(cell) else text_of(cell)


def _column(number: int, title: str) -> Column:
    heading = read_heading(title)
    if heading is None:
        return Column(number, title, None)
    return Column(number, title, heading.field, heading.meaning, part=heading.part)


def _with_sex_answers(columns: list[Column]) -> list[Column]:
    """Reads neighbors that are called as two answers, such as «Hombre» and «Mujer», where no column is called sex."""
    if any(column.field is Field.SEX for column in columns):
        return columns
    answers = [column.number for column in columns if not column.field and sex_answer(column.title)]
    if len(answers) != 2 or answers[1] - answers[0] != 1:
        return columns
    return [
        replace(column, field=Field.SEX, meaning=column.title) if column.number in answers else column
        for column in columns
    ]


def _fields(row: Row) -> set[Field]:
    return {heading.field for text in _texts(row) if (heading := read_heading(text))}


def _nearly_names_people(row: Row) -> bool:
    texts = list(_texts(row))[:_MAXIMUM_NEAR_COLUMNS]
    if len(texts) < _MINIMUM_FIELDS or not any(map(read_heading, texts)):
        return False
    near = {field for text in texts for field in near_fields(text)[:1]} | _fields(row)
    return len(near) >= _MINIMUM_FIELDS and not near.isdisjoint(PERSON)


def _texts(row: Row) -> Iterator[str]:
    return (cell for cell in row.cells if isinstance(cell, str) and cell)
