"""Consents of people, stored under the person's lock. The events are returned, so that the caller adds all of its
events in one round trip."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from contracts.enrollment import ConsentGiven, ConsentWithdrawn, Purpose
from services.enrollment.consent.domain import GivenConsent

sql = queries(__package__)


async def add_consents(unit: UnitOfWork, given: Iterable[tuple[UUID, GivenConsent]]) -> list[ConsentGiven]:
    """Stores consents, each with the id of its person, and returns their events."""
    events = [
        ConsentGiven(
            occurred_at=one.at,
            consent_id=new_id(),
            person_id=person_id,
            purpose=one.purpose,
            text_version=one.text_version,
            given=True,
        )
        for person_id, one in given
    ]
    await sql.add_consents.execute_rows(unit.connection, [event.model_dump() for event in events])
    return events


async def withdraw_consents(unit: UnitOfWork, purpose: Purpose, person_ids: Sequence[UUID]) -> list[ConsentWithdrawn]:
    """Withdraws every standing consent of these people to the purpose and returns the events. Idempotent."""
    rows = await sql.withdraw_consents.fetch(unit.connection, purpose=purpose, person_ids=person_ids, now=unit.now)
    return [ConsentWithdrawn.model_validate({**row, "given": False}) for row in rows]
