"""Consents of people, stored under the person's lock. The events are returned, so that the caller adds all of its
events in one round trip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.store.database import Connection
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from contracts.enrollment import ConsentGiven, ConsentWithdrawn, Purpose
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.consent.domain import ConsentHistory, GivenConsent, StoredConsent, history_of

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class _Withdrawn:
    consent_id: UUID
    purpose: Purpose
    text_version: str
    withdrawn_at: datetime


async def consent_history(connection: Connection, person_id: UUID) -> ConsentHistory:
    """Reads what the person has agreed to and withdrawn."""
    return history_of(await sql.consents_of_person.all(connection, StoredConsent, person_id=person_id))


async def add_consents(unit: UnitOfWork, person_id: UUID, given: Sequence[GivenConsent]) -> list[ConsentGiven]:
    """Stores the consents and returns their events."""
    events = [
        ConsentGiven(
            occurred_at=one.at,
            consent_id=new_id(),
            person_id=person_id,
            purpose=one.purpose,
            text_version=one.text_version,
            given=True,
        )
        for one in given
    ]
    await sql.add_consent.execute_many(
        unit.connection,
        [
            {
                "consent_id": event.consent_id,
                "person_id": person_id,
                "purpose": event.purpose,
                "text_version": event.text_version,
                "given_at": event.occurred_at,
            }
            for event in events
        ],
    )
    return events


async def withdraw_consents(unit: UnitOfWork, command: WithdrawConsent) -> list[ConsentWithdrawn]:
    """Withdraws every standing consent to the purpose and returns the events. Idempotent."""
    withdrawn = await sql.withdraw_consents.all(unit.connection, _Withdrawn, **command.model_dump(), now=unit.now)
    return [
        ConsentWithdrawn(
            occurred_at=one.withdrawn_at,
            consent_id=one.consent_id,
            person_id=command.person_id,
            purpose=one.purpose,
            text_version=one.text_version,
            given=False,
        )
        for one in withdrawn
    ]
