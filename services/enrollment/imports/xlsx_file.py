"""Reading XLSX workbooks, none of whose claims about their own size are believed."""

import io
import lzma
import re
import zipfile
import zlib

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from services.enrollment.imports.cells import Row, plain
from services.enrollment.imports.faults import (
    COUNTS_FROM_1904,
    DAMAGED,
    ENCRYPTED,
    TOO_MANY_ROWS,
    UNPACKS_TOO_LARGE,
    WRONG_TYPE,
)
from services.enrollment.refusals import Unacceptable

LARGEST_UNPACKED = 150_000_000
"""Bytes that a workbook may have when unpacked."""

MOST_CELLS = 5_000_000
"""Cells of the rectangle that holds all that is written on a sheet: the reader takes memory for each, empty or not."""

_WRITTEN_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*(?<!/)>""")
_FROM_1904 = re.compile(rb"""date1904=["'](?:1|true)["']""")


def read_xlsx(content: bytes) -> list[list[Row]]:
    """The lines of each visible sheet. Raises `Unacceptable`."""
    _inspect(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            return [_rows(workbook.get_sheet_by_name(name)) for name in _visible(workbook)]
    except CalamineError:
        raise Unacceptable(DAMAGED) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the library gave up in a way that is no `Exception`
            raise Unacceptable(DAMAGED) from None
        raise


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
    ]


def _rows(sheet: CalamineSheet) -> list[Row]:
    lines = sheet.to_python(skip_empty_area=False)
    return [Row(line, tuple(plain(cell) for cell in cells)) for line, cells in enumerate(lines, 1)]


def _inspect(content: bytes) -> None:
    """Unpacks everything once, within limits, and looks at it before the reader does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect_archive(archive)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError):
        raise Unacceptable(DAMAGED) from None


def _inspect_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise Unacceptable(WRONG_TYPE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unacceptable(ENCRYPTED)
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise Unacceptable(UNPACKS_TOO_LARGE)
    for entry in entries:
        _inspect_entry(archive.read(entry))


def _inspect_entry(part: bytes) -> None:
    if b"sheetData" in part and _extent(part) > MOST_CELLS:
        raise Unacceptable(TOO_MANY_ROWS)
    if _FROM_1904.search(part):
        raise Unacceptable(COUNTS_FROM_1904)


def _extent(part: bytes) -> int:
    """Cells of the rectangle from A1 to the last written row and column."""
    rows, columns = 0, 0
    for letters, number in _WRITTEN_CELL.findall(part):
        rows, columns = max(rows, int(number)), max(columns, _column(letters))
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
