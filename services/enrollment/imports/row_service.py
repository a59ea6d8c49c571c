"""A row of a sheet: what becomes of it, and how that is stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

from chassis.runtime.rejections import Rejection
from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.unit_of_work import UnitOfWork
from services.enrollment.cohorts.service import named_cohorts
from services.enrollment.enrollments.domain import (
    Accepted,
    AlreadyEnrolled,
    Application,
    Outcome,
    Review,
    Ruling,
    Waitlisted,
)
from services.enrollment.enrollments.service import enroll
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.faults import stored
from services.enrollment.imports.service import ROW_FIELD
from services.enrollment.organizations.service import named_organizations
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.cells import Row, cell_of_json, json_of_cell
from services.enrollment.sheets.errors import CONTACT_DIFFERS
from services.enrollment.sheets.rows import Fault, NameIndex, RowParser, name_index_of
from services.enrollment.sheets.understood import settled

RowOutcome: TypeAlias = Accepted | Waitlisted | AlreadyEnrolled | Review | tuple[Fault, ...]
"""What became of a row: an enrollment, a comparison to be made, or all that is wrong with it."""


async def known_names(connection: Connection | Pool) -> NameIndex:
    """Returns the cohorts and organizations that a row can name."""
    cohorts, organizations = await named_cohorts(connection), await named_organizations(connection)
    return name_index_of(
        [(cohort.name, cohort.cohort_id) for cohort in cohorts],
        [(organization.name, organization.organization_id) for organization in organizations],
        [cohort.cohort_id for cohort in cohorts if cohort.is_past],
    )


async def enroll_row(
    unit: UnitOfWork,
    resources: EnrollmentResources,
    parser: RowParser,
    row: Row,
    import_id: UUID,
    ruling: Ruling | None = None,
) -> RowOutcome:
    """Enrolls the person of a row, in a transaction that has written nothing yet."""
    application = read_row(parser, row, import_id)
    if isinstance(application, tuple):
        return application
    return row_outcome(parser, await enroll(unit, replace(application, ruling=ruling), resources, EVERYBODY))


def row_outcome(parser: RowParser, outcome: Outcome) -> RowOutcome:
    """Returns what became of the row of an application; a rejection is a fault in the row's columns."""
    return (parser.fault(outcome),) if isinstance(outcome, Rejection) else outcome


def read_row(parser: RowParser, row: Row, import_id: UUID) -> Application | tuple[Fault, ...]:
    """Reads what a row of an import applies for, or all that is wrong with it."""
    read = parser.read(row, new_id())
    return replace(read, import_id=import_id) if isinstance(read, Application) else read


def notes_on(parser: RowParser, row: Row, contact_differs: Sequence[str]) -> tuple[Fault, ...]:
    """Returns what is not kept of a row that gives a seat or a place; see `Admission` of the contacts that differ."""
    differing = (parser.fault(replace(CONTACT_DIFFERS, field=field)) for field in contact_differs)
    return (*parser.notes(row), *differing)


def stored_outcome(key: SubjectKey, parser: RowParser, row: Row, outcome: RowOutcome) -> Mapping[str, Any]:
    """Returns the columns of a row's outcome. The cells are stored only of rows that somebody has to look at, as they
    were understood."""
    needs_attention = isinstance(outcome, Review | tuple)
    notes = notes_on(parser, row, outcome.contact_differs) if isinstance(outcome, Accepted | Waitlisted) else ()
    return {
        "outcome": "refused" if isinstance(outcome, tuple) else outcome.outcome,
        "new_person": isinstance(outcome, Accepted) and outcome.new_person,
        "enrollment_id": None if isinstance(outcome, Review | tuple) else outcome.enrollment_id,
        "person_id": None if isinstance(outcome, tuple) else outcome.person_id,
        "faults": stored(outcome if isinstance(outcome, tuple) else notes),
        "cells": key.seal(ROW_FIELD, _as_json(settled(parser, row))) if needs_attention else None,
    }


def opened_row(key: SubjectKey, tab: int, line: int, cells: bytes) -> Row:
    """Decrypts the cells of a row."""
    return Row(line, tuple(map(cell_of_json, json.loads(key.open(ROW_FIELD, cells)))), tab)


def _as_json(row: Row) -> bytes:
    return json.dumps(list(map(json_of_cell, row.cells))).encode()
