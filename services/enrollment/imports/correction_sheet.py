"""The rows that somebody has to correct or decide, as a sheet to correct and send again."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chassis.runtime.formulas import guarded
from chassis.web.texts import _
from services.enrollment.imports.cells import text_of

CellValues = list[str | int | float | bool]


@dataclass(frozen=True, slots=True)
class RowToCorrect:
    """A row as it came, the heading of the column to correct, and why. `detail` and `remedy` are message ids."""

    line: int
    heading: str
    detail: str
    remedy: str
    cells: CellValues


@dataclass(frozen=True, slots=True)
class CorrectionSheet:
    """The headings of the original sheet, and its rows to correct."""

    titles: list[str]
    rows: list[RowToCorrect]

    def as_csv(self) -> bytes:
        """Writes CSV with a byte-order mark, by which spreadsheet programs read accents, and without live formulas."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerows([guarded(text_of(cell)) for cell in line] for line in self._lines())
        return text.getvalue().encode("utf-8-sig")

    def as_xlsx(self) -> bytes:
        """Writes XLSX in which numbers stay numbers, and no text becomes a formula or a link."""
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
            sheet = workbook.add_worksheet(_("To correct"))
            for number, line in enumerate(self._lines()):
                for column, cell in enumerate(line):
                    _write(sheet, number, column, cell)
            sheet.freeze_panes(1, 0)
        return content.getvalue()

    def _lines(self) -> list[CellValues]:
        """The sheet's own columns, followed by line, column to correct, reason and remedy."""
        added = [_("Line"), _("Column to correct"), _("Reason"), _("What to do")]
        width = max([len(self.titles), *(len(row.cells) for row in self.rows)])
        headings: CellValues = [*_padded(list(self.titles), width), *added]
        return [
            headings,
            *([*_padded(row.cells, width), row.line, row.heading, _(row.detail), _(row.remedy)] for row in self.rows),
        ]


def _padded(cells: Sequence[str | int | float | bool], width: int) -> CellValues:
    return [*cells, *[""] * (width - len(cells))]


def _write(sheet: Worksheet, line: int, column: int, cell: str | int | float | bool) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(line, column, cell)
    else:
        sheet.write_number(line, column, cell)
