"""From the bytes of a file to one sheet of rows, whatever an office sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.enrollment.imports.cells import Row
from services.enrollment.imports.csv_file import read_csv
from services.enrollment.imports.faults import (
    EMPTY_FILE,
    ENCRYPTED,
    HEADINGS_NOT_FOUND,
    OLD_EXCEL,
    SEVERAL_SHEETS,
    TOO_LARGE,
    TOO_MANY_ROWS,
    WRONG_TYPE,
)
from services.enrollment.imports.headings import Headings, find_headings, recognized
from services.enrollment.imports.xlsx_file import read_xlsx
from services.enrollment.refusals import Unacceptable

LARGEST_FILE = 20_000_000
"""Bytes."""

MOST_ROWS = 50_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"\x1f\x8b", b"PK\x05\x06")
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table")


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the file says: its headings, and the rows that are about a person."""

    kind: Kind
    headings: Headings
    rows: Sequence[Row]


def kind_of(content: bytes) -> Kind:
    """What the file is, by its first bytes and its size alone. Raises `Unacceptable` for what cannot be a sheet."""
    if not content.strip():
        raise Unacceptable(EMPTY_FILE)
    if len(content) > LARGEST_FILE:
        raise Unacceptable(TOO_LARGE)
    if content.startswith(_OLE):
        raise Unacceptable(ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in content else OLD_EXCEL)
    if content.startswith(_OTHERS) or content[:200].lstrip().lower().startswith(_MARKUP):
        raise Unacceptable(WRONG_TYPE)
    return Kind.XLSX if content.startswith(_ZIP) else Kind.CSV


def read_sheet(content: bytes) -> Sheet:
    """The one sheet with a line of headings. Raises `Unacceptable`, with a remedy, where there is none or several."""
    kind = kind_of(content)
    sheets = read_xlsx(content) if kind is Kind.XLSX else [read_csv(content, recognized)]
    found = [(headings, rows) for rows in sheets if (headings := find_headings(rows))]
    if not found:
        raise Unacceptable(HEADINGS_NOT_FOUND)
    if len(found) > 1:
        raise Unacceptable(SEVERAL_SHEETS)
    headings, rows = found[0]
    people = [row for row in rows if row.line > headings.line and headings.is_about_somebody(row)]
    if len(people) > MOST_ROWS:
        raise Unacceptable(TOO_MANY_ROWS)
    return Sheet(kind, headings, people)
