"""Reads workbooks (XLSX, ODS, XLS) without trusting what they declare about their own size."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import Merged, Row, Tab, to_cell
from services.enrollment.sheets.errors import DAMAGED, ENCRYPTED, UNPACKS_TOO_LARGE
from services.enrollment.sheets.files.old_workbook_scan import scan_old_workbook
from services.enrollment.sheets.files.opendocument_scan import scan_opendocument
from services.enrollment.sheets.files.workbook_facts import WorkbookFacts
from services.enrollment.sheets.files.workbook_scan import scan_workbook

MAXIMUM_UNPACKED_BYTES = 150_000_000
"""Limit of a workbook's unpacked size."""

MAXIMUM_ENTRIES = 10_000
_ENTRY = b"PK\x01\x02"
"""The bytes by which each entry begins in the list of a packed file."""


def read_xlsx(content: bytes) -> Iterator[Tab]:
    """Reads the tabs of an XLSX workbook, one at a time. Raises `RejectedError`."""
    return _tabs(content, _facts_of_archive(content, scan_workbook))


def read_ods(content: bytes) -> Iterator[Tab]:
    """Reads the tabs of an OpenDocument spreadsheet, one at a time. Raises `RejectedError`."""
    return _tabs(content, _facts_of_archive(content, scan_opendocument))


def read_xls(content: bytes) -> Iterator[Tab]:
    """Reads the tabs of a workbook of Excel 97 to 2003, one at a time. Raises `RejectedError`."""
    return _tabs(content, scan_old_workbook(content))


def names_in_archive(content: bytes) -> set[str]:
    """Returns the names of the parts of a packed workbook. Raises `RejectedError` if it cannot be unpacked."""
    with _opened(content) as archive:
        return set(archive.namelist())


def _tabs(content: bytes, facts: WorkbookFacts) -> Iterator[Tab]:
    """Yields the tabs with people or without; of a hidden one, its name only."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for number, about in enumerate(workbook.sheets_metadata):
                if about.typ is not SheetTypeEnum.WorkSheet:
                    continue
                if about.visible is not SheetVisibleEnum.Visible or number in facts.hidden_tabs:
                    yield Tab(about.name, [], is_hidden=True)
                else:
                    yield _tab(workbook.get_sheet_by_name(about.name), number, facts)
    except CalamineError:
        raise RejectedError(DAMAGED) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a panic of the library is not an `Exception`
            raise RejectedError(DAMAGED) from None
        raise


def _tab(sheet: CalamineSheet, number: int, facts: WorkbookFacts) -> Tab:
    ranges = sheet.merged_cell_ranges or ()
    merged = [Merged(first + 1, last + 1, left, right) for (first, left), (last, right) in ranges]
    rows = list(_rows(sheet, facts.hidden_lines.get(number, frozenset())))
    merged = sorted([*merged, *facts.merged.get(number, ())], key=lambda one: one.first_line)
    hidden = frozenset(facts.hidden_columns.get(number, ()))
    return Tab(sheet.name, rows, merged, hidden_columns=hidden, counts_from_1904=facts.counts_from_1904)


def _rows(sheet: CalamineSheet, hidden: frozenset[int] | set[int]) -> Iterator[Row]:
    """Yields the lines from the first on; the library gives them from the first written column on."""
    blank = ("",) * (sheet.start[1] if sheet.start else 0)
    for line, cells in enumerate(sheet.iter_rows(), 1):
        yield Row(line, (*blank, *(to_cell(cell) for cell in cells)), is_hidden=line in hidden)


def _facts_of_archive(content: bytes, scan: Callable[[zipfile.ZipFile], WorkbookFacts]) -> WorkbookFacts:
    """Unpacks and checks everything once, within limits, before the reading library does."""
    with _opened(content) as archive:
        entries = archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise RejectedError(ENCRYPTED)
        if sum(entry.file_size for entry in entries) > MAXIMUM_UNPACKED_BYTES:
            raise RejectedError(UNPACKS_TOO_LARGE)
        return scan(archive)


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """Opens a packed workbook. Whoever sends it waits while its entries are listed, so they are counted before."""
    if content.count(_ENTRY) > MAXIMUM_ENTRIES:
        raise RejectedError(UNPACKS_TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError):
        raise RejectedError(DAMAGED) from None
