"""People: registering them, and finding them by name or document. Identities are stored encrypted, and decrypted here
for those who may see them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Row
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.tables import Column, Table, View
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus, PersonRegistered
from contracts.event import Profile
from contracts.labels import ENROLLMENT_STATUSES
from services.enrollment.identity.documents import Document, DocumentType, read_document
from services.enrollment.identity.encryption import BLOCK_CHARACTERS, SubjectKey
from services.enrollment.identity.keyring import Keyring
from services.enrollment.identity.names import tokens
from services.enrollment.people import domain
from services.enrollment.people.domain import Identity
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

MAXIMUM_CANDIDATES = 200
"""Enrollments that one search decrypts. A search that finds more is rejected as too wide."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An enrollment with the identity of the person; `identity` is None once the person was erased."""

    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    cohort: str
    status: EnrollmentStatus
    accepted_at: datetime | None
    identity: Identity | None


def _names(entry: Entry) -> str | None:
    return f"{entry.identity.names.family}, {entry.identity.names.given}" if entry.identity else None


def _last_characters_of_document(entry: Entry) -> str | None:
    return f"…{entry.identity.document.number[-3:]}" if entry.identity else None


_NAMES = Column("names", N_("Family and given names"), read=_names, searched=True, drawn=True)
_DETAILS = (
    Column("document", N_("Document"), "code", read=_last_characters_of_document, sortable=False),
    Column(
        "status",
        N_("Status"),
        labels=ENROLLMENT_STATUSES,
        badges={EnrollmentStatus.ACCEPTED: "good", EnrollmentStatus.WAITLISTED: "waiting"},
        filtered=True,
    ),
    Column("accepted_at", N_("Since"), "date"),
    Column("enrollment_id", N_("Enrollment"), "identifier", shown=False),
)
_COHORT = Column("cohort", N_("Cohort"), link="/cohorts/{row.cohort_id}", searched=True)

ENTRIES = Table("entries", N_("Enrolled"), (_NAMES, *_DETAILS), key="enrollment_id", order="names")
ENTRIES_WITH_COHORT = replace(ENTRIES, columns=(_NAMES, _COHORT, *_DETAILS))
ENTRIES_WITH_ACTIONS = replace(ENTRIES, columns=(*ENTRIES.columns, Column("actions", N_("Actions"), "action")))


def narrowed(view: View, table: Table) -> View:
    """Returns the view of a table that has fewer columns. An order that it lacks is replaced by its own."""
    if view.order in table.orders:
        return replace(view, table=table)
    return replace(view, table=table, order=table.order, position=None)


async def register_person(
    unit: UnitOfWork, identity: Identity, profile: Profile, registered_at: datetime, resources: EnrollmentResources
) -> PersonRegistered:
    """Stores a new person and returns the event. `identity` has what the person permits to store."""
    key = await resources.keyring.draw()
    await sql.add_person.execute(
        unit.connection,
        person_id=key.subject,
        document_index=resources.blind.document(identity.document),
        identity=domain.seal(key, identity),
        name_blocks=resources.blind.blocks(f"{identity.names.given} {identity.names.family}"),
        profile=profile.model_dump(mode="json"),
        registered_at=registered_at,
    )
    return PersonRegistered(occurred_at=registered_at, person_id=key.subject, profile=profile)


async def lock_of_person(connection: Connection, person_id: UUID) -> str:
    """Returns the name of the person's lock. Raises `RejectedError` if the person is unknown or was erased."""
    document_index = await sql.document_index.value(connection, person_id=person_id)
    if document_index is None:
        raise RejectedError(_PERSON_UNKNOWN)
    return domain.person_lock(document_index)


async def forget_contact(unit: UnitOfWork, person_id: UUID, keyring: Keyring) -> None:
    """Removes telephone and e-mail address from the stored identity. The caller holds the person's lock."""
    key = (await keyring.fetch([person_id]))[person_id]
    identity = domain.unseal(key, await sql.identity.value(unit.connection, person_id=person_id))
    sealed = domain.seal(key, domain.permitted(identity, []))
    await sql.replace_identity.execute(unit.connection, person_id=person_id, identity=sealed)


async def entries_of_cohort(resources: EnrollmentResources, cohort_id: UUID) -> list[Entry]:
    """Returns everybody who enrolled in the cohort, by family name."""
    return await _decrypt(resources, await sql.entries_of_cohort.fetch(resources.pool, cohort_id=cohort_id))


async def entries_of_organization(resources: EnrollmentResources, organization_id: UUID) -> list[Entry]:
    """Returns everybody who enrolled for the organization, by family name."""
    rows = await sql.entries_of_organization.fetch(resources.pool, organization_id=organization_id)
    return await _decrypt(resources, rows)


async def find_entries(resources: EnrollmentResources, text: str, facilitator: str | None) -> list[Entry]:
    """Finds enrollments by the number of a document, or by the beginnings of names.

    A facilitator finds people of their own cohorts (None: of all). Raises `RejectedError` if the text is too short.
    """
    if any(character.isdigit() for character in text):
        return await _find_by_document(resources, text, facilitator)
    return await _find_by_name(resources, text, facilitator)


async def _find_by_document(resources: EnrollmentResources, number: str, facilitator: str | None) -> list[Entry]:
    indexes = [resources.blind.document(document) for document in _possible_documents(number)]
    rows = await sql.entries_by_document.fetch(resources.pool, document_indexes=indexes, facilitator=facilitator)
    return await _decrypt(resources, rows)


def _possible_documents(number: str) -> Iterator[Document]:
    for kind in DocumentType:
        with suppress(RejectedError):
            yield read_document(kind, number)


async def _find_by_name(resources: EnrollmentResources, text: str, facilitator: str | None) -> list[Entry]:
    blocks = resources.blind.blocks(" ".join(word for word in tokens(text) if len(word) >= BLOCK_CHARACTERS))
    if not blocks:
        raise RejectedError(_SEARCH_TOO_WIDE)
    rows = await sql.entries_by_name.fetch(
        resources.pool, blocks=blocks, facilitator=facilitator, limit=MAXIMUM_CANDIDATES + 1
    )
    if len(rows) > MAXIMUM_CANDIDATES:
        raise RejectedError(_SEARCH_TOO_WIDE)
    entries = await _decrypt(resources, rows)
    return [entry for entry in entries if entry.identity and domain.matches(entry.identity, text)]


async def _decrypt(resources: EnrollmentResources, rows: Sequence[Row]) -> list[Entry]:
    keys = await resources.keyring.fetch({row["person_id"] for row in rows})
    return sorted((_entry(row, keys.get(row["person_id"])) for row in rows), key=_by_family_name)


def _entry(row: Row, key: SubjectKey | None) -> Entry:
    identity = domain.unseal(key, row["identity"]) if key else None
    return Entry(**{**row, "status": EnrollmentStatus(row["status"]), "identity": identity})


def _by_family_name(entry: Entry) -> tuple[bool, list[str], list[str]]:
    if entry.identity is None:
        return True, [], []
    return False, tokens(entry.identity.names.family), tokens(entry.identity.names.given)


_PERSON_UNKNOWN = Rejection("person_unknown", N_("There is no such person."), Kind.MISSING)
_SEARCH_TOO_WIDE = Rejection("search_too_wide", N_("Write more of the name, or the document's number."), field="text")
