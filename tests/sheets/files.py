"""Writes a sheet as the bytes of a file, as spreadsheet programs and scripts do."""

import csv
import io
from datetime import date

import xlsxwriter
import xlwt

from tests.sheets.grids import STRAY_QUOTES, Cell, Day, Mistake, Tab, Workbook, as_text
from tests.sheets.ods_file import write_ods

_FORMATS = {"%d/%m/%Y": "dd/mm/yyyy", "%m/%d/%Y": "mm/dd/yyyy"}


def write_file(book: Workbook, kind: str, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """Writes the workbook; a CSV has its first tab only."""
    if kind == "csv":
        return write_csv(book.tabs[0], delimiter, encoding)
    return {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}[kind](book)


def write_csv(tab: Tab, delimiter: str, encoding: str) -> bytes:
    """Writes a CSV. The encoding «mojibake» is UTF-8 that a program took for Windows-1252 and saved as UTF-8."""
    text = io.StringIO(newline="")
    width = max(map(len, tab.lines))
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([*map(as_text, line), *[""] * (width - len(line))] for line in tab.lines)
    written = text.getvalue().replace(STRAY_QUOTES, '"Los "Andes" SAC"')
    if encoding == "mojibake":
        return "".join(map(_as_cp1252, written.encode())).encode("utf-8-sig")
    return written.encode(encoding, "replace")


def _as_cp1252(byte: int) -> str:
    """Decodes a byte as browsers and Windows do, who leave none of them out."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def write_xlsx(book: Workbook) -> bytes:
    content = io.BytesIO()
    options = {"in_memory": True, "date_1904": book.counts_from_1904}
    with xlsxwriter.Workbook(content, options) as workbook:
        formats = {shown: workbook.add_format({"num_format": form}) for shown, form in _FORMATS.items()}
        struck = workbook.add_format({"font_strikeout": True})
        for tab in book.tabs:
            sheet = workbook.add_worksheet(tab.name)
            if tab.is_hidden:
                sheet.hide()
            for merged in tab.merged:
                sheet.merge_range(merged[0], merged[2], merged[1], merged[3], "")
            for number, line in enumerate(tab.lines):
                for column, cell in enumerate(line):
                    if number in tab.struck and isinstance(cell, str) and cell:
                        sheet.write_string(number, column, cell, struck)
                    else:
                        _write_xlsx_cell(sheet, number, column, cell, formats)
            for number in tab.hidden:
                sheet.set_row(number, None, None, {"hidden": True})
    return content.getvalue()


def _write_xlsx_cell(
    sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, cell: Cell, formats: dict[str, object]
) -> None:
    if isinstance(cell, Day):
        sheet.write_datetime(line, column, cell.day, formats[cell.shown])
    elif isinstance(cell, Mistake):
        sheet.write_formula(line, column, "=VLOOKUP(1,A1:A2,1,FALSE)", None, cell.code)
    elif cell == "":
        return
    elif isinstance(cell, str):
        sheet.write_string(line, column, cell)
    else:
        sheet.write(line, column, cell)


def write_xls(book: Workbook) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    workbook.dates_1904 = book.counts_from_1904
    styles = {shown: xlwt.easyxf(num_format_str=form) for shown, form in _FORMATS.items()}
    struck = xlwt.easyxf("font: struck_out true")
    for tab in book.tabs:
        sheet = workbook.add_sheet(tab.name)
        sheet.visibility = int(tab.is_hidden)
        starts = {(one[0], one[2]): one for one in tab.merged}
        for number, line in enumerate(tab.lines):
            for column, cell in enumerate(line):
                value, style = _xls_value(cell, styles, book.counts_from_1904)
                style = struck if number in tab.struck and isinstance(cell, str) else style
                if merged := starts.get((number, column)):
                    sheet.write_merge(*merged, value, style)
                elif cell != "":
                    sheet.write(number, column, value, style)
        for number in tab.hidden:
            sheet.row(number).hidden = True
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _xls_value(cell: Cell, styles: dict[str, object], counts_from_1904: bool) -> tuple[object, object]:
    if not isinstance(cell, Day):
        return (cell.code if isinstance(cell, Mistake) else cell), xlwt.Style.default_style
    first = date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30)
    return (cell.day - first).days, styles[cell.shown]
