"""Files that nobody should send: each is refused with its reason, and none breaks the reader."""

import io
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.runtime.rejections import RejectedError
from contracts.territory import Scheme
from services.enrollment.enrollments.domain import Application
from services.enrollment.sheets.sheet import MAXIMUM_FILE_BYTES
from services.enrollment.tests.parsed_sheets import COHORT, code_of, parsed
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from tests.sheets.files import write_file
from tests.sheets.grids import Tab, Workbook

# Files that are refused ----------------------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return content.getvalue()


GOOD = xlsx_of(table([a_row()]))
WORKBOOKS = {kind: write_file(Workbook([Tab("Hoja 1", table([a_row()]))]), kind) for kind in ("xlsx", "ods", "xls")}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"x" * (MAXIMUM_FILE_BYTES + 1), "file_too_large"),
        (b"%PDF-1.7", "file_wrong_type"),
        (b"<html><table></table></html>", "file_wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "file_wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") * 60, "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        (GOOD[: len(GOOD) // 2], "file_damaged"),
        (GOOD[:300] + b"\x00" * 40 + GOOD[340:], "file_damaged"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "file_wrong_type"),
        (zipped(xl__workbook_xml=b"<workbook/>"), "file_damaged"),
        (b"DNI;Apellidos;Nombres\n\x00\x01", "encoding_unknown"),
        ("DNI;Apellidos;Nombres\n1;Quispe;☺".encode("utf-16-le"), "encoding_unknown"),
        (b"uno;dos;tres\n1;2;3\n", "headings_not_found"),
        (csv_of(table([a_row()])[:1]), "no_rows"),
        (csv_of([["Apellidos", "Nombres", "Distrito"], ["a", "b", "c"]]), "document_column_missing"),
        (csv_of([["DNI", "Nombres", "Distrito"], ["a", "b", "c"]]), "name_column_missing"),
        (csv_of([["DNI", "Apellidos", "Nombres"], ["a", "b", "c"]]), "district_column_missing"),
        (csv_of([["DNI", "Apellidos", "Nombres", "Distrito"], ["a", "b", "c", "d"]]), "cohort_undeclared"),
        (b"DNI;Apellidos;Nombres\n" + b"1;2;3\n" * 51_000, "too_many_rows"),
        (
            b"DNI;Apellidos;Nombres\n41234567;A;B\nDNI;Nombres;Apellidos\n41234568;A;B\n" * 126,
            "too_many_tables",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_cannot_be_taken(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    assert code_of(zipped(xl__workbook_xml=b"0" * 160_000_000)) == "file_unpacks_too_large"


def test_a_file_of_too_many_parts_is_refused() -> None:
    parts = {f"e{number}": b"" for number in range(10_000)}
    assert code_of(zipped(xl__workbook_xml=b"<workbook/>", **parts)) == "file_unpacks_too_large"


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """The good workbook, with another text in one of its parts."""
    source = zipfile.ZipFile(io.BytesIO(GOOD))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            assert not name.endswith(part) or old in text
            target.writestr(name, text.replace(old, new) if name.endswith(part) else text)
    return content.getvalue()


def test_a_cell_far_away_is_refused_before_it_takes_all_memory() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    assert code_of(changed("sheet1.xml", b"</sheetData>", far)) == "too_many_rows"


# Whatever comes ------------------------------------------------------------------------------------------------------

CELL = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["DNI", "Apellidos", "Nombres", "Distrito", "UBIGEO INEI", "Cohorte", "Total", "1987", "Sí", "060101", '"']
    ),
)


def survives(content: bytes) -> None:
    """Either outcomes or a refusal that says what to do."""
    try:
        outcomes = parsed(content, Scheme.INEI, COHORT).outcomes
    except RejectedError as error:
        outcomes = [error.rejection]
    assert all(isinstance(one, Application) or one.remedy for one in outcomes)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    survives(content)


@given(st.lists(st.lists(CELL, max_size=8), max_size=12), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_no_text_breaks_the_reader(lines: list[list[str]], encoding: str) -> None:
    survives("\n".join(";".join(line) for line in lines).encode(encoding, "replace"))


@given(
    st.lists(
        st.one_of(CELL, st.integers(-10, 10**9), st.floats(allow_nan=False, allow_infinity=False)),
        min_size=8,
        max_size=8,
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
def test_no_cells_break_the_judge(cells: list[Any]) -> None:
    survives(xlsx_of([*table([a_row()]), cells]))


@given(st.sampled_from(list(WORKBOOKS)), st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6))
@settings(deadline=None, max_examples=300)
def test_no_damage_to_a_workbook_breaks_the_reader(kind: str, share: float, damage: bytes) -> None:
    content = WORKBOOKS[kind]
    place = int(share * len(content))
    survives(content[:place] + damage + content[place + len(damage) :])
