"""Stores applications that wait for a decision, and erases them. A write works in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime import jobs
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus
from services.enrollment.applications import domain
from services.enrollment.applications.domain import KEPT_FOR
from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.domain import names_person
from services.enrollment.people.domain import Identity
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

ERASE_APPLICATION = "applications.erase"
"""Kind of the job that destroys an application's key."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application that waits until somebody has compared it with the person whom it contradicts."""

    outcome: ClassVar = "review"
    status: ClassVar = EnrollmentStatus.REQUESTED
    person_id: ClassVar = None

    application_id: UUID
    enrollment_id: UUID


@dataclass(frozen=True, slots=True)
class StoredApplication:
    """An application as it waits. `person_id` is of the person whom it contradicts; `application` is encrypted."""

    application_id: UUID
    cohort_id: UUID
    person_id: UUID
    application: bytes
    sent_by: str
    sent_at: datetime
    expires_at: datetime


async def keep(unit: UnitOfWork, application: Application, person_id: UUID, resources: EnrollmentResources) -> Waiting:
    """Stores the application until somebody decides about it. Idempotent for its id."""
    key = await resources.keyring.draw()
    application_id = await sql.add_application.value(
        unit.connection,
        application_id=key.subject,
        enrollment_id=application.enrollment_id,
        cohort_id=application.cohort_id,
        person_id=person_id,
        application=domain.seal(key, application),
        sent_by=unit.author,
        sent_at=unit.now,
        expires_at=unit.now + KEPT_FOR,
    )
    await _erase_key(unit, key.subject, unit.now + KEPT_FOR if application_id == key.subject else None)
    unit.concerns(person_id)
    return Waiting(application_id, application.enrollment_id)


async def existing_application(
    reader: Reader, connection: Connection | Pool, resources: EnrollmentResources, application_id: UUID
) -> tuple[StoredApplication, SubjectKey]:
    """Returns the application with its key. Raises `RejectedError` if it does not wait any more."""
    stored = await sql.application.first(connection, StoredApplication, application_id=application_id)
    keys = await resources.keyring.fetch(reader, [application_id] if stored else [])
    if stored is None or application_id not in keys:
        raise RejectedError(_APPLICATION_DONE)
    return stored, keys[application_id]


async def replace_application(unit: UnitOfWork, key: SubjectKey, application: Application, person_id: UUID) -> None:
    """Stores the application as it was put right, and the person whom it contradicts now."""
    await sql.replace_application.execute(
        unit.connection,
        application_id=key.subject,
        application=domain.seal(key, application),
        person_id=person_id,
    )
    await outbox.raise_versions(unit.connection, [key.subject])


async def end(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """Removes the applications, and has their keys destroyed after the transaction."""
    await sql.remove_applications.execute(unit.connection, application_ids=application_ids)
    for one in application_ids:
        await _erase_key(unit, one)


async def waiting_of_cohort(connection: Connection | Pool, cohort_id: UUID) -> int:
    """Counts the applications for the cohort that wait for a decision."""
    count: int = await sql.waiting_of_cohort.value(connection, cohort_id=cohort_id)
    return count


async def applications_naming(
    reader: Reader,
    connection: Connection | Pool,
    resources: EnrollmentResources,
    person_ids: Sequence[UUID],
    identities: Sequence[Identity],
) -> list[StoredApplication]:
    """Returns the applications that contradict one of these people, or name one of them by one of these identities."""
    stored = await sql.stored_applications.all(connection, StoredApplication)
    keys = await resources.keyring.fetch(reader, [one.application_id for one in stored])
    return [
        one
        for one in stored
        if one.person_id in person_ids or _names_any(keys.get(one.application_id), one.application, identities)
    ]


def _names_any(key: SubjectKey | None, sealed: bytes, identities: Sequence[Identity]) -> bool:
    if key is None:
        return False
    stated = domain.unseal(key, sealed).identity
    texts = [stated.names.given, stated.names.family, stated.document.number, stated.phone or "", stated.email or ""]
    return any(names_person(texts, identity) for identity in identities)


async def _erase_key(unit: UnitOfWork, application_id: UUID, due_at: datetime | None = None) -> None:
    await jobs.add(unit.connection, ERASE_APPLICATION, {"application_id": str(application_id)}, due_at=due_at)


_APPLICATION_DONE = Rejection(
    "application_done",
    N_("This application does not wait any more: somebody has decided about it, or it was erased."),
    Kind.MISSING,
    remedy=N_("Look for the person by the number of the document."),
)
