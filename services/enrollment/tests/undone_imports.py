"""Imports that are undone, and what sessions announces of their rows, for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from contracts import examples
from contracts.event import Event
from services.enrollment.app import service
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.imports import undo
from services.enrollment.imports.commands import UndoImport
from services.enrollment.imports.domain import Obstacle
from services.enrollment.imports.service import Import, existing_import
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    LOOKING,
    an_application,
    unit_of_work,
)
from services.enrollment.tests.test_kept_counts import assert_counts_are_exact
from tests.support.reactions import deliver
from tests.support.records import record_of

Resources = EnrollmentResources


async def undone(resources: Resources, import_id: UUID, *, partly: bool = False) -> Import:
    """The import once it was undone."""
    async with unit_of_work(resources, import_id, now=datetime.now(UTC)) as unit:
        await undo.request_undo(unit, UndoImport(partly=partly), import_id)
    await undo.undo(resources, Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(import_id)}, attempts=1))
    found = await existing_import(resources.pool, import_id)
    await assert_counts_are_exact(resources.pool)
    return found


async def obstacles(resources: Resources, import_id: UUID) -> list[Obstacle]:
    return [one.obstacle for one in (await undo.plan_undo(LOOKING, resources.pool, import_id)).obstacles]


def an_applicant(row: dict[str, Any], cohort_id: UUID) -> Any:
    """The application of the person of a row, made at a desk."""
    return an_application(cohort_id, document=Document(DocumentType.DNI, row["DNI"]), birth_date=None)


def about(event_type: type[Event], enrollment_id: UUID, **changed: Any) -> Event:
    example = next(one for one in examples.EXAMPLES if isinstance(one, event_type))
    return example.model_copy(update={"enrollment_id": enrollment_id, **changed})


async def hears(resources: Resources, *events: Event) -> None:
    assert service.reactions is not None
    for version, event in enumerate(events, 1):
        assert await deliver(service.reactions, resources.pool, record_of(event, version)) == "handled"


async def about_to_be_undone(resources: Resources, import_id: UUID) -> Job:
    """The job of an import of which somebody has asked that it be undone."""
    async with unit_of_work(resources, import_id, now=datetime.now(UTC)) as unit:
        await undo.request_undo(unit, UndoImport(), import_id)
    return Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(import_id)}, attempts=1)
