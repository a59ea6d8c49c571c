"""Consents of people, stored under the person's lock. The events are returned, so that the caller adds all of its
events in one round trip."""

from collections.abc import Sequence
from uuid import UUID

from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from contracts.enrollment import ConsentGiven, ConsentWithdrawn, Purpose
from services.enrollment.consent.domain import GivenConsent

sql = queries(__package__)


async def add_consents(unit: UnitOfWork, given: Sequence[tuple[UUID, GivenConsent, UUID | None]]) -> list[ConsentGiven]:
    """Stores consents, each with the id of its person and of the import that it came by, and returns their events."""
    events = [
        ConsentGiven(
            occurred_at=one.at,
            consent_id=new_id(),
            person_id=person_id,
            purpose=one.purpose,
            text_version=one.text_version,
            given=True,
        )
        for person_id, one, _import_id in given
    ]
    rows = [
        {**dict(event), "import_id": import_id}
        for event, (_person_id, _one, import_id) in zip(events, given, strict=True)
    ]
    await sql.add_consents.execute_rows(unit.connection, rows)
    return events


async def withdraw_consents(
    unit: UnitOfWork, purpose: Purpose, person_ids: Sequence[UUID], ended: Sequence[UUID]
) -> list[ConsentWithdrawn]:
    """Withdraws every standing consent of these people to the purpose and returns the events. Idempotent.

    `ended` are the enrollments that end by it.
    """
    rows = await sql.withdraw_consents.fetch(
        unit.connection, purpose=purpose, person_ids=person_ids, ended=ended, now=unit.now, author=unit.author
    )
    return [ConsentWithdrawn.model_validate({**row, "given": False}) for row in rows]


async def undo_consents(unit: UnitOfWork, import_id: UUID, person_ids: Sequence[UUID]) -> list[ConsentWithdrawn]:
    """Withdraws what stands of the consents that an import gave for these people, and returns the events. Idempotent.

    They count as never given: what the person agrees to later is not measured by them.
    """
    rows = await sql.undo_consents.fetch(
        unit.connection, import_id=import_id, person_ids=person_ids, now=unit.now, author=unit.author
    )
    return [ConsentWithdrawn.model_validate({**row, "given": False}) for row in rows]
