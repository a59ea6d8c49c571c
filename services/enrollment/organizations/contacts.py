"""Contact people of organizations, encrypted as people's data is. A write holds the organization's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from chassis.runtime import jobs
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.organizations.commands import WriteContact
from services.enrollment.organizations.service import existing_organization
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

CONTACTS = Work("organizations.contacts")
"""Delegates and the coordination are shown whom to call; unlike reads of participants, that leaves no entry."""

DESTROY_KEY = "organizations.destroy_key"
"""The kind of the job that destroys the key of a contact that was erased."""

CONTACT_FIELD = "organization_contacts.contact"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of an organization, with their function in it and how they are reached."""

    name: str
    function: str | None
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class WrittenContact:
    """A contact as it was written; the first of a list counts, the others are its history."""

    number: int
    name: str
    function: str | None
    phone: str | None
    email: str | None
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class _Stored:
    number: int
    contact_id: UUID
    contact: bytes
    written_by: str
    written_at: datetime


FORMER_CONTACTS = Table(
    "contacts",
    N_("Former contacts"),
    key="number",
    order="-number",
    columns=(
        Column("name", N_("Name")),
        Column("function", N_("Function")),
        Column("phone", N_("Telephone"), "code"),
        Column("email", N_("E-mail"), "code"),
        Column("written_by", N_("Written by")),
        Column("written_at", N_("When"), "instant"),
        Column("number", N_("Number"), "number", shown=False),
    ),
)

_contact = TypeAdapter(Contact)


async def write_contact(
    unit: UnitOfWork, command: WriteContact, organization_id: UUID, res: EnrollmentResources
) -> None:
    """Writes whom to contact; what was written before stays as its history. Idempotent for the same contact.

    Raises `RejectedError` for an unknown organization, and for a telephone or an e-mail that cannot be used.
    """
    await existing_organization(unit.connection, organization_id)
    contact = Contact(**command.model_dump())
    stored = await _stored(unit.connection, organization_id)
    keys = await res.keyring.fetch(CONTACTS, [one.contact_id for one in stored[:1]])
    key = next(iter(keys.values()), None) or await res.keyring.draw()
    if keys and _opened(key, stored[0]) == contact:
        return
    await sql.add_contact.execute(
        unit.connection,
        organization_id=organization_id,
        contact_id=key.subject,
        contact=key.seal(CONTACT_FIELD, _contact.dump_json(contact)),
        written_by=unit.author,
        written_at=unit.now,
    )


async def erase_contact(unit: UnitOfWork, organization_id: UUID) -> None:
    """Erases the contact with its history. Idempotent. Raises `RejectedError` for an unknown organization."""
    await existing_organization(unit.connection, organization_id)
    rows = await sql.delete_contacts.fetch(unit.connection, organization_id=organization_id)
    for contact_id in {row["contact_id"] for row in rows}:
        await jobs.add(unit.connection, DESTROY_KEY, {"contact_id": str(contact_id)})


async def contacts_of(res: EnrollmentResources, organization_id: UUID) -> list[WrittenContact]:
    """Returns the contact of the organization and what it was before, the newest first."""
    stored = await _stored(res.pool, organization_id)
    keys = await res.keyring.fetch(CONTACTS, {one.contact_id for one in stored})
    return [_written(keys[one.contact_id], one) for one in stored if one.contact_id in keys]


async def contact_tag(connection: Connection | Pool, organization_id: UUID) -> str:
    """Returns the entity tag of the contact."""
    return f'"{await sql.contact_version.value(connection, organization_id=organization_id)}"'


async def _stored(connection: Connection | Pool, organization_id: UUID) -> Sequence[_Stored]:
    return await sql.contacts.all(connection, _Stored, organization_id=organization_id)


def _opened(key: SubjectKey, stored: _Stored) -> Contact:
    return _contact.validate_json(key.open(CONTACT_FIELD, stored.contact))


def _written(key: SubjectKey, stored: _Stored) -> WrittenContact:
    contact = _opened(key, stored)
    return WrittenContact(
        stored.number,
        contact.name,
        contact.function,
        contact.phone,
        contact.email,
        stored.written_by,
        stored.written_at,
    )
