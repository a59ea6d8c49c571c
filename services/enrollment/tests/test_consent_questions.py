"""Consents in sheets: headings that are sentences, and cells that refuse what was declared for everybody."""

import pytest

from contracts.enrollment import Purpose
from services.enrollment.enrollments.domain import Application
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import QuestionKind
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.understood import UnderstoodTable, for_corrections
from services.enrollment.sheets.wordings import normalized
from services.enrollment.tests.parsed_sheets import COHORT, NAMES, TODAY, parsed_as
from services.enrollment.tests.sheets import csv_of
from tests.sheets.files import write_file
from tests.sheets.grids import Tab, Workbook

ALL_CONSENT = Declaration(cohort_id=COHORT, district="060801", consent=True)
PEOPLE = [["41234567", "Quispe", "Ana"], ["41234568", "Poma", "Eva"], ["41234569", "Rojas", "Luz"]]


def a_sheet(heading: str, *answers: str) -> bytes:
    rows = [[*person, answer] for person, answer in zip(PEOPLE, answers, strict=False)]
    return csv_of([["DNI", "Apellidos", "Nombres", heading], *rows])


def proposed(content: bytes) -> list[tuple[str, ...]]:
    """The fields that are proposed for the columns."""
    questions = read(read_sheet(content), ALL_CONSENT, NAMES, TODAY).questions
    return [one.options for one in questions if one.kind is QuestionKind.COLUMN]


@pytest.mark.parametrize(
    "heading",
    [
        "Al inscribirme, ¿autoriza usted a la oficina a guardar sus datos personales mientras dure el curso?",
        f"{'Lea con cuidado la siguiente nota. ' * 10}¿Da su consentimiento al uso de sus datos personales?",
    ],
)
def test_a_sentence_that_asks_for_the_consent_is_read(heading: str) -> None:
    found = parsed_as(a_sheet(heading, "Sí", "No acepto", ""), Declaration(cohort_id=COHORT, district="060801"))
    assert [[one.purpose for one in each.consents] for each in found.applications] == [[Purpose.TRAINING], [], []]


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("¿Acepta las condiciones del curso?", [Field.CONSENT]),
        ("¿Firmó?", [Field.CONSENT]),
        ("AUT. APODERADO", [Field.CONSENT_GUARDIAN]),
        ("¿Autoriza que se publiquen fotografías de usted?", [Field.CONSENT_IMAGE]),
        ("¿Acepta que le llamen o le envíen mensajes?", [Field.CONSENT_CONTACT]),
        ("¿Autoriza el uso de sus datos personales y de sus fotos?", [Field.CONSENT_IMAGE, Field.CONSENT]),
    ],
)
def test_a_question_that_may_be_another_consent_is_asked_about(heading: str, fields: list[Field]) -> None:
    assert proposed(a_sheet(heading, "Sí", "No", "Sí")) == [tuple(fields)]


MIXED = "¿Acepta participar y el uso de sus datos?"


def test_a_question_for_the_consent_is_asked_about_whatever_its_answers_are() -> None:
    for answers in (("Sí", "No sabe", "pendiente"), ("nunca", "0", "consulta con su esposo")):
        assert proposed(a_sheet(MIXED, *answers)) == [(Field.CONSENT,)]
    assert proposed(a_sheet("¿Firmó?", "", "", "")) == []


@pytest.mark.parametrize("answer", ["No sabe", "pendiente", "nunca", "-", "0", "consulta con su esposo", "N/A"])
def test_an_answer_that_is_no_yes_enrolls_nobody_by_what_was_declared(answer: str) -> None:
    read_so = ALL_CONSENT.model_copy(update={"columns": {normalized(MIXED): Field.CONSENT}})
    found = parsed_as(a_sheet(MIXED, "Sí", answer), read_so).outcomes
    assert [isinstance(one, Application) and bool(one.consents) for one in found] == [True, False]


@pytest.mark.parametrize("answer", ["No sabe", "pendiente", "nunca", "0", "consulta con su esposo"])
def test_an_answer_in_doubt_refuses_though_its_question_is_not_read(answer: str) -> None:
    unread = ALL_CONSENT.model_copy(update={"columns": {normalized(MIXED): None}})
    assert parsed_as(a_sheet(MIXED, "Sí", answer), unread).codes == ["ok", "consent_refused"]


def test_a_long_question_is_read_whatever_its_answers_are() -> None:
    heading = f"{'Lea con cuidado la siguiente nota. ' * 10}¿Acepta el uso de sus datos personales?"
    assert parsed_as(a_sheet(heading, "Sí", "No sabe"), ALL_CONSENT).codes == ["ok", "answer_unclear"]


@pytest.mark.parametrize("heading", ["Observaciones", "¿Acepta las condiciones del curso?"])
@pytest.mark.parametrize("refusal", ["No acepto", "NO AUTORIZO", "No, no doy mi consentimiento", "No firmó"])
def test_a_declared_consent_counts_not_against_a_cell_that_refuses(heading: str, refusal: str) -> None:
    declaration = ALL_CONSENT.model_copy(update={"columns": {normalized(heading): None}})
    found = parsed_as(a_sheet(heading, "", refusal, "Viene a pie"), declaration)
    assert found.codes == ["ok", "consent_refused", "ok"]


def test_a_no_refuses_below_a_question_for_consent_only() -> None:
    asked = ALL_CONSENT.model_copy(update={"columns": {"acepta las condiciones": None}})
    assert parsed_as(a_sheet("¿Acepta las condiciones?", "Sí", "No"), asked).codes == ["ok", "consent_refused"]
    assert parsed_as(a_sheet("¿Tiene discapacidad?", "Sí", "No"), ALL_CONSENT).codes == ["ok", "ok"]


def test_a_refused_image_is_no_refused_training() -> None:
    [found] = parsed_as(a_sheet("Uso de imagen", "No autorizo"), ALL_CONSENT).outcomes
    assert isinstance(found, Application)
    assert [one.purpose for one in found.consents] == [Purpose.TRAINING]


def test_a_row_that_refuses_is_given_back_without_the_declared_consent() -> None:
    sheet = read_sheet(a_sheet("Observaciones", "", "No acepto"))
    [parser] = read(sheet, ALL_CONSENT, NAMES, TODAY).parsers
    understood = UnderstoodTable(parser, {COHORT: "Cohorte A"})
    consents = [understood.added_cells(row)[-1] for row in sheet.parts[0].rows]
    assert (understood.added[-1], consents) == (Field.CONSENT, ["Sí", "No"])


CONSENTED = ("DNI", "Apellidos", "Nombres", "Consentimiento")
DECLARED = Declaration(cohort_id=COHORT, district="060801")


def said_besides(heading: str, *cells: str) -> list[str]:
    """What becomes of people who all say yes in the column of consents, and something in another one."""
    rows = [[*person, "Sí", cell] for person, cell in zip(PEOPLE, cells, strict=False)]
    columns = {normalized(heading): None}
    return parsed_as(csv_of([[*CONSENTED, heading], *rows]), DECLARED.model_copy(update={"columns": columns})).codes


@pytest.mark.parametrize(
    ("heading", "refusal"),
    [
        ("Observaciones", "No acepto"),
        ("¿Acepta las condiciones?", "No"),
        ("Obs.", "No desea participar"),
        ("Obs.", "Ya no quiere"),
        ("Obs.", "SE RETIRÓ DEL CURSO"),
        ("Estado", "Retirada"),
        ("Estado", "FALLECIDO"),
    ],
)
def test_a_yes_counts_not_against_a_cell_that_refuses(heading: str, refusal: str) -> None:
    assert said_besides(heading, "", refusal) == ["ok", "consent_refused"]


@pytest.mark.parametrize(
    "refusal",
    [
        "(no autoriza)",
        "* no autoriza",
        "Vino el lunes, pero no autoriza el uso de sus datos",
        "No está de acuerdo",
        "no quiso firmar",
        "No dio permiso",
        "rechaza el uso de sus datos",
        "Prohíbe el uso de sus datos",
        "Está en contra",
        "sin firma",
        "FALTA CONSENTIMIENTO",
        "No se acuerda, consentimiento pendiente",
        "pendiente de firma",
        "Firma: pendiente",
        "No autoriza su madre",
        "no autoriza fotos ni datos",
        "no inscribir",
        "ELIMINAR",
        "Dar de baja",
        "baja",
        "NO",
        f"{'Llegó a pie. ' * 50}No autoriza.",
    ],
)
def test_a_remark_that_refuses_the_consent_counts_before_the_declaration(refusal: str) -> None:
    assert parsed_as(a_sheet("Observaciones", "Viene a pie", refusal), ALL_CONSENT).codes == ["ok", "consent_refused"]


@pytest.mark.parametrize(
    ("heading", "remark"),
    [
        ("Obs.", "No trajo copia"),
        ("Obs.", "No sabe firmar, puso su huella"),
        ("Obs.", "Firmó, no trajo copia"),
        ("Obs.", "No dio permiso para fotos"),
        ("Obs.", "Sin refrigerio"),
        ("Zona", "Baja"),
        ("¿Tiene discapacidad?", "NO"),
        ("Obs.", "Se retiró temprano"),
        ("Obs.", "No desea refrigerio"),
        ("Obs.", "No autoriza fotos"),
        ("¿Autoriza que se publiquen fotografías de usted?", "No autorizo"),
        ("Estado", "Retiró su constancia"),
    ],
)
def test_a_remark_about_something_else_refuses_nobody(heading: str, remark: str) -> None:
    assert said_besides(heading, "", remark) == ["ok", "ok"]


@pytest.mark.parametrize(
    "lines",
    [[["ACEPTA", "NO ACEPTA"]], [["AUTORIZA", "NO AUTORIZA"]], [["CONSENTIMIENTO", ""], ["ACEPTA", "NO ACEPTA"]]],
)
def test_a_tick_below_no_acepta_says_no(lines: list[list[str]]) -> None:
    above = [["DNI", "Apellidos", "Nombres", *lines[0]], *([["", "", "", *line] for line in lines[1:]])]
    rows = [[*person, *ticks] for person, ticks in zip(PEOPLE, [("X", ""), ("", "X"), ("", "")], strict=True)]
    found = parsed_as(csv_of([*above, *rows]), DECLARED).applications
    assert [[one.purpose for one in each.consents] for each in found] == [[Purpose.TRAINING], [], []]


@pytest.mark.parametrize(
    ("heading", "answer", "purposes"),
    [
        ("No autoriza", "X", []),
        ("No autoriza", "", []),
        ("¿Autoriza o no autoriza?", "Sí", [Purpose.TRAINING]),
        ("ACEPTO / NO ACEPTO", "Acepto", [Purpose.TRAINING]),
        ("Nº", "X", []),
    ],
)
def test_a_heading_may_ask_who_does_not_agree(heading: str, answer: str, purposes: list[Purpose]) -> None:
    [found] = parsed_as(a_sheet(heading, answer), DECLARED.model_copy(update={"consent": False})).applications
    assert [one.purpose for one in found.consents] == purposes


def test_neighbors_called_yes_and_no_are_asked_about() -> None:
    headings = ["DNI", "Apellidos", "Nombres", "Sí", "No"]
    content = csv_of([headings, *([*one, *ticks] for one, ticks in zip(PEOPLE, ["X ", " X", "  "], strict=True))])
    declared = Declaration(cohort_id=COHORT, district="060801", columns={"si": Field.CONSENT, "no": Field.CONSENT})

    assert proposed(content) == [(Field.CONSENT,), (Field.CONSENT,)]
    found = parsed_as(content, declared).applications
    assert [[one.purpose for one in each.consents] for each in found] == [[Purpose.TRAINING], [], []]


def test_the_column_of_remedies_refuses_nothing() -> None:
    remedy = "Consentimiento: Falta el consentimiento de la persona para la capacitación."
    content = csv_of([[*CONSENTED, "Qué corregir (Minka)"], [*PEOPLE[0], "Sí", remedy]])
    assert parsed_as(content, DECLARED).codes == ["ok"]


# People who left -----------------------------------------------------------------------------------------------------

LEFT = ["41234570", "Ayay", "Elsa", "Sí"]


@pytest.mark.parametrize(
    "line", ["RETIRADOS", "Lista de personas retiradas", "NO DESEAN PARTICIPAR", "Fallecidos", "Se retira"]
)
def test_people_below_a_line_of_those_who_left_are_not_enrolled(line: str) -> None:
    for place in range(4):
        above = ["", "", "", ""]
        above[place] = line
        content = csv_of([CONSENTED, [*PEOPLE[0], "Sí"], above, LEFT])
        assert parsed_as(content, DECLARED).codes == ["ok", "person_left"]


@pytest.mark.parametrize("line", ["RETIRADOS", "EQUIPO FACILITADOR", "Relación de capacitadores"])
def test_people_below_such_a_line_may_have_headings_of_their_own(line: str) -> None:
    others = [["N°", "Nombres", "Apellidos", "DNI", "Consentimiento"], ["1", "Elsa", "Ayay", "41234570", "Sí"]]
    content = csv_of([CONSENTED, [*PEOPLE[0], "Sí"], [line], *others])
    assert parsed_as(content, DECLARED).codes == ["ok", "person_left"]
    assert parsed_as(csv_of([[line], CONSENTED, LEFT]), DECLARED).codes == ["person_left"]


def test_a_page_after_signatures_is_of_participants() -> None:
    others = [["N°", "Nombres", "Apellidos", "DNI", "Consentimiento"], ["1", "Elsa", "Ayay", "41234570", "Sí"]]
    content = csv_of([CONSENTED, [*PEOPLE[0], "Sí"], ["____________"], ["FACILITADORA"], *others])
    assert parsed_as(content, DECLARED).codes == ["ok", "ok"]


def test_people_in_a_tab_of_those_who_left_are_not_enrolled() -> None:
    tabs = [
        Tab(name, [list(CONSENTED), list(row)]) for name, row in (("Lista", [*PEOPLE[0], "Sí"]), ("RETIRADOS", LEFT))
    ]
    assert parsed_as(write_file(Workbook(tabs), "xlsx"), DECLARED).codes == ["ok", "person_left"]


@pytest.mark.parametrize("headings", [CONSENTED, CONSENTED[:3]])
def test_who_left_is_given_back_without_a_consent(headings: tuple[str, ...]) -> None:
    sheet = read_sheet(csv_of([headings, ["RETIRADOS"], LEFT[: len(headings)]]))
    [parser] = read(sheet, ALL_CONSENT, NAMES, TODAY).parsers
    understood, [row] = UnderstoodTable(parser, {COHORT: "Cohorte A"}), sheet.parts[0].rows
    own = [understood.cell(row, column) for column in parser.table.columns]

    assert [*own, *understood.added_cells(row)][3:].count("No") == 1
    assert for_corrections(parser).table.left_from is None


@pytest.mark.parametrize(
    ("answers", "agreeing"),
    [
        (("1", "0", "1"), [True, False, True]),
        (("✓", "✗", "✓"), [True, False, True]),
        (("✅", "❌", ""), [True, False, False]),
        (("OK", "No", "Firmado"), [True, False, True]),
        (("✓", "Firmó", "No firmó"), [True, True, False]),
        (("Huella", "Con huella", "No firmó"), [True, True, False]),
    ],
)
def test_answers_by_a_sign(answers: tuple[str, ...], agreeing: list[bool]) -> None:
    rows = [[*one, answer] for one, answer in zip(PEOPLE, answers, strict=True)]
    outcomes = parsed_as(csv_of([CONSENTED, *rows]), DECLARED).outcomes
    assert [isinstance(one, Application) and bool(one.consents) for one in outcomes] == agreeing


@pytest.mark.parametrize(
    ("title", "answers", "codes"),
    [
        ("Consentimiento (1=Sí, 2=No)", "12", ["ok", "answer_unclear"]),
        ("Consentimiento (1 = Sí, 0 = No)", "11", ["ok", "ok"]),
        ("Consentimiento (1=No, 0=Sí)", "11", ["answer_unclear", "answer_unclear"]),
        ("Consentimiento (0=Sí, 1=No)", "11", ["answer_unclear", "answer_unclear"]),
    ],
)
def test_codes_of_a_consent_mean_what_their_heading_explains(title: str, answers: str, codes: list[str]) -> None:
    rows = [[*one, answer] for one, answer in zip(PEOPLE, answers, strict=False)]
    assert parsed_as(csv_of([[*CONSENTED[:-1], title], *rows]), DECLARED).codes == codes


@pytest.mark.parametrize("answers", [("1", "2", "1"), ("✓", "X", "✓")])
def test_answers_of_which_nobody_knows_which_says_yes(answers: tuple[str, ...]) -> None:
    rows = [[*one, answer] for one, answer in zip(PEOPLE, answers, strict=True)]
    assert parsed_as(csv_of([CONSENTED, *rows]), DECLARED).codes == ["answer_unclear"] * 3
