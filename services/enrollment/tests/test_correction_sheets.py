"""The sheet of rows to correct, downloaded, sent and downloaded again."""

import csv
import io
import math
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from chassis.web.locale import Locale, using
from contracts.enrollment import Purpose
from contracts.event import Sex
from contracts.territory import Scheme, districts
from services.enrollment.identity.names import Names
from services.enrollment.imports.correction_rows import RowToCorrect
from services.enrollment.imports.correction_sheet import CorrectionSheet
from services.enrollment.imports.faults import StoredFault
from services.enrollment.imports.understanding import Understanding, as_json, from_json
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.understood import settled
from services.enrollment.sheets.values.name_order import NameOrder
from services.enrollment.tests.parsed_sheets import COHORT, NAMES, TODAY, ParsedSheet, parsed_as
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from tests.sheets.files import write_file
from tests.sheets.grids import Tab, Workbook

SPANISH, ENGLISH = (Locale(language, ZoneInfo("America/Lima")) for language in ("es", "en"))

UNDECLARED = Declaration()
REMEDY = "Esto no es ni un sí ni un no claros. Escriba Sí o No."


def to_correct(content: bytes, declaration: Declaration = UNDECLARED) -> CorrectionSheet:
    """All rows of a sheet that are refused, after what is stored of them was read again."""
    sheet = read_sheet(content)
    reading = read(sheet, declaration, NAMES, TODAY)
    understanding = from_json(as_json(Understanding.of(sheet, reading)))
    rows = [
        RowToCorrect(understanding, row.tab, row.line, settled(parser, row).cells, list(map(StoredFault.of, faults)))
        for parser, part in zip(reading.parsers, reading.parts, strict=True)
        for row in part.rows
        if isinstance(faults := parser.read(row, COHORT), tuple)
    ]
    return CorrectionSheet(understanding, rows, {COHORT: "Cohorte A"})


def downloaded(content: bytes, locale: Locale = SPANISH) -> bytes:
    with using(locale):
        return to_correct(content).as_xlsx()


def lines_of(workbook: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()


def with_day_first(row: dict[str, Any]) -> list[str]:
    return [title.replace("nacimiento", "nacimiento (dd/mm)") for title in row]


def test_the_column_that_was_added_is_replaced_in_whatever_language() -> None:
    first = downloaded(csv_of(table([a_row(Consentimiento="tal vez")])))
    second = downloaded(first, ENGLISH)
    assert lines_of(second)[0] == [*with_day_first(a_row()), "What to correct (Minka)"]
    assert lines_of(downloaded(second)) == lines_of(first)


def test_columns_of_the_office_keep_their_order_types_and_names() -> None:
    row = a_row(
        DNI=61234567, Consentimiento="tal vez", **{"Fecha de nacimiento": date(1987, 12, 25), "Motivo": "propio"}
    )
    [titles, cells] = lines_of(downloaded(xlsx_of(table([row]))))
    assert titles == [*with_day_first(row), "Qué corregir (Minka)"]
    assert cells == [*row.values(), f"Consentimiento: {REMEDY}"]


def test_a_day_stands_as_its_heading_says_also_where_all_is_text() -> None:
    content = xlsx_of(table([a_row(Consentimiento="tal vez", **{"Fecha de nacimiento": date(1987, 5, 12)})]))
    with using(SPANISH):
        sheet = to_correct(content)
    titles, cells = csv.reader(io.StringIO(sheet.as_csv().decode("utf-8-sig")), delimiter=";")
    assert dict(zip(titles, cells, strict=True))["Fecha de nacimiento (dd/mm)"] == "12/05/1987"
    [row] = sheet.rows
    assert (row.typed(3), "12/05/1987" in row.summary) == ("12/05/1987", True)


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
    assert styled["G2"] != styled["A1"] and "A2" not in styled


WRONG = "tal vez"
"""What is wrong in each row that comes back, unless a test says something else."""


def comes_back(content: bytes, declaration: Declaration = UNDECLARED, wrong: str = WRONG, right: str = "Sí") -> Any:
    """The application of the only row that comes back, once it is corrected: the same from CSV and from XLSX, without
    anything declared."""
    with using(SPANISH):
        sheet = to_correct(content, declaration)
        [row] = sheet.rows
        by_csv = parsed_as(sheet.as_csv().replace(wrong.encode(), right.encode()), Declaration())
        cells = [right if cell == wrong else cell for cell in row.cells]
        by_xlsx = parsed_as(replace(sheet, rows=[replace(row, cells=cells)]).as_xlsx(), Declaration())
    return _only(by_csv, by_xlsx)


def _only(*sheets: ParsedSheet) -> Any:
    [[one], [other]] = [[replace(one, enrollment_id=COHORT) for one in sheet.applications] for sheet in sheets]
    assert one == other
    return one


def test_a_document_has_its_zeros_though_the_program_left_them_out() -> None:
    row = a_row(DNI=1183627, **{"Fecha de nacimiento": "1987"})
    found = comes_back(xlsx_of(table([row])), wrong="1987", right="12 de mayo de 1987")
    assert found.document.number == "01183627"


def test_what_a_legend_explains_is_in_the_heading() -> None:
    [titles, *rows] = table([a_row(**{"Sexo (M/F)": code}, Consentimiento=WRONG) for code in "2"])
    titles = ["Sexo" if title == "Sexo (M/F)" else title for title in titles]
    assert comes_back(xlsx_of([["1 = Varón, 2 = Mujer"], titles, *rows])).sex is Sex.FEMALE


def test_a_document_that_is_corrected_gets_no_zeros() -> None:
    """Nobody who types a number leaves zeros out, even in a column of numbers whose zeros a program left out."""
    rows = [a_row(DNI=f"{number}183627", Consentimiento=WRONG if number == 1 else "Sí") for number in range(1, 6)]
    sheet = to_correct(csv_of(table(rows)))
    parser = sheet.understanding.parsers[0]
    [row] = sheet.rows
    assert row.cells[0] == "01183627"
    found = parser.read(Row(row.line, ("7183627", *row.cells[1:])), COHORT)
    assert isinstance(found, tuple)
    assert "document_malformed" in [fault.rejection.code for fault in found]


BORN = "Fecha de nacimiento"
YEAR_ALONE = "1987"


def corrected_in_place(sheet: CorrectionSheet, column: int, text: str) -> Any:
    """What the only row says with another text in a cell."""
    [row] = sheet.rows
    parser = sheet.understanding.parser_of(row.tab, row.line, NAMES, TODAY)
    return parser.read(Row(row.line, (*row.cells[:column], text, *row.cells[column + 1 :])), COHORT)


@pytest.mark.parametrize("others", ["12/25/1987", "25/12/1987", "5 de mayo de 1990"])
def test_a_day_that_is_corrected_is_read_as_its_remedy_shows(others: str) -> None:
    """The day comes first in what is written, and the heading says so, whatever the others of the sheet prove."""
    content = csv_of(table([*(a_row(**{BORN: others}) for _ in range(3)), a_row(**{BORN: YEAR_ALONE})]))
    assert comes_back(content, wrong=YEAR_ALONE, right="12/05/1987").birth_date == date(1987, 5, 12)
    assert corrected_in_place(to_correct(content), 3, "12/05/1987").birth_date == date(1987, 5, 12)


@pytest.mark.parametrize("born", ["05/12/1987", "5-12-87"])
def test_a_day_of_which_nobody_said_the_order_stays_doubtful(born: str) -> None:
    """What was not written again is not taken for a day that comes first."""
    content = csv_of(table([a_row(Consentimiento=WRONG, **{BORN: born})]))
    with using(SPANISH):
        sheet = to_correct(content)
        sent_again = parsed_as(sheet.as_csv().replace(WRONG.encode(), "Sí".encode()), Declaration())
    assert sent_again.codes == ["date_ambiguous"]
    assert f"¿{born}?" in sheet.as_csv().decode()
    assert [fault.rejection.code for fault in corrected_in_place(sheet, 6, "Sí")] == ["date_ambiguous"]


def test_a_day_above_the_rows_stays_what_it_was() -> None:
    lines = table([a_row(Consentimiento=WRONG, **{BORN: ""})])
    with using(SPANISH):
        sheet = to_correct(csv_of([["Fecha de inscripción: 05/12/2025"], *lines]))
        sent_again = parsed_as(sheet.as_csv().replace(WRONG.encode(), "Sí".encode()), Declaration())
    assert sent_again.codes == ["date_ambiguous"]


DIVIDED = [
    [
        "DNI",
        "Apellidos",
        "Nombres",
        "UBIGEO INEI",
        "Cohorte",
        "SEXO",
        "",
        "Fecha de nacimiento",
        "",
        "",
        "Autoriza",
        "",
    ],
    ["", "", "", "", "", "H", "M", "Día", "Mes", "Año", "Sí", "No"],
]


def divided(*cells: str) -> bytes:
    """A sheet of one row, whose sex, birth date and consent are divided."""
    person = [[a_row()["DNI"], "Quispe", "Ana", "060101", "Cohorte A", *cells]]
    other = [[a_row()["DNI"], "Rojas", "Luis", "060101", "Cohorte A", "X", "", "25", "12", "1990", "X", ""]]
    return csv_of([*DIVIDED, *person, *other])


def test_cells_that_say_one_thing_come_back_as_one() -> None:
    with using(SPANISH):
        sheet = to_correct(divided("X", "X", "12", "5", "1987", "", "X"))
        [headings, cells] = list(csv.reader(io.StringIO(sheet.as_csv().decode("utf-8-sig")), delimiter=";"))
    assert headings[5:-1] == ["Sexo (H/M)", "Fecha de nacimiento (dd/mm)", "Consentimiento"]
    assert cells[5:-1] == ["H / M", "12/05/1987", "No"]


def test_divided_cells_are_corrected_by_an_answer() -> None:
    content = divided("X", "X", "12", "5", "1987", "X", "")
    assert comes_back(content, wrong="H / M", right="Mujer").sex is Sex.FEMALE
    in_place = corrected_in_place(to_correct(content), 5, "Mujer")
    assert (in_place.sex, in_place.birth_date) == (Sex.FEMALE, date(1987, 5, 12))


def test_a_divided_date_is_corrected_by_a_day() -> None:
    content = divided("", "X", "31", "2", "1987", "X", "")
    found = comes_back(content, wrong="31 de febrero de 1987", right="12/05/1987")
    assert (found.sex, found.birth_date) == (Sex.FEMALE, date(1987, 5, 12))


@pytest.mark.parametrize(("witness", "day"), [("25/12/1987", date(1987, 12, 5)), ("12/25/1987", date(1987, 5, 12))])
def test_days_stay_what_the_column_proved(witness: str, day: date) -> None:
    rows = [a_row(**{"Fecha de nacimiento": witness}) for _ in range(3)]
    doubtful = a_row(Consentimiento=WRONG, **{"Fecha de nacimiento": "05/12/1987"})
    assert comes_back(csv_of(table([*rows, doubtful]))).birth_date == day


def test_what_m_means_stays() -> None:
    lines = table([a_row(), a_row(Consentimiento=WRONG, **{"Sexo (M/F)": "M"})])
    lines[0][4] = "Sexo"
    assert comes_back(csv_of(lines)).sex is Sex.MALE


def test_names_stay_as_they_were_split() -> None:
    lines = [["DNI", "Participante", "UBIGEO INEI", "Consentimiento", "Cohorte"]]
    lines.append([a_row()["DNI"], "Rosa Elena Quispe Huamán", "060101", WRONG, "Cohorte A"])
    declaration = Declaration(name_order=NameOrder.GIVEN_FIRST, columns={"participante": Field.FULL_NAME})
    assert comes_back(csv_of(lines), declaration).names == Names("Rosa Elena", "Quispe Huamán")


def test_what_was_declared_stands_in_the_sheet() -> None:
    declaration = Declaration(cohort_id=COHORT, ubigeo_scheme=Scheme.RENIEC, consent=True)
    lines = [["DNI", "Apellidos", "Nombres", "UBIGEO", "Fecha de nacimento"]]
    lines.append([a_row()["DNI"], "Quispe", "Ana", "060801", WRONG])
    declaration = declaration.model_copy(update={"columns": {"fecha de nacimento": Field.BIRTH_DATE}})
    found = comes_back(csv_of(lines), declaration, right="12 de mayo de 1987")
    assert (found.cohort_id, found.district, found.birth_date) == (COHORT, "060801", date(1987, 5, 12))
    assert [agreement.purpose for agreement in found.consents] == [Purpose.TRAINING]


def test_a_declared_district_stands_in_the_sheet() -> None:
    lines = [["DNI", "Apellidos", "Nombres", "Consentimiento", "Cohorte"], ["", "Quispe", "Ana", WRONG, "Cohorte A"]]
    lines[1][0] = a_row()["DNI"]
    assert comes_back(csv_of(lines), Declaration(district="060305")).district == "060305"


def test_a_column_that_is_not_to_be_read_is_not_read_again() -> None:
    row = a_row(Consentimiento=WRONG, Celular="976543210")
    found = comes_back(csv_of(table([row])), Declaration(columns={"celular": None}))
    assert found.phone is None


def test_what_stands_above_rows_stays_above_them() -> None:
    heading, *people = table([a_row(Consentimiento=WRONG) for _ in range(2)])
    lacking = heading.index("UBIGEO INEI")
    heading, *people = [[cell for n, cell in enumerate(line) if n != lacking] for line in (heading, *people)]
    lines = [["Provincia: Celendín"], heading, ["Distrito: Sucre"], people[0], ["Distrito: Utco"], people[1]]
    with using(SPANISH):
        sheet = to_correct(csv_of(lines))
        found = parsed_as(sheet.as_csv().replace(WRONG.encode(), "Sí".encode()), Declaration())
    named = [districts()[application.district].name for application in found.applications]
    assert named == ["Sucre", "Utco"]


def test_each_tab_comes_back() -> None:
    tabs = [table([a_row(Consentimiento=WRONG), a_row()]) for _ in range(2)]
    with using(SPANISH):
        sheet = to_correct(xlsx_of(*tabs))
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sheet.as_xlsx()))
        again = parsed_as(sheet.as_csv().replace(WRONG.encode(), "Sí".encode()), Declaration())
    assert workbook.sheet_names == ["Sheet1", "Sheet2"]
    assert [len(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names] == [2, 2]
    assert len(again.applications) == 2


def in_tabs(names: list[str], cell: Any = WRONG) -> bytes:
    """A workbook with tabs of these names, each with a row to correct."""
    return write_file(Workbook([Tab(name, table([a_row(Consentimiento=cell)])) for name in names]), "ods")


def test_names_of_tabs_that_a_workbook_cannot_tell_apart_are_numbered() -> None:
    long = "Participantes del taller de " + "mayo"
    workbook = downloaded(in_tabs(["HOJA", "Hoja", "a/b", "ab", f"{long} 1", f"{long} 2"]))
    names = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names
    assert names == ["HOJA", "Hoja 2", "ab", "ab 2", long[:31].strip(), f"{long[:29]} 2"]


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_a_number_that_no_workbook_can_have_is_a_text(number: float) -> None:
    sheet = to_correct(csv_of(table([a_row(Consentimiento=WRONG)])))
    [row] = sheet.rows
    with using(SPANISH):
        workbook = replace(sheet, rows=[replace(row, cells=[number, *row.cells[1:]])]).as_xlsx()
    assert lines_of(workbook)[1][0] == str(number)


@pytest.mark.parametrize("number", [400, 4_000])
def test_looking_for_the_table_of_a_row_takes_no_longer_with_many_tables(number: int) -> None:
    looked: list[int] = []

    class Counted(int):
        def __lt__(self, other: int) -> bool:
            looked.append(other)
            return int.__lt__(self, other)

    empty = to_correct(csv_of(table([a_row(Consentimiento=WRONG)]))).understanding
    tables = tuple(replace(empty.tables[0], line=Counted(line)) for line in range(1, 2 * number, 2))
    found = [replace(empty, tables=tables).table_of(0, line) for line in (2, number, 2 * number)]
    assert found == [0, number // 2 - 1, number - 1]
    assert len(looked) < 100
