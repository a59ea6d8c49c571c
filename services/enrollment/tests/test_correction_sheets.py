"""The sheet of rows to correct, downloaded, sent and downloaded again."""

import io
import re
import zipfile
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from python_calamine import CalamineWorkbook

from chassis.web.locale import Locale, using
from services.enrollment.imports.correction_sheet import CorrectionSheet, RowToCorrect
from services.enrollment.imports.faults import StoredFault
from services.enrollment.imports.understanding import Understanding, as_json, from_json
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.parsed_sheets import NAMES, TODAY
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of

SPANISH, ENGLISH = (Locale(language, ZoneInfo("America/Lima")) for language in ("es", "en"))

REMEDY = "Esto no es ni un sí ni un no claros. Escriba Sí o No."


def to_correct(content: bytes) -> CorrectionSheet:
    """All rows of a sheet that are refused, after what is stored of them was read again."""
    sheet = read_sheet(content)
    reading = read(sheet, Declaration(), NAMES, TODAY)
    understanding = from_json(as_json(Understanding.of(sheet, reading)))
    rows = [
        RowToCorrect(understanding, row.tab, row.line, row.cells, list(map(StoredFault.of, faults)))
        for parser, part in zip(reading.parsers, reading.parts, strict=True)
        for row in part.rows
        if isinstance(faults := parser.read(row, NAMES.cohorts["cohorte a"][0]), tuple)
    ]
    return CorrectionSheet(understanding, rows)


def downloaded(content: bytes, locale: Locale = SPANISH) -> bytes:
    with using(locale):
        return to_correct(content).as_xlsx()


def lines_of(workbook: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()


def test_the_column_that_was_added_is_replaced_in_whatever_language() -> None:
    first = downloaded(csv_of(table([a_row(Consentimiento="tal vez")])))
    second = downloaded(first, ENGLISH)
    own = [title.replace("nacimiento", "nacimiento (dd/mm)") for title in table([a_row()])[0]]
    assert lines_of(second)[0] == [*own, "What to correct (Minka)"]
    assert lines_of(downloaded(second)) == lines_of(first)


def test_columns_of_the_office_keep_their_order_types_and_names() -> None:
    row = a_row(
        DNI=61234567, Consentimiento="tal vez", **{"Fecha de nacimiento": date(1987, 12, 25), "Motivo": "propio"}
    )
    [titles, cells] = lines_of(downloaded(xlsx_of(table([row]))))
    assert titles == [*row, "Qué corregir (Minka)"]
    assert cells == [*row.values(), f"Consentimiento: {REMEDY}"]


def test_all_remedies_of_a_row_stand_in_one_cell() -> None:
    [_titles, cells] = lines_of(downloaded(csv_of(table([a_row(DNI="1", Consentimiento="tal vez")]))))
    assert re.fullmatch(rf"DNI: El DNI tiene exactamente 8 dígitos\. .+ Consentimiento: {REMEDY}", cells[-1])


def test_cells_to_correct_are_filled_and_say_why() -> None:
    content = downloaded(csv_of(table([a_row(Consentimiento="tal vez")])))
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        comments = workbook.read("xl/comments1.xml").decode()
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'<comment ref="(\w+)"', comments) == ["G2"]
    assert REMEDY in comments
    styled = dict(re.findall(r'<c r="(\w+)" s="(\d+)"', sheet))
    assert styled["G2"] not in {None, styled["A1"]} and "A2" not in styled


def test_a_sheet_that_came_back_is_taken_once_it_is_corrected() -> None:
    content = to_correct(csv_of(table([a_row(Consentimiento="tal vez"), a_row()]))).as_csv()
    assert to_correct(content.replace(b"tal vez", "Sí".encode())).rows == []
