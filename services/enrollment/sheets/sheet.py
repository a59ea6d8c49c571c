"""Reads the bytes of a file as one sheet of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.csv_file import read_csv
from services.enrollment.sheets.errors import (
    EMPTY_FILE,
    ENCRYPTED,
    HEADINGS_NOT_FOUND,
    OLD_EXCEL,
    SEVERAL_SHEETS,
    TOO_LARGE,
    TOO_MANY_ROWS,
    WRONG_TYPE,
)
from services.enrollment.sheets.headings import count_known_headings, describes_person, find_table
from services.enrollment.sheets.tables import LeftOut, Table
from services.enrollment.sheets.xlsx_file import read_xlsx

MAXIMUM_FILE_BYTES = 20_000_000

MAXIMUM_ROWS = 50_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FORMATS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
    b"\x1f\x8b",
    b"PK\x05\x06",
)
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table")


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Part:
    """A table and its rows that are about a person."""

    table: Table
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's tables of people, in its order, the names of its tabs, and the lines that are not about people."""

    kind: Kind
    parts: Sequence[Part]
    tabs: tuple[str, ...] = ("",)
    left_out: tuple[LeftOut, ...] = ()


def kind_of(content: bytes) -> Kind:
    """Tells the kind of file by its first bytes and its size. Raises `RejectedError` if it cannot be a sheet."""
    if not content.strip():
        raise RejectedError(EMPTY_FILE)
    if len(content) > MAXIMUM_FILE_BYTES:
        raise RejectedError(TOO_LARGE)
    if content.startswith(_OLE):
        raise RejectedError(ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in content else OLD_EXCEL)
    if content.startswith(_OTHER_FORMATS) or content[:200].lstrip().lower().startswith(_MARKUP):
        raise RejectedError(WRONG_TYPE)
    return Kind.XLSX if content.startswith(_ZIP) else Kind.CSV


def read_sheet(content: bytes) -> Sheet:
    """Reads the sheet that has a line of headings. Raises `RejectedError` if no sheet has one, or several have."""
    kind = kind_of(content)
    table, rows = _only_table(read_xlsx(content) if kind is Kind.XLSX else [read_csv(content, count_known_headings)])
    people = [row for row in rows if row.line > table.line and describes_person(table, row)]
    if len(people) > MAXIMUM_ROWS:
        raise RejectedError(TOO_MANY_ROWS)
    return Sheet(kind, [Part(table, people)])


def _only_table(sheets: Iterable[list[Row]]) -> tuple[Table, list[Row]]:
    found: list[tuple[Table, list[Row]]] = []
    for rows in sheets:
        if table := find_table(rows):
            found.append((table, rows))
        if len(found) > 1:
            raise RejectedError(SEVERAL_SHEETS)
    if not found:
        raise RejectedError(HEADINGS_NOT_FOUND)
    return found[0]
