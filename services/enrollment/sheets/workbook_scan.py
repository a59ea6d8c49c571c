"""Scans a workbook and counts what it unpacks to, before the reading library takes memory for it.

Expat reads each part once, in a time that grows with its length. Rows and cells that do not say where they are follow
the one before them, as the reading library places them. Strings that cells share count as often as they are used.
"""

import zipfile
from array import array
from functools import lru_cache, reduce
from string import ascii_uppercase, digits
from xml.parsers import expat

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import MAXIMUM_CELL_CHARACTERS, MAXIMUM_COLUMNS, MAXIMUM_LINES
from services.enrollment.sheets.errors import (
    COUNTS_FROM_1904,
    DAMAGED,
    TEXT_TOO_LONG,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNPACKS_TOO_LARGE,
)

MAXIMUM_CELLS = 2_000_000
"""Limit of the rectangle of all written cells: the reading library takes memory for each cell in it, empty or not."""

MAXIMUM_CHARACTERS = 50_000_000
"""Limit of the texts of all cells."""

_CHUNK_BYTES = 64 * 1024
_MAXIMUM_TAG_BYTES = 1024 * 1024
"""Expat reads a tag again with each chunk until the tag is complete."""

_SHARED_STRINGS = "xl/sharedstrings.xml"


def scan_workbook(archive: zipfile.ZipFile) -> None:
    """Raises `RejectedError` as soon as something is too large or damaged. Strings come before cells that use them."""
    parts = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".xml")]
    counts = _Counts()
    for part in sorted(parts, key=lambda entry: entry.filename.lower() != _SHARED_STRINGS):
        _PartScan(counts).scan(archive, part)


class _Counts:
    """What all parts of the workbook come to, and the length of each shared string."""

    def __init__(self) -> None:
        self.string_lengths = array("L")
        self.cells = self.characters = 0

    def add_string(self, length: int) -> None:
        self.string_lengths.append(length)
        self._check(length, len(self.string_lengths))

    def add_cell(self, length: int) -> None:
        self.cells += 1
        self.characters += length
        self._check(length, self.cells)

    def _check(self, length: int, number: int) -> None:
        if length > MAXIMUM_CELL_CHARACTERS:
            raise RejectedError(TEXT_TOO_LONG)
        if number > MAXIMUM_CELLS or self.characters > MAXIMUM_CHARACTERS:
            raise RejectedError(UNPACKS_TOO_LARGE)

    def length_of(self, index: str) -> int:
        if (number := _number(index.strip())) >= len(self.string_lengths):
            raise RejectedError(DAMAGED)
        return self.string_lengths[number]


class _PartScan:
    """The state within one part. Rows and columns are counted from 1; `length` and `text` are of the present cell."""

    def __init__(self, counts: _Counts) -> None:
        self.counts = counts
        self.row = self.column = self.last_row = self.last_column = 0
        self.length, self.text, self.is_shared, self.is_written = 0, "", False, False
        self.starts = {
            "row": self._start_row,
            "c": self._start_cell,
            "si": self._start_string,
            "workbookPr": _check_epoch,
        }
        self.ends = {"v": self._end_value, "c": self._end_cell, "si": self._end_string}

    def scan(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _reject_doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._add_text
        try:
            with archive.open(part) as content:
                while chunk := content.read(_CHUNK_BYTES):
                    parser.Parse(chunk)
                    if content.tell() - parser.CurrentByteIndex > _MAXIMUM_TAG_BYTES:
                        raise RejectedError(DAMAGED)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise RejectedError(DAMAGED) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        action = self.starts.get(name.rpartition(":")[2])
        if action is None:
            self.is_written, self.text = True, ""
        else:
            action(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.column = 0
        self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.length, self.is_shared, self.is_written = 0, attributes.get("t") == "s", False
        self.column += 1
        if reference := attributes.get("r"):
            letters = reference.rstrip(digits)
            self.column, self.row = _column(letters), _number(reference[len(letters) :])

    def _start_string(self, _: dict[str, str]) -> None:
        self.length = 0

    def _add_text(self, text: str) -> None:
        self.length += len(text)
        self.text = text

    def _end(self, name: str) -> None:
        if action := self.ends.get(name.rpartition(":")[2]):
            action()

    def _end_string(self) -> None:
        self.counts.add_string(self.length)

    def _end_value(self) -> None:
        if self.is_shared:
            self.length = self.counts.length_of(self.text)

    def _end_cell(self) -> None:
        if self.is_written:
            self.counts.add_cell(self.length)
            if self.row > self.last_row or self.column > self.last_column:
                self._extend()

    def _extend(self) -> None:
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.last_row > MAXIMUM_LINES or self.last_row * self.last_column > MAXIMUM_CELLS:
            raise RejectedError(TOO_MANY_ROWS)
        if self.last_column > MAXIMUM_COLUMNS:
            raise RejectedError(TOO_MANY_COLUMNS)


@lru_cache
def _column(letters: str) -> int:
    """Returns 1 for A and 28 for AB."""
    if not 1 <= len(letters) <= 3 or not set(letters) <= set(ascii_uppercase):
        raise RejectedError(DAMAGED)
    first, *others = (ascii_uppercase.index(letter) + 1 for letter in letters)
    return reduce(lambda number, letter: number * 26 + letter, others, first)


def _number(text: str) -> int:
    if len(text) > 9 or not text.isdecimal():
        raise RejectedError(DAMAGED)
    return int(text)


def _check_epoch(attributes: dict[str, str]) -> None:
    if attributes.get("date1904") in ("1", "true"):
        raise RejectedError(COUNTS_FROM_1904)


def _reject_doctype(*_: object) -> None:
    raise RejectedError(DAMAGED)
