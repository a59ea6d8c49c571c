"""What a whole sheet says: all that is wrong with it and with its rows, and what it leaves open."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.enrollment import Purpose
from contracts.event import Sex
from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.documents import check_characters
from services.enrollment.imports.faults import StoredFault
from services.enrollment.imports.labels import question_text
from services.enrollment.sheets.conventions import conventions_of
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import QuestionKind
from services.enrollment.sheets.reading import Reading, read
from services.enrollment.sheets.rows import Fault
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.values.name_order import NameOrder
from services.enrollment.tests.parsed_sheets import COHORT, NAMES, TODAY, parsed_as
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of

BARE = csv_of([["DNI", "Apellidos", "Nombres"], ["41234567", "Quispe", "Ana"], ["41234568", "Poma", "Eva"]])
PERSON = ["41234567", "Quispe", "Ana"]
DECLARED = Declaration(cohort_id=COHORT, district="060801", consent=True)


def reading_of(content: bytes, declaration: Declaration | None = None) -> Reading:
    return read(read_sheet(content), declaration or Declaration(), NAMES, TODAY)


def faults_of(content: bytes) -> tuple[Fault, ...]:
    """The faults of the first row."""
    sheet = read_sheet(content)
    found = reading_of(content).parsers[0].read(sheet.parts[0].rows[0], uuid4())
    assert isinstance(found, tuple)
    return found


def test_a_row_tells_all_that_is_wrong_with_it_at_once() -> None:
    row = a_row(DNI="123", Apellidos="7", **{"Fecha de nacimiento": "ayer", "UBIGEO INEI": "990101", "Cohorte": "Z"})
    found = faults_of(csv_of(table([row])))
    assert {(one.column, one.rejection.code) for one in found} == {
        (0, "document_malformed"),
        (1, "name_malformed"),
        (3, "date_unreadable"),
        (5, "district_code_unknown"),
        (7, "cohort_unknown"),
    }
    assert all(one.rejection.remedy for one in found)


def test_what_stands_for_all_rows_is_told_once_and_all_of_it() -> None:
    found = reading_of(BARE)
    assert [(one.kind, one.rows) for one in found.questions] == [
        (QuestionKind.DISTRICT, 2),
        (QuestionKind.COHORT, 2),
        (QuestionKind.CONSENT, 2),
    ]
    assert [one.rejection.code for one in found.refusals] == [
        "district_column_missing",
        "cohort_undeclared",
        "consent_column_missing",
    ]


def test_what_is_declared_is_not_asked() -> None:
    found = reading_of(BARE, DECLARED)
    assert (found.questions, found.faults) == ((), ())
    [ana, _] = parsed_as(BARE, DECLARED).applications
    assert (ana.cohort_id, ana.district, [one.purpose for one in ana.consents]) == (
        COHORT,
        "060801",
        [Purpose.TRAINING],
    )


def test_a_row_that_says_more_counts_before_the_declaration() -> None:
    rows = [a_row(Consentimiento=answer) for answer in ("No", "")]
    found = parsed_as(csv_of(table(rows)), Declaration(district="060801", consent=True)).outcomes
    assert [isinstance(one, Application) and (one.district, len(one.consents)) for one in found] == [
        ("060101", 0),
        ("060101", 1),
    ]


def test_a_heading_that_may_mean_a_field_is_asked_and_refused_without_an_answer() -> None:
    content = csv_of([["DNI", "Apellidos", "Nombres", "Fecha de nacimento"], ["71000001", "Rojas", "Inés", "1/2/2015"]])
    asked = [one for one in reading_of(content).questions if one.kind is QuestionKind.COLUMN]
    assert [(one.column, one.title, one.options) for one in asked] == [(3, "Fecha de nacimento", ("birth_date",))]
    assert asked[0].refusal
    answered = reading_of(content, Declaration(columns={"fecha de nacimento": None})).questions
    assert QuestionKind.COLUMN not in {one.kind for one in answered}


def names_of(*families: str) -> list[str]:
    """The family names that are read from a column, or the code of the refusal."""
    found = parsed_as(csv_of(table([a_row(Apellidos=one) for one in families])), Declaration()).outcomes
    return [one.names.family if isinstance(one, Application) else one.code for one in found]


def test_garbled_names_are_mended_where_no_letters_were_lost() -> None:
    assert names_of("PeÃ±a", "Quispe", "Núñez", "GarcÃ­a") == ["Peña", "Quispe", "Núñez", "García"]
    assert names_of("PeÃ±a", "MU\ufffdOZ") == ["letters_garbled", "letters_lost"]
    assert names_of("PeÃ±a", "NÃºÃ±ez", "MU\ufffdOZ") == ["Peña", "Núñez", "letters_lost"]


def test_what_a_formula_could_not_find_is_blank() -> None:
    assert names_of("#N/A", "#¡REF!", "#¿NOMBRE?", "nan", "NULL", "None") == ["name_malformed"] * 6
    rows = [a_row(**{"Sexo (M/F)": "#N/D", "Fecha de nacimiento": "#¡VALOR!"})]
    [found] = parsed_as(csv_of(table(rows)), Declaration()).applications
    assert (found.sex, found.birth_date) == (Sex.NOT_STATED, None)


def documents_of(*numbers: Any, written: str = "csv") -> list[str]:
    lines = table([a_row(DNI=one) for one in numbers])
    content = csv_of(lines) if written == "csv" else xlsx_of(lines)
    found = parsed_as(content, Declaration()).outcomes
    return [one.document.number if isinstance(one, Application) else one.code for one in found]


def test_a_column_of_short_numbers_proves_that_zeros_were_lost() -> None:
    short = ["1234567", "1234568", "1234569"]
    assert documents_of(*short, "41234567") == ["01234567", "01234568", "01234569", "41234567"]
    assert documents_of(*short, "01234560") == ["document_malformed"] * 3 + ["01234560"]
    assert documents_of(*short[:2], "41234567") == ["document_malformed"] * 2 + ["41234567"]


def test_a_text_beside_numbers_lacks_no_zero() -> None:
    short = [1234567, 1234568, 1234569]
    assert documents_of(*short, "1203418", written="xlsx")[-1] == "document_malformed"
    assert documents_of(731010, 41234567, written="xlsx") == ["document_malformed", "41234567"]


def test_a_single_short_number_may_lack_any_digit() -> None:
    full = (41234567, 41234568, 41234569)
    assert documents_of(1234567, *full, written="xlsx")[0] == "document_malformed"
    assert documents_of(1234567, 1234568, *full, written="xlsx")[:2] == ["document_malformed"] * 2
    assert documents_of(1234567, 1234568, 1234569, *full, written="xlsx")[:3] == ["01234567", "01234568", "01234569"]
    assert documents_of(1234567, 1234568, written="xlsx") == ["01234567", "01234568"]
    assert documents_of("1234567.0", "41234567.0", "41234568.0")[0] == "document_malformed"


def test_the_zeros_of_a_card_are_restored_whatever_its_column_shows() -> None:
    rows = [a_row(DNI=1987654, **{"Tipo de documento": "CE"}), a_row(DNI=41234567)]
    [card, _] = parsed_as(xlsx_of(table(rows)), Declaration()).applications
    assert card.document.number == "001987654"


def test_a_zero_that_was_restored_is_noted_of_the_row() -> None:
    content = xlsx_of(table([a_row(DNI=one) for one in (1234567, 1234568, 1234569, 41234567, "01234560")]))
    [parser] = reading_of(content).parsers
    told = [[one.rejection.code for one in parser.notes(row)] for row in read_sheet(content).parts[0].rows]
    assert told == [["document_zero_restored"]] * 3 + [[], []]


def test_the_restored_zero_of_a_card_is_noted_whatever_its_length() -> None:
    kinds = {1987654: "CE", 11987654: "CE", 41234567: "DNI"}
    content = xlsx_of(table([a_row(DNI=one, **{"Tipo de documento": kind}) for one, kind in kinds.items()]))
    [parser] = reading_of(content).parsers
    told = [[one.rejection.code for one in parser.notes(row)] for row in read_sheet(content).parts[0].rows]
    assert told == [["document_zero_restored"]] * 2 + [[]]


def test_the_cell_with_the_sign_is_blamed() -> None:
    headings = ["DNI", "Apellido paterno", "Apellido materno", "Nombres"]
    content = csv_of([headings, ["41234567", "Quispe", "<b>Díaz</b>", "Ana"], ["41234568", "<i>Poma", "Ruiz", "Eva"]])
    [parser] = reading_of(content).parsers
    found = [parser.read(row, uuid4()) for row in read_sheet(content).parts[0].rows]
    assert [
        [(one.column, one.rejection.field) for one in faults if one.rejection.code == "name_with_sign"]
        for faults in found
        if isinstance(faults, tuple)
    ] == [[(2, "family_names.second")], [(1, "family_names.first")]]


def test_a_column_that_is_asked_about_is_not_missing_until_it_is_answered() -> None:
    content = csv_of(
        [
            ["Num. identificacion", "Nombers", "Apellidos", "Distrito"],
            *[[f"4123456{n}", "Ana", "Poma", "Jaén"] for n in range(4)],
        ]
    )
    asked = reading_of(content)
    fields = [one.options for one in asked.questions if one.kind is QuestionKind.COLUMN]
    assert fields == [("document.number",), ("given_names",)]
    assert asked.faults == ()
    unread = Declaration(columns={one.title: None for one in asked.questions if one.kind is QuestionKind.COLUMN})
    told = read(read_sheet(content), unread, NAMES, TODAY).faults
    assert [one.rejection.code for one in told] == ["document_column_missing", "name_column_missing"]


def test_a_number_with_its_decimal_was_a_number() -> None:
    assert documents_of("1100003.0", "1100004,00", "1100005.0", "41234567.0", "110000.30") == [
        "01100003", "01100004", "01100005", "41234567", "document_malformed",
    ]  # fmt: skip


def test_a_number_may_say_its_kind_where_no_column_does() -> None:
    assert documents_of("CE001987654", "DNI 41234567") == ["001987654", "41234567"]


def test_a_day_to_come_is_told_with_all_else() -> None:
    days = {"Fecha de inscripción": "20/05/2087", "Fecha de consentimiento": "21/05/2087"}
    row = a_row(**days, DNI="", **{"Fecha de nacimiento": "25/05/2087"})
    assert {one.rejection.code for one in faults_of(csv_of(table([row])))} == {
        "document_missing",
        "birth_date_implausible",
        "date_implausible",
        "consent_date_implausible",
    }


def test_what_one_table_leaves_open_another_of_the_file_settles() -> None:
    titles = ["DNI", "Nombre completo", "Fecha de nacimiento", "Sexo", "UBIGEO INEI", "Consentimiento", "Cohorte"]
    end = ["060101", "Sí", "Cohorte A"]
    clear = [["41234567", "Malca Vargas Elsa", "25/12/1987", "F", *end], ["41234568", "Poma Rojas Rosa", "", "M", *end]]
    unclear = [["41234569", "Xyz Wqer Abc", "05/12/1987", "M", *end]]
    content = csv_of([titles, *clear, [], titles, *unclear])
    assert not reading_of(content).questions
    [*_, found] = parsed_as(content, Declaration()).applications
    assert (found.names.family, found.birth_date, found.sex) == ("Xyz Wqer", date(1987, 12, 5), Sex.MALE)
    alone = csv_of([titles, *unclear])
    assert {one.kind for one in reading_of(alone).questions} == {
        QuestionKind.NAME_ORDER,
        QuestionKind.DATE_ORDER,
        QuestionKind.SEX_LETTERS,
    }


def test_a_question_counts_each_row_once_and_those_that_wait_only() -> None:
    """Also where a date above the table is as ambiguous as those in a column, and where a heading is in two tables."""
    titles = ["DNI", "Apellidos", "Nombres", "Fecha de nacimento", "UBIGEO", "Consentimiento", "Cohorte"]
    people = [[f"4123456{number}", "Quispe", "Ana", "05/06/1987", "", "Sí", "Cohorte A"] for number in (1, 2)]
    coded = ["41234563", "Quispe", "Ana", "05/06/1987", "060101", "Sí", "Cohorte A"]
    content = csv_of([["Fecha: 05/06/2025"], titles, *people, [], titles, coded])
    asked = {one.kind: one.rows for one in reading_of(content).questions}
    assert asked == {QuestionKind.COLUMN: 3, QuestionKind.UBIGEO_SCHEME: 1, QuestionKind.DATE_ORDER: 3}
    declared = Declaration(columns={"fecha de nacimento": Field.BIRTH_DATE})
    asked = {one.kind: one.rows for one in reading_of(content, declared).questions}
    assert asked[QuestionKind.DATE_ORDER] == 3


def test_a_date_above_the_table_is_asked_about_by_its_text() -> None:
    content = csv_of([["Fecha: 05/06/2025"], *table([a_row(), a_row()])])
    content = content.replace(b"25/12/1987", b"1987-12-25")
    [question] = reading_of(content).questions
    assert (question.kind, question.column, question.title) == (QuestionKind.DATE_ORDER, None, "05/06/2025")
    assert question_text(question) == "What comes first in the date that stands above the table?"


def test_a_document_of_two_people_is_nobodys_where_the_first_is_refused() -> None:
    def taken(*rows: dict[str, Any]) -> list[str]:
        return parsed_as(csv_of(table(list(rows))), Declaration()).codes

    refused = a_row(DNI="41234567", **{"Fecha de nacimiento": "ayer"})
    another = a_row(DNI="41234567", Apellidos="Poma", Nombres="Juan")
    assert taken(refused, another) == ["date_unreadable", "document_disputed"]
    assert taken(another, refused) == ["ok", "date_unreadable"]
    assert taken(refused, a_row(DNI="41234567")) == ["date_unreadable", "ok"], "the same person, mended below"
    assert taken(a_row(DNI="41234567"), another) == ["ok", "ok"], "the second is compared with the first"
    nobody = a_row(DNI="41234567", Apellidos="#N/A", Nombres="#N/A")
    assert taken(nobody, another) == ["name_malformed", "ok"], "nobody else is named"
    half = a_row(DNI="41234567", Apellidos="Rojas", Nombres="#N/A")
    assert taken(half, another) == ["name_malformed", "document_disputed"], "somebody called Rojas is another person"
    assert taken(half, a_row(DNI="41234567", Apellidos="Rojas", Nombres="Juan")) == ["name_malformed", "ok"]
    proved = a_row(DNI=f"41234567-{check_characters('41234567')[0]}", Apellidos="Poma")
    assert taken(refused, proved) == ["date_unreadable", "ok"]


@pytest.mark.parametrize(
    ("unclear", "code"),
    [
        ("Malca María Santos", "document_disputed"),
        ("PeÃ‘a MuÃ‘oz Julia", "document_disputed"),
        ("PeÃ‘a", "document_disputed"),
        ("Terrones Fernández Rosa", "ok"),
        ("Terrones Rosa", "ok"),
        ("TERRONES FERN\ufffdNDEZ ROSA", "ok"),
        ("#N/A", "ok"),
    ],
)
def test_a_name_that_cannot_be_split_names_somebody_all_the_same(unclear: str, code: str) -> None:
    titles = ["DNI", "Apellidos y nombres", "UBIGEO INEI", "Consentimiento", "Cohorte"]
    end = ["060101", "Sí", "Cohorte A"]
    rows = [["41234567", f"{unclear}", "990101", *end[1:]], ["41234567", "Terrones Fernández Rosa", *end]]
    assert parsed_as(csv_of([titles, *rows]), Declaration()).codes[1] == code


def test_disputed_documents_are_told_of_all_tables() -> None:
    titles, *_ = lines = table([a_row(DNI="41234567", Consentimiento="quizás")])
    content = csv_of([*lines, [], titles, *table([a_row(DNI="41234567", Apellidos="Poma")])[1:]])
    assert parsed_as(content, Declaration()).codes == ["answer_unclear", "document_disputed"]


def test_a_missing_consent_is_told_with_all_else_and_not_alone() -> None:
    def told(**changed: Any) -> list[str]:
        return [one.rejection.code for one in faults_of(csv_of(table([a_row(**changed)])))]

    assert told(DNI="", Consentimiento="No") == ["document_missing", "consent_missing"]
    assert told(DNI="", Consentimiento="quizás") == ["document_missing", "answer_unclear"]
    child = {"Fecha de nacimiento": "25/12/2015", "Fecha de inscripción": "20/05/2025"}
    assert told(DNI="", **child) == ["document_missing", "guardian_consent_missing"]
    assert parsed_as(csv_of(table([a_row(Consentimiento="No")])), Declaration()).codes == ["ok"]


def test_a_consent_without_a_column_is_told_with_the_heading_to_add() -> None:
    child = {"DNI": "", "Fecha de nacimiento": "25/12/2015", "Fecha de inscripción": "20/05/2025"}
    [_, fault] = faults_of(csv_of(table([a_row(**child)])))
    assert (
        "agregue a la hoja descargada una columna llamada Consentimiento del apoderado" in StoredFault.of(fault).advice
    )
    [_, fault] = faults_of(csv_of(table([a_row(**child, **{"Consentimiento del apoderado": "No"})])))
    assert fault.rejection.remedy == "Ask the guardian for consent, and note it."
    row = a_row(DNI="")
    del row["Consentimiento"]
    [_, fault] = faults_of(csv_of([list(row), list(row.values())]))
    assert (fault.rejection.code, fault.rejection.values) == ("consent_missing", {"column": "Consentimiento"})


@pytest.mark.parametrize("heading", ["Documneto", "Cód."])
def test_a_heading_that_is_asked_about_is_told_with_the_likely_one(heading: str) -> None:
    lines = table([a_row(), a_row(), a_row()])
    lines[0][0] = heading
    [fault] = reading_of(csv_of(lines)).unanswered
    reason = "Este encabezado no se conoce; su columna puede ser «DNI»."
    assert (fault.heading, StoredFault.of(fault).reason) == (heading, reason)


@pytest.mark.parametrize(
    ("changed", "code", "advised"),
    [
        ({"Distrito": "Santa Cruz"}, "district_ambiguous", {"Distrito": "Santa Cruz, Cutervo"}),
        ({"Organización": "Los Amigos"}, "organization_unknown", {"Organización": "Ronda campesina"}),
        ({"Nombre completo": "Xyz Wqer Abc"}, "names_not_separable",
         {"Nombre completo": "Xyz Wqer, Abc"}),
    ],
)  # fmt: skip
def test_advice_can_be_followed_in_the_cell_that_it_is_about(
    changed: dict[str, str], code: str, advised: dict[str, str]
) -> None:
    def read_row(said: dict[str, str]) -> list[str]:
        row = a_row(Distrito="Celendín") | said
        del row["UBIGEO INEI"]
        if "Nombre completo" in said:
            del row["Apellidos"], row["Nombres"]
        return parsed_as(csv_of([list(row), list(row.values())]), Declaration(cohort_id=COHORT)).codes

    assert (read_row(changed), read_row(advised)) == ([code], ["ok"])


def test_names_in_each_others_columns_are_told() -> None:
    rows = [a_row(Apellidos="Rosa Elena", Nombres="Quispe Huamán"), a_row(Apellidos="Rosa", Nombres="Wqer")]
    assert parsed_as(csv_of(table(rows)), Declaration()).codes == ["names_exchanged", "ok"]


def test_what_most_rows_of_a_table_exchange_all_may() -> None:
    exchanged = [("Rosa Elena", "Quispe Huamán"), ("Luz Marina", "Bazán Cotrina")]
    unknown, proper = ("Xilmer", "Tzuk"), ("Poma", "Eva")

    def codes_of(*names: tuple[str, str]) -> list[str]:
        rows = [a_row(Apellidos=family, Nombres=given) for family, given in names]
        return parsed_as(csv_of(table(rows)), Declaration()).codes

    assert codes_of(*exchanged, unknown, proper) == ["names_exchanged"] * 3 + ["ok"]
    assert codes_of(exchanged[0], unknown, proper) == ["names_exchanged", "ok", "ok"]


@pytest.mark.parametrize(
    ("family", "given", "code"),
    [
        ("Quispe Díaz", "Ana Quispe Díaz", "names_repeated"),
        ("Quispe Díaz Ana", "Ana", "names_repeated"),
        ("Quispe Díaz", "Juan y Rosa", "several_people"),
        ("Quispe Díaz", "Eva e Inés", "several_people"),
        ("Santos", "María Santos", "ok"),
        ("Santos Del Campo", "Santos", "ok"),
        ("Del Campo Limay", "#N/A", "name_malformed"),
        ("Ortega y Vega", "Ana", "ok"),
        ("Rojas", "Rosa E", "ok"),
    ],
)
def test_names_of_nobody_are_told(family: str, given: str, code: str) -> None:
    assert parsed_as(csv_of(table([a_row(Apellidos=family, Nombres=given)])), Declaration()).codes == [code]


def test_people_in_one_cell_are_told() -> None:
    content = csv_of([["DNI", "Apellidos y nombres", "UBIGEO INEI"], ["41234567", "Poma Ruiz Eva y Luis", "060101"]])
    declared = Declaration(cohort_id=COHORT, consent=True, name_order=NameOrder.FAMILY_FIRST)
    assert parsed_as(content, declared).codes == ["several_people"]


def test_numbers_that_may_be_of_cards_get_no_zeros() -> None:
    short = [1234567, 1234568, 1234569]
    rows = [[one, "Poma", "Eva", "060101"] for one in short]
    declared = Declaration(cohort_id=COHORT, consent=True)
    for title, code in ("DNI/CE", "document_malformed"), ("DNI", "ok"):
        content = xlsx_of([[title, "Apellidos", "Nombres", "UBIGEO INEI"], *rows])
        assert parsed_as(content, declared).codes == [code] * 3


def test_a_row_of_a_column_in_both_orders_shows_its_own() -> None:
    names = ["Quispe Díaz Ana", "Rojas Bazán Luis", "Ana Quispe Díaz", "Luis Rojas Bazán", "Yober Tzukan Wulli"]
    rows = [[f"4123456{number}", name, "060101"] for number, name in enumerate(names)]
    content = csv_of([["DNI", "Apellidos y nombres", "UBIGEO INEI"], *rows])
    found = parsed_as(content, Declaration(cohort_id=COHORT, consent=True)).codes
    assert found == ["ok", "ok", *["names_not_separable"] * 3]


COMMAS = ["Ana María, Quispe Díaz", "Luis Alberto, Rojas Bazán", "Yober, Tzukan Wulli", "Poma, Eva"]


@pytest.mark.parametrize(
    ("heading", "names", "codes"),
    [
        ("Participante", COMMAS, ["names_not_separable"] * 3 + ["ok"]),
        ("Participante", COMMAS[1:], ["names_not_separable", "ok", "ok"]),
        ("Nombres, apellidos", COMMAS[2:], ["names_not_separable", "ok"]),
        ("Nombres, apellidos", ["Quispe, Rosa", "Poma, Eva", "Tzukan, Yober"], ["ok"] * 3),
        ("Nombres y apellidos", ["Tzukan, Yober"], ["ok"]),
    ],
)
def test_given_names_before_a_comma_are_no_family_names(heading: str, names: list[str], codes: list[str]) -> None:
    rows = [[f"4123456{number}", name, "060101"] for number, name in enumerate(names)]
    content = csv_of([["DNI", heading, "UBIGEO INEI"], *rows])
    assert parsed_as(content, Declaration(cohort_id=COHORT, consent=True)).codes == codes


NICKNAMES = csv_of(
    [
        ["Apodo", "Código", "DNI", "Apellidos", "Nombres"],
        ["Chita", "60888888", "60999990", "Quispe", "Ana"],
        ["Eva", "60999991", "60999991", "Poma", "Eva"],
        ["", "", "60999992", "Rojas", "Luz"],
    ]
)


def test_a_declared_column_that_contradicts_another_of_its_field_refuses_the_row() -> None:
    columns = {"apodo": Field.GIVEN_NAMES, "codigo": Field.DOCUMENT}
    declared = DECLARED.model_copy(update={"columns": columns})
    sheet = read_sheet(NICKNAMES)
    [parser] = reading_of(NICKNAMES, declared).parsers
    found = [parser.read(row, uuid4()) for row in sheet.parts[0].rows]
    assert isinstance(found[0], tuple)
    told = {(one.column, one.rejection.code, one.rejection.field) for one in found[0]}
    assert told == {(0, "cells_contradict", "given_names"), (1, "cells_contradict", "document.number")}
    assert [isinstance(one, Application) for one in found[1:]] == [True, True]


def test_what_tables_settle_together_is_found_out_once() -> None:
    """Each table of a file with many would otherwise look at the rows of all of them."""
    looked_at: list[Part] = []

    class Watched(Part):
        def __getattribute__(self, name: str) -> Any:
            if name == "rows":
                looked_at.append(self)
            return super().__getattribute__(name)

    sheet = read_sheet(csv_of(table([a_row()])))
    [part] = sheet.parts

    def looks(tables: int) -> int:
        looked_at.clear()
        conventions_of([Watched(part.table, part.rows) for _ in range(tables)], Declaration())
        return len(looked_at)

    assert looks(20) - looks(10) == looks(30) - looks(20)


def notes_of(*rows: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(one.rejection.code, one.rejection.field) for one in reading_of(csv_of(table(list(rows)))).notes}


def test_what_no_column_says_is_noted_of_the_sheet() -> None:
    noted = {("enrolled_on_not_stated", "enrolled_on"), ("contact_not_asked", "phone")}
    assert notes_of(a_row(Celular="987654321")) == noted
    said = {"Fecha de inscripción": "14/01/2026", "Consentimiento de contacto": "No"}
    assert notes_of(a_row(Celular="987654321", Correo="ana@ejemplo.pe", **said)) == set()


def test_a_way_of_contact_that_nobody_may_use_is_noted_of_the_row() -> None:
    ways = {"Celular": "987654321", "Correo": "ana@ejemplo.pe"}
    content = csv_of(table([a_row(**ways, **{"Consentimiento de contacto": one}) for one in ("No", "Sí")]))
    [parser] = reading_of(content).parsers
    refused, agreed = (parser.notes(row) for row in read_sheet(content).parts[0].rows)
    assert [(one.rejection.code, one.rejection.field) for one in refused] == [
        ("contact_not_kept", "phone"),
        ("contact_not_kept", "email"),
    ]
    assert agreed == ()
    assert len({one.column for one in refused}) == 2


def test_district_and_province_may_stand_in_one_cell() -> None:
    def found(heading: str, cell: str) -> str:
        content = csv_of([["DNI", "Apellidos", "Nombres", heading], [*PERSON, cell]])
        [one] = parsed_as(content, Declaration(cohort_id=COHORT, consent=True)).outcomes
        return one.district if isinstance(one, Application) else one.code

    apart = csv_of([["DNI", "Apellidos", "Nombres", "Distrito", "Provincia"], [*PERSON, "Huasmín", "Celendín"]])
    [wanted] = parsed_as(apart, Declaration(cohort_id=COHORT, consent=True)).applications
    assert found("Provincia/Distrito", "Celendín / Huasmín") == wanted.district
    assert found("Distrito/Provincia", "Huasmín - Celendín") == wanted.district
    assert found("Provincia/Distrito", "Jaén / Huasmín") == "district_unknown"
    assert found("Distrito", "Dist. Huasmín, Celendín, Cajamarca") == wanted.district
    assert found("Distrito", "Cajamarca / Celendín / Huasmín") == wanted.district
    assert found("Distrito", "El Tambo - Huasmín - Celendín") == "district_unknown"
    assert found("Distrito/Provincia", "Chota / CHOTA") == found("Distrito", "Chota, Chota, Cajamarca") == "060401"


def test_whether_somebody_signed_is_the_consent() -> None:
    content = csv_of([["DNI", "Apellidos", "Nombres", "Firmó consentimiento"], [*PERSON, "si"]])
    [found] = parsed_as(content, Declaration(cohort_id=COHORT, district="060801")).applications
    assert [one.purpose for one in found.consents] == [Purpose.TRAINING]


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ({"date_order": "month_first"}, "date_order_contradiction"),
        ({"date_order": "day_first"}, None),
        ({"sex_letters": "m_is_female"}, "sex_letters_contradiction"),
        ({"sex_letters": "m_is_male"}, None),
    ],
)
def test_what_is_declared_otherwise_than_the_sheet_shows_is_refused(declared: dict[str, str], code: str | None) -> None:
    rows = [a_row(**{"Fecha de nacimiento": "05/12/1987", "Sexo (M/F)": "M"}), a_row()]
    reading = reading_of(csv_of(table(rows)), Declaration.model_validate(declared))

    assert [one.rejection.code for one in reading.faults] == ([code] if code else [])


def test_a_declaration_may_be_about_one_of_the_tables() -> None:
    american = [a_row(**{"Fecha de nacimiento": "12/25/1987"})]
    content = xlsx_of(table([a_row()]), table(american), table([a_row(**{"Fecha de nacimiento": "05/12/1987"})]))
    reading = reading_of(content, Declaration.model_validate({"date_order": "month_first"}))

    assert reading.faults == ()


@pytest.mark.parametrize(("age", "codes"), [("38", []), ("36 años", []), ("12", ["cells_contradict"]), ("", [])])
def test_an_age_that_is_not_of_the_birth_date_refuses_the_row(age: str, codes: list[str]) -> None:
    content = csv_of(table([a_row(Edad=age)]))
    [part], [parser] = read_sheet(content).parts, reading_of(content).parsers
    found = parser.read(part.rows[0], uuid4())
    assert ([one.rejection.code for one in found] if isinstance(found, tuple) else []) == codes
