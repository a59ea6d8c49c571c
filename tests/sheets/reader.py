"""What becomes of a sheet: read with a clerk's answers, and decided on as the service decides, without a store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID, uuid4

from chassis.runtime.rejections import RejectedError, Rejection
from contracts.enrollment import EnrollmentStatus
from contracts.territory import TIME_ZONE
from services.enrollment.consent.domain import ConsentHistory
from services.enrollment.enrollments.domain import (
    Admission,
    AlreadyEnrolled,
    Application,
    CohortSeats,
    KnownEnrollment,
    KnownPerson,
    Review,
    Situation,
    decide,
)
from services.enrollment.identity.documents import Document
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import Question
from services.enrollment.sheets.reading import Reading, read
from services.enrollment.sheets.rows import name_index_of
from services.enrollment.sheets.sheet import Sheet, read_sheet
from tests.sheets.clerk import answered
from tests.sheets.generator import GeneratedSheet
from tests.sheets.people import LAST_DAY
from tests.sheets.shown import COHORT

COHORT_ID = UUID("01970000-0000-7000-8000-000000000001")
NAMES = name_index_of([(COHORT, COHORT_ID), ("Cohorte B", UUID("01970000-0000-7000-8000-000000000002"))], [])
_NOW = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 12, tzinfo=TIME_ZONE)
_SEATS = CohortSeats(UUID("01970000-0000-7000-8000-000000000003"), capacity=100_000, occupied=0, is_open=True)
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that got a seat."""

    application: Application


@dataclass(frozen=True, slots=True)
class Again:
    """A row about a person who has a seat already: that of `application`."""

    application: Application


@dataclass(frozen=True, slots=True)
class Held:
    """A row that somebody has to compare with another person's."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row that is refused, and why."""

    rejections: tuple[Rejection, ...]


Outcome: TypeAlias = Taken | Again | Held | Faulty


@dataclass(slots=True)
class Result:
    """The outcomes by tab and line, why the sheet as a whole was refused, if it was, and all that was asked."""

    outcomes: dict[tuple[int, int], Outcome] = field(default_factory=dict)
    refusals: list[Rejection] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


Answer: TypeAlias = Callable[[Declaration, Sequence[Question], Sequence[str]], Declaration]
"""Completes a declaration by what is asked, and by the headings of columns that are not read."""


def import_sheet(sheet: GeneratedSheet) -> Result:
    """Reads a generated sheet as its clerk answers."""
    return import_content(sheet.content, partial(_clerk, sheet))


def clerk_reading(sheet: GeneratedSheet, content: Sheet) -> Reading:
    """Reads a generated sheet as its clerk answers, without deciding on its rows."""
    return _answered(content, partial(_clerk, sheet), Result())


def _clerk(sheet: GeneratedSheet, before: Declaration, asked: Sequence[Question], unread: Sequence[str]) -> Declaration:
    return answered(sheet, before, asked, unread, COHORT_ID)


def import_content(content: bytes, answer: Answer) -> Result:
    """Reads a file, has its questions answered, and decides on its rows."""
    result = Result()
    try:
        sheet = read_sheet(content)
        reading = _answered(sheet, answer, result)
    except RejectedError as error:
        result.refusals.append(error.rejection)
        return result
    result.refusals += [one.rejection for one in reading.refusals]
    if not result.refusals:
        _decide_all(reading, result)
    return result


def _answered(sheet: Sheet, answer: Answer, result: Result) -> Reading:
    """Answers until nothing new is asked."""
    declaration = Declaration()
    unread = [one.title for part in sheet.parts for one in part.table.columns if one.title and one.field is None]
    for _ in range(_ROUNDS):
        reading = read(sheet, declaration, NAMES, LAST_DAY)
        result.questions += reading.questions
        following = answer(declaration, reading.questions, unread)
        if following == declaration:
            break
        declaration = following
    return reading


def _decide_all(reading: Reading, result: Result) -> None:
    known: dict[Document, list[KnownPerson]] = {}
    applications: dict[UUID, Application] = {}
    for part, parser in zip(reading.parts, reading.parsers, strict=True):
        for row in part.rows:
            found = parser.read(row, uuid4())
            if not isinstance(found, Application):
                result.outcomes[row.tab, row.line] = Faulty(tuple(one.rejection for one in found))
                continue
            outcome = _decided(found, known, applications)
            result.outcomes[row.tab, row.line] = outcome


def _decided(
    application: Application, known: dict[Document, list[KnownPerson]], applications: dict[UUID, Application]
) -> Outcome:
    people = known.setdefault(application.document, [])
    seats = _SEATS if application.cohort_id == COHORT_ID else None
    situation = Situation(seats, tuple(people), id_is_taken=False, organization_type=None, asks_consent_anew=False)
    match decide(application, situation, _NOW):
        case Rejection() as rejection:
            return Faulty((rejection,))
        case AlreadyEnrolled() as found:
            return Again(applications[found.person_id])
        case Review():
            return Held()
        case Admission() as admission:
            person = _known(application, admission)
            people.append(person)
            applications[person.person_id] = application
            return Taken(application)


def _known(application: Application, admission: Admission) -> KnownPerson:
    person_id = uuid4()
    return KnownPerson(
        person_id=person_id,
        counted_as=person_id,
        identity=application.identity,
        profile=admission.profile,
        consents=ConsentHistory(),
        enrollment=KnownEnrollment(application.enrollment_id, EnrollmentStatus.ACCEPTED),
        has_seat=True,
        is_visible=True,
    )
