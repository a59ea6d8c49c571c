"""Files as offices send them, read and judged; and files that nobody should send."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.enrollment import Purpose
from contracts.event import MotherTongue, OrganizationType, Sex
from contracts.territory import Scheme, districts
from services.enrollment.applications import Application
from services.enrollment.imports.judging import Directory, Terms, directory_of, judge_of
from services.enrollment.imports.places import place_key
from services.enrollment.imports.reading import LARGEST_FILE, read_sheet
from services.enrollment.imports.wordings import wordings
from services.enrollment.refusals import Refused, Unacceptable
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of

TODAY = date(2026, 1, 15)
COHORT, OTHER, ORGANIZATION = uuid4(), uuid4(), uuid4()
DIRECTORY = directory_of(
    [("Cohorte A", COHORT), ("Doble", COHORT), ("Doble", OTHER)], [("Red de Jóvenes", ORGANIZATION)]
)


@dataclass
class Judged:
    """What came of each row, in order."""

    lines: list[int]
    outcomes: list[Application | Refused]

    @property
    def applications(self) -> list[Application]:
        return [one for one in self.outcomes if isinstance(one, Application)]

    @property
    def codes(self) -> list[str]:
        return [one.code if isinstance(one, Refused) else "ok" for one in self.outcomes]


def judged(
    content: bytes, scheme: Scheme | None = None, cohort: Any = None, directory: Directory = DIRECTORY
) -> Judged:
    sheet = read_sheet(content)
    judge = judge_of(sheet, directory, Terms(cohort, scheme, TODAY))
    outcomes: list[Application | Refused] = []
    for row in sheet.rows:
        try:
            outcomes.append(judge.application(row, uuid4()))
        except Unacceptable as error:
            outcomes.append(error.refusal)
    return Judged([row.line for row in sheet.rows], outcomes)


def codes(*rows: dict[str, Any]) -> list[str]:
    return judged(csv_of(table(rows))).codes


def only(**changed: Any) -> Application | Refused:
    """What comes of one row in a sheet whose other row proves that days come first."""
    return judged(csv_of(table([a_row(**changed), a_row()]))).outcomes[0]


def code_of(content: bytes, scheme: Scheme | None = None, cohort: Any = None) -> str:
    with pytest.raises(Unacceptable) as refused:
        judged(content, scheme, cohort)
    assert refused.value.refusal.remedy
    return refused.value.refusal.code


# What offices send ---------------------------------------------------------------------------------------------------


def test_a_workbook_with_titles_merged_cells_numbers_and_a_total() -> None:
    lines: list[list[Any]] = [
        ["GOBIERNO REGIONAL DE CAJAMARCA"],
        ["Ficha de inscripción, cohorte: Cohorte A"],
        [],
        ["N°", "N° DNI", "Apellido Paterno", "Apellido Materno", "Nombres", "Fec. Nac.", "Sexo (M/F)", "Distrito",
         "Provincia", "Lengua materna", "Organización", "Consentimiento (Sí/No)", "Fecha de inscripción"],
        [1, 1234567, "Quispe", "Huamán", "Ana", date(1987, 5, 12), "M", "Los Baños del Inca", "CAJAMARCA", "QUECHUA",
         "RED DE JOVENES", "si", 45797],
        [2, 41234567.0, "Ñontol", "", "José", "12 de mayo de 1987", "F", "la encañada", "Cajamarca", "castellano", "",
         "SÍ", "20/05/2025"],
        [3],
        [],
        ["TOTAL", 2],
    ]  # fmt: skip
    found = judged(xlsx_of(lines))

    assert found.lines == [5, 6]
    [ana, jose] = found.applications
    assert (ana.document.number, ana.sex, ana.district, ana.organization_id) == (
        "01234567",
        Sex.MALE,
        "060108",
        ORGANIZATION,
    )
    assert (ana.birth_date, ana.enrolled_on) == (date(1987, 5, 12), date(2025, 5, 20))
    assert (ana.mother_tongue, [one.purpose for one in ana.consents]) == (MotherTongue.QUECHUA, [Purpose.TRAINING])
    assert (jose.names.family, jose.birth_date, jose.district, jose.cohort_id) == (
        "Ñontol", date(1987, 5, 12), "060105", COHORT)  # fmt: skip


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"])
def test_text_files_of_every_usual_kind(delimiter: str, encoding: str) -> None:
    row = a_row(Apellidos="ÑOPO MUÑÓZ", Nombres="José Ángel")
    [application] = judged(csv_of(table([row]), delimiter, encoding)).applications
    assert (application.names.family, application.names.given) == ("ÑOPO MUÑÓZ", "José Ángel")


def test_a_name_with_a_foreign_letter_is_read_too() -> None:
    [application] = judged(csv_of(table([a_row(Apellidos="Araújo Gonçalves")]), encoding="cp1252")).applications
    assert application.names.family == "Araújo Gonçalves"


@pytest.mark.parametrize(
    "wording",
    [
        "dni",
        "N° DNI",
        "Nº  de D.N.I.",
        "DNI (8 dígitos)",
        "NRO. DOCUMENTO",
        "Número de documento de identidad",
        "Doc. Identidad",
    ],
)
def test_headings_are_understood_however_worded(wording: str) -> None:
    lines = table([a_row()])
    lines[0][0] = wording
    assert judged(csv_of(lines)).codes == ["ok"]


def test_quoted_cells_with_line_breaks_and_delimiters() -> None:
    content = csv_of(table([a_row(Apellidos='"Quispe;\nHuamán"')]))
    [application] = judged(content.replace(b"Quispe;", b"Quispe")).applications
    assert application.names.family == "Quispe Huamán"


def test_family_and_given_names_in_one_cell_need_their_comma() -> None:
    rows = [{"DNI": "41234567", "Apellidos y Nombres": name, "UBIGEO INEI": "060101", "Cohorte": "Cohorte A"}
            for name in ("Quispe Huamán, Ana", "Quispe Huamán Ana")]  # fmt: skip
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    assert judged(csv_of(lines)).codes == ["ok", "names_not_separable"]


# Documents -----------------------------------------------------------------------------------------------------------


def test_zeros_are_restored_only_where_excel_kept_a_number() -> None:
    rows = [a_row(DNI=1234567), a_row(DNI="1234567"), a_row(DNI=12345)]
    assert judged(xlsx_of(table(rows))).codes == ["ok", "document_malformed", "document_malformed"]
    assert codes(a_row(DNI="1234567"), a_row(DNI="01234567"), a_row(DNI="")) == [
        "document_malformed", "ok", "document_missing"]  # fmt: skip


def test_other_documents_say_what_they_are() -> None:
    rows = [a_row(DNI="X1234567", **{"Tipo de documento": kind}) for kind in ("Pasaporte", "", "Brevete")]
    assert codes(*rows) == ["ok", "document_malformed", "document_type_unknown"]


# Dates ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1987-05-12", date(1987, 5, 12)),
        ("12/05/1987", date(1987, 5, 12)),
        ("12.5.1987", date(1987, 5, 12)),
        ("12-05-87", date(1987, 5, 12)),
        ("12/05/1987 00:00:00", date(1987, 5, 12)),
        ("12 de Mayo de 1987", date(1987, 5, 12)),
        ("1º de setiembre del 1990", date(1990, 9, 1)),
        ("3-sep-90", date(1990, 9, 3)),
        ("29/02/2000", date(2000, 2, 29)),
        ("", None),
        ("s/d", None),
    ],
)
def test_dates_that_can_mean_one_day(written: str, day: date | None) -> None:
    found = only(**{"Fecha de nacimiento": written})
    assert isinstance(found, Application), found
    assert found.birth_date == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1987", "date_incomplete"),
        ("mayo de 1987", "date_incomplete"),
        ("05/1987", "date_incomplete"),
        ("12/05/20", "date_century_unclear"),
        ("31/02/1987", "date_impossible"),
        ("45/45/1987", "date_impossible"),
        ("ayer", "date_unreadable"),
        ("12 de mallo de 1987", "date_unreadable"),
        ("31909", "date_unreadable"),
    ],
)
def test_dates_that_are_not_guessed(written: str, code: str) -> None:
    found = only(**{"Fecha de nacimiento": written})
    assert isinstance(found, Refused)
    assert (found.code, found.field) == (code, "birth_date")


def test_day_and_month_are_told_apart_by_the_sheet_or_not_at_all() -> None:
    unclear, clear = {"Fecha de nacimiento": "04/05/1987"}, {"Fecha de nacimiento": "25/12/1987"}
    american = {"Fecha de nacimiento": "12/25/1987"}
    assert codes(a_row(**unclear)) == ["date_ambiguous"]
    assert codes(a_row(**unclear), a_row(**clear)) == ["ok", "ok"]
    assert codes(a_row(**unclear), a_row(**clear), a_row(**american)) == ["date_ambiguous", "ok", "ok"]
    assert codes(a_row(**unclear, **{"Fecha de inscripción": "20/05/2025"})) == ["ok"]
    [application] = judged(csv_of(table([a_row(**unclear), a_row(**american)]))).applications[:1]
    assert application.birth_date == date(1987, 4, 5)


def test_a_heading_may_declare_the_order() -> None:
    lines = table([a_row(**{"Fecha de nacimiento": "04/05/1987"})])
    lines[0][3] = "Fecha de nacimiento (dd/mm/aaaa)"
    assert judged(csv_of(lines)).applications[0].birth_date == date(1987, 5, 4)


def test_a_number_in_excel_may_be_an_unformatted_day_but_a_year_is_a_year() -> None:
    rows = [a_row(**{"Fecha de nacimiento": cell}) for cell in (31909, 1987, 12.5)]
    found = judged(xlsx_of(table(rows)))
    assert found.codes == ["ok", "date_incomplete", "date_unreadable"]
    assert found.applications[0].birth_date == date(1987, 5, 12)


# Answers -------------------------------------------------------------------------------------------------------------


def test_what_m_means_depends_on_the_letter_beside_it() -> None:
    lines = table([a_row(**{"Sexo (M/F)": letter}) for letter in "MH"])
    lines[0][4] = "Sexo"
    assert [one.sex for one in judged(csv_of(lines)).applications] == [Sex.FEMALE, Sex.MALE]
    lines[2][4] = "F"
    assert [one.sex for one in judged(csv_of(lines)).applications] == [Sex.MALE, Sex.FEMALE]
    lines[2][4] = "M"
    assert judged(csv_of(lines)).codes == ["sex_unclear", "sex_unclear"]


def test_consent_is_a_clear_yes_or_none() -> None:
    rows = [a_row(Consentimiento=answer) for answer in ("Sí", "SI", "no", "", "X", "quizás")]
    found = judged(csv_of(table(rows)))
    assert found.codes == ["ok", "ok", "ok", "ok", "answer_unclear", "answer_unclear"]
    assert [len(one.consents) for one in found.applications] == [1, 1, 0, 0]
    assert len(judged(xlsx_of(table([a_row(Consentimiento=True)]))).applications[0].consents) == 1


def test_an_organization_is_a_registered_one_or_a_type() -> None:
    rows = [a_row(Organización=name) for name in ("Red de Jovenes", "Ronda campesina", "Ninguna", "Los Amigos")]
    found = judged(csv_of(table(rows)))
    assert found.codes == ["ok", "ok", "ok", "organization_unknown"]
    assert [one.organization_type for one in found.applications[1:]] == [
        OrganizationType.PEASANT_PATROL,
        OrganizationType.NONE,
    ]


def test_every_wording_means_something_that_exists() -> None:
    known = {"sex": Sex, "mother_tongue": MotherTongue, "organization_type": OrganizationType}
    for section, answers in known.items():
        assert {answers(value) for value in wordings(section).values()} <= set(answers)


# Places --------------------------------------------------------------------------------------------------------------


def by_names(*cells: Sequence[str]) -> list[str]:
    titles = ["DNI", "Apellidos", "Nombres", "Distrito", "Provincia", "Departamento", "Cohorte"]
    lines = [["41234567", "Quispe", "Ana", *row, "Cohorte A"] for row in cells]
    found = judged(csv_of([titles, *lines]))
    return [one.district if isinstance(one, Application) else one.code for one in found.outcomes]


def test_a_name_of_two_districts_needs_its_province() -> None:
    assert by_names(
        ("Santa Cruz", "", ""),
        ("Santa Cruz", "Cutervo", ""),
        ("SANTA CRUZ", "Santa Cruz", "Cajamarca"),
        ("Santa Cruz", "Jaén", ""),
        ("Miraflores", "Lima", "Lima"),
        ("", "Jaén", ""),
    ) == ["district_ambiguous", "060611", "061301", "district_unknown", "district_outside", "district_missing"]


def test_every_district_is_found_by_its_names() -> None:
    everywhere = [(one.name.upper(), one.province, "") for one in districts().values()]
    assert by_names(*everywhere) == list(districts())
    assert sum(place_key(one.name) == "santa cruz" for one in districts().values()) == 2


def test_a_code_means_what_its_scheme_says() -> None:
    titles = ["DNI", "Apellidos", "Nombres", "UBIGEO", "Distrito", "Cohorte"]
    lines = [titles, ["41234567", "Quispe", "Ana", "060104", "", "Cohorte A"]]
    assert code_of(csv_of(lines)) == "ubigeo_scheme_undeclared"
    assert [judged(csv_of(lines), scheme).applications[0].district for scheme in Scheme] == ["060104", "060103"]
    lines[0][3] = "UBIGEO RENIEC"
    assert judged(csv_of(lines)).applications[0].district == "060103"
    assert code_of(csv_of(lines), Scheme.INEI) == "ubigeo_scheme_contradiction"
    lines[1][3:5] = ["60104", "Cospán"]
    assert judged(csv_of(lines)).codes == ["district_contradiction"]
    lines[1][4] = "Chetilla"
    assert judged(csv_of(lines)).applications[0].district == "060103"


# Cohorts -------------------------------------------------------------------------------------------------------------


def test_the_cohort_is_named_or_chosen() -> None:
    assert codes(a_row(), a_row(Cohorte=""), a_row(Cohorte="Z"), a_row(Cohorte="doble")) == [
        "ok", "cohort_missing", "cohort_unknown", "cohort_ambiguous"]  # fmt: skip
    rows = [a_row(), a_row(Cohorte=""), a_row(Cohorte="Z"), a_row(Cohorte="doble")]
    assert judged(csv_of(table(rows)), cohort=COHORT).codes == ["ok", "ok", "cohort_contradiction", "ok"]


# Files that are refused ----------------------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return content.getvalue()


GOOD = xlsx_of(table([a_row()]))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"x" * (LARGEST_FILE + 1), "file_too_large"),
        (b"%PDF-1.7", "file_wrong_type"),
        (b"<html><table></table></html>", "file_wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "file_old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        (GOOD[: len(GOOD) // 2], "file_damaged"),
        (GOOD[:300] + b"\x00" * 40 + GOOD[340:], "file_damaged"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "file_wrong_type"),
        (zipped(xl__workbook_xml=b"<workbook/>"), "file_damaged"),
        (zipped(xl__workbook_xml=b"0" * 160_000_000), "file_unpacks_too_large"),
        (b"DNI;Apellidos;Nombres\n\x00\x01", "encoding_unknown"),
        ("DNI;Apellidos;Nombres\n1;Quispe;☺".encode("utf-16-le"), "encoding_unknown"),
        (b'DNI;Apellidos;Nombres\n1;"Quispe;Ana\n2;Huaman;Jose\n', "quotes_broken"),
        (b"uno;dos;tres\n1;2;3\n", "headings_not_found"),
        (xlsx_of(table([a_row()]), table([a_row()])), "several_sheets"),
        (csv_of([["DNI", "Apellidos", "Nombres", "DNI", "Distrito"]]), "heading_twice"),
        (csv_of(table([a_row()])[:1]), "no_rows"),
        (csv_of([["Apellidos", "Nombres", "Distrito"], ["a", "b", "c"]]), "document_column_missing"),
        (csv_of([["DNI", "Nombres", "Distrito"], ["a", "b", "c"]]), "name_column_missing"),
        (csv_of([["DNI", "Apellidos", "Nombres"], ["a", "b", "c"]]), "district_column_missing"),
        (csv_of([["DNI", "Apellidos", "Nombres", "Distrito"], ["a", "b", "c", "d"]]), "cohort_undeclared"),
        (b"DNI;Apellidos;Nombres\n" + b"1;2;3\n" * 51_000, "too_many_rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_cannot_be_taken(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_cell_far_away_is_refused_before_it_takes_all_memory() -> None:
    source = zipfile.ZipFile(io.BytesIO(GOOD))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                part = part.replace(b"</sheetData>", far)
            target.writestr(name, part)
    assert code_of(content.getvalue()) == "too_many_rows"


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
        outcomes = judged(content, Scheme.INEI, COHORT).outcomes
    except Unacceptable as error:
        outcomes = [error.refusal]
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


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=6))
@settings(deadline=None, max_examples=150)
def test_no_damage_to_a_workbook_breaks_the_reader(place: int, damage: bytes) -> None:
    survives(GOOD[:place] + damage + GOOD[place + len(damage) :])
