"""Putting a document right that was mistyped, on one of the two sides that are compared.

The caller's transaction has written nothing yet.
"""

from dataclasses import replace
from uuid import UUID

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from services.enrollment.applications.domain import unseal
from services.enrollment.applications.service import Waiting, end, existing_application, replace_application
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.enrollments.domain import Application, Enrolled, Review
from services.enrollment.enrollments.service import as_answered, enroll
from services.enrollment.identity.documents import Document
from services.enrollment.imports.commands import CorrectRow
from services.enrollment.imports.correction_service import (
    ROW_DONE,
    CorrectedRow,
    RowPlace,
    RowToReview,
    correct_row,
    row_to_review,
)
from services.enrollment.people.domain import EVERYBODY, person_lock
from services.enrollment.people.service import lock_person
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.commands import CorrectDocument
from services.enrollment.reviews.domain import Side
from services.enrollment.reviews.service import DECIDING
from services.enrollment.rights.service import rectify_document


async def correct_document_of_person(
    unit: UnitOfWork, command: CorrectDocument, resources: EnrollmentResources, person_id: UUID, other_id: UUID
) -> UUID:
    """Puts the document of one of both people right, and returns the person's id. Raises `RejectedError`."""
    corrected = person_id if command.whose is Side.ONE else other_id
    await rectify_document(unit, resources, corrected, command.right())
    return corrected


async def correct_document_of_application(
    unit: UnitOfWork, command: CorrectDocument, resources: EnrollmentResources, application_id: UUID
) -> Enrolled | Waiting:
    """Puts the document of an application, or of the person whom it contradicts, right, and decides on it anew.

    It waits further where it contradicts somebody still. The caller holds the lock of the application. Raises
    `RejectedError`, and then nothing is changed.
    """
    stored, key = await existing_application(DECIDING, unit.connection, resources, application_id)
    unit.concerns(stored.person_id)
    application = unseal(key, stored.application)
    if command.whose is Side.ONE:
        application = replace(application, document=command.right())
    else:
        await _correct_person(unit, resources, application, stored.person_id, command.right())
    outcome = await enroll(unit, application, resources, EVERYBODY)
    if isinstance(outcome, Review):
        await replace_application(unit, key, application, outcome.person_id)
        return Waiting(application_id, application.enrollment_id)
    enrolled = await as_answered(unit, application, outcome)
    await end(unit, [application_id])
    return enrolled


async def correct_document_of_row(
    unit: UnitOfWork, command: CorrectDocument, resources: EnrollmentResources, import_id: UUID, place: RowPlace
) -> CorrectedRow:
    """Puts the document of a row, or of the person whom it contradicts, right, and judges the row anew.

    The caller holds the lock of the import. Raises `RejectedError`, and then nothing is changed.
    """
    found = await row_to_review(DECIDING, resources, import_id, place)
    if found is None:
        raise RejectedError(ROW_DONE)
    unit.concerns(found.evidence.person_id)
    if command.whose is Side.ONE:
        cells = _corrected_cells(found, command.right())
    else:
        cells = {}
        await _correct_person(unit, resources, found.application, found.evidence.person_id, command.right())
    return await correct_row(unit, CorrectRow(cells=cells), import_id, place, resources)


def _corrected_cells(found: RowToReview, right: Document) -> dict[int, str]:
    column = found.row.table.column_of("document.number")
    if column is None or right.type is not found.application.document.type:
        raise RejectedError(_NOT_IN_ONE_CELL)
    return {column + 1: right.number}


async def _correct_person(
    unit: UnitOfWork, resources: EnrollmentResources, application: Application, person_id: UUID, right: Document
) -> None:
    """Puts the person's document right, with all locks that the application needs afterwards."""
    if right == application.document:
        raise RejectedError(_SAME_NUMBER)
    stated, corrected = await resources.blind.documents([application.document, right])
    locks = [person_lock(stated), person_lock(corrected), seat_lock(application.cohort_id)]
    await lock_person(unit.connection, person_id, *locks)
    await rectify_document(unit, resources, person_id, right)


_NOT_IN_ONE_CELL = Rejection(
    "not_in_one_cell",
    N_("The row says the kind of document in a cell of its own, or in no cell."),
    field="document.type",
    remedy=N_("Correct the row itself."),
)
_SAME_NUMBER = Rejection(
    "same_number",
    N_("Both sides would have this number."),
    field="document.number",
    remedy=N_("Write the number that the other person has on their card."),
)
