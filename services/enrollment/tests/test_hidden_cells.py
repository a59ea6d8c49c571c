"""Rows and columns that nobody sees who opens the file, in whatever way a program hides them."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
import xlwt

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.compound_files import with_small_sectors
from services.enrollment.tests.parsed_sheets import NAMES, TODAY
from services.enrollment.tests.test_sheet_forms import HEADINGS, person, said
from services.enrollment.tests.test_workbooks import book, changed, opendocument, row, text
from tests.sheets.grids import Tab

FOUR_LINES = [list(HEADINGS), person(1), person(2), person(3)]
WORKSHEET = "xl/worksheets/sheet1.xml"


# XLSX ----------------------------------------------------------------------------------------------------------------


def workbook(*changes: tuple[str, str]) -> bytes:
    """A workbook of the four lines with other texts in its worksheet."""
    content = book(Tab("a", FOUR_LINES))
    for old, new in changes:
        content = changed(WORKSHEET, old, new, content)
    return content


def third(attributes: str) -> bytes:
    """A workbook whose third line has these attributes."""
    return workbook(('<row r="3"', f'<row r="3" {attributes}'))


def in_part(target: str, content: bytes) -> bytes:
    """The workbook with its worksheet in another part, which its relationships name so."""
    name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    moved, archive = io.BytesIO(), zipfile.ZipFile(io.BytesIO(content))
    with zipfile.ZipFile(moved, "w") as packed:
        for one in archive.namelist():
            packed.writestr(name if one == WORKSHEET else one, archive.read(one))
    return changed("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", target, moved.getvalue())


def struck(*, shown: str | int = "", is_rich: bool = False, is_empty: bool = False) -> bytes:
    """A workbook whose third line has a cell that is struck out, in part or as a whole; or an empty one."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        struck, plain = workbook.add_format({"font_strikeout": True}), workbook.add_format({"bold": True})
        for number, line in enumerate(FOUR_LINES):
            sheet.write_row(number, 0, line)
        if is_rich:
            sheet.write_rich_string(2, 1, plain, "Rojas ", struck, "Tello", "\u00a0Cruz")
        elif is_empty:
            sheet.write_blank(2, 6, None, struck)
        else:
            sheet.write(2, 1, shown or FOUR_LINES[2][1], struck)
    return content.getvalue()


NO_USUAL_HEIGHT = ('defaultRowHeight="15"', 'defaultRowHeight="0" customHeight="1"')
WITH_A_HEIGHT = [(f'<row r="{line}"', f'<row r="{line}" ht="15"') for line in (1, 2, 4)]


# ODS -----------------------------------------------------------------------------------------------------------------


def opendocument_of(third: str, style: str = "", columns: str = "") -> bytes:
    """A spreadsheet of the four lines with another third one, a style, and what its columns are."""
    first, second, _, fourth = (row(*map(text, line)) for line in FOUR_LINES)
    return opendocument(f'{style}<table:table table:name="a">{columns}{first}{second}{third}{fourth}</table:table>')


def opendocument_row(attributes: str = "") -> str:
    return row(*map(text, FOUR_LINES[2]), attributes=attributes)


def style_of(family: str, size: str) -> str:
    properties = f'<style:table-{family}-properties style:{size}="0cm"/>'
    return f'<style:style style:name="none" style:family="table-{family}">{properties}</style:style>'


COLLAPSED = 'table:display="false"'
IN_A_GROUP = f"<table:table-row-group {COLLAPSED}><table:table-row-group/>{opendocument_row()}</table:table-row-group>"


STRUCK = 'style:text-line-through-style="solid"'


def struck_style(attributes: str = STRUCK) -> str:
    properties = f"<style:text-properties {attributes}/>"
    return f'<style:style style:name="crossed" style:family="table-cell">{properties}</style:style>'


def opendocument_row_with(attributes: str = "", content: str = "") -> str:
    """The third row, its second cell with these attributes or this content."""
    first, second, *others = FOUR_LINES[2]
    attributes = f'office:value-type="string" {attributes}'
    cell = f"<table:table-cell {attributes}><text:p>{content or second}</text:p></table:table-cell>"
    return f"<table:table-row>{text(first)}{cell}{''.join(map(text, others))}</table:table-row>"


# XLS -----------------------------------------------------------------------------------------------------------------


def old_workbook(change: Callable[[xlwt.Worksheet], None]) -> bytes:
    """An old workbook of the four lines, changed."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("a")
    for number, line in enumerate(FOUR_LINES):
        for column, cell in enumerate(line):
            sheet.write(number, column, cell)
    change(sheet)
    return with_small_sectors(workbook)


def hide_row(sheet: xlwt.Worksheet) -> None:
    sheet.row(2).hidden = True


def flatten_row(sheet: xlwt.Worksheet) -> None:
    sheet.row(2).height = 0


def strike_text(sheet: xlwt.Worksheet) -> None:
    sheet._cell_overwrite_ok = True
    sheet.write(2, 1, FOUR_LINES[2][1], xlwt.easyxf("font: struck_out true"))


def strike_numbers(sheet: xlwt.Worksheet) -> None:
    for column in (7, 8):
        sheet.write(2, column, column, xlwt.easyxf("font: struck_out true"))


def hide_others(sheet: xlwt.Worksheet) -> None:
    sheet.row_default_hidden = True


def hide_column(sheet: xlwt.Worksheet) -> None:
    sheet.col(2).hidden = True


def flatten_column(sheet: xlwt.Worksheet) -> None:
    sheet.col(2).width = 0


def without_list_of_the_third(content: bytes) -> bytes:
    """The old workbook without the record that lists its third row."""
    listed, unknown = (struct.pack("<HHH", kind, 16, 2) for kind in (0x208, 0xFFF))
    assert content.count(listed) == 1
    return content.replace(listed, unknown)


# Rows ----------------------------------------------------------------------------------------------------------------

HIDDEN_ROWS: dict[str, Callable[[], bytes]] = {
    "XLSX: an outline that is collapsed": lambda: third('outlineLevel="1" hidden="true"'),
    "XLSX: no height": lambda: third('ht="0" customHeight="1"'),
    **{
        f"XLSX: {attributes}": lambda attributes=attributes: third(attributes)  # type: ignore[misc]
        for attributes in ('ht=".0"', 'ht="0e0"', 'ht="0.01"', 'ht=" 0 "', 'hidden=" 1 "')
    },
    "XLSX: no usual height": lambda: workbook(NO_USUAL_HEIGHT, *WITH_A_HEIGHT),
    "XLSX: a part of another name": lambda: in_part("hojas/una.xml", third('hidden="1"')),
    "XLSX: a part beside the others": lambda: in_part("/hojas/una.data", third('hidden="1"')),
    "XLSX: a cell that is struck out": struck,
    "XLSX: a number that is struck out": lambda: struck(shown=41234567),
    "XLSX: a cell that is struck out in part": lambda: struck(is_rich=True),
    "ODS: a cell that is struck out": lambda: opendocument_of(
        opendocument_row_with('table:style-name="crossed"'), struck_style()
    ),
    "ODS: a cell that is struck out in part": lambda: opendocument_of(
        opendocument_row_with(content='Rojas <text:span text:style-name="crossed">Tello</text:span>'),
        struck_style('style:text-line-through-type="double"'),
    ),
    "XLS: a text that is struck out": lambda: old_workbook(strike_text),
    "XLS: numbers that are struck out": lambda: old_workbook(strike_numbers),
    "ODS: a filter": lambda: opendocument_of(opendocument_row('table:visibility="filter"')),
    "ODS: a group that is collapsed": lambda: opendocument_of(IN_A_GROUP),
    "ODS: no height": lambda: opendocument_of(
        opendocument_row('table:style-name="none"'), style_of("row", "row-height")
    ),
    "XLS: a short stream": lambda: old_workbook(hide_row),
    "XLS: no height": lambda: old_workbook(flatten_row),
    "XLS: all that are not listed": lambda: without_list_of_the_third(old_workbook(hide_others)),
}


@pytest.mark.parametrize("way", HIDDEN_ROWS)
def test_a_row_is_hidden_in_whatever_way(way: str) -> None:
    assert [one.is_hidden for one in read_sheet(HIDDEN_ROWS[way]()).parts[0].rows] == [False, True, False]


def test_cells_are_struck_out_as_their_column_is() -> None:
    plain, column = 'table:style-name="plain"', '<table:table-column table:default-cell-style-name="crossed"/>'
    first, second, third, fourth = (
        f'<table:table-row><table:table-cell office:value-type="string" {"" if number == 2 else plain}>'
        f"<text:p>{line[0]}</text:p></table:table-cell>{''.join(map(text, line[1:]))}</table:table-row>"
        for number, line in enumerate(FOUR_LINES)
    )
    table = f'<table:table table:name="a">{column}{first}{second}{third}{fourth}</table:table>'
    assert [one.is_hidden for one in read_sheet(opendocument(f"{struck_style()}{table}")).parts[0].rows] == [
        False,
        True,
        False,
    ]


def test_what_is_empty_or_not_struck_out_is_seen() -> None:
    never = struck_style('style:text-line-through-style="none"')
    in_no_way = opendocument_of(opendocument_row_with('table:style-name="crossed"'), never)
    fonts = changed("xl/styles.xml", "<strike/>", '<strike val="0"/>', struck())
    for content in (struck(is_empty=True), in_no_way, fonts):
        assert [one.is_hidden for one in read_sheet(content).parts[0].rows] == [False] * 3


def test_a_row_that_is_listed_is_seen_where_all_others_are_hidden() -> None:
    usual, hidden = 'defaultRowHeight="15"', 'defaultRowHeight="15" zeroHeight="1"'
    for content in (workbook((usual, hidden)), old_workbook(hide_others)):
        assert [one.is_hidden for one in read_sheet(content).parts[0].rows] == [False] * 3


# Columns -------------------------------------------------------------------------------------------------------------

TWO_COLUMNS = '<table:table-column table:number-columns-repeated="2"/>'
HIDDEN_COLUMNS: dict[str, Callable[[], bytes]] = {
    "XLSX: hidden": lambda: workbook(("<sheetData>", '<cols><col min="3" max="16384" hidden="1"/></cols><sheetData>')),
    "XLSX: no width": lambda: workbook(("<sheetData>", '<cols><col min="3" max="3" width="0"/></cols><sheetData>')),
    "ODS: hidden": lambda: opendocument_of(
        opendocument_row(),
        columns=f'{TWO_COLUMNS}<table:table-column table:visibility="collapse"/>',
    ),
    "ODS: no width": lambda: opendocument_of(
        opendocument_row(),
        style_of("column", "column-width"),
        f'{TWO_COLUMNS}<table:table-column table:style-name="none"/>',
    ),
    "XLS: hidden": lambda: old_workbook(hide_column),
    "XLS: no width": lambda: old_workbook(flatten_column),
}


@pytest.mark.parametrize("way", HIDDEN_COLUMNS)
def test_a_column_that_is_hidden_is_read_and_told(way: str) -> None:
    sheet = read_sheet(HIDDEN_COLUMNS[way]())
    told = [one.rejection for one in read(sheet, Declaration(), NAMES, TODAY).notes]

    assert [column.is_hidden for column in sheet.parts[0].table.columns] == [False, False, True]
    assert said(sheet, Field.GIVEN_NAMES) == ["Inés B", "Inés C", "Inés D"]
    assert [one.field for one in told if one.code == "column_hidden"] == [Field.GIVEN_NAMES]


# Where the scan has to look ------------------------------------------------------------------------------------------


def test_a_part_of_any_name_is_counted_before_it_takes_memory() -> None:
    content = in_part("hojas/una.data", workbook(('r="C4"', 'r="C1048576"')))
    with pytest.raises(RejectedError) as rejected:
        read_sheet(content)
    assert rejected.value.rejection.code == "too_many_rows"


@pytest.mark.parametrize("other", ['<Relationship Id="rId1" Target="nowhere.xml"/>', '<sheet id="rId9"/>'])
def test_another_part_says_nothing_of_the_tabs(other: str) -> None:
    content = io.BytesIO(third('hidden="1"'))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/zzz.xml", f"<a>{other}</a>")
        archive.writestr("xl/_rels/aaa.xml", f"<a>{other}</a>")
    assert [one.is_hidden for one in read_sheet(content.getvalue()).parts[0].rows] == [False, True, False]


def test_a_short_stream_is_counted_before_it_takes_memory() -> None:
    with pytest.raises(RejectedError) as rejected:
        read_sheet(old_workbook(lambda sheet: sheet.write(65_000, 0, "x")))
    assert rejected.value.rejection.code == "too_many_rows"


def test_the_stream_that_the_library_reads_is_scanned() -> None:
    """Of two workbooks in one file the library reads «Workbook», wherever the directory has it."""
    content = old_workbook(hide_row)
    name, other_name = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le") + bytes(8))
    place = content.index(name)
    entry, free = content[place : place + 128], content[place + 256 :]
    both = content[:place] + entry.replace(name, other_name) + entry + free

    assert [one.is_hidden for one in read_sheet(both).parts[0].rows] == [False, True, False]


def test_a_workbook_may_have_a_tab_for_each_district() -> None:
    tabs = [Tab(f"Distrito {number}", FOUR_LINES[:2]) for number in range(127)]
    assert len(read_sheet(book(*tabs)).parts) == 127
