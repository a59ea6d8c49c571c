"""The form of a sheet: its letterhead, lines of headings, ticks, groups, second tables and what is about nobody."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter

from services.enrollment.sheets.layout.column_evidence import declared
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.sheet import Sheet, read_sheet
from services.enrollment.sheets.values.districts import normalized_place
from services.enrollment.tests.sheets import csv_of
from tests.sheets.files import write_file
from tests.sheets.grids import Tab, Workbook

Lines = Sequence[Sequence[Any]]

HEADINGS = ("DNI", "Apellidos", "Nombres")
PLACED = (*HEADINGS, "Distrito", "Provincia")


def workbook_of(lines: Lines, *merged: str) -> bytes:
    """A workbook with merged ranges; the first cell of each keeps what `lines` write into it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        for one in merged:
            sheet.merge_range(one, "")
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                if cell != "":
                    sheet.write(number, column, cell)
    return content.getvalue()


def person(number: int, *more: Any) -> list[Any]:
    return [f"7100000{number}", "Rojas Tello", f"Inés {'ABCDEFGH'[number]}", *more]


def said(sheet: Sheet, field: Field) -> list[Any]:
    """What each row says of a field, in the order of the file."""
    return [part.table.cell(row, field) for part in sheet.parts for row in part.rows]


def left_out(sheet: Sheet) -> list[tuple[int, str]]:
    return [(one.line, one.reason.value) for one in sheet.left_out]


# Lines above a table and between its rows ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "above",
    [
        [["DISTRITO: CELENDÍN", "", "PROVINCIA: CELENDÍN", "FECHA: 14/03/2025"]],
        [["Distrito :", "Celendín", "Provincia :", "Celendín"], ["Lugar y fecha: Celendín, 14 de marzo de 2025"]],
        [["Provincia: Celendín   Distrito: Celendín   Fecha: 14/03/2025"]],
        [["Distrito", "Celendín"], ["Provincia", "Celendín"], ["Fecha del taller:", "14/03/2025"]],
        [["Distrito de Celendín, provincia de Celendín"], ["Facilitador: Juan Pérez Fecha: 14-03-2025"]],
    ],
    ids=["one cell each", "the next cell", "one cell for all", "without a colon", "in words"],
)
def test_a_letterhead_is_about_all_rows_below_it(above: Lines) -> None:
    sheet = read_sheet(csv_of([["GOBIERNO REGIONAL"], *above, [], HEADINGS, person(1), person(2)]))
    for field in (Field.DISTRICT, Field.PROVINCE):
        assert [normalized_place(one) for one in said(sheet, field)] == ["celendin"] * 2
    assert {one[:2] for one in said(sheet, Field.ENROLLED_ON)} == {"14"}


@pytest.mark.parametrize(
    "above",
    ["DISTRITO: ______", "FECHA: ___/___/____", "Municipalidad Distrital de Huambos", "FECHA: del 3 al 7 de marzo"],
)
def test_a_form_that_was_not_filled_in_says_nothing(above: str) -> None:
    sheet = read_sheet(csv_of([[above], HEADINGS, person(1)]))
    assert sheet.parts[0].table.letterhead.texts == {}


def test_what_a_row_says_stands_before_what_the_letterhead_says() -> None:
    sheet = read_sheet(csv_of([["Distrito: Huambos"], PLACED, person(1, "Chota", "Chota"), person(2, "", "Chota")]))
    assert said(sheet, Field.DISTRICT) == ["Chota", "Huambos"]


def test_a_line_between_rows_is_about_the_rows_below_it() -> None:
    lines = [
        ["Provincia: Chota"],
        HEADINGS,
        ["DISTRITO DE HUAMBOS"],
        person(1),
        ["Cochabamba (2 personas)"],
        person(2),
        ["Provincia:", "Jaén", "Distrito:", "Pucará"],
        person(3),
    ]
    sheet = read_sheet(csv_of(lines))
    assert said(sheet, Field.DISTRICT) == ["Huambos", "Cochabamba", "Pucará"]
    assert said(sheet, Field.PROVINCE) == ["Chota", "Chota", "Jaén"]
    assert left_out(sheet) == [(3, "group"), (5, "group"), (7, "group")]


def test_the_name_of_a_district_and_of_a_province_is_not_certain() -> None:
    assert said(read_sheet(csv_of([HEADINGS, ["Jaén"], person(1)])), Field.DISTRICT) == [""]
    sheet = read_sheet(csv_of([PLACED, ["Jaén"], person(1, "Bellavista")]))
    assert (said(sheet, Field.DISTRICT), said(sheet, Field.PROVINCE)) == (["Bellavista"], ["Jaén"])


@pytest.mark.parametrize("unknown", ["Cochabmaba", "Jaén", "Llamma (12 personas)", "DISTRITO DE YAMA"])
def test_a_place_that_is_not_known_ends_the_one_above_it(unknown: str) -> None:
    sheet = read_sheet(csv_of([HEADINGS, ["Huambos"], person(1), [unknown], person(2), ["Llama"], person(3)]))
    assert said(sheet, Field.DISTRICT) == ["Huambos", "", "Llama"]


@pytest.mark.parametrize("place", ["DISTRITO: LLAMA", "Llama"])
def test_a_letterhead_below_signatures_is_that_of_the_next_page(place: str) -> None:
    page = [["Firma: ________"], ["GOBIERNO REGIONAL"], [place], HEADINGS, person(2)]
    sheet = read_sheet(csv_of([["Distrito: Huambos"], HEADINGS, person(1), *page]))
    assert [one.casefold() for one in said(sheet, Field.DISTRICT)] == ["huambos", "llama"]


def test_an_organization_that_is_not_labelled_ends_the_one_above_it() -> None:
    lines = [HEADINGS, ["Organización: Comunidad campesina"], person(1), ["COMITÉ DE VASO DE LECHE"], person(2)]
    assert said(read_sheet(csv_of(lines)), Field.ORGANIZATION) == ["Comunidad campesina", ""]


def test_a_note_between_the_rows_of_a_group_ends_nothing() -> None:
    lines = [HEADINGS, ["Distrito: Huambos"], ["Caserío El Sauce"], person(1), ["Caserío La Palma"], person(2)]
    assert said(read_sheet(csv_of(lines)), Field.DISTRICT) == ["Huambos", "Huambos"]


def test_the_name_of_a_province_within_it_is_its_capital() -> None:
    sheet = read_sheet(csv_of([["Provincia: Jaén"], HEADINGS, ["Bellavista"], person(1), ["JAÉN"], person(2)]))
    assert said(sheet, Field.DISTRICT) == ["Bellavista", "JAÉN"]


# Headings of several lines -------------------------------------------------------------------------------------------


def test_headings_of_three_lines_with_merged_cells() -> None:
    lines: list[list[Any]] = [
        ["N°", "DATOS PERSONALES", *[""] * 8, "CONSENTIMIENTO", ""],
        ["", "DNI", "APELLIDOS", "", "NOMBRES", "SEXO", "", "FECHA DE NACIMIENTO", "", "", "", ""],
        ["", "", "PATERNO", "MATERNO", "", "M", "F", "DÍA", "MES", "AÑO", "SÍ", "NO"],
        [1, "71000001", "Rojas", "Tello", "Inés", "", "X", 4, 5, 1987, "✓", ""],
        [2, "71000002", "Rojas", "Tello", "Luis", "x", "", "04", "mayo", 87, "", "X"],
        [3, "71000003", "Rojas", "Tello", "Noé", "x", "x", "", "", 1987, "", ""],
    ]
    merged = ("A1:A3", "B1:J1", "K1:L2", "B2:B3", "C2:D2", "E2:E3", "F2:G2", "H2:J2")
    sheet = read_sheet(workbook_of(lines, *merged))
    assert said(sheet, Field.FIRST_FAMILY_NAME) == ["Rojas"] * 3
    assert said(sheet, Field.SEX) == ["F", "M", "M / F"]
    assert said(sheet, Field.BIRTH_DATE) == ["4 de mayo de 1987", "04 de mayo de 87", "1987"]
    assert said(sheet, Field.CONSENT) == ["SÍ", "NO", ""]
    assert {column.meaning for column in sheet.parts[0].table.columns_of(Field.SEX)} == {"M", "F"}


def test_two_lines_of_headings_in_a_text_file_have_no_merged_cells() -> None:
    lines: Lines = [
        ["", "APELLIDOS", "", "", "SEXO (*)", "", "AUTORIZA", "", "", ""],
        ["DNI", "PATERNO", "MATERNO", "NOMBRES", "H:", "M (*)", "SÍ", "NO", "N°", "DISTRITO"],
        ["71000001", "Rojas", "Tello", "Inés", "", "X", "", "X", 1, "Huambos"],
    ]
    sheet = read_sheet(csv_of(lines))
    assert [said(sheet, field) for field in (Field.SEX, Field.CONSENT, Field.DISTRICT, Field.GIVEN_NAMES)] == [
        ["M"],
        ["NO"],
        ["Huambos"],
        ["Inés"],
    ]


def test_headings_whose_letters_were_garbled_are_read() -> None:
    lines: Lines = [[*HEADINGS, "GÃ©nero"], person(1, "F"), ["71000002", "Rojas", "Jos\x8e", "M"]]
    sheet = read_sheet(csv_of(lines))
    assert said(sheet, Field.SEX) == ["F", "M"]


@pytest.mark.parametrize("merged", [(), ("D1:D2",)])
def test_a_heading_in_the_upper_line_only_is_read(merged: tuple[str, ...]) -> None:
    lines = [["", "", "", "CONSENTIMIENTO", ""], [*HEADINGS, "", "DISTRITO"], person(1, "Sí", "Huambos")]
    sheet = read_sheet(workbook_of(lines, *merged))
    assert (said(sheet, Field.CONSENT), said(sheet, Field.DISTRICT)) == (["Sí"], ["Huambos"])


def test_a_heading_above_others_can_say_that_they_are_about_somebody_else() -> None:
    lines = [
        ["DATOS DEL PARTICIPANTE", "", "", "DATOS DEL APODERADO", ""],
        ["DNI", "Apellidos", "Nombres", "DNI", "Celular"],
        [*person(1), "09999999", "987654321"],
    ]
    sheet = read_sheet(workbook_of(lines, "A1:C1", "D1:E1"))
    assert said(sheet, Field.DOCUMENT) == ["71000001"]
    assert said(sheet, Field.PHONE) == [""]


def test_a_title_above_the_headings_is_none_of_them() -> None:
    title = ["REGISTRO DE PARTICIPANTES", "", "", "TALLER", ""]
    lines = [title, PLACED, person(1, "Huambos", "Chota"), title, PLACED, person(2, "Llama", "Chota")]
    for content in (workbook_of(lines, "A1:C1", "D1:E1"), csv_of(lines)):
        sheet = read_sheet(content)
        assert said(sheet, Field.DISTRICT) == ["Huambos", "Llama"]
        assert left_out(sheet) == [(4, "repeated_headings"), (5, "repeated_headings")]


@pytest.mark.parametrize("titles", [("Hombre", "Mujer"), ("M", "F"), ("SEXO M", "SEXO F"), ("sexo/m", "sexo/f")])
def test_ticks_below_one_line_of_headings(titles: tuple[str, str]) -> None:
    lines = [[*HEADINGS, *titles], person(1, "", "X"), person(2, "✔", ""), person(3, True, False)]
    sexes = said(read_sheet(workbook_of(lines)), Field.SEX)
    assert [sex[:1] for sex in sexes] == [titles[place].split()[-1].split("/")[-1][:1] for place in (1, 0, 0)]


def test_a_name_below_a_heading_over_several_columns_is_joined() -> None:
    lines = [
        ["DNI", "APELLIDOS Y NOMBRES", "", "", "DISTRITO"],
        ["71000001", "Rojas", "Tello", "Inés", "Huambos"],
    ]
    assert said(read_sheet(workbook_of(lines, "B1:D1")), Field.FULL_NAME) == ["Rojas Tello, Inés"]


def test_a_merged_district_is_that_of_all_its_rows_and_a_merged_name_is_not() -> None:
    lines = [PLACED, person(1, "Huambos", "Chota"), ["71000002", "", "Ana"], person(3)]
    sheet = read_sheet(workbook_of(lines, "D2:D4", "E2:E4", "B2:B3"))
    assert (said(sheet, Field.DISTRICT), said(sheet, Field.PROVINCE)) == (["Huambos"] * 3, ["Chota"] * 3)
    assert said(sheet, Field.FAMILY_NAMES) == ["Rojas Tello", "", "Rojas Tello"]


def test_a_ditto_mark_says_what_the_row_above_says() -> None:
    lines = [PLACED, person(1, "Huambos", "Chota"), person(2, "ídem", "〃"), person(3, "IDEM", "''")]
    sheet = read_sheet(workbook_of(lines))
    assert (said(sheet, Field.DISTRICT), said(sheet, Field.PROVINCE)) == (["Huambos"] * 3, ["Chota"] * 3)


# Columns of one meaning, and columns of none -------------------------------------------------------------------------


def columns(sheet: Sheet) -> dict[str, tuple[Field | None, tuple[Field, ...]]]:
    return {column.title: (column.field, column.proposals) for column in sheet.parts[0].table.columns}


def test_of_two_telephones_the_first_that_is_there_counts() -> None:
    lines = [[*HEADINGS, "Teléfono", "Celular"], person(1, "", "987654321"), person(2, "976111222", "987654322")]
    assert said(read_sheet(csv_of(lines)), Field.PHONE) == ["987654321", "976111222"]


def test_columns_that_contradict_each_other_are_left_out_and_asked() -> None:
    lines = [[*HEADINGS, "Organización", "Institución", "Sexo", "Género"], person(1, "Ronda", "Municipio", "F", "f")]
    found = columns(read_sheet(csv_of(lines)))
    assert found["Organización"] == found["Institución"] == (None, (Field.ORGANIZATION,))
    assert found["Sexo"] == found["Género"] == (Field.SEX, ())


def test_a_heading_with_a_slip_is_named_and_proposed() -> None:
    headings = [*HEADINGS, "Fecha de nacimento", "Distrto", "Ocupación", "N°", "Datos Consentimento"]
    lines = [headings, person(1, "25/05/2015", "Jaén", "x", 1, "X")]
    found = columns(read_sheet(csv_of(lines)))
    assert found["Fecha de nacimento"] == (None, (Field.BIRTH_DATE,))
    assert found["Distrto"] == (None, (Field.DISTRICT,))
    assert found["Datos Consentimento"][1][0] is Field.CONSENT
    assert found["Ocupación"] == found["N°"] == (None, ())


def test_cells_propose_what_a_heading_does_not_say() -> None:
    headings = ["DNl", "Apellidos", "Nombres", "Cumpleaños", "Zona", "Taller", "Estado"]
    rows = [person(number, f"{number}/05/2014", "Huambos", f"{number}/05/2025", "M") for number in range(1, 6)]
    found = columns(read_sheet(csv_of([headings, *rows])))
    assert [found[one][1] for one in ("DNl", "Cumpleaños", "Zona", "Taller", "Estado")] == [
        (Field.DOCUMENT,),
        (Field.BIRTH_DATE,),
        (Field.DISTRICT,),
        (),
        (Field.SEX,),
    ]
    known = columns(read_sheet(csv_of([[*HEADINGS, "F. nac.", "Aniversario"], *([*row[:4], row[3]] for row in rows)])))
    assert known["Aniversario"] == (None, ())


def test_places_of_district_and_province_propose_a_district() -> None:
    places = ["Lajas - Chota - Cajamarca", "Chota, Lajas", "Bambamarca"]
    rows = [person(number, place) for number, place in enumerate(places)]
    *_, column = read_sheet(csv_of([[*HEADINGS, "Lugar de procedencia"], *rows])).parts[0].table.columns
    assert column.proposals == (Field.DISTRICT,)


def test_a_heading_that_names_no_more_than_a_day_is_asked_about() -> None:
    for days, first in (
        (["14/09/1979"], Field.BIRTH_DATE),
        (["14/09/1979", "", "14/09/2025", "2025-09-14"], Field.ENROLLED_ON),
    ):
        rows = [person(number, day) for number, day in enumerate(days)]
        *_, column = read_sheet(csv_of([[*HEADINGS, "FECHA"], *rows])).parts[0].table.columns
        assert (column.field, column.proposals[0]) == (None, first)


def test_headings_all_of_which_have_a_slip_are_found() -> None:
    sheet = read_sheet(csv_of([["DNI", "Apelidos", "Nonbres"], person(1)]))
    assert [column.proposals for column in sheet.parts[0].table.columns] == [
        (),
        (Field.FAMILY_NAMES,),
        (Field.GIVEN_NAMES,),
    ]


def test_a_column_is_what_its_sender_says() -> None:
    [part] = read_sheet(csv_of([[*HEADINGS, "Zona", "Permiso"], person(1, "Huambos", "X")])).parts
    table = declared(part.table, part.rows, {"zona": Field.DISTRICT, "nombres": None, "permiso": Field.CONSENT})
    assert table.has(Field.DISTRICT) and not table.has(Field.GIVEN_NAMES)
    assert table.cell(part.rows[0], Field.CONSENT) == "Sí"


def test_an_answer_that_ends_a_declared_heading_is_what_a_tick_says() -> None:
    headings, fields = [*HEADINGS, "Consentimento SÍ", "Consentimento NO"], [Field.CONSENT] * 2
    lines = [person(1, "✓", ""), person(2, "", "X"), person(3, "X", "X"), person(4, "Sí", "")]
    [part] = read_sheet(csv_of([headings, *lines])).parts
    table = declared(part.table, part.rows, dict(zip(("consentimento si", "consentimento no"), fields, strict=True)))
    assert [table.cell(row, Field.CONSENT) for row in part.rows] == ["SÍ", "NO", "SÍ / NO", "SÍ"]


def test_one_sign_alone_in_a_column_of_consent_is_a_yes() -> None:
    headings = [*HEADINGS, "Autoriza", "Uso de imagen", "Autoriza contacto"]
    lines = [headings, person(1, "X", "X", "x"), person(2, "", "✓", "No"), person(3, "", "", "")]
    sheet = read_sheet(csv_of(lines))
    assert said(sheet, Field.CONSENT) == ["Sí", "", ""]
    assert said(sheet, Field.CONSENT_IMAGE) == ["X", "✓", ""]
    assert said(sheet, Field.CONSENT_CONTACT) == ["Sí", "No", ""]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("3. ¿Cuál es su número de DNI?", Field.DOCUMENT),
        ("¿En qué distrito vive?", Field.DISTRICT),
        ("Provincia donde reside", Field.PROVINCE),
        ("Acepto el tratamiento de mis datos personales", Field.CONSENT),
        ("Dirección de correo electrónico", Field.EMAIL),
        ("datos_personales/fecha_nacimiento", Field.BIRTH_DATE),
        ("group_kx4ab12/telefono", Field.PHONE),
        ("participante_dni", Field.DOCUMENT),
        ("Tipo y N° de documento", Field.DOCUMENT),
        ("Tipo de documento", Field.DOCUMENT_TYPE),
        ("H/M", Field.SEX),
        ("1. ¿Cuáles son sus nombres?", Field.GIVEN_NAMES),
        ("Distrito en el que reside actualmente", Field.DISTRICT),
        ("Distrito / Provincia / Región", Field.DISTRICT),
        ("Ape. Paterno", Field.FIRST_FAMILY_NAME),
        ("_id", None),
        ("_uuid", None),
        ("Marca temporal", None),
        ("apoderado/dni", None),
        ("Lugar de nacimiento", None),
        ("Nombre del contacto", None),
    ],
)
def test_headings_of_forms_on_the_web(heading: str, field: Field | None) -> None:
    others = [one for one in HEADINGS if field is not Field.DOCUMENT or one != "DNI"]
    sheet = read_sheet(csv_of([[*others, "Sexo", heading], ["Rojas Tello"] * (len(others) + 2)]))
    assert columns(sheet)[heading] == (field, ())


# Lines that are about nobody, and further tables ---------------------------------------------------------------------


def test_totals_notes_signatures_and_headings_on_each_page_are_about_nobody() -> None:
    lines = [
        HEADINGS,
        ["(1)", "(2)", "(3)"],
        person(1),
        HEADINGS,
        person(2),
        ["", "Rojas Tello", "Sin documento"],
        ["", "SEXO", "CANTIDAD"],
        ["Mujeres", 2],
        ["12"],
        ["Total participantes", "", "2"],
        ["", "(*) Los datos se tratan según la ley"],
        ["", "Nota: fuente propia"],
        ["________________", "", "________________"],
        ["", "Ana María Solano"],
        ["DNI: 41234567"],
    ]
    sheet = read_sheet(csv_of(lines))
    assert [row.line for part in sheet.parts for row in part.rows] == [3, 5, 6]
    assert left_out(sheet) == [
        (2, "note"),
        (4, "repeated_headings"),
        (7, "note"),
        (8, "note"),
        (9, "note"),
        (10, "total"),
        (11, "note"),
        (12, "note"),
        (13, "signature"),
        (14, "signature"),
        (15, "signature"),
    ]


def test_lines_filled_in_beforehand_are_about_nobody() -> None:
    headings = ["N°", *PLACED, "Consentimiento"]
    empty = [2, "", "", "", "Huambos", "Chota", "Sí"]
    sheet = read_sheet(csv_of([headings, [1, *person(1, "Huambos", "Chota", "Sí")], empty, [3], ["", *empty[1:]]]))
    assert [row.line for row in sheet.parts[0].rows] == [2]
    assert left_out(sheet) == [(3, "note"), (5, "note")]


def test_a_single_person_between_headings_is_somebody() -> None:
    more = [*HEADINGS, "Distrito", "Sexo"]
    sheet = read_sheet(csv_of([[*HEADINGS, "Distrito"], person(1, "Huambos"), more, person(2, "Huambos", "F")]))
    assert [row.line for part in sheet.parts for row in part.rows] == [2, 4]


def test_a_letterhead_whose_letters_were_garbled_is_read() -> None:
    sheet = read_sheet(csv_of([["Fecha de inscripciÃ³n: 14/03/2025"], HEADINGS, person(1), ["M\ufffdOZ"]]))
    assert said(sheet, Field.ENROLLED_ON)[0] == "14/03/2025"


def test_a_second_table_is_read_by_its_own_headings() -> None:
    lines = [PLACED, person(1, "Chota", "Chota"), [], ["DISTRITO DE HUAMBOS"], ["DNI", "Nombres", "Apellidos"],
             ["71000009", "Inés", "Rojas"]]  # fmt: skip
    sheet = read_sheet(csv_of(lines))
    assert said(sheet, Field.FAMILY_NAMES) == ["Rojas Tello", "Rojas"]
    assert said(sheet, Field.DISTRICT) == ["Chota", "Huambos"]
    assert [part.table.line for part in sheet.parts] == [1, 5]


def test_numbers_that_a_program_keeps_as_text() -> None:
    lines = [HEADINGS, ["'71000001", "Rojas", "Inés"], ['="71000002"', "Rojas", "Luis"]]
    assert said(read_sheet(csv_of(lines)), Field.DOCUMENT) == ["71000001", "71000002"]


# When somebody filled in a form --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "time", "proposed"),
    [
        ("Marca temporal", " 10:15:30", ()),
        ("_submission_time", "", ()),
        ("start", "", ()),
        ("Enviado el", " 10:15:30", ()),
        ("Fecha de emisión del DNI", "", ()),
        ("Cumpleaños", "", (Field.BIRTH_DATE,)),
        ("Cumpleaños", " 00:00:00", (Field.BIRTH_DATE,)),
        ("FECHA", "", (Field.BIRTH_DATE, Field.ENROLLED_ON)),
    ],
)
def test_the_time_of_an_answer_is_no_birth_date(heading: str, time: str, proposed: tuple[Field, ...]) -> None:
    lines = [[*HEADINGS, heading], *(person(number, f"2{number}/05/2015{time}") for number in range(1, 4))]
    *_, column = read_sheet(csv_of(lines)).parts[0].table.columns

    assert (column.title, column.field, column.proposals) == (heading, None, proposed)


# Children and those who answer for them ------------------------------------------------------------------------------


def test_the_columns_of_a_child_are_asked_about_and_those_of_its_parents_not_read() -> None:
    above = ["PADRE O APODERADO", "", "", "HIJO(A)", "", "", "DISTRITO"]
    row = ["71000009", "Tello Cruz", "Julia", *person(1), "Huambos"]
    [part] = read_sheet(workbook_of([above, [*HEADINGS, *HEADINGS, ""], row], "A1:C1", "D1:F1")).parts

    assert [column.field for column in part.table.columns] == [None] * 6 + [Field.DISTRICT]
    assert [column.proposals[:1] for column in part.table.columns[:6]] == [
        (), (), (), (Field.DOCUMENT,), (Field.FAMILY_NAMES,), (Field.GIVEN_NAMES,),
    ]  # fmt: skip
    assert len(part.rows) == 1


def test_the_children_of_people_are_no_second_people() -> None:
    [part] = read_sheet(csv_of([[*HEADINGS, "DNI del niño"], person(1, "81000001")])).parts
    assert [(column.field, column.proposals) for column in part.table.columns][3] == (None, ())


@pytest.mark.parametrize(("cells", "proposals"), [(["38", "13 años"], (Field.AGE,)), (["38", "12/05/1987"], ())])
def test_a_column_of_births_with_nothing_but_ages_is_asked_about(cells: list[str], proposals: tuple[Field]) -> None:
    lines = [[*HEADINGS, "Fecha de nacimiento"], *(person(number, cell) for number, cell in enumerate(cells))]
    *_, column = read_sheet(csv_of(lines)).parts[0].table.columns
    assert (column.field, column.proposals) == (None if proposals else Field.BIRTH_DATE, proposals)


def test_a_subtotal_in_two_words_is_nobody() -> None:
    sheet = read_sheet(csv_of([PLACED, person(1, "Huambos", "Chota"), ["", "Sub total Huambos", "", "1", ""]]))
    assert left_out(sheet) == [(3, "total")]


# Lists beside each other ---------------------------------------------------------------------------------------------


def side_by_side(*lines: Lines) -> Lines:
    """Lines of two lists with an empty column between them."""
    return [[*one, "", *other] for one, other in zip(*lines, strict=True)]


def documents(sheet: Sheet) -> list[tuple[int, Any]]:
    """The tab and the document of each row."""
    return [(row.tab, part.table.cell(row, Field.DOCUMENT)) for part in sheet.parts for row in part.rows]


def test_two_lists_beside_each_other_are_read_one_after_the_other() -> None:
    lines = side_by_side([HEADINGS, person(1), person(2)], [HEADINGS, person(3), ["", "", ""]])
    sheet = read_sheet(csv_of([["Distrito: Huambos"], *lines]))

    assert documents(sheet) == [(0, "71000001"), (0, "71000002"), (1, "71000003")]
    assert said(sheet, Field.DISTRICT) == ["Huambos"] * 3
    assert sheet.tabs == ("(1)", "(2)")


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("is_merged", [False, True])
def test_the_titles_of_lists_beside_each_other_say_the_sex(numbered: bool, is_merged: bool) -> None:
    people, others = ([list(HEADINGS), person(one), person(one + 1)] for one in (1, 3))
    if numbered:
        people, others = ([["N°", *one[0]], *([7, *line] for line in one[1:])] for one in (people, others))
    width = len(people[0])
    titles = ["VARONES", *[""] * width, "MUJERES", *[""] * (width - 1)]
    merged = [(0, 0, 0, width - 1), (0, 0, width + 1, 2 * width)] if is_merged else []
    lines: list[Any] = [titles, *side_by_side(people, others)]
    tab = Tab("Lista", lines, merged=merged)
    sheet = read_sheet(write_file(Workbook([tab]), "xlsx"))

    assert said(sheet, Field.SEX) == ["Hombre", "Hombre", "Mujer", "Mujer"]
    assert sheet.tabs == ("Lista (VARONES)", "Lista (MUJERES)")


def test_lists_beside_each_other_may_have_headings_again() -> None:
    half = [["N°", *HEADINGS], [1, *person(1)], ["N°", *HEADINGS], [2, *person(2)]]
    other = [["N°", *HEADINGS], [3, *person(3)], ["N°", *HEADINGS], [4, *person(4)]]
    sheet = read_sheet(csv_of([[*one, *more] for one, more in zip(half, other, strict=True)]))

    assert [tab for tab, _ in documents(sheet)] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "lines",
    [
        [["", "", "", "", "PADRE O APODERADO"], *side_by_side([HEADINGS, person(1)], [HEADINGS, person(2)])],
        [[*HEADINGS, *HEADINGS], [*person(1), *person(2)]],
        [*side_by_side([HEADINGS, person(1)], [HEADINGS, person(2)]), [*HEADINGS, "Distrito"], person(3, "Huambos")],
    ],
)
def test_what_may_be_about_one_person_is_not_torn_apart(lines: Lines) -> None:
    assert len(read_sheet(csv_of(lines)).tabs) == 1


# People in a list who are no participants ----------------------------------------------------------------------------

NUMBERED = ("N°", *HEADINGS, "Distrito")


def numbered(number: int) -> list[Any]:
    return [number, *person(number), "Huambos"]


@pytest.mark.parametrize("label", ["Responsable:", "V°B°", "Elaborado por:", "FACILITADORA", "Ej.", "EJEMPLO"])
def test_who_has_a_role_in_place_of_a_number_is_no_participant(label: str) -> None:
    sheet = read_sheet(csv_of([NUMBERED, numbered(1), [label, *person(2), "Huambos"], numbered(3)]))
    assert said(sheet, Field.DOCUMENT) == ["71000001", "71000003"]
    assert left_out(sheet) == [(3, "signature")]


def test_who_signs_below_the_list_is_no_participant() -> None:
    signed = [["", "__________"], ["", *person(2), ""]]
    sheet = read_sheet(csv_of([NUMBERED, numbered(1), numbered(3), *signed, numbered(4)]))
    assert said(sheet, Field.DOCUMENT) == ["71000001", "71000003", "71000004"]
    assert left_out(sheet) == [(4, "signature"), (5, "signature")]


@pytest.mark.parametrize("title", ["NOMBRE", "Apellidos"])
def test_the_only_column_of_names_is_asked_about(title: str) -> None:
    rows = [["41234567", "Quispe Díaz Ana", "Huambos"], ["41234568", "Rojas Bazán Luis", "Huambos"]]
    _, column, _ = read_sheet(csv_of([["DNI", title, "Distrito"], *rows])).parts[0].table.columns
    assert (column.field, column.proposals[0]) == (None, Field.FULL_NAME)


@pytest.mark.parametrize(
    "titles",
    [
        ("Primer apellido", "Segundo apellido", "Primer nombre", "Segundo nombre"),
        ("1er Apellido", "2do Apellido", "1er Nombre", "2do Nombre"),
        ("1° Apellido", "2° Apellido", "1° Nombre", "2° Nombre"),
    ],
)
def test_each_name_may_have_a_column(titles: tuple[str, ...]) -> None:
    sheet = read_sheet(csv_of([["DNI", *titles], ["41234567", "Quispe", "Díaz", "Ana", "María"]]))
    said_names = (Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME, Field.GIVEN_NAMES)
    assert [said(sheet, one) for one in said_names] == [["Quispe"], ["Díaz"], ["Ana María"]]


def test_the_name_of_somebody_who_signs_is_no_participant() -> None:
    sheet = read_sheet(csv_of([HEADINGS, person(1), ["", "", "Ing. Juan Gil Rojas"], ["", "", "DNI N° 26601235"]]))
    assert left_out(sheet) == [(3, "signature"), (4, "signature")]


def test_a_legend_in_cells_is_nobody() -> None:
    assert left_out(read_sheet(csv_of([HEADINGS, person(1), ["1", "Hombre"], ["2", "Mujer"]]))) == [
        (3, "note"),
        (4, "note"),
    ]


def test_hints_below_the_headings_are_nobody() -> None:
    hints = ["8 dígitos", "Como en el DNI", "Como en el DNI", "dd/mm/aaaa", "Lista"]
    sheet = read_sheet(csv_of([[*HEADINGS, "F. Nac.", "Distrito"], hints, person(1, "25/05/1987", "Huambos")]))
    assert left_out(sheet) == [(2, "note")]
    sheet = read_sheet(csv_of([[*HEADINGS, "F. Nac."], ["(8 dígitos)", "", "", "(dd/mm/aaaa)"], person(1)]))
    assert left_out(sheet) == [(2, "note")]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("lugar/distrito", Field.DISTRICT),
        ("Lugar de procedencia: distrito", Field.DISTRICT),
        ("Lugar de nacimiento", None),
    ],
)
def test_the_place_of_birth_is_no_other_place(heading: str, field: Field | None) -> None:
    [*_, column] = read_sheet(csv_of([[*HEADINGS, heading], person(1, "Huambos")])).parts[0].table.columns
    assert column.field is field


# Lines in a column that is filled in beforehand ----------------------------------------------------------------------

WITH_COHORT = ("Cohorte", *HEADINGS)


def in_cohort(number: int) -> list[Any]:
    return ["Cohorte A", *person(number)]


def test_a_line_in_a_column_that_is_filled_in_beforehand_begins_a_group() -> None:
    groups = [["Distrito: Huambos"], in_cohort(1), ["Distrito: Llama"], in_cohort(2), ["Cohorte A"]]
    sheet = read_sheet(csv_of([WITH_COHORT, *groups]))
    assert said(sheet, Field.DISTRICT) == ["Huambos", "Llama"]


def test_signatures_in_a_column_that_is_filled_in_beforehand_end_the_list() -> None:
    sheet = read_sheet(csv_of([WITH_COHORT, in_cohort(1), ["__________"], ["", *person(2)]]))
    assert said(sheet, Field.DOCUMENT) == ["71000001"]


def test_people_who_left_may_be_below_a_line_in_a_column_that_is_filled_in_beforehand() -> None:
    [part] = read_sheet(csv_of([WITH_COHORT, in_cohort(1), ["RETIRADOS"], in_cohort(2)])).parts
    assert [part.table.has_left(row) for row in part.rows] == [False, True]


def test_a_label_that_is_known_is_not_over_a_heading_with_a_typing_mistake() -> None:
    above = ["", "", "", "Fecha nacimiento", "", "", ""]
    below = [*HEADINGS, "DÍA", "MES", "AÑO", "Sexso"]
    [*_, column] = read_sheet(csv_of([above, below, person(1, "5", "4", "1966", "F")])).parts[0].table.columns
    assert (column.title, column.proposals) == ("Sexso", (Field.SEX,))
