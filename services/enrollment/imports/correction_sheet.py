"""The rows that somebody has to correct or decide, as a sheet to correct and send again."""

import csv
import io
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain, count
from typing import Self
from uuid import UUID

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chassis.runtime.formulas import guarded
from chassis.web.texts import _
from services.enrollment.imports.correction_rows import REMEDIES, RowToCorrect, is_remedies
from services.enrollment.imports.understanding import Understanding
from services.enrollment.sheets.cells import Cell, as_typed, is_blank, text_of
from services.enrollment.sheets.layout.tables import Table
from services.enrollment.sheets.understood import UnderstoodTable


@dataclass(frozen=True, slots=True)
class CorrectionSheet:
    """The sheet as it was understood, its rows to correct, and the names of cohorts."""

    understanding: Understanding
    rows: list[RowToCorrect]
    cohorts: Mapping[UUID, str] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Self:
        """Returns the rows of a sheet of which none was read."""
        return cls(Understanding((), (), ()), [])

    def as_csv(self) -> bytes:
        """Writes CSV with a byte-order mark, by which spreadsheet programs read accents, and without live formulas."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        for table in self._tables():
            writer.writerows([guarded(as_typed(cell)) for cell in line] for line in table.lines())
        return text.getvalue().encode("utf-8-sig")

    def as_xlsx(self) -> bytes:
        """Writes XLSX with the sheet's tabs, in which numbers and days stay what they are, and no text becomes live.

        Cells to correct are filled, and have a comment that says why.
        """
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
            writer = _WorkbookWriter(workbook)
            for table in self._tables():
                writer.write(table, self.understanding.tabs[table.table.tab])
        return content.getvalue()

    def _tables(self) -> Iterator["_TableToCorrect"]:
        tables, parsers = self.understanding.tables, self.understanding.parsers
        rows: dict[int, list[RowToCorrect]] = {}
        for row in self.rows:
            rows.setdefault(row.table_number, []).append(row)
        for number, found in sorted(rows.items()):
            yield _TableToCorrect(tables[number], found, UnderstoodTable(parsers[number], self.cohorts))


@dataclass(frozen=True)
class _TableToCorrect:
    """A table and its rows to correct."""

    table: Table
    rows: Sequence[RowToCorrect]
    understood: UnderstoodTable

    @cached_property
    def columns(self) -> list[int | None]:
        """Returns the sheet's own columns, without the one that was added to a former sheet to correct, and None for
        each column that is added."""
        titles = {column.number: column.title for column in self.table.columns}
        stated = {number for row in self.rows for number, cell in enumerate(row.cells) if not is_blank(cell)}
        own = [number for number in sorted({*titles, *stated}) if not is_remedies(titles.get(number, ""))]
        return [*own, *([None] * len(self.understood.added)), None]

    def headings(self) -> list[Cell]:
        named = {column.number: self.understood.heading(column) for column in self.table.columns}
        added = self.understood.added_headings()
        return [*(named.get(number, "") for number in self.columns if number is not None), *added, _(REMEDIES)]

    def cells(self, row: RowToCorrect) -> list[Cell]:
        """Returns the cells as they were understood, and the remedies."""
        own = [row.as_row.at(number) for number in self.columns if number is not None]
        return [*own, *self.understood.added_cells(row.as_row), row.told]

    def lines(self) -> Iterator[list[Cell]]:
        yield self.headings()
        yield from map(self.cells, self.rows)


class _WorkbookWriter:
    """Writes tables into the tabs of a workbook, below what a tab has already."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.workbook = workbook
        self.day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        self.marked = workbook.add_format({"bg_color": _MARK})
        self.marked_day = workbook.add_format({"bg_color": _MARK, "num_format": "dd/mm/yyyy"})
        self.heading = workbook.add_format({"bold": True})
        self.tabs: dict[int, Worksheet] = {}
        self.next_lines: dict[int, int] = {}

    def write(self, table: _TableToCorrect, name: str) -> None:
        tab = table.table.tab
        if tab not in self.tabs:
            taken = {sheet.get_name().casefold() for sheet in self.tabs.values()}
            self.tabs[tab] = self.workbook.add_worksheet(_tab_name(name, taken))
        sheet, start = self.tabs[tab], self.next_lines.get(tab, 0)
        for column, title in enumerate(table.headings()):
            sheet.write_string(start, column, text_of(title), self.heading)
        for line, row in enumerate(table.rows, start + 1):
            self._write_row(sheet, line, table, row)
        sheet.set_column(len(table.columns) - 1, len(table.columns) - 1, _REMEDIES_WIDTH)
        self.next_lines[tab] = start + len(table.rows) + 2

    def _write_row(self, sheet: Worksheet, line: int, table: _TableToCorrect, row: RowToCorrect) -> None:
        marked = set(row.columns)
        for column, (number, cell) in enumerate(zip(table.columns, table.cells(row), strict=True)):
            self._write_cell(sheet, line, column, cell, is_marked=number in marked)
            if number is not None and number in marked:
                sheet.write_comment(line, column, row.about(number))

    def _write_cell(self, sheet: Worksheet, line: int, column: int, cell: Cell, *, is_marked: bool) -> None:
        plain = self.marked if is_marked else None
        if isinstance(cell, str):
            sheet.write_string(line, column, cell, plain)
        elif isinstance(cell, bool):
            sheet.write_boolean(line, column, cell, plain)
        elif isinstance(cell, date):
            sheet.write_datetime(line, column, cell, self.marked_day if is_marked else self.day)
        elif not math.isfinite(cell):
            sheet.write_string(line, column, text_of(cell), plain)
        else:
            sheet.write_number(line, column, cell, plain)


def _tab_name(name: str, taken: Collection[str]) -> str:
    """Returns the name as a workbook can have it, with a number after it if another tab has it, in whatever case."""
    kept = "".join(character for character in name if character not in r"[]:*?/\'").strip() or _("To correct")
    numbered = (f"{kept[: _TAB_CHARACTERS - len(end)]}{end}" for end in chain([""], map(" {}".format, count(2))))
    return next(one for one in numbered if one.casefold() not in taken)


_TAB_CHARACTERS = 31
_MARK = "#FFF2CC"
_REMEDIES_WIDTH = 60
"""Characters."""
