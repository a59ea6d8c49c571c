"""Reads XLSX workbooks without trusting what they declare about their own size."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import Merged, Row, Tab, to_cell
from services.enrollment.sheets.errors import DAMAGED, ENCRYPTED, UNPACKS_TOO_LARGE, WRONG_TYPE
from services.enrollment.sheets.workbook_scan import scan_workbook

MAXIMUM_UNPACKED_BYTES = 150_000_000
"""Limit of a workbook's unpacked size."""


def read_xlsx(content: bytes) -> Iterator[Tab]:
    """Reads the visible tabs, one at a time. Raises `RejectedError`."""
    _inspect(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for name in _visible(workbook):
                sheet = workbook.get_sheet_by_name(name)
                yield Tab(name, list(_rows(sheet)), _merged(sheet))
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


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Yields the lines from the first on; the library gives them from the first written column on."""
    blank = ("",) * (sheet.start[1] if sheet.start else 0)
    for line, cells in enumerate(sheet.iter_rows(), 1):
        yield Row(line, (*blank, *(to_cell(cell) for cell in cells)))


def _merged(sheet: CalamineSheet) -> list[Merged]:
    ranges = sheet.merged_cell_ranges or ()
    return [Merged(first + 1, last + 1, left, right) for (first, left), (last, right) in ranges]


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
    scan_workbook(archive)
