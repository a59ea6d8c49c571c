"""Lines that may be the headings of a table together, and what its columns are by them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Merged, Row, is_blank, text_of
from services.enrollment.sheets.layout.headings import CHILD, read_heading, says_something, sex_answer, title_of_sex
from services.enrollment.sheets.layout.letterhead import statements
from services.enrollment.sheets.layout.near_headings import near_fields
from services.enrollment.sheets.layout.tables import DATES, Column, Field
from services.enrollment.sheets.values.texts import ungarbled

OTHER_PEOPLE = frozenset(
    (
        "apoderado apoderada tutor tutora padre madre padres representante emergencia conyuge facilitador facilitadora"
        " responsable capacitador ponente familiar nacimiento organizacion institucion empresa trabajo"
    ).split()
)
"""Words by which a heading over others says that they are not about the person of the row."""


_LEAST_OF_A_LIST = 3
"""Columns of a list of people: a document and names."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that may be headings together."""

    rows: Sequence[Row]
    merged: Sequence[Merged]
    first: int
    last: int

    @property
    def lines(self) -> Sequence[Row]:
        """The lines."""
        return self.rows[self.first : self.last + 1]

    def extended(self, first: int = 0, last: int = 0) -> "Block":
        """Returns the block with so many more lines above and below."""
        return replace(self, first=self.first - first, last=self.last + last)

    def labels(self) -> list[list[str]]:
        """Returns the texts of each line and column; a merged heading, or one over others, stands in each column."""
        width = max(len(row.cells) for row in self.lines)
        found = [self._labels_of(row, width) for row in self.lines]
        for row, (upper, lower) in zip(self.lines, pairwise(found), strict=False):
            if not self._has_merged(row):
                _spread(upper, lower)
        return found

    def _has_merged(self, row: Row) -> bool:
        lines = (one for one in self.merged if one.first_line <= row.line <= one.last_line)
        return any(one.first_column < one.last_column for one in lines)

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

    def is_continued_below(self) -> bool:
        """Tells whether the last line divides headings of the one above, as M and F divide SEXO."""
        *_, upper, lower = self.labels()
        below = [column for column, cell in enumerate(self.rows[self.last].cells) if not is_blank(cell)]
        if len(below) < 2 or not all(isinstance(cell, str) for cell in self.rows[self.last].cells):
            return False
        if any(any(map(str.isdecimal, lower[column])) for column in below):
            return False
        return all(_divides(upper, lower, column) for column in below)

    def is_headed(self) -> bool:
        """Tells whether the first line groups the headings below it, or adds some, and is no line of a letterhead."""
        row = self.rows[self.first]
        if any(map(_has_digit, row.cells)) or any(True for _ in statements(row)):
            return False
        if any(self._is_alone(column, cell) for column, cell in enumerate(row.cells)):
            return True
        groups = _groups(row, self.lines[1:])
        if not any(number > 1 for _, number in groups) or _are_titles(groups):
            return False
        return len(groups) > 1 or self._is_narrow(*groups[0])

    def loses_nothing(self, block: "Block") -> bool:
        """Tells whether all that `block` reads has its meaning below the first line too, unless it is of others, or of
        a child, about whom is asked."""
        upper, after, before = self.labels()[0], self.columns(), block.columns()
        lost = {one.number for one in before if one.field} - {one.number for one in after if one.field}
        return all(not (OTHER_PEOPLE | CHILD).isdisjoint(tokens(upper[number])) for number in lost)

    def _is_alone(self, column: int, cell: Cell) -> bool:
        """Tells whether a cell of the first line is a heading without another below it."""
        return read_heading(_label(cell)) is not None and all(is_blank(row.at(column)) for row in self.lines[1:])

    def _is_narrow(self, label: str, number: int) -> bool:
        return read_heading(label) is not None or number * 2 < len(self.rows[self.first + 1].cells)


def _spread(upper: list[str], lower: Sequence[str]) -> None:
    """Writes a label over the columns to its right that it divides into; in a text file no cells are merged."""
    for column in range(1, len(upper)):
        label, below = upper[column - 1], lower[column]
        if label and not upper[column] and below and lower[column - 1] and _is_over(label, below):
            upper[column] = label


def _is_over(label: str, below: str) -> bool:
    """Tells whether a label can be over a heading, which means something with it, and nothing else without it.

    A label with a typing mistake is over what means nothing alone.
    """
    if not OTHER_PEOPLE.isdisjoint(tokens(label)) and not _is_of_dates(label):
        return True
    joined, alone = read_heading(f"{label} {below}"), read_heading(below)
    if joined is None:
        is_typo = read_heading(label) is None and bool(near_fields(label))
        return alone is None and bool(tokens(below)) and is_typo
    if joined.meaning or joined.part:
        return True
    return joined == alone or (alone is None and says_something(below))


def _is_of_dates(label: str) -> bool:
    """Tells whether a label is that of dates, such as «Fecha de nacimiento», and not of a place of birth."""
    heading = read_heading(label)
    return heading is not None and heading.field in DATES and not {"fecha", "fec", "f"}.isdisjoint(tokens(label))


def _groups(upper: Row, lower: Sequence[Row]) -> list[tuple[str, int]]:
    """Returns the labels of the upper line, each with the number of columns below it up to the next one."""
    starts = [column for column, cell in enumerate(upper.cells) if not is_blank(cell)]
    ends = [*starts[1:], max(len(row.cells) for row in lower)]
    named = {column for row in lower for column, cell in enumerate(row.cells) if not is_blank(cell)}
    groups = zip(starts, ends, strict=False)
    return [(_label(upper.at(start)), len(named.intersection(range(start, end)))) for start, end in groups]


def _are_titles(groups: Sequence[tuple[str, int]]) -> bool:
    """Tells whether labels are the titles of lists beside each other, such as «VARONES» and «MUJERES»."""
    return all(number >= _LEAST_OF_A_LIST and title_of_sex(label) for label, number in groups)


def _divides(upper: Sequence[str], lower: Sequence[str], column: int) -> bool:
    """Tells whether a lower label, with the one above it, is a heading that the one above alone is not."""
    above = upper[column]
    if read_heading(f"{above} {lower[column]}"):
        return True
    return bool(above) and above in (*upper[max(column - 1, 0) : column], *upper[column + 1 : column + 2])


def _has_digit(cell: Cell) -> bool:
    return not isinstance(cell, str) or any(map(str.isdecimal, cell))


def _label(cell: Cell) -> str:
    return "" if is_blank(cell) else ungarbled(text_of(cell))


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
