"""The form of rows to correct: the texts that were sent of each row, and what the row said when it was shown. Pure.

The field `cells.1.7.3` has the text of tab 1, line 7, column 3. Of the row 1.7, `was` has the digests of the texts that
were shown, and `if_match` its entity tag. Columns are counted from 1 in the form, and from 0 here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from chassis.runtime.rejections import RejectedError
from services.enrollment.imports.commands import ColumnNumber, PlainNumber
from services.enrollment.imports.correction_rows import CELL_UNKNOWN, RowToCorrect, digest_of
from services.enrollment.imports.understanding import Understanding
from services.enrollment.sheets.cells import MAXIMUM_LINES
from services.enrollment.sheets.files.workbook_facts import MAXIMUM_TABS

ROWS = 20
"""Rows of a page, if their cells are few enough."""

MOST_TEXT = 180_000
"""Characters of the cells of a page, of which each counts for `CELL_TEXT` more. A form takes 2,000 fields, and 1 MB."""

CELL_TEXT = 100

_COLUMN, _DIGESTS = TypeAdapter(ColumnNumber), TypeAdapter(dict[ColumnNumber, str])


class NamedRow(BaseModel):
    """A row as the form and addresses name it."""

    tab: Annotated[int, PlainNumber, Field(ge=1, le=MAXIMUM_TABS)]
    line: Annotated[int, PlainNumber, Field(ge=1, le=MAXIMUM_LINES)]


@dataclass(slots=True)
class SentRow:
    """A row as the form sent it: the texts of its cells, and the digests of those that were shown, by column."""

    texts: dict[int, str] = field(default_factory=dict)
    was: dict[int, str] = field(default_factory=dict)
    tag: str = ""

    @property
    def changed(self) -> dict[int, str]:
        """Returns the texts that are not what was shown."""
        return {column: text for column, text in self.texts.items() if digest_of(text) != self.was.get(column)}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row to correct as it is stored now, and as the form sent it, if it did."""

    row: RowToCorrect
    sent: SentRow = field(default_factory=SentRow)

    @property
    def was(self) -> str:
        """Returns the digests of what is shown, as JSON."""
        return json.dumps({column + 1: digest for column, digest in self.row.digests.items()}, separators=(",", ":"))

    def text(self, column: int) -> str:
        """Returns what the field of a cell has: what was typed and is not saved, or what is stored."""
        return self.sent.changed.get(column, self.row.typed(column))

    def stored(self, column: int) -> str | None:
        """Returns what somebody else saved meanwhile in a cell, if something different was typed into it here."""
        is_other = column in self._saved_by_others and self.text(column) != self.row.typed(column)
        return self.row.text(column) if is_other else None

    @property
    def has_more_typed(self) -> bool:
        """Tells whether something was typed into a cell that is not among those to correct."""
        return not self.sent.changed.keys() <= set(self.row.columns)

    @property
    def outdated_headings(self) -> list[str]:
        """Returns the headings of what somebody else saved since the row was shown."""
        saved = self._saved_by_others
        return [title for column, title in self.row.titles if column in saved]

    @property
    def _saved_by_others(self) -> set[int]:
        was = self.sent.was
        return {column for column, digest in self.row.digests.items() if was.get(column, digest) != digest}


@dataclass(frozen=True, slots=True)
class LostRow:
    """A row that is not to be corrected any more, although something was typed into it."""

    place: str
    texts: Sequence[tuple[str, str]]
    """The headings, and what was typed under them."""


def sent_rows(fields: Iterable[tuple[str, str]]) -> dict[str, SentRow]:
    """Reads the rows of a form by their names, such as 1.7. Raises `RejectedError` for what no page sends."""
    try:
        rows = _rows(fields)
    except ValidationError:
        raise RejectedError(CELL_UNKNOWN) from None
    for name in rows:
        named_row(name)
    return rows


def _rows(fields: Iterable[tuple[str, str]]) -> dict[str, SentRow]:
    rows: dict[str, SentRow] = {}
    for name, text in fields:
        kind, _, place = name.partition(".")
        if kind == "cells":
            row, _, column = place.rpartition(".")
            rows.setdefault(row, SentRow()).texts[_COLUMN.validate_python(column) - 1] = text
        elif kind == "was":
            rows.setdefault(place, SentRow()).was = _digests(text)
        elif kind == "if_match" and place:
            rows.setdefault(place, SentRow()).tag = text
    return rows


def _digests(text: str) -> dict[int, str]:
    """Reads what was shown; of what cannot be read nothing was, so that all texts of the row count as typed."""
    try:
        return {column - 1: digest for column, digest in _DIGESTS.validate_json(text).items()}
    except ValidationError:
        return {}


def changed_rows(rows: Mapping[str, SentRow]) -> list[str]:
    """Returns the names of the rows into which something was typed."""
    return [name for name, row in rows.items() if row.changed]


def lost_rows(
    understanding: Understanding, rows: Mapping[str, SentRow], shown: Sequence[RowToCorrect]
) -> Iterator[LostRow]:
    """Yields those that are shown no more, with what was typed into them."""
    names = {one.name for one in shown}
    for name in changed_rows(rows):
        if name not in names:
            named = named_row(name)
            row = RowToCorrect(understanding, named.tab - 1, named.line, (), ())
            typed = rows[name].changed
            yield LostRow(row.place, [(title, typed[column]) for column, title in row.titles if column in typed])


def named_row(name: str) -> NamedRow:
    """Reads how the form names a row. Raises `RejectedError`."""
    tab, _, line = name.partition(".")
    try:
        return NamedRow.model_validate({"tab": tab, "line": line})
    except ValidationError:
        raise RejectedError(CELL_UNKNOWN) from None


def rows_of_page(rows: Sequence[RowToCorrect]) -> list[RowToCorrect]:
    """Returns the first rows, of which a form can send all cells; one at least."""
    page: list[RowToCorrect] = []
    size = 0
    for row in rows[:ROWS]:
        size += sum(CELL_TEXT + len(row.typed(column)) for column, _title in row.titles)
        if page and size > MOST_TEXT:
            break
        page.append(row)
    return page
