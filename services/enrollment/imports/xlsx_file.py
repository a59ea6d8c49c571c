"""Reads XLSX workbooks without trusting what they declare about their own size."""

import io
import lzma
import re
import zipfile
import zlib

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from chassis.runtime.rejections import RejectedError
from services.enrollment.imports.cells import Row, to_cell
from services.enrollment.imports.errors import (
    COUNTS_FROM_1904,
    DAMAGED,
    ENCRYPTED,
    TOO_MANY_ROWS,
    UNPACKS_TOO_LARGE,
    WRONG_TYPE,
)

MAXIMUM_UNPACKED_BYTES = 150_000_000
"""Limit of a workbook's unpacked size."""

MAXIMUM_CELLS = 5_000_000
"""Limit of the rectangle of all written cells: the reading library takes memory for each cell in it, empty or not."""

_WRITTEN_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*(?<!/)>""")
_FROM_1904 = re.compile(rb"""date1904=["'](?:1|true)["']""")


def read_xlsx(content: bytes) -> list[list[Row]]:
    """Reads the lines of each visible sheet. Raises `RejectedError`."""
    _inspect(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            return [_rows(workbook.get_sheet_by_name(name)) for name in _visible(workbook)]
    except CalamineError:
        raise RejectedError(DAMAGED) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a panic of the library is not an `Exception`
            raise RejectedError(DAMAGED) from None
        raise


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
    ]


def _rows(sheet: CalamineSheet) -> list[Row]:
    lines = sheet.to_python(skip_empty_area=False)
    return [Row(line, tuple(to_cell(cell) for cell in cells)) for line, cells in enumerate(lines, 1)]


def _inspect(content: bytes) -> None:
    """Unpacks and checks everything once, within limits, before the reading library does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect_archive(archive)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError):
        raise RejectedError(DAMAGED) from None


def _inspect_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise RejectedError(WRONG_TYPE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise RejectedError(ENCRYPTED)
    if sum(entry.file_size for entry in entries) > MAXIMUM_UNPACKED_BYTES:
        raise RejectedError(UNPACKS_TOO_LARGE)
    for entry in entries:
        _inspect_entry(archive.read(entry))


def _inspect_entry(part: bytes) -> None:
    if b"sheetData" in part and _extent(part) > MAXIMUM_CELLS:
        raise RejectedError(TOO_MANY_ROWS)
    if _FROM_1904.search(part):
        raise RejectedError(COUNTS_FROM_1904)


def _extent(part: bytes) -> int:
    """Returns the number of cells from A1 to the last written row and column."""
    rows, columns = 0, 0
    for letters, number in _WRITTEN_CELL.findall(part):
        rows, columns = max(rows, int(number)), max(columns, _column(letters))
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
