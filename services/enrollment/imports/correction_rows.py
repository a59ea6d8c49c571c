"""A row that somebody has to correct or decide: its cells as they were understood, and what is to be done."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.runtime.rejections import Rejection
from chassis.web.texts import N_, catalogue, translated_languages
from services.enrollment.imports.commands import MAXIMUM_TYPED_CHARACTERS
from services.enrollment.imports.evidence import Evidence
from services.enrollment.imports.faults import StoredFault
from services.enrollment.imports.understanding import Understanding
from services.enrollment.sheets.cells import Cell, Row, as_typed, is_blank
from services.enrollment.sheets.layout.tables import Table
from services.enrollment.sheets.understood import UnderstoodTable

REMEDIES = N_("What to correct (Minka)")
"""The heading of the column that is added."""


@dataclass(frozen=True, slots=True)
class RowToCorrect:
    """A row as it was understood, and all that is wrong with it. `version` is another one after each correction.

    `evidence` is of a row to review, for somebody who may see whom it is about.
    """

    understanding: Understanding = field(repr=False)
    tab: int
    line: int
    cells: Sequence[Cell]
    faults: Sequence[StoredFault]
    version: str = ""
    evidence: Evidence | None = None

    @property
    def name(self) -> str:
        """Returns how a form and an address name the row."""
        return f"{self.tab + 1}.{self.line}"

    @property
    def place(self) -> str:
        """Returns the line, after the name of the tab where the workbook has several."""
        tabs = self.understanding.tabs
        return f"{tabs[self.tab]}: {self.line}" if len(tabs) > 1 else str(self.line)

    @property
    def table_number(self) -> int:
        return self.understanding.table_of(self.tab, self.line)

    @property
    def table(self) -> Table:
        return self.understanding.tables[self.table_number]

    @property
    def as_row(self) -> Row:
        return Row(self.line, tuple(self.cells), self.tab)

    @property
    def columns(self) -> list[int]:
        """Returns the columns to correct."""
        return list(dict.fromkeys(fault.column for fault in self.faults if fault.column is not None))

    @property
    def titles(self) -> list[tuple[int, str]]:
        """Returns the number and the heading of each column that the row may have, as it is downloaded too."""
        columns = [column for column in self.table.columns if not is_remedies(column.title)]
        understood = UnderstoodTable(self.understanding.parsers[self.table_number], {})
        return [(one.number, understood.heading(one) if one.field else one.title) for one in columns]

    @property
    def digests(self) -> dict[int, str]:
        """Returns what tells whether somebody typed something else into a cell, by the number of its column."""
        return {number: digest_of(self.typed(number)) for number, _title in self.titles}

    @property
    def summary(self) -> str:
        """Returns the first cells, by which somebody knows the row."""
        texts = [as_typed(cell) for cell in self.cells if not is_blank(cell)]
        return " · ".join(texts[:_SUMMARY_CELLS])

    def text(self, column: int) -> str:
        """Returns the text of a cell as it is typed."""
        return as_typed(self.cells[column]) if column < len(self.cells) else ""

    def typed(self, column: int) -> str:
        """Returns what the page's field of a cell has: nothing for a text that is too long to be typed."""
        return "" if self.is_long(column) else self.text(column)

    def is_long(self, column: int) -> bool:
        """Tells whether a cell has more characters than somebody can type: it stays unless it is replaced."""
        return len(self.text(column)) > MAXIMUM_TYPED_CHARACTERS

    @property
    def headings(self) -> list[str]:
        """Returns the headings of the columns to correct."""
        titles = {column.number: column.title for column in self.table.columns}
        return [titles[column] for column in self.columns if titles.get(column)]

    @property
    def reasons(self) -> str:
        """Returns all that is wrong, in the reader's language."""
        return " ".join(dict.fromkeys(fault.reason for fault in self.faults))

    @property
    def remedies(self) -> str:
        """Returns all that is to be done, in the reader's language."""
        return " ".join(dict.fromkeys(fault.advice for fault in self.faults if fault.advice))

    @property
    def told(self) -> str:
        """Returns all that is wrong, each with its heading and with what to do about it."""
        titles: dict[int | None, str] = {
            column.number: f"{column.title}: " for column in self.table.columns if column.title
        }
        return " ".join(titles.get(one.column, "") + one.told for one in self.faults)

    def about(self, column: int) -> str:
        """Returns what is wrong in a column and what to do about it."""
        return " ".join(one.told for one in self.faults if one.column == column)


def columns_of(understanding: Understanding, tab: int, line: int) -> set[int]:
    """Returns the columns that a row may have, counted from 0: not the one that was added to a sheet to correct."""
    table = understanding.tables[understanding.table_of(tab, line)]
    return {column.number for column in table.columns if not is_remedies(column.title)}


def digest_of(text: str) -> str:
    """Returns the digest of a cell's text, by which a form tells whether it was changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_remedies(title: str) -> bool:
    """Tells whether a heading is that of the added column, in whatever language it was written."""
    languages = [catalogue(language).translations for language in translated_languages()]
    return title in {REMEDIES, *(language.gettext(REMEDIES) for language in languages)}


_SUMMARY_CELLS = 5

CELL_UNKNOWN = Rejection(
    "cell_unknown",
    N_("This names a row or a column that the sheet does not have."),
    remedy=N_("Open the rows to correct again, and write only into cells that are shown."),
)
