"""What a whole sheet says: all that is wrong with it and with its rows, and what it leaves open."""

from uuid import uuid4

from contracts.enrollment import Purpose
from services.enrollment.enrollments.domain import Application
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import QuestionKind
from services.enrollment.sheets.reading import Reading, read
from services.enrollment.sheets.rows import Fault
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.parsed_sheets import COHORT, NAMES, TODAY, parsed_as
from services.enrollment.tests.sheets import a_row, csv_of, table

BARE = csv_of([["DNI", "Apellidos", "Nombres"], ["41234567", "Quispe", "Ana"], ["41234568", "Poma", "Eva"]])
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
