"""Writes an OpenDocument spreadsheet, as LibreOffice stores one, without a library."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from tests.sheets.grids import Cell, Day, Mistake, Tab, Workbook, as_text

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = "urn:oasis:names:tc:opendocument:xmlns:"
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"'
    f' xmlns:office="{_SPACES}office:1.0" xmlns:table="{_SPACES}table:1.0" xmlns:text="{_SPACES}text:1.0"'
    f' xmlns:style="{_SPACES}style:1.0"><office:automatic-styles><style:style style:name="struck"'
    ' style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    "</office:automatic-styles>"
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3"'
    f' xmlns:manifest="{_SPACES}manifest:1.0"><manifest:file-entry manifest:full-path="/"'
    f' manifest:media-type="{_TYPE}"/><manifest:file-entry manifest:full-path="content.xml"'
    ' manifest:media-type="text/xml"/></manifest:manifest>'
)


def write_ods(book: Workbook) -> bytes:
    """Writes the tabs; days are days, so that it does not matter from when the program counts them."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _TYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", _DOCUMENT.format("".join(map(_table, book.tabs))))
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return content.getvalue()


def _table(tab: Tab) -> str:
    width = max(map(len, tab.lines), default=1)
    rows = "".join(_row(tab, number, width) for number in range(len(tab.lines)))
    return (
        f"<table:table table:name={quoteattr(tab.name)}>"
        f'<table:table-column table:number-columns-repeated="{width}"/>{rows}</table:table>'
    )


def _row(tab: Tab, number: int, width: int) -> str:
    line = [*tab.lines[number], *[""] * (width - len(tab.lines[number]))]
    hidden = ' table:visibility="collapse"' if number in tab.hidden else ""
    cells = "".join(_cell(tab, number, column, cell) for column, cell in enumerate(line))
    return f"<table:table-row{hidden}>{cells}</table:table-row>"


def _cell(tab: Tab, line: int, column: int, cell: Cell) -> str:
    inside = [one for one in tab.merged if one[0] <= line <= one[1] and one[2] <= column <= one[3]]
    if inside and (line, column) != (inside[0][0], inside[0][2]):
        return "<table:covered-table-cell/>"
    spans = "".join(
        f' table:number-rows-spanned="{last - first + 1}" table:number-columns-spanned="{right - left + 1}"'
        for first, last, left, right in inside
    )
    if line in tab.struck:
        spans += ' table:style-name="struck"'
    if cell == "":
        return f"<table:table-cell{spans}/>"
    return f"<table:table-cell{spans}{_value(cell)}><text:p>{escape(as_text(cell))}</text:p></table:table-cell>"


def _value(cell: Cell) -> str:
    if isinstance(cell, bool):
        return f' office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    if isinstance(cell, int | float):
        return f' office:value-type="float" office:value="{cell}"'
    if isinstance(cell, Day):
        return f' office:value-type="date" office:date-value="{cell.day.isoformat()}"'
    if isinstance(cell, Mistake):
        return ' table:formula="of:=VLOOKUP(1;[.A1:.A2];1;0)" office:value-type="string" office:string-value=""'
    return ' office:value-type="string"'
