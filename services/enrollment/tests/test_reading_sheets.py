"""Files as offices send them, read and parsed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from chassis.runtime.formulas import FORMULA_SIGNS, guarded
from chassis.runtime.rejections import Rejection
from contracts.enrollment import Purpose
from contracts.event import MotherTongue, OrganizationType, Sex
from contracts.territory import Scheme, districts
from services.enrollment.enrollments.domain import Application
from services.enrollment.sheets.cells import clean_text
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.values.districts import normalized_place
from services.enrollment.sheets.wordings import wordings
from services.enrollment.tests.parsed_sheets import COHORT, NAMES, ORGANIZATION, TODAY, code_of, codes, only, parsed
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of

# What offices send ---------------------------------------------------------------------------------------------------


def test_a_workbook_with_titles_merged_cells_numbers_and_a_total() -> None:
    lines: list[list[Any]] = [
        ["GOBIERNO REGIONAL DE CAJAMARCA"],
        ["Ficha de inscripción, cohorte: Cohorte A"],
        [],
        ["N°", "N° DNI", "Apellido Paterno", "Apellido Materno", "Nombres", "Fec. Nac.", "Sexo (M/F)", "Distrito",
         "Provincia", "Lengua materna", "Organización", "Consentimiento (Sí/No)", "Fecha de inscripción"],
        [1, 31234567, "Quispe", "Huamán", "Ana", date(1987, 5, 12), "M", "Los Baños del Inca", "CAJAMARCA", "QUECHUA",
         "RED DE JOVENES", "si", 45797],
        [2, 41234567.0, "Ñontol", "", "José", "12 de mayo de 1987", "F", "la encañada", "Cajamarca", "castellano", "",
         "SÍ", "20/05/2025"],
        [3],
        [],
        ["TOTAL", 2],
    ]  # fmt: skip
    found = parsed(xlsx_of(lines))

    assert found.lines == [5, 6]
    [ana, jose] = found.applications
    assert (ana.document.number, ana.sex, ana.district, ana.organization_id) == (
        "31234567",
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
    [application] = parsed(csv_of(table([row]), delimiter, encoding)).applications
    assert (application.names.family, application.names.given) == ("ÑOPO MUÑÓZ", "José Ángel")


def test_a_name_with_a_foreign_letter_is_read_too() -> None:
    [application] = parsed(csv_of(table([a_row(Apellidos="Araújo Gonçalves")]), encoding="cp1252")).applications
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
    assert parsed(csv_of(lines)).codes == ["ok"]


def test_quoted_cells_with_line_breaks_and_delimiters() -> None:
    content = csv_of(table([a_row(Apellidos='"Quispe;\nHuamán"')]))
    [application] = parsed(content.replace(b"Quispe;", b"Quispe")).applications
    assert application.names.family == "Quispe Huamán"


def test_family_and_given_names_in_one_cell_are_split_by_a_comma_or_by_the_order_of_the_column() -> None:
    title = ["DNI", "Nombre completo", "UBIGEO INEI", "Cohorte"]
    rows = [["41234567", name, "060101", "Cohorte A"] for name in ("Quispe Huamán Ana", "Quispe Huamán, Ana")]
    assert parsed(csv_of([title, *rows])).codes == ["ok", "ok"]
    assert parsed(csv_of([title, rows[0]])).codes == ["names_not_separable"]


def test_what_was_guarded_against_formulas_is_read_as_it_was() -> None:
    texts = [f"{start}cmd" for start in FORMULA_SIGNS if not start.isspace()]
    assert [clean_text(guarded(text)) for text in texts] == texts


# Documents -----------------------------------------------------------------------------------------------------------


def test_zeros_are_restored_only_where_excel_kept_a_number() -> None:
    rows = [a_row(DNI=1234567), a_row(DNI="1234567")]
    assert parsed(xlsx_of(table(rows))).codes == ["ok", "document_malformed"]
    assert parsed(xlsx_of(table([a_row(DNI=12345)]))).codes == ["document_malformed"]
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
        ("3-Dec-90", date(1990, 12, 3)),
        ("12–05–1987", date(1987, 5, 12)),
        ("1987-05-12T10:15:30.000-05:00", date(1987, 5, 12)),
        ("29/02/2000", date(2000, 2, 29)),
        ("sábado, 12 de mayo de 1987", date(1987, 5, 12)),
        ("May 12, 1987", date(1987, 5, 12)),
        ("Tuesday, May 12, 1987", date(1987, 5, 12)),
        ("12/V/1987", date(1987, 5, 12)),
        ("12-IX-87", date(1987, 9, 12)),
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
    assert isinstance(found, Rejection)
    assert (found.code, found.field) == (code, "birth_date")


def test_day_and_month_are_told_apart_by_the_sheet_or_not_at_all() -> None:
    unclear, clear = {"Fecha de nacimiento": "04/05/1987"}, {"Fecha de nacimiento": "25/12/1987"}
    american = {"Fecha de nacimiento": "12/25/1987"}
    assert codes(a_row(**unclear)) == ["date_ambiguous"]
    assert codes(a_row(**unclear), a_row(**clear)) == ["ok", "ok"]
    assert codes(a_row(**unclear), a_row(**clear), a_row(**american)) == ["date_ambiguous", "ok", "ok"]
    assert codes(a_row(**unclear, **{"Fecha de inscripción": "20/05/2025"})) == ["ok"]
    [application] = parsed(csv_of(table([a_row(**unclear), a_row(**american)]))).applications[:1]
    assert application.birth_date == date(1987, 4, 5)


@pytest.mark.parametrize("written", ["05/12/1987", "12/05/1987"])
def test_twelve_proves_no_order(written: str) -> None:
    assert codes(a_row(**{"Fecha de nacimiento": written})) == ["date_ambiguous"]


def test_a_column_of_dates_proves_its_own_order() -> None:
    rows = [
        a_row(**{"Fecha de nacimiento": "25/12/1987", "Fecha de inscripción": "05/20/2025"}),
        a_row(**{"Fecha de nacimiento": "04/05/1987", "Fecha de inscripción": "04/05/2025"}),
    ]
    found = [(one.birth_date, one.enrolled_on) for one in parsed(csv_of(table(rows))).applications]
    assert found == [(date(1987, 12, 25), date(2025, 5, 20)), (date(1987, 5, 4), date(2025, 4, 5))]


def test_a_heading_may_declare_the_order() -> None:
    lines = table([a_row(**{"Fecha de nacimiento": "04/05/1987"})])
    lines[0][3] = "Fecha de nacimiento (dd/mm/aaaa)"
    assert parsed(csv_of(lines)).applications[0].birth_date == date(1987, 5, 4)


def test_a_number_in_excel_may_be_an_unformatted_day_but_a_year_is_a_year() -> None:
    rows = [a_row(**{"Fecha de nacimiento": cell}) for cell in (31909, 1987, 12.5)]
    found = parsed(xlsx_of(table(rows)))
    assert found.codes == ["ok", "date_incomplete", "date_unreadable"]
    assert found.applications[0].birth_date == date(1987, 5, 12)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (("1987", "1990", "05/1992"), "dates_incomplete"),
        (("1987", "1990", ""), "dates_incomplete"),
        (("1987", "", ""), None),
        (("1987", "1990", "", ""), None),
        (("1987", "1990", "25/12/1992"), None),
    ],
)
def test_a_column_of_years_is_told_once_for_the_sheet(written: tuple[str, ...], code: str | None) -> None:
    """Of a single year, of years in half of the rows or beside days, each row is told."""
    lines = table([a_row(**{"Fecha de nacimiento": cell}) for cell in written])
    sheet = read_sheet(csv_of(lines))
    told = read(sheet, Declaration(), NAMES, TODAY).refusals
    unread = read(sheet, Declaration(columns={"fecha de nacimiento": None}), NAMES, TODAY)

    assert [(one.rejection.code, one.rejection.field, one.heading) for one in told] == (
        [(code, "birth_date", "Fecha de nacimiento")] if code else []
    )
    assert unread.refusals == ()


# Answers -------------------------------------------------------------------------------------------------------------


def test_what_m_means_depends_on_the_letter_beside_it() -> None:
    lines = table([a_row(**{"Sexo (M/F)": letter}) for letter in "MH"])
    lines[0][4] = "Sexo"
    assert [one.sex for one in parsed(csv_of(lines)).applications] == [Sex.FEMALE, Sex.MALE]
    lines[2][4] = "F"
    assert [one.sex for one in parsed(csv_of(lines)).applications] == [Sex.MALE, Sex.FEMALE]
    lines[2][4] = "M"
    assert parsed(csv_of(lines)).codes == ["sex_unclear", "sex_unclear"]


def test_whoever_says_so_is_shown_to_their_organization() -> None:
    rows = [a_row(**{"Autoriza a la organización": answer}) for answer in ("Sí", "no", "")]
    shown = [one.shown_to_organization for one in parsed(csv_of(table(rows))).applications]
    assert shown == [True, False, False]
    assert parsed(csv_of(table([a_row()]))).applications[0].shown_to_organization is False


def test_consent_is_a_clear_yes_or_none() -> None:
    rows = [a_row(Consentimiento=answer) for answer in ("Sí", "SI", "no", "", "X", "quizás")]
    found = parsed(csv_of(table(rows)))
    assert found.codes == ["ok", "ok", "ok", "ok", "answer_unclear", "answer_unclear"]
    assert [len(one.consents) for one in found.applications] == [1, 1, 0, 0]
    assert len(parsed(xlsx_of(table([a_row(Consentimiento=True)]))).applications[0].consents) == 1


CONSENT_COLUMNS = {
    "Consentimiento": Purpose.TRAINING,
    "Consentimiento de imagen": Purpose.IMAGE,
    "Consentimiento de contacto": Purpose.CONTACT,
    "Consentimiento del apoderado": Purpose.GUARDIAN,
}


@pytest.mark.parametrize("column", CONSENT_COLUMNS)
def test_each_column_of_consent_is_of_its_purpose(column: str) -> None:
    assert set(CONSENT_COLUMNS.values()) == set(Purpose)
    answers = dict.fromkeys(CONSENT_COLUMNS, "No") | {column: "Sí"}
    found = only(**answers)
    assert isinstance(found, Application)
    assert [one.purpose for one in found.consents] == [CONSENT_COLUMNS[column]]


def test_a_consent_has_the_day_of_its_column() -> None:
    found = only(**{"Fecha de consentimiento": "02/04/2025", "Fecha de inscripción": "20/05/2025"})
    assert isinstance(found, Application)
    assert [one.given_on for one in found.consents] == [date(2025, 4, 2)]


def test_an_organization_is_a_registered_one_or_a_type() -> None:
    rows = [a_row(Organización=name) for name in ("Red de Jovenes", "Ronda campesina", "Ninguna", "Los Amigos")]
    found = parsed(csv_of(table(rows)))
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
    found = parsed(csv_of([titles, *lines]))
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


def test_one_wrong_letter_of_a_district_is_put_right_within_its_province() -> None:
    assert by_names(
        ("Bamabamarca", "Hualgayoc", ""),
        ("Bamabamarca", "", ""),
        ("Bamabamarca", "Chota", ""),
        ("Bammabamarca", "Hualgayoc", ""),
        ("Lamas", "Chota", ""),
        ("Sto. Domingo de la Capilla", "Cutervo", ""),
        ("Sta. Cruz", "Sta. Cruz", ""),
    ) == ["060701", "district_unknown", "district_unknown", "district_unknown", "district_unknown", "060612", "061301"]


def test_every_district_is_found_by_its_names() -> None:
    everywhere = [(one.name.upper(), one.province, "") for one in districts().values()]
    assert by_names(*everywhere) == list(districts())
    assert sum(normalized_place(one.name) == "santa cruz" for one in districts().values()) == 2


def test_a_code_means_what_its_scheme_says() -> None:
    titles = ["DNI", "Apellidos", "Nombres", "UBIGEO", "Distrito", "Cohorte"]
    lines = [titles, ["41234567", "Quispe", "Ana", "060104", "", "Cohorte A"]]
    assert code_of(csv_of(lines)) == "ubigeo_scheme_undeclared"
    assert [parsed(csv_of(lines), scheme).applications[0].district for scheme in Scheme] == ["060104", "060103"]
    lines[0][3] = "UBIGEO RENIEC"
    assert parsed(csv_of(lines)).applications[0].district == "060103"
    assert code_of(csv_of(lines), Scheme.INEI) == "ubigeo_scheme_contradiction"
    lines[1][3:5] = ["60104", "Cospán"]
    assert parsed(csv_of(lines)).codes == ["district_contradiction"]
    lines[1][4] = "Chetilla"
    assert parsed(csv_of(lines)).applications[0].district == "060103"


# Cohorts -------------------------------------------------------------------------------------------------------------


def test_the_cohort_is_named_or_chosen() -> None:
    assert codes(a_row(), a_row(Cohorte=""), a_row(Cohorte="Z"), a_row(Cohorte="doble")) == [
        "ok", "cohort_missing", "cohort_unknown", "cohort_ambiguous"]  # fmt: skip
    rows = [a_row(), a_row(Cohorte=""), a_row(Cohorte="Z"), a_row(Cohorte="doble")]
    assert parsed(csv_of(table(rows)), cohort=COHORT).codes == ["ok", "ok", "cohort_contradiction", "ok"]
