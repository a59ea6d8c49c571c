"""Lists as files that are safe to open: no text in them is a formula.

XLSX is for people: texts are as they are, and a code keeps its zeros. CSV is for programs, which read texts as texts:
commas, UTF-8, quoted texts. A spreadsheet program that opens it takes a code for a number, so no page offers it first;
and because such a program may separate cells elsewhere than at the commas, an apostrophe stands before whatever it
could take for a formula, at the start of a text or within.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from fastapi import Response
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chassis.runtime.formulas import guarded
from chassis.web.files import download
from chassis.web.texts import _

Cell = str | bool | int | float | Decimal | date | datetime | None
"""What a cell can hold; an instant (`datetime`) is local time, without its zone."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""

_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
_WIDEST = 60


def response(
    kind: Literal["csv", "xlsx"],
    name: str,
    title: str,
    headings: Sequence[str],
    lines: Sequence[Sequence[Cell]],
    notes: Mapping[str, str] | None = None,
) -> Response:
    """The file as an answer that browsers keep under the name."""
    content = csv_file(headings, lines) if kind == "csv" else xlsx_file(title, headings, lines, notes or {})
    return download(content, _TYPES[kind], f"{name}.{kind}")


def csv_file(headings: Sequence[str], lines: Sequence[Sequence[Cell]]) -> bytes:
    """In UTF-8 with a byte-order mark, so that spreadsheet programs read accents. Texts are quoted, numbers are not."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(headings)
    writer.writerows([_written(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(title: str, headings: Sequence[str], lines: Sequence[Sequence[Cell]], notes: Mapping[str, str]) -> bytes:
    """A sheet with a heading that stays in sight and filters, and one of notes if there are any.

    Numbers are numbers and dates are dates.
    """
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(_sheet_name(title))
        bold = workbook.add_format({"bold": True})
        days = workbook.add_format({"num_format": "yyyy-mm-dd"})
        instants = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, line in enumerate(lines, 1):
            for column, cell in enumerate(line):
                _write(sheet, number, column, cell, days, instants)
        for column, heading in enumerate(headings):
            longest = max((len(str(_written(line[column]))) for line in lines), default=0)
            sheet.set_column(column, column, min(max(longest, len(heading)) + 2, _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(lines), max(len(headings) - 1, 0))
        if notes:
            _write_notes(workbook, bold, notes)
    return content.getvalue()


def _write_notes(workbook: Workbook, bold: Format, notes: Mapping[str, str]) -> None:
    """What a reader has to know of the sheet: a line with a heading for each."""
    sheet = workbook.add_worksheet(_sheet_name(_("Notes")))
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for line, (heading, text) in enumerate(notes.items()):
        sheet.write_string(line, 0, heading, bold)
        sheet.write_string(line, 1, text, wrapped)
    sheet.set_column(0, 0, max(map(len, notes)) + 2)
    sheet.set_column(1, 1, 2 * _WIDEST)


def _sheet_name(title: str) -> str:
    """At most 31 characters, none of those that a sheet's name cannot have."""
    return title.translate(dict.fromkeys(map(ord, "[]:*?/\\'"), " "))[:31].strip() or "1"


def _written(cell: Cell) -> str | int | float | Decimal:
    match cell:
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case str():
            return guarded(cell)
        case None:
            return ""
    return cell


def _write(sheet: Worksheet, line: int, column: int, cell: Cell, days: Format, instants: Format) -> None:
    match cell:
        case datetime():
            sheet.write_datetime(line, column, cell, instants)
        case date():
            sheet.write_datetime(line, column, cell, days)
        case str():
            sheet.write_string(line, column, cell)
        case bool():
            sheet.write_boolean(line, column, cell)
        case int() | float() | Decimal():
            sheet.write_number(line, column, cell)
