"""Workbooks of every kind: their tabs, hidden rows, days and merged cells, and what they may unpack to."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import QuestionKind
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import Kind, read_sheet
from services.enrollment.tests.parsed_sheets import NAMES, TODAY
from services.enrollment.tests.test_sheet_forms import HEADINGS, PLACED, left_out, person, said
from tests.sheets.files import write_file
from tests.sheets.grids import Day, Tab, Workbook

KINDS = ("xlsx", "ods", "xls")


def book(*tabs: Tab, kind: str = "xlsx", counts_from_1904: bool = False) -> bytes:
    return write_file(Workbook(list(tabs), counts_from_1904), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_of_each_kind_is_read_with_its_merged_cells(kind: str) -> None:
    lines = [list(PLACED), person(1, "Huambos", "Chota"), person(2), person(3)]
    sheet = read_sheet(book(Tab("Hoja 1", lines, [(1, 3, 3, 3), (1, 3, 4, 4)]), kind=kind))
    assert (sheet.kind, sheet.tabs) == (Kind(kind), ("Hoja 1",))
    assert (said(sheet, Field.DISTRICT), said(sheet, Field.PROVINCE)) == (["Huambos"] * 3, ["Chota"] * 3)
    assert said(sheet, Field.FAMILY_NAMES) == ["Rojas Tello"] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_rows_are_left_out_and_asked(kind: str) -> None:
    sheet = read_sheet(book(Tab("a", [list(HEADINGS), person(1), person(2), person(3)], hidden={2}), kind=kind))
    assert [row.is_hidden for row in sheet.parts[0].rows] == [False, True, False]
    readings = [read(sheet, Declaration(hidden_rows=wanted), NAMES, TODAY) for wanted in (None, False, True)]
    assert [len(one.parts[0].rows) for one in readings] == [2, 2, 3]
    asked = [[one.rows for one in each.questions if one.kind is QuestionKind.HIDDEN_ROWS] for each in readings]
    assert asked == [[1], [], []]


@pytest.mark.parametrize("counts_from_1904", [False, True])
@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_days_are_read_rightly_from_whenever_they_are_counted(kind: str, counts_from_1904: bool) -> None:
    number = (date(1987, 5, 25) - (date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30))).days
    rows = [person(1, Day(date(1987, 5, 25))), person(2, number), person(3, 1987)]
    content = book(Tab("a", [[*HEADINGS, "F. nac."], *rows]), kind=kind, counts_from_1904=counts_from_1904)
    assert said(read_sheet(content), Field.BIRTH_DATE) == [date(1987, 5, 25), 31922, 1987]


@pytest.mark.parametrize("kind", KINDS)
def test_a_tab_for_each_province_and_one_without_people(kind: str) -> None:
    lines = [[*HEADINGS, "Distrito"], person(1, "Santa Cruz")]
    summary = Tab("RESUMEN", [["Provincia", "Distrito", "Inscritos"], ["Cutervo", "Santa Cruz", 1]])
    sheet = read_sheet(book(summary, Tab("CUTERVO", lines), Tab("Santa Cruz", lines), kind=kind))
    assert said(sheet, Field.PROVINCE) == ["CUTERVO", "Santa Cruz"]
    assert [row.tab for part in sheet.parts for row in part.rows] == [1, 2]
    assert [(one.tab, one.reason.value) for one in sheet.left_out] == [(0, "no_people")]


def test_the_name_of_a_tab_is_believed_only_where_nothing_contradicts_it() -> None:
    tabs = [
        Tab("Jaén", [list(HEADINGS), person(1)]),
        Tab("Chota", [[*HEADINGS, "Distrito"], person(2, "Bellavista")]),
        Tab("Huambos", [list(HEADINGS), person(3)]),
        Tab("Celendín", [["Provincia: Chota"], list(HEADINGS), person(4)]),
    ]
    sheet = read_sheet(book(*tabs))
    assert said(sheet, Field.DISTRICT) == ["", "Bellavista", "Huambos", ""]
    assert said(sheet, Field.PROVINCE) == ["Jaén", "", "", "Chota"]


def test_hidden_tabs_are_left_out() -> None:
    content = opendocument(f'<table:table table:name="a">{PEOPLE}</table:table>{HIDDEN_TAB}')
    sheet = read_sheet(content)
    assert sheet.tabs == ("a", "b")
    assert (len(sheet.parts), left_out(sheet)) == (1, [(0, "hidden_tab")])


# What a workbook may unpack to ---------------------------------------------------------------------------------------


def text(content: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{content}</text:p></table:table-cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


PEOPLE = row(*map(text, HEADINGS)) + row(*map(text, person(1)))
HIDDEN_TAB = (
    '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    f'<table:table table:name="b" table:style-name="h">{PEOPLE}</table:table>'
)


def changed(part: str, old: str, new: str, content: bytes) -> bytes:
    """The packed workbook with another text in one of its parts."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            read = source.read(name)
            archive.writestr(name, read.decode().replace(old, new) if name == part else read)
    return target.getvalue()


def opendocument(body: str) -> bytes:
    content = book(Tab("a", [["x"]]), kind="ods")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        document = archive.read("content.xml").decode()
    inside = document[document.index("<table:table ") : document.index("</office:spreadsheet>")]
    return changed("content.xml", inside, body, content)


def one_table(rows: str) -> bytes:
    return opendocument(f'<table:table table:name="a">{rows}</table:table>')


REPEATED_ROWS = 'table:number-rows-repeated="60000"'
MANIFEST = "META-INF/manifest.xml"
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a row that is repeated": ("too_many_rows", lambda: one_table(row(text("a"), attributes=REPEATED_ROWS))),
    "a cell that is repeated": (
        "too_many_columns",
        lambda: one_table(row('<table:table-cell table:number-columns-repeated="16000" office:value-type="string"/>')),
    ),
    "spaces that are repeated": ("text_too_long", lambda: one_table(row(text('<text:s text:c="900000000"/>')))),
    "a long text that is repeated": (
        "file_unpacks_too_large",
        lambda: one_table(row(text("A" * 30_000), attributes='table:number-rows-repeated="2000"')),
    ),
    "a text that many cells of an old workbook share": (
        "file_unpacks_too_large",
        lambda: book(Tab("a", [["A" * 30_000] * 20] * 100), kind="xls"),
    ),
    "cells of an old workbook that are far from each other": (
        "too_many_rows",
        lambda: book(Tab("a", [["a"] * 150, *[[]] * 40_000, ["a"]]), kind="xls"),
    ),
    "tabs without end": ("file_unpacks_too_large", lambda: opendocument('<table:table table:name="a"/>' * 1000)),
    "a password": (
        "file_encrypted",
        lambda: changed(MANIFEST, "/>", "><manifest:encryption-data/></manifest:file-entry>", one_table(PEOPLE)),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_unpacks_to_too_much_is_refused(name: str) -> None:
    code, make = HOSTILE[name]
    with pytest.raises(RejectedError) as rejected:
        read_sheet(make())
    assert rejected.value.rejection.code == code


def test_a_chain_of_sectors_that_never_ends_is_damage() -> None:
    content = bytearray(book(Tab("a", [list(HEADINGS), person(1)]), kind="xls"))
    [table] = struct.unpack_from("<I", content, 76)
    [directory] = struct.unpack_from("<I", content, 48)
    struct.pack_into("<I", content, (table + 1) * 512 + directory * 4, directory)
    with pytest.raises(RejectedError) as rejected:
        read_sheet(bytes(content))
    assert rejected.value.rejection.code == "file_damaged"


def test_what_a_program_repeats_without_writing_into_it_does_not_count() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    content = one_table(PEOPLE + row(empty, attributes='table:number-rows-repeated="1048570"'))
    assert len(read_sheet(content).parts[0].rows) == 1


def test_days_of_an_opendocument_spreadsheet_can_be_counted_from_1904() -> None:
    number = '<table:table-cell office:value-type="float" office:value="30460"/>'
    settings = (
        '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    )
    rows = row(*map(text, (*HEADINGS, "F. nac."))) + row(*map(text, person(1)), number)
    content = opendocument(f'{settings}<table:table table:name="a">{rows}</table:table>')
    assert said(read_sheet(content), Field.BIRTH_DATE) == [31922]
