"""One sheet for each kind of fault that users suffered, with what is right."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from contracts.event import Sex
from services.enrollment.enrollments.domain import Application
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.sheets.wordings import normalized
from tests.sheets.files import write_xlsx
from tests.sheets.grids import Cell, Day, Tab, Workbook
from tests.sheets.reader import COHORT_ID, Again, Answer, Faulty, Held, Outcome, Result, Taken, import_content

HEADINGS = (
    "DNI", "Apellidos", "Nombres", "Fecha de nacimiento", "Sexo", "Distrito", "Provincia", "Consentimiento",
    "Fecha de inscripción",
)  # fmt: skip
REST = ("14/09/1979", "F", "Bambamarca", "Hualgayoc", "Sí", "16/06/2025")


def clerk(columns: Mapping[str, str | None] | None = None, **said: object) -> Answer:
    """Somebody who answers what they know: the cohort, and what is said here."""
    known = {"cohort_id": COHORT_ID, "hidden_rows": False} | said
    meant = {normalized(title): field for title, field in (columns or {}).items()}

    def answer(before: Declaration, asked: Sequence[Question], _unread: Sequence[str]) -> Declaration:
        titles = [normalized(one.title) for one in asked if one.kind is QuestionKind.COLUMN]
        found = {one.kind.value: known[one.kind.value] for one in asked if one.kind.value in known}
        answered = {title: meant[title] for title in titles if title in meant}
        return Declaration.model_validate(before.model_dump() | found | {"columns": dict(before.columns) | answered})

    return answer


def csv_of(*lines: Sequence[str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)


def xlsx_of(*lines: Sequence[Cell], merged: Sequence[tuple[int, int, int, int]] = (), from_1904: bool = False) -> bytes:
    return write_xlsx(Workbook([Tab("Hoja1", [list(line) for line in lines], list(merged))], from_1904))


def outcomes(content: bytes, answer: Answer | None = None) -> list[Outcome]:
    """The outcomes of the rows in order, of a sheet that is read as a whole."""
    result = import_content(content, answer or clerk())
    assert result.refusals == []
    return list(result.outcomes.values())


def taken(outcome: Outcome) -> Application:
    assert isinstance(outcome, Taken), outcome
    return outcome.application


def faults(outcome: Outcome) -> list[tuple[str | None, str]]:
    assert isinstance(outcome, Faulty), outcome
    return [(one.field, one.code) for one in outcome.rejections]


def asked(result: Result) -> list[tuple[QuestionKind, str]]:
    return list(dict.fromkeys((one.kind, one.title) for one in result.questions))


def test_a_document_as_a_float_is_never_another_number() -> None:
    [outcome] = outcomes(csv_of(HEADINGS, ("2200004.0", "Idrogo", "Luz", *REST)))

    assert (isinstance(outcome, Taken) and outcome.application.document.number == "02200004") or faults(outcome)


def test_what_spreadsheets_write_to_keep_a_number_as_text_is_no_part_of_it() -> None:
    rows = ("'81000030", "Idrogo", "Luz", *REST), ('="81000031"', "Limay", "Ema", *REST)

    assert [taken(one).document.number for one in outcomes(csv_of(HEADINGS, *rows))] == ["81000030", "81000031"]


def test_garbled_names_are_put_right_or_refused() -> None:
    rows = ("81000017", "CastaÃ±eda", "RamÃ³n", *REST), ("81000018", "IBA\ufffdEZ", "Iv\ufffdn", *REST)
    first, second = outcomes(csv_of(HEADINGS, *rows))

    if isinstance(first, Taken):
        assert (first.application.names.family, first.application.names.given) == ("Castañeda", "Ramón")
    else:
        assert {field for field, _code in faults(first)} == {"family_names", "given_names"}
    assert {field for field, _code in faults(second)} == {"family_names", "given_names"}


@pytest.mark.parametrize("error", ["#N/A", "#¡REF!", "#REF!", "#¿NOMBRE?", "#DIV/0!"])
def test_an_error_of_a_formula_is_no_name(error: str) -> None:
    [outcome] = outcomes(csv_of(HEADINGS, ("82000046", error, "Luz", *REST)))

    assert "family_names" in dict(faults(outcome))


def test_brother_and_sister_with_one_document_are_compared_by_somebody() -> None:
    rows = (
        ("81500020", "Limay Rojas", "Mario", "04/02/1981", "M", *REST[2:]),
        ("81500020", "Limay Rojas", "María", "26/08/1998", "F", *REST[2:]),
    )
    first, second = outcomes(csv_of(HEADINGS, *rows))

    assert taken(first).names.given == "Mario"
    assert isinstance(second, Held)


def test_a_heading_with_a_typing_mistake_is_asked_about() -> None:
    headings = [one.replace("nacimiento", "nacimento") for one in HEADINGS]
    content = csv_of(headings, ("83000030", "Idrogo", "Luz", "14/09/2016", *REST[1:]))

    unanswered = import_content(content, clerk())
    assert (QuestionKind.COLUMN, "Fecha de nacimento") in asked(unanswered)
    assert not unanswered.outcomes
    [outcome] = outcomes(content, clerk({"Fecha de nacimento": "birth_date"}))
    assert faults(outcome) == [("consents", "guardian_consent_missing")]


def test_a_typing_mistake_above_divided_headings_divides_them_all_the_same() -> None:
    content = csv_of(
        ("DNI", "Apellidos", "", "Nombres", "Fecha de nacimento", "", "", "Consentimento", "", "Distrito", "Provincia"),
        ("", "Paterno", "Materno", "", "Día", "Mes", "Año", "Sí", "No", "", ""),
        ("83000032", "Idrogo", "Rojas", "Luz", "14", "9", "1979", "X", "", "Bambamarca", "Hualgayoc"),
        ("83000033", "Limay", "Rojas", "Ema", "4", "9", "1979", "", "X", "Bambamarca", "Hualgayoc"),
    )
    dates = {f"Fecha de nacimento {part}": "birth_date" for part in ("Día", "Mes", "Año")}
    consents = {f"Consentimento {answer}": "consents" for answer in ("Sí", "No")}
    first, second = outcomes(content, clerk(dates | consents))

    assert (taken(first).names.family, taken(first).birth_date) == ("Idrogo Rojas", date(1979, 9, 14))
    assert faults(second) == [("consents", "consent_missing")]


@pytest.mark.parametrize(
    ("age", "guardian", "is_taken"),
    [
        ("9", "", False), ("9 años", "", False), ("menor de 14", "", False), ("9", "Sí", True), ("14", "", True),
        ("", "", True),
    ],
)  # fmt: skip
def test_an_age_tells_of_a_child_where_there_is_no_birth_date(age: str, guardian: str, is_taken: bool) -> None:
    headings = ("Edad", "Consentimiento del apoderado", *HEADINGS[:3], *HEADINGS[4:])
    [outcome] = outcomes(csv_of(headings, (age, guardian, "83000031", "Idrogo", "Luz", *REST[1:])))

    assert isinstance(outcome, Taken) if is_taken else faults(outcome) == [("consents", "guardian_consent_missing")]


def test_a_ticked_sex_is_that_of_its_column() -> None:
    content = xlsx_of(
        ("DNI", "Apellidos", "Nombres", "Sexo", "", "Distrito", "Provincia", "Consentimiento"),
        ("", "", "", "M", "F", "", "", ""),
        (83000040, "Idrogo", "Luis", "X", "", "Bambamarca", "Hualgayoc", "Sí"),
        (83000041, "Limay", "Ema", "", "x", "Bambamarca", "Hualgayoc", "Sí"),
        merged=[(0, 0, 3, 4)],
    )

    assert [taken(one).sex for one in outcomes(content)] == [Sex.MALE, Sex.FEMALE]


def test_of_two_telephones_one_is_kept() -> None:
    content = csv_of((*HEADINGS, "Teléfono", "Celular"), ("83000060", "Idrogo", "Luz", *REST, "987654320", "976123450"))

    assert (taken(outcomes(content)[0]).phone or "")[-9:] in {"987654320", "976123450"}


def test_a_year_in_a_cell_for_days_is_no_day_of_1905() -> None:
    rest = ("F", "Bambamarca", "Hualgayoc", "Sí", Day(date(2025, 6, 16)))
    content = xlsx_of(HEADINGS, (83000002, "Limay", "Luz", Day(date(1905, 6, 10)), *rest))

    assert ("birth_date", "date_incomplete") in faults(outcomes(content)[0])


def test_days_that_are_counted_from_1904_are_the_days_that_the_program_shows() -> None:
    rest = ("F", "Bambamarca", "Hualgayoc", "Sí", Day(date(2025, 6, 16)))
    content = xlsx_of(HEADINGS, (82000095, "Limay", "Luz", Day(date(1979, 9, 14)), *rest), from_1904=True)
    application = taken(outcomes(content)[0])

    assert (application.birth_date, application.enrolled_on) == (date(1979, 9, 14), date(2025, 6, 16))


def test_the_answers_of_google_forms_go_in() -> None:
    questions = (
        '"Marca temporal","1. Nombres","2. Apellidos","3. Número de DNI","4. Fecha de nacimiento (dd/mm/aaaa)",'
        '"5. ¿En qué distrito vive?","6. Provincia","7. ¿Autoriza el tratamiento de sus datos personales?"'
    )
    answers = '"16/06/2025 9:05:12","Luz","Idrogo","88000101","04/03/1988","Bambamarca","Hualgayoc","Sí, autorizo"'
    application = taken(outcomes(f"{questions}\r\n{answers}\r\n".encode())[0])

    assert (application.names.given, application.birth_date) == ("Luz", date(1988, 3, 4))


def test_a_stray_quotation_mark_harms_its_row_alone() -> None:
    rows = ("81000028", "Idrogo", "Luz", *REST), ("81000029", '"Los "Pinos" SRL"', "Ema", *REST)
    result = import_content(csv_of(HEADINGS, *rows), clerk())

    assert result.refusals == []
    assert isinstance(result.outcomes[0, 2], Taken)
    assert not isinstance(result.outcomes[0, 3], Taken)


@pytest.mark.parametrize("delimiter", ["|", "\t", ",", ";"])
def test_cells_may_be_divided_by_any_usual_sign(delimiter: str) -> None:
    content = csv_of(HEADINGS, ("81000024", "Idrogo", "Luz", *REST), delimiter=delimiter)

    assert taken(outcomes(content)[0]).document.number == "81000024"


def test_a_telephone_in_scientific_notation_is_none() -> None:
    content = csv_of(
        (*HEADINGS, "Celular", "Consentimiento de contacto"),
        ("88000104", "Idrogo", "Luz", *REST, "9.87E+08", "Sí"),
    )
    [outcome] = outcomes(content)

    assert (isinstance(outcome, Taken) and outcome.application.phone is None) or dict(faults(outcome)).keys() == {
        "phone"
    }


def test_a_second_table_is_read_by_its_own_headings() -> None:
    swapped = (HEADINGS[0], HEADINGS[2], HEADINGS[1], *HEADINGS[3:])
    content = csv_of(HEADINGS, ("88000107", "Idrogo", "Luz", *REST), (), swapped, ("88000108", "Ema", "Limay", *REST))

    assert [taken(one).names.family for one in outcomes(content)] == ["Idrogo", "Limay"]


PEOPLE = (
    ("LIMAY ROJAS ABSALÓN", "M"), ("YOPLA AYAY ERMELINDA", "F"), ("CHUQUIMANGO VALDEZ JOSÉ NILO", "M"),
    ("CULQUI DE LA CRUZ LUCÍA", "F"), ("LIMAY ROJAS DORALISA", "F"), ("TERRONES INFANTE PERCY", "M"),
    ("MINCHÁN LLAMOCTANTA ROSA ELENA", "F"), ("YOPLA AYAY WILMER", "M"), ("BAZÁN COTRINA LUZ MARINA", "F"),
    ("IDROGO NÚÑEZ SEGUNDO JUAN", "M"),
)  # fmt: skip
FAMILIES = [
    "LIMAY ROJAS", "YOPLA AYAY", "CHUQUIMANGO VALDEZ", "CULQUI DE LA CRUZ", "LIMAY ROJAS", "TERRONES INFANTE",
    "MINCHÁN LLAMOCTANTA", "YOPLA AYAY", "BAZÁN COTRINA", "IDROGO NÚÑEZ",
]  # fmt: skip


def test_what_stands_above_counts_for_all_and_the_rest_is_asked_for_at_once() -> None:
    lines = [
        (number, name, 84100000 + number, 30 + number, sex, "RONDA CAMPESINA", 987654300 + number, "")
        for number, (name, sex) in enumerate(PEOPLE, 1)
    ]
    content = xlsx_of(
        ("MUNICIPALIDAD PROVINCIAL DE HUALGAYOC",),
        (),
        ("LISTA DE PARTICIPANTES - TALLER DE PRESUPUESTO PARTICIPATIVO",),
        ("PROVINCIA: HUALGAYOC", "", "", "DISTRITO: BAMBAMARCA", "", "", "FECHA: 16/06/2025", ""),
        (),
        ("N°", "APELLIDOS Y NOMBRES", "DNI", "EDAD", "SEXO", "ORGANIZACIÓN", "CELULAR", "FIRMA"),
        *lines,
        (),
        ("TOTAL PARTICIPANTES", "", "", 10),
        ("(*) Los datos son tratados según la Ley 29733",),
        merged=[(0, 0, 0, 7), (2, 2, 0, 7)],
    )

    before = import_content(content, lambda before, *_told: before)
    assert {one.kind for one in before.questions} >= {QuestionKind.COHORT, QuestionKind.CONSENT}
    applications = [taken(one) for one in outcomes(content, clerk(consent=True, name_order="family_first"))]
    assert [one.names.family for one in applications] == FAMILIES
    assert {(one.district, one.enrolled_on) for one in applications} == {("060701", date(2025, 6, 16))}
    assert [one.sex for one in applications] == [Sex.MALE if sex == "M" else Sex.FEMALE for _name, sex in PEOPLE]


def test_notes_and_signatures_are_no_people() -> None:
    lines = [
        (number, name, 84100100 + number, 30 + number, sex, "BAMBAMARCA", 987654300 + number, "SI", "")
        for number, (name, sex) in enumerate(PEOPLE, 1)
    ]
    content = xlsx_of(
        ("MUNICIPALIDAD PROVINCIAL DE HUALGAYOC",),
        (),
        ("N°", "APELLIDOS Y NOMBRES", "DNI", "EDAD", "SEXO", "DISTRITO", "CELULAR", "CONSENTIMIENTO", "FIRMA"),
        *lines,
        (),
        ("TOTAL PARTICIPANTES", "", "", 10),
        ("", "(*) Los datos son tratados según la Ley 29733"),
        ("", "", "", "______________________"),
        ("", "", "", "FIRMA DEL RESPONSABLE"),
    )
    found = outcomes(content, clerk(name_order="family_first"))

    assert [taken(one).names.family for one in found] == FAMILIES


def test_v_beside_m_makes_m_a_woman_and_only_unclear_dates_are_refused() -> None:
    def row(number: int, family: str, given: str, born: str, sex: str) -> tuple[str, ...]:
        return (
            str(number),
            str(84100045 + number),
            family,
            given,
            born,
            sex,
            "BAMBAMARCA",
            "HUALGAYOC",
            "9,87E+08",
            "SI",
        )

    headings = (
        "Nº",
        "DNI",
        "APELLIDOS",
        "NOMBRES",
        "F. NAC.",
        "SEXO",
        "DISTRITO",
        "PROVINCIA",
        "CEL.",
        "CONSENTIMIENTO",
    )
    content = csv_of(
        ("GOBIERNO REGIONAL CAJAMARCA", *[""] * 9),
        ("",) * 10,
        headings,
        row(1, "Ñontol Rojas", "Yesenia", "13/04/97", "M"),
        row(2, "Limay Tantaleán", "Wilmer", "abril 1997", "V"),
        row(3, "Limay Tantaleán", "Flor de María", "1976", "M"),
        row(4, "Limay Tantaleán", "Elmer", "26-11-1981", "V"),
        row(5, "Yopla Sáenz", "Rosa", "04.10.65", "M"),
        ("",) * 10,
        ("DISTRITO DE BAMBAMARCA", *[""] * 9),
        headings,
        row(6, "Idrogo Huamán", "Santos", "7/2/2002", "V"),
        row(7, "Ñontol Rojas", "Doralisa", "16 de julio de 1991", "M"),
        row(8, "Yopla Sáenz", "Segundo Juan", "31/04/1986", "V"),
        row(9, "Culqui de la Cruz", "Rosa", "46", "M"),
        row(10, "Idrogo Huamán", "Percy", "02/03/04", "V"),
        ("TOTAL", "10", *[""] * 8),
        ("", "Nota: fuente Municipalidad", *[""] * 8),
        encoding="cp1252",
    )  # fmt: skip
    found = outcomes(content)

    refused = [number for number, one in enumerate(found, 1) if isinstance(one, Faulty)]
    assert refused == [2, 3, 8, 9]
    assert all({field for field, _code in faults(found[number - 1])} == {"birth_date"} for number in refused)
    sexes = [taken(one).sex for one in found if not isinstance(one, Faulty)]
    assert sexes == [Sex.FEMALE, Sex.MALE, Sex.FEMALE, Sex.MALE, Sex.FEMALE, Sex.MALE]
    assert len(found) == 10


def test_one_foreigner_is_one_person_however_the_card_is_written() -> None:
    rows = [("CE", number, "Urdaneta", "Luz", *REST) for number in ("CE002987654", "002987654", "002-987-654")]
    first, *others = outcomes(csv_of(("Tipo de documento", *HEADINGS), *rows))

    assert taken(first).document.number == "002987654"
    assert [type(one) for one in others] == [Again, Again]


def test_two_columns_of_one_meaning_are_named() -> None:
    content = csv_of(
        (*HEADINGS, "Organización", "Institución"),
        ("83000061", "Idrogo", "Luz", *REST, "Ronda campesina", "Municipalidad"),
    )
    result = import_content(content, clerk())

    assert {"Organización", "Institución"} <= {title for _kind, title in asked(result)}


def test_signs_of_windows_are_no_reason_to_refuse_a_file() -> None:
    content = csv_of(("• Programa de formación®",), HEADINGS, ("88000103", "Muñoz", "José", *REST), encoding="cp1252")

    assert taken(outcomes(content)[0]).names.family == "Muñoz"


def test_a_merged_cell_counts_for_all_its_rows() -> None:
    rows = [
        (
            88000109 + number,
            family,
            "Luz",
            Day(date(1979, 9, 14)),
            "F",
            district,
            province,
            "Sí",
            Day(date(2025, 6, 16)),
        )
        for number, (family, district, province) in enumerate(
            [("Idrogo", "Bambamarca", "Hualgayoc"), ("Limay", "", ""), ("Yopla", "", "")]
        )
    ]
    content = xlsx_of(HEADINGS[:-1], *rows, merged=[(1, 3, 5, 5), (1, 3, 6, 6)])

    assert [taken(one).district for one in outcomes(content)] == ["060701"] * 3
