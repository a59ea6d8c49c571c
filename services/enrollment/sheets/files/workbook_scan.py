"""Scans an XLSX workbook and counts what it unpacks to, before the reading library takes memory for it.

Rows and cells that do not say where they are follow the one before them, as the reading library places them. Strings
that cells share count as often as they are used.
"""

import zipfile
from array import array
from collections.abc import Callable
from functools import lru_cache, reduce
from string import ascii_uppercase, digits

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.errors import DAMAGED, UNPACKS_TOO_LARGE
from services.enrollment.sheets.files.workbook_facts import (
    MAXIMUM_CELLS,
    Counts,
    WorkbookFacts,
    check_extent,
    check_text,
    columns_within,
    is_unseen,
    lines_within,
    number_of,
    plain,
)
from services.enrollment.sheets.files.xml_scan import scan_part

_RELATIONSHIPS, _WORKBOOK, _STRINGS = "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/sharedstrings.xml"
_STYLES = "xl/styles.xml"
_FIRST = {_RELATIONSHIPS: 0, _WORKBOOK: 1, _STRINGS: 2, _STYLES: 3}
_TRUE, _FALSE = frozenset({"1", "true"}), frozenset({"0", "false"})


def scan_workbook(archive: zipfile.ZipFile) -> WorkbookFacts:
    """Raises `RejectedError` as soon as something is too large or damaged.

    First comes what tells which parts are tabs, whatever these are called; strings and formats come before cells that
    use them.
    """
    workbook = _Workbook()
    for entry in sorted(archive.infolist(), key=lambda entry: _FIRST.get(entry.filename.lower(), len(_FIRST))):
        name = entry.filename.lower()
        if name in _FIRST or name.endswith(".xml") or name in workbook.parts:
            scan_part(archive, entry, _PartScan(workbook, name))
    return workbook.facts()


class _Workbook:
    """What all parts of the workbook come to, the length of each shared string, the part of each tab, and which strings
    and formats of cells strike something out."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.string_lengths = array("L")
        self.tabs: list[str] = []
        self.targets: dict[str, str] = {}
        self.hidden_lines: dict[str, set[int]] = {}
        self.hidden_columns: dict[str, set[int]] = {}
        self.struck_strings: set[int] = set()
        self.struck_formats: set[str] = set()
        self.counts_from_1904 = False

    def add_string(self, length: int, *, is_struck: bool) -> None:
        if is_struck:
            self.struck_strings.add(len(self.string_lengths))
        self.string_lengths.append(length)
        check_text(length)
        if len(self.string_lengths) > MAXIMUM_CELLS:
            raise RejectedError(UNPACKS_TOO_LARGE)

    def length_of(self, index: str) -> int:
        if (number := number_of(index.strip())) >= len(self.string_lengths):
            raise RejectedError(DAMAGED)
        return self.string_lengths[number]

    @property
    def parts(self) -> list[str]:
        """Returns the part of each tab, in small letters."""
        return [self.targets.get(relationship, "") for relationship in self.tabs]

    def facts(self) -> WorkbookFacts:
        return WorkbookFacts(
            hidden_lines=self._by_tab(self.hidden_lines),
            hidden_columns=self._by_tab(self.hidden_columns),
            counts_from_1904=self.counts_from_1904,
        )

    def _by_tab(self, by_part: dict[str, set[int]]) -> dict[int, set[int]]:
        return {tab: by_part[part] for tab, part in enumerate(self.parts) if part in by_part}


class _PartScan:
    """The state within one part. Rows and columns are counted from 1; `length` and `text` are of the present cell."""

    def __init__(self, workbook: _Workbook, name: str) -> None:
        self.workbook, self.name = workbook, name
        self.row = self.column = self.last_row = self.last_column = 0
        self.length, self.text, self.is_shared, self.is_written = 0, "", False, False
        self.usual_height, self.format, self.is_struck = "", "", False
        self.starts = {
            "sheetFormatPr": self._start_format,
            "col": self._start_columns,
            "row": self._start_row,
            "c": self._start_cell,
            "si": self._start_string,
            "strike": self._start_strike,
            "mergeCell": lambda _: workbook.counts.add_merged(),
            **self._starts_of_workbook(),
        }
        self.ends = {"v": self._end_value, "c": self._end_cell, "si": self._end_string}

    def _starts_of_workbook(self) -> dict[str, Callable[[dict[str, str]], None]]:
        """Returns what says which parts are tabs: it counts where the workbook has it, and in no other part."""
        if self.name == _RELATIONSHIPS:
            return {"Relationship": self._start_relationship}
        if self.name == _WORKBOOK:
            return {"sheet": self._start_sheet, "workbookPr": self._start_properties}
        return _StylesScan(self.workbook).starts if self.name == _STYLES else {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        action = self.starts.get(name.rpartition(":")[2])
        if action is None:
            self.is_written, self.text = True, ""
        else:
            action(attributes)

    def add_text(self, text: str) -> None:
        self.length += len(text)
        self.text = text

    def end(self, name: str) -> None:
        if action := self.ends.get(name.rpartition(":")[2]):
            action()

    def _start_format(self, attributes: dict[str, str]) -> None:
        """A format that hides all rows (`zeroHeight`) hides those only that are not listed, and they have no cells."""
        if attributes.get("customHeight") in _TRUE:
            self.usual_height = attributes.get("defaultRowHeight", "")

    def _start_columns(self, attributes: dict[str, str]) -> None:
        if _is_hidden(attributes, attributes.get("width", "")):
            first, last = (number_of(attributes.get(one, "")) for one in ("min", "max"))
            self.workbook.hidden_columns.setdefault(self.name, set()).update(columns_within(first - 1, last - 1))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.column = 0
        self.row = number_of(attributes["r"]) if "r" in attributes else self.row + 1
        if _is_hidden(attributes, attributes.get("ht", self.usual_height)):
            self.workbook.hidden_lines.setdefault(self.name, set()).update(lines_within(self.row, self.row))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.length, self.is_shared, self.is_written = 0, attributes.get("t") == "s", False
        self.format, self.is_struck = attributes.get("s", ""), False
        self.column += 1
        if reference := attributes.get("r"):
            letters = reference.rstrip(digits)
            self.column, self.row = _column(letters), number_of(reference[len(letters) :])

    def _start_string(self, _: dict[str, str]) -> None:
        self.length, self.is_struck = 0, False

    def _start_strike(self, attributes: dict[str, str]) -> None:
        self.is_struck = self.is_struck or attributes.get("val") not in _FALSE

    def _start_sheet(self, attributes: dict[str, str]) -> None:
        self.workbook.counts.add_tab()
        self.workbook.tabs.append(plain(attributes).get("id", ""))

    def _start_relationship(self, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "").lower()
        part = target[1:] if target.startswith("/") else f"xl/{target}"
        self.workbook.targets[attributes.get("Id", "")] = part

    def _start_properties(self, attributes: dict[str, str]) -> None:
        self.workbook.counts_from_1904 = attributes.get("date1904") in _TRUE

    def _end_string(self) -> None:
        self.workbook.add_string(self.length, is_struck=self.is_struck)

    def _end_value(self) -> None:
        if self.is_shared:
            self.length = self.workbook.length_of(self.text)
            self.is_struck = number_of(self.text.strip()) in self.workbook.struck_strings

    def _end_cell(self) -> None:
        if self.is_written:
            self.workbook.counts.add_cells(self.length)
            if self.is_struck or self.format in self.workbook.struck_formats:
                self.workbook.hidden_lines.setdefault(self.name, set()).update(lines_within(self.row, self.row))
            if self.row > self.last_row or self.column > self.last_column:
                self._extend()

    def _extend(self) -> None:
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        check_extent(self.last_row, self.last_column)


class _StylesScan:
    """The fonts and formats of cells, in their order, within the part of styles."""

    def __init__(self, workbook: _Workbook) -> None:
        self.workbook, self.struck_fonts = workbook, set[str]()
        self.fonts = self.formats = -1
        self.is_of_fonts = self.is_of_cells = False
        self.starts = {
            "fonts": lambda _: self._turn(fonts=True),
            "cellXfs": lambda _: self._turn(cells=True),
            "cellStyleXfs": lambda _: self._turn(),
            "dxfs": lambda _: self._turn(),
            "font": self._start_font,
            "strike": self._start_strike,
            "xf": self._start_format,
        }

    def _turn(self, *, fonts: bool = False, cells: bool = False) -> None:
        self.is_of_fonts, self.is_of_cells = fonts, cells

    def _start_font(self, _: dict[str, str]) -> None:
        self.fonts += self.is_of_fonts

    def _start_strike(self, attributes: dict[str, str]) -> None:
        if self.is_of_fonts and attributes.get("val") not in _FALSE:
            self.struck_fonts.add(str(self.fonts))

    def _start_format(self, attributes: dict[str, str]) -> None:
        self.formats += self.is_of_cells
        if self.is_of_cells and attributes.get("fontId") in self.struck_fonts:
            self.workbook.struck_formats.add(str(self.formats))


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    return attributes.get("hidden", "").strip() in _TRUE or is_unseen(size)


@lru_cache
def _column(letters: str) -> int:
    """Returns 1 for A and 28 for AB."""
    if not 1 <= len(letters) <= 3 or not set(letters) <= set(ascii_uppercase):
        raise RejectedError(DAMAGED)
    first, *others = (ascii_uppercase.index(letter) + 1 for letter in letters)
    return reduce(lambda number, letter: number * 26 + letter, others, first)
