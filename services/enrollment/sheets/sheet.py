"""Reads the bytes of a file as one sheet of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from chassis.runtime.rejections import RejectedError
from contracts.event import Sex
from services.enrollment.sheets.cells import Tab
from services.enrollment.sheets.errors import (
    EMPTY_FILE,
    ENCRYPTED,
    HEADINGS_NOT_FOUND,
    TOO_LARGE,
    TOO_MANY_ROWS,
    TOO_MANY_TABLES,
    WRONG_TYPE,
)
from services.enrollment.sheets.files.csv_file import read_csv
from services.enrollment.sheets.files.old_workbook_scan import STREAMS
from services.enrollment.sheets.files.opendocument_scan import CONTENT
from services.enrollment.sheets.files.workbook_file import names_in_archive, read_ods, read_xls, read_xlsx
from services.enrollment.sheets.layout.heading_lines import count_known_headings
from services.enrollment.sheets.layout.left_out import LeftOut, Reason
from services.enrollment.sheets.layout.legends import codes_explained, with_legend
from services.enrollment.sheets.layout.side_by_side import lists_of
from services.enrollment.sheets.layout.tab_names import with_tab_name
from services.enrollment.sheets.layout.table_finder import Part, tables_of
from services.enrollment.sheets.wordings import normalized

MAXIMUM_FILE_BYTES = 20_000_000

MAXIMUM_ROWS = 50_000
MAXIMUM_TABLES = 250

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
    ODS = "ods"
    XLS = "xls"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's tables of people, in its order, the names of its tabs, and the lines that are not about people. Lists
    beside each other count as tabs."""

    kind: Kind
    parts: Sequence[Part]
    tabs: tuple[str, ...] = ("",)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def headings(self) -> list[str]:
        """Returns the headings of all columns, normalized."""
        return [normalized(column.title) for part in self.parts for column in part.table.columns]


def kind_of(content: bytes) -> Kind:
    """Tells the kind of file by its first bytes and its size. Raises `RejectedError` if it cannot be a sheet."""
    if not content.strip():
        raise RejectedError(EMPTY_FILE)
    if len(content) > MAXIMUM_FILE_BYTES:
        raise RejectedError(TOO_LARGE)
    if content.startswith(_OLE):
        return _kind_of_compound(content)
    if content.startswith(_ZIP):
        return _kind_of_archive(names_in_archive(content))
    if content.startswith(_OTHER_FORMATS) or content[:200].lstrip().lower().startswith(_MARKUP):
        raise RejectedError(WRONG_TYPE)
    return Kind.CSV


def _kind_of_compound(content: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise RejectedError(ENCRYPTED)
    if not any(name.encode("utf-16-le") in content for name in STREAMS):
        raise RejectedError(WRONG_TYPE)
    return Kind.XLS


def _kind_of_archive(names: set[str]) -> Kind:
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if CONTENT in names:
        return Kind.ODS
    raise RejectedError(WRONG_TYPE)


def read_sheet(content: bytes) -> Sheet:
    """Reads all tables of people. Raises `RejectedError` if no tab has one."""
    kind = kind_of(content)
    parts: list[Part] = []
    left_out: list[LeftOut] = []
    names: list[str] = []
    legend: list[tuple[str, Sex]] = []
    titles: set[str] = set()
    for number, tab in enumerate(chain.from_iterable(map(lists_of, _tabs(kind, content)))):
        found, left = tables_of(tab, number, titles)
        parts += [with_tab_name(part, tab.name) for part in found]
        left_out += left if found else [LeftOut(number, 0, Reason.HIDDEN_TAB if tab.is_hidden else Reason.NO_PEOPLE)]
        legend += codes_explained(tab.rows, found)
        names.append(tab.name)
    if not parts:
        raise RejectedError(HEADINGS_NOT_FOUND)
    if len(parts) > MAXIMUM_TABLES:
        raise RejectedError(TOO_MANY_TABLES)
    if sum(len(part.rows) for part in parts) > MAXIMUM_ROWS:
        raise RejectedError(TOO_MANY_ROWS)
    return Sheet(kind, [with_legend(part, legend) for part in parts], tuple(names), tuple(left_out))


def _tabs(kind: Kind, content: bytes) -> Iterable[Tab]:
    if kind is Kind.CSV:
        return [Tab("", read_csv(content, count_known_headings))]
    return {Kind.XLSX: read_xlsx, Kind.ODS: read_ods, Kind.XLS: read_xls}[kind](content)
