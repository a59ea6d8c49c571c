"""Scans a workbook of Excel 97 to 2003 (XLS) and counts what it unpacks to, before the reading library reads it.

Its cells are not compressed, but a text that many cells share counts as often as they use it.
"""

import struct
from array import array
from collections.abc import Iterator
from itertools import takewhile

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.errors import DAMAGED, ENCRYPTED
from services.enrollment.sheets.files.compound_file import CompoundFile
from services.enrollment.sheets.files.workbook_facts import (
    Counts,
    WorkbookFacts,
    check_extent,
    check_text,
    columns_within,
    lines_within,
)

STREAMS = ("Workbook", "Book")
_BOF, _SHEET, _ENCRYPTED, _COUNTS_FROM_1904, _STRINGS, _CONTINUED = 0x809, 0x85, 0x2F, 0x22, 0xFC, 0x3C
_ROW, _OTHER_ROWS, _COLUMNS = 0x208, 0x225, 0x7D
_SHARED_TEXT, _MERGED = 0xFD, 0xE5
_FONT, _FORMAT, _STRUCK_FONT, _MISSING_FONT = 0x31, 0xE0, 0x08, 4
"""No font has the number 4."""

_SEVERAL_NUMBERS, _BLANK_CELLS = 0xBD, {0x201, 0xBE}
_CELLS = {0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6}
_SEVERAL_CELLS = {0xBD, 0xBE}
_HIDDEN_ROW, _HIDDEN_OTHER_ROWS, _HIDDEN_COLUMN = 0x20, 0x02, 0x01
_WIDE, _PHONETIC, _FORMATTED = 0x01, 0x04, 0x08


def scan_old_workbook(content: bytes) -> WorkbookFacts:
    """Raises `RejectedError` as soon as something is too large, damaged or encrypted."""
    scan = _Scan()
    try:
        stream = CompoundFile(content).stream(STREAMS)
        if stream is None:
            raise RejectedError(DAMAGED)
        scan.read(stream)
    except (struct.error, IndexError, ValueError):
        raise RejectedError(DAMAGED) from None
    return scan.facts


def _records(stream: bytes, place: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Yields the place, the kind and the body of each record from a place on."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


class _Scan:
    """The state within the stream; rows and columns are counted from 0, as it does."""

    def __init__(self) -> None:
        self.facts, self.counts = WorkbookFacts(), Counts()
        self.starts: dict[int, int] = {}
        self.lengths = array("L")
        self.tab: int | None = None
        self.rows = self.columns = 0
        self.listed_rows: set[int] = set()
        self.are_others_hidden = False
        self.fonts = self.formats = 0
        self.struck_fonts: set[int] = set()
        self.struck_formats: set[int] = set()

    def read(self, stream: bytes) -> None:
        for place, kind, body in _records(stream):
            if kind == _ENCRYPTED:
                raise RejectedError(ENCRYPTED)
            if kind == _COUNTS_FROM_1904:
                self.facts.counts_from_1904 = body[:1] == b"\x01"
            elif kind == _SHEET:
                self.counts.add_tab()
                self.starts[struct.unpack_from("<I", body)[0]] = len(self.starts)
            elif kind == _BOF:
                self.tab, self.rows, self.columns = self.starts.get(place, self.tab), 0, 0
                self.listed_rows, self.are_others_hidden = set(), False
            elif kind == _STRINGS:
                self.lengths = array("L", _lengths(_with_continuations(stream, place)))
            elif kind == _FONT:
                self._read_font(body)
            elif kind == _FORMAT:
                self._read_format(body)
            elif kind == _ROW:
                self._read_row(body)
            elif kind == _OTHER_ROWS:
                self.are_others_hidden = bool(struct.unpack_from("<H", body)[0] & _HIDDEN_OTHER_ROWS)
            elif kind == _COLUMNS:
                self._read_columns(body)
            elif kind == _MERGED:
                for _ in range(struct.unpack_from("<H", body)[0]):
                    self.counts.add_merged()
            elif kind in _CELLS or kind in _SEVERAL_CELLS:
                self._read_cells(kind, body)

    def _read_font(self, body: bytes) -> None:
        self.fonts += self.fonts == _MISSING_FONT
        if struct.unpack_from("<2xH", body)[0] & _STRUCK_FONT:
            self.struck_fonts.add(self.fonts)
        self.fonts += 1

    def _read_format(self, body: bytes) -> None:
        if struct.unpack_from("<H", body)[0] in self.struck_fonts:
            self.struck_formats.add(self.formats)
        self.formats += 1

    def _read_row(self, body: bytes) -> None:
        row, height, flags = struct.unpack_from("<H4xH4xH", body)
        self.listed_rows.add(row)
        if flags & _HIDDEN_ROW or height == 0:
            self._hide(row)

    def _hide(self, row: int) -> None:
        if self.tab is not None:
            self.facts.hidden_lines.setdefault(self.tab, set()).update(lines_within(row + 1, row + 1))

    def _read_columns(self, body: bytes) -> None:
        first, last, width, flags = struct.unpack_from("<HHH2xH", body)
        if self.tab is not None and (flags & _HIDDEN_COLUMN or width == 0):
            self.facts.hidden_columns.setdefault(self.tab, set()).update(columns_within(first, last))

    def _read_cells(self, kind: int, body: bytes) -> None:
        row, column = struct.unpack_from("<HH", body)
        last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in _SEVERAL_CELLS else column
        length = self.lengths[struct.unpack_from("<I", body, 6)[0]] if kind == _SHARED_TEXT else len(body)
        self.counts.add_cells(length, max(last - column + 1, 1))
        if (self.are_others_hidden and row not in self.listed_rows) or self._is_struck(kind, body):
            self._hide(row)
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, last + 1)
        check_extent(self.rows, self.columns)

    def _is_struck(self, kind: int, body: bytes) -> bool:
        """Tells whether the format of one of these cells strikes out what it says."""
        if kind in _BLANK_CELLS:
            return False
        places = range(4, len(body) - 2, 6) if kind == _SEVERAL_NUMBERS else (4,)
        return any(struct.unpack_from("<H", body, place)[0] in self.struck_formats for place in places)


def _with_continuations(stream: bytes, place: int) -> list[bytes]:
    """Returns the body of the record at a place, and those of the records that continue it."""
    [(_, _, first), *others] = takewhile(lambda one: one[0] == place or one[1] == _CONTINUED, _records(stream, place))
    return [first, *(body for _, _, body in others)]


def _lengths(bodies: list[bytes]) -> Iterator[int]:
    """Yields the length of each shared string. One can go on in a continuation, which repeats its width."""
    reader = _Pieces(bodies)
    [count] = struct.unpack("<I", reader.take(8)[4:])
    for _ in range(count):
        length, flags = struct.unpack("<HB", reader.take(3))
        check_text(length)
        runs = struct.unpack("<H", reader.take(2))[0] if flags & _FORMATTED else 0
        phonetic = struct.unpack("<I", reader.take(4))[0] if flags & _PHONETIC else 0
        reader.skip_characters(length, 2 if flags & _WIDE else 1)
        reader.skip(4 * runs + phonetic)
        yield length


class _Pieces:
    """A record and its continuations, read as one."""

    def __init__(self, bodies: list[bytes]) -> None:
        self._bodies, self._body, self._place = bodies, 0, 0

    def take(self, size: int) -> bytes:
        """Returns bytes that lie in one piece."""
        if self._left() == 0:
            self._turn()
        found = self._bodies[self._body][self._place : self._place + size]
        self._place += size
        return found

    def skip(self, size: int) -> None:
        """Passes over bytes."""
        while size > self._left():
            size -= self._left()
            self._turn()
        self._place += size

    def skip_characters(self, number: int, width: int) -> None:
        """Passes over characters; each continuation begins with a byte that tells how wide they are."""
        while number * width > self._left():
            number -= self._left() // width
            self._turn()
            width = 2 if self.take(1)[0] & _WIDE else 1
        self._place += number * width

    def _left(self) -> int:
        return len(self._bodies[self._body]) - self._place

    def _turn(self) -> None:
        self._body, self._place = self._body + 1, 0
