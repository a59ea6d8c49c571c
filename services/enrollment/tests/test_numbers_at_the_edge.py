"""Numbers at their edges: the last that is accepted and the first that is refused, as forms, laws and formats say them.

They are written out here, so that whoever changes one has to change it twice.
"""

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.store.identifiers import new_id
from services.enrollment.cohorts.commands import AssignFacilitator, OpenCohort
from services.enrollment.enrollments.commands import ConsentInput, DocumentInput, EnrollPerson
from services.enrollment.enrollments.domain import decide
from services.enrollment.identity.documents import DocumentType, read_document
from services.enrollment.identity.names import Names, agree, read_names
from services.enrollment.organizations.commands import RegisterOrganization
from services.enrollment.people.commands import Search
from services.enrollment.programmes.commands import PublishModule, PublishProgramme
from services.enrollment.settings import Key
from services.enrollment.sheets.files.csv_file import read_csv
from services.enrollment.sheets.layout.heading_lines import count_known_headings, find_headings
from services.enrollment.sheets.sheet import kind_of, read_sheet
from services.enrollment.sheets.values.dates import DateWindow, read_date
from services.enrollment.tests.parsed_sheets import parsed
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from services.enrollment.tests.stories import an_application
from services.enrollment.tests.test_applications import NOBODY

DAYS = {"starts_on": date(2025, 4, 1), "ends_on": date(2025, 4, 1)}
COHORT = {"programme_id": new_id(), "name": "Cohorte", "province": "0601", "capacity": 1, **DAYS}
MODULE = {"title": "Presupuesto", "mechanism": "participatory_budget", "hours": 8}
PROGRAMME = {"code": "ABC-1", "title": "Programa", **DAYS}
PERSON = {
    "cohort_id": new_id(),
    "document": {"number": "41234567"},
    "given_names": "Rosa",
    "family_names": "Quispe",
    "district": {"scheme": "inei", "code": "060101"},
}
EVENING = datetime(2025, 5, 21, 4, 59, tzinfo=UTC)
"""The last minute of 20 May in Cajamarca."""


def field(command: type[BaseModel], told: dict[str, Any], name: str) -> Callable[[Any], object]:
    """Reads a command with this value of a field."""
    return lambda value: command.model_validate(told | {name: value})


def number(kind: DocumentType) -> Callable[[Any], object]:
    return lambda digits: read_document(kind, "472938156402837"[:digits])


def applied(name: str) -> Callable[[Any], object]:
    """Decides on an application with this value of a field, late on 20 May."""

    def read(value: Any) -> object:
        decision = decide(an_application(new_id(), **{name: value}), NOBODY, EVENING)
        if isinstance(decision, Rejection):
            raise RejectedError(decision)
        return decision

    return read


def a_typo(word: str) -> object:
    """Compares two names that differ by the last letter of one word."""
    if not agree(Names(word, "Quispe"), Names(f"{word[:-1]}x", "Quispe"), allows_slips=True):
        raise ValueError
    return word


def a_dni_that_was_a_number(value: int) -> object:
    (outcome,) = parsed(xlsx_of(table([a_row(DNI=value)]))).outcomes
    if isinstance(outcome, Rejection):
        raise RejectedError(outcome)
    return outcome


def headings_in_line(line: int) -> object:
    rows = read_csv(b"x\n" * (line - 1) + b"DNI;Apellidos;Nombres\n", count_known_headings)
    if find_headings(rows, []) is None:
        raise ValueError
    return rows


def known_headings(count: int) -> object:
    rows = read_csv(";".join(["DNI", "Apellidos", "Nombres", "Distrito"][:count]).encode() + b";x;y", lambda _rows: 0)
    if find_headings(rows, []) is None:
        raise ValueError
    return rows


def sheet_of(rows: int) -> object:
    return read_sheet(b"DNI;Apellidos;Nombres\n" + b"41234567;Poma;Eva\n" * rows)


def line_of(columns: int) -> object:
    return read_csv(b";".join([b"x"] * columns), count_known_headings)


def workbook_of(columns: int) -> object:
    return read_sheet(xlsx_of([["DNI", "Apellidos", "Nombres"], ["1"] * columns]))


def tables_with(headings: int) -> object:
    """A sheet of tables of a hundred columns, whose headings but for those of people are all different."""
    others = iter(range(headings - 3))
    tables = -(-(headings - 3) // 97)
    lines = [["DNI", "Apellidos", "Nombres", *(f"x{one}" for one in islice(others, 97))] for _ in range(tables)]
    return read_sheet(csv_of([line for titles in lines for line in (titles, ["41234567", "Poma", "Eva"])]))


def cell_of(characters: int) -> object:
    return read_csv(b"x" * characters, count_known_headings)


def a_two_digit_year(day: date) -> object:
    """Reads a day of a year of two digits that has to lie within the window."""
    return read_date(f"{day:%d/%m/%y}", None, DateWindow(date(1995, 5, 17), date(2025, 5, 20)))


def serial(value: float) -> object:
    return read_date(value, None, DateWindow(date.min, date.max))


def master_key(size: int) -> object:
    return TypeAdapter(Key).validate_python(base64.b64encode(b"k" * size))


EDGES: dict[str, tuple[Callable[[Any], object], Any, Any]] = {
    "fewest seats": (field(OpenCohort, COHORT, "capacity"), 1, 0),
    "most seats": (field(OpenCohort, COHORT, "capacity"), 10_000, 10_001),
    "last day of a cohort": (field(OpenCohort, COHORT, "ends_on"), date(2025, 4, 1), date(2025, 3, 31)),
    "shortest title": (field(OpenCohort, COHORT, "name"), "abc", "ab"),
    "longest title": (field(PublishProgramme, PROGRAMME, "title"), "a" * 200, "a" * 201),
    "shortest name of an organization": (
        field(RegisterOrganization, {"organization_type": "youth"}, "name"),
        "abc",
        " ab ",
    ),
    "fewest hours": (field(PublishModule, MODULE, "hours"), 1, 0),
    "most hours": (field(PublishModule, MODULE, "hours"), 400, 401),
    "first edition": (field(PublishModule, MODULE, "edition"), 1, 0),
    "last edition": (field(PublishModule, MODULE, "edition"), 99, 100),
    "fewest languages": (field(PublishModule, MODULE, "languages"), ["es"], []),
    "most languages": (field(PublishModule, MODULE, "languages"), ["es"] * 20, ["es"] * 21),
    "shortest code": (field(PublishProgramme, PROGRAMME, "code"), "ABC", "AB"),
    "longest code": (field(PublishProgramme, PROGRAMME, "code"), "A" * 20, "A" * 21),
    "longest user": (field(AssignFacilitator, {}, "facilitator_id"), "a" * 80, "a" * 81),
    "most consents": (
        field(EnrollPerson, PERSON, "consents"),
        [{"purpose": "image"}] * 10,
        [{"purpose": "image"}] * 11,
    ),
    "longest version of a text": (field(ConsentInput, {"purpose": "image"}, "text_version"), "1" * 40, "1" * 41),
    "longest typed document": (field(DocumentInput, {}, "number"), "1" * 20, "1" * 21),
    "shortest master key": (master_key, 32, 31),
    "longest master key": (master_key, 32, 33),
    "longest name": (lambda characters: read_names("a" * characters, "Quispe"), 120, 121),
    "shortest word with a typing mistake": (a_typo, "Juan", "Ana"),
    "shortest search": (field(Search, {}, "text"), "abc", " ab "),
    "longest search": (field(Search, {}, "text"), "a" * 120, "a" * 121),
    "shortest DNI": (number(DocumentType.DNI), 8, 7),
    "longest DNI": (number(DocumentType.DNI), 8, 9),
    "shortest foreigner's card": (number(DocumentType.FOREIGNER_CARD), 9, 8),
    "longest foreigner's card": (number(DocumentType.FOREIGNER_CARD), 12, 13),
    "shortest passport": (number(DocumentType.PASSPORT), 6, 5),
    "longest passport": (number(DocumentType.PASSPORT), 12, 13),
    "first day of enrollment": (applied("enrolled_on"), date(2022, 1, 1), date(2021, 12, 31)),
    "last day of enrollment": (applied("enrolled_on"), date(2025, 5, 20), date(2025, 5, 21)),
    "oldest person": (applied("birth_date"), date(1904, 5, 21), date(1904, 5, 20)),
    "youngest who consents alone": (applied("birth_date"), date(2011, 5, 20), date(2011, 5, 21)),
    "fewest digits of a DNI without its zeros": (a_dni_that_was_a_number, 1_234_567, 123_456),
    "last line of headings": (headings_in_line, 40, 41),
    "fewest known headings": (known_headings, 2, 1),
    "most rows of a sheet": (sheet_of, 50_000, 50_001),
    "most columns of a line": (line_of, 200, 201),
    "most columns of a workbook": (workbook_of, 200, 201),
    "most headings of a file": (tables_with, 2_000, 2_001),
    "longest cell": (cell_of, 32_767, 32_768),
    "largest file": (lambda size: kind_of(b"x" * size), 20_000_000, 20_000_001),
    "first day of a short year": (a_two_digit_year, date(1995, 5, 17), date(1995, 5, 16)),
    "last day of a short year": (a_two_digit_year, date(2025, 5, 20), date(2025, 5, 21)),
    "first day that Excel counts": (serial, 9_133, 9_132),
    "last day that Excel counts": (serial, 73_050, 73_051),
}


@pytest.mark.parametrize("edge", EDGES)
def test_the_last_is_accepted_and_the_next_refused(edge: str) -> None:
    read, accepted, refused = EDGES[edge]
    assert not is_refused(read, accepted)
    assert is_refused(read, refused)


def is_refused(read: Callable[[Any], object], value: Any) -> bool:
    try:
        read(value)
    except (ValueError, RejectedError):
        return True
    return False


@pytest.mark.parametrize(
    ("day", "born", "is_child"),
    [(date(2025, 5, 10), date(2011, 5, 11), True), (date(2025, 5, 11), date(2011, 5, 11), False)],
)
def test_the_age_is_that_of_the_day_of_the_enrollment(day: date, born: date, is_child: bool) -> None:
    decision = decide(an_application(new_id(), birth_date=born, enrolled_on=day), NOBODY, EVENING)
    assert (getattr(decision, "code", None) == "guardian_consent_missing") == is_child
