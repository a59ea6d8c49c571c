"""The rows that somebody has to look at, as a sheet to correct and send again."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chassis.store.database import Row as Record
from chassis.web.spreadsheets import guarded
from chassis.web.texts import N_, _
from services.enrollment.encryption import SubjectKey
from services.enrollment.imports.cells import text_of
from services.enrollment.imports.receiving import HEADINGS, ROW

REVIEW_DETAIL = N_("The document is known with another name.")
REVIEW_REMEDY = N_(
    "Compare the document with the name; correct the row if the number is wrong, else tell the coordinator."
)

Values = list[str | int | float | bool]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row as it came, and why it was not taken. `heading` is that of the column to correct."""

    line: int
    outcome: str
    heading: str
    field: str | None
    code: str | None
    detail: str
    remedy: str
    cells: Values


def opened(key: SubjectKey, headings: bytes, records: Sequence[Record]) -> tuple[list[str], list[RefusedRow]]:
    """The sheet's headings, and its rows to look at."""
    titles: list[str] = json.loads(key.open(HEADINGS, headings))
    return titles, [_opened(key, titles, record) for record in records if record["cells"]]


def as_csv(titles: Sequence[str], rows: Sequence[RefusedRow]) -> bytes:
    """With a byte-order mark, so that spreadsheet programs read the accents; without live formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows([guarded(text_of(cell)) for cell in line] for line in _table(titles, rows))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(titles: Sequence[str], rows: Sequence[RefusedRow]) -> bytes:
    """Numbers stay numbers, texts stay texts: nothing is a formula or a link."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(_("To correct"))
        for number, line in enumerate(_table(titles, rows)):
            for column, cell in enumerate(line):
                _write(sheet, number, column, cell)
        sheet.freeze_panes(1, 0)
    return content.getvalue()


def _table(titles: Sequence[str], rows: Sequence[RefusedRow]) -> list[Values]:
    """The sheet's own columns, and beside them where and why."""
    added = [_("Line"), _("Column to correct"), _("Reason"), _("What to do")]
    width = max([len(titles), *(len(row.cells) for row in rows)])
    heading: Values = [*_padded(list(titles), width), *added]
    return [heading, *([*_padded(row.cells, width), row.line, row.heading, row.detail, row.remedy] for row in rows)]


def _padded(cells: Sequence[str | int | float | bool], width: int) -> Values:
    return [*cells, *[""] * (width - len(cells))]


def _write(sheet: Worksheet, line: int, column: int, cell: str | int | float | bool) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, column, guarded(cell))
    elif isinstance(cell, bool):
        sheet.write_boolean(line, column, cell)
    else:
        sheet.write_number(line, column, cell)


def _opened(key: SubjectKey, titles: Sequence[str], record: Record) -> RefusedRow:
    column, detail, remedy = record["column_number"], record["detail"], record["remedy"]
    return RefusedRow(
        line=record["line"],
        outcome=record["outcome"],
        heading=titles[column] if column is not None and column < len(titles) else "",
        field=record["field"],
        code=record["code"],
        detail=_(detail or REVIEW_DETAIL),
        remedy=_(remedy or REVIEW_REMEDY),
        cells=json.loads(key.open(ROW, record["cells"])),
    )
