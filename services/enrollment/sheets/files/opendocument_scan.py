"""Scans an OpenDocument spreadsheet (ODS) and counts what it unpacks to, before the reading library reads it.

A row, a cell and a space can be repeated by a number, so that a short file unpacks to a long one.
"""

import zipfile

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import Merged
from services.enrollment.sheets.errors import ENCRYPTED
from services.enrollment.sheets.files.workbook_facts import (
    Counts,
    WorkbookFacts,
    check_extent,
    columns_within,
    is_unseen,
    lines_within,
    number_of,
    plain,
)
from services.enrollment.sheets.files.xml_scan import scan_part

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


def scan_opendocument(archive: zipfile.ZipFile) -> WorkbookFacts:
    """Raises `RejectedError` as soon as something is too large, damaged or encrypted."""
    scan = _Scan()
    parts = {entry.filename: entry for entry in archive.infolist() if entry.filename.lower().endswith(".xml")}
    for name in sorted(parts, key=lambda name: name != _MANIFEST):
        scan_part(archive, parts[name], scan if name == CONTENT else _OtherScan())
    return scan.facts


class _OtherScan:
    """Looks for encryption in a part without cells."""

    def start(self, name: str, _: dict[str, str]) -> None:
        if name.endswith("encryption-data"):
            raise RejectedError(ENCRYPTED)

    def add_text(self, text: str) -> None:
        """A text without a cell takes no memory."""

    def end(self, name: str) -> None:
        """Nothing hangs on it."""


class _Scan:
    """The state within the content. Rows are counted from 1, and columns are those before the present cell."""

    def __init__(self) -> None:
        self.facts, self.counts = WorkbookFacts(), Counts()
        self.hidden_styles: set[str] = set()
        self.struck_styles: set[str] = set()
        self.usual_styles: list[str] = []
        self.hidden_groups = 0
        self.tab, self.row, self.rows, self.column, self.columns = -1, 0, 1, 0, 1
        self.last_row = self.last_column = self.length = 0
        self.is_written, self.is_struck, self.style = False, False, ""
        self.starts = {
            "style": self._start_style,
            "table-properties": self._start_properties,
            "table-row-properties": self._start_properties,
            "table-column-properties": self._start_properties,
            "text-properties": self._start_text_properties,
            "table": self._start_table,
            "table-row-group": self._start_group,
            "table-column-group": self._start_group,
            "table-column": self._start_columns,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "s": self._start_spaces,
            "span": self._start_span,
            "null-date": self._start_null_date,
        }
        self.ends = {
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "table-row-group": self._end_group,
            "table-column-group": self._end_group,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if action := self.starts.get(name.rpartition(":")[2]):
            action(plain(attributes))

    def add_text(self, text: str) -> None:
        self.length += len(text)

    def end(self, name: str) -> None:
        if action := self.ends.get(name.rpartition(":")[2]):
            action()

    def _start_style(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get("name", "")

    def _start_properties(self, attributes: dict[str, str]) -> None:
        sizes = (attributes.get(one, "") for one in ("row-height", "column-width"))
        if attributes.get("display") == "false" or any(map(is_unseen, sizes)):
            self.hidden_styles.add(self.style)

    def _start_text_properties(self, attributes: dict[str, str]) -> None:
        lines = (attributes.get(f"text-line-through-{one}", "none") for one in ("style", "type"))
        if any(one != "none" for one in lines):
            self.struck_styles.add(self.style)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self.counts.add_tab()
        self.tab += 1
        self.row, self.rows, self.column, self.last_row, self.last_column = 0, 1, 0, 0, 0
        self.usual_styles = []
        if attributes.get("style-name") in self.hidden_styles:
            self.facts.hidden_tabs.add(self.tab)

    def _start_group(self, attributes: dict[str, str]) -> None:
        """Counts the groups around the present line or column from the outermost one on that is collapsed."""
        if self.hidden_groups or attributes.get("display") == "false":
            self.hidden_groups += 1

    def _end_group(self) -> None:
        self.hidden_groups = max(self.hidden_groups - 1, 0)

    def _is_hidden(self, attributes: dict[str, str]) -> bool:
        is_visible = attributes.get("visibility", "visible") == "visible"
        return not is_visible or self.hidden_groups > 0 or attributes.get("style-name") in self.hidden_styles

    def _start_columns(self, attributes: dict[str, str]) -> None:
        first = self.column
        self.column += number_of(attributes.get("number-columns-repeated", "1"))
        usual = attributes.get("default-cell-style-name", "")
        self.usual_styles += [usual for _ in columns_within(first, self.column - 1)]
        if self._is_hidden(attributes):
            columns = columns_within(first, self.column - 1)
            self.facts.hidden_columns.setdefault(self.tab, set()).update(columns)

    def _start_row(self, attributes: dict[str, str]) -> None:
        first = self.row + 1
        self.rows = number_of(attributes.get("number-rows-repeated", "1"))
        self.row += self.rows
        self.column = 0
        if self._is_hidden(attributes):
            self.facts.hidden_lines.setdefault(self.tab, set()).update(lines_within(first, self.row))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.length, self.is_written = 0, "value-type" in attributes
        self.columns = number_of(attributes.get("number-columns-repeated", "1"))
        usual = self.usual_styles[self.column] if self.column < len(self.usual_styles) else ""
        self.is_struck = attributes.get("style-name", usual) in self.struck_styles
        lines, columns = (number_of(attributes.get(f"number-{one}-spanned", "1")) for one in ("rows", "columns"))
        if lines > 1 or columns > 1:
            self.counts.add_merged()
            place = Merged(self.row, self.row + lines - 1, self.column, self.column + columns - 1)
            self.facts.merged.setdefault(self.tab, []).append(place)

    def _start_spaces(self, attributes: dict[str, str]) -> None:
        self.length += number_of(attributes.get("c", "1"))

    def _start_span(self, attributes: dict[str, str]) -> None:
        self.is_struck = self.is_struck or attributes.get("style-name") in self.struck_styles

    def _start_null_date(self, attributes: dict[str, str]) -> None:
        self.facts.counts_from_1904 = attributes.get("date-value") == "1904-01-01"

    def _end_cell(self) -> None:
        self.column += self.columns
        if self.is_written or self.length:
            self.counts.add_cells(self.length, self.columns * self.rows)
            if self.is_struck:
                lines = lines_within(self.row - self.rows + 1, self.row)
                self.facts.hidden_lines.setdefault(self.tab, set()).update(lines)
            self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
            check_extent(self.last_row, self.last_column)
