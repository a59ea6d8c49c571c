"""The rows that somebody has to correct or decide, as a sheet to correct and send again."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chassis.runtime.formulas import guarded
from chassis.web.texts import N_, _, catalogue, translated_languages
from services.enrollment.sheets.cells import text_of

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
        """The sheet's own columns, followed by line, column to correct, reason and remedy.

        Where the sheet is such a file already, the new columns replace those that were added before.
        """
        width = max([len(self.titles), *(len(row.cells) for row in self.rows)])
        added = _columns_added_before(self.titles)
        kept = [column for column in range(width) if column not in added]

        def own(cells: Sequence[str | int | float | bool]) -> CellValues:
            padded = _padded(cells, width)
            return [padded[column] for column in kept]

        return [
            [*own(self.titles), *(_(title) for title in _ADDED)],
            *([*own(row.cells), row.line, row.heading, _(row.detail), _(row.remedy)] for row in self.rows),
        ]


_ADDED = (N_("Line"), N_("Column to correct"), N_("Reason"), N_("What to do"))


def _columns_added_before(titles: Sequence[str]) -> set[int]:
    """Returns the columns whose headings are ours, in whatever language they were written."""
    languages = [catalogue(language).translations for language in translated_languages()]
    ours = {_ADDED, *(tuple(map(language.gettext, _ADDED)) for language in languages)}
    starts = [start for start in range(len(titles)) if tuple(titles[start : start + len(_ADDED)]) in ours]
    return {start + offset for start in starts for offset in range(len(_ADDED))}


def _padded(cells: Sequence[str | int | float | bool], width: int) -> CellValues:
    return [*cells, *[""] * (width - len(cells))]


def _write(sheet: Worksheet, line: int, column: int, cell: str | int | float | bool) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(line, column, cell)
    else:
        sheet.write_number(line, column, cell)
