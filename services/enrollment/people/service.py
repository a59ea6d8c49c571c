"""People: registering them, and finding them by name or document. Identities are stored encrypted, and decrypted here
for those who may see them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, Row, array_of_bytes, lock
from chassis.store.queries import Query, queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus, PersonMerged, PersonRegistered
from contracts.event import Profile
from contracts.labels import ENROLLMENT_STATUSES
from services.enrollment.identity.blind_index import BEGINNING_CHARACTERS, NAME_BYTES
from services.enrollment.identity.documents import Document, DocumentType, read_document
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.identity.names import tokens
from services.enrollment.people import domain
from services.enrollment.people.domain import Identity, Visibility
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

INDEXING = Work("people.index")

MAXIMUM_CANDIDATES = 200
"""Enrollments that one search decrypts. A search that finds more is rejected as too wide."""


DECRYPTED_AT_ONCE = 500
"""Enrollments that are fetched and decrypted at a time, so that a long list does not keep other requests waiting."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is registered now. `identity` has what the person permits to store, under the new `key`.

    `document_digest` is that of the blind index. `is_apart` tells that another person has the document; `counted_as` is
    that person if both are one, by the merge of `merge_id`.
    """

    key: SubjectKey
    identity: Identity
    document_digest: bytes
    profile: Profile
    registered_at: datetime
    is_apart: bool
    counted_as: UUID | None
    merge_id: UUID | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An enrollment with the identity of the person; `identity` is None once the person was erased.

    It is None also for a reader who may not read the names: then `is_withheld`. `waiting_place` counts from 1 in the
    order in which seats are given, in the list of a cohort; None for those who do not wait. Until `offered_until` the
    person can accept a seat. `nominated` tells of a seat of the organization; `attended` counts sessions.
    `completed_on` is what the list of a past cohort says.
    """

    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    cohort: str
    status: EnrollmentStatus
    accepted_at: datetime | None
    identity: Identity | None
    is_withheld: bool
    waiting_place: int | None = None
    offered_until: datetime | None = None
    nominated: bool = False
    attended: int | None = None
    has_completed: bool | None = None
    may_be_reinstated: bool = False
    completed_on: date | None = None


def written_names(identity: Identity) -> str:
    """Returns the names as lists show and sort them."""
    return f"{identity.names.family}, {identity.names.given}"


def _names(entry: Entry) -> str | None:
    return written_names(entry.identity) if entry.identity else None


def _last_characters_of_document(entry: Entry) -> str | None:
    return f"…{entry.identity.document.number[-3:]}" if entry.identity else None


def _nominated_for(entry: Entry) -> str | None:
    return entry.cohort if entry.nominated else None


def _followed_cohort(entry: Entry) -> str | None:
    return None if entry.is_withheld else entry.cohort


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

_ACTIONS = Column("actions", N_("Actions"), "action")

ENTRIES = Table("entries", N_("Enrolled"), (_NAMES, *_DETAILS), key="enrollment_id", order="names")
_PROGRESS = (
    Column("attended", N_("Sessions attended"), "number"),
    Column("has_completed", N_("Completed"), "flag"),
    Column("nominated_for", N_("Has a seat of the organization in"), read=_nominated_for, sortable=False),
    _ACTIONS,
)
ENTRIES_WITH_COHORT = replace(ENTRIES, columns=(_NAMES, _COHORT, *_DETAILS))
ENTRIES_TO_COMPARE = replace(ENTRIES_WITH_COHORT, columns=(*ENTRIES_WITH_COHORT.columns, _ACTIONS))
_FOLLOWED_COHORT = replace(_COHORT, link=None, read=_followed_cohort)
MEMBERS = replace(ENTRIES, columns=(_NAMES, _FOLLOWED_COHORT, *_DETAILS, *_PROGRESS))
"""For a delegate, who follows those who agreed to it, and to whom the page of a cohort is not open."""
MEMBERS_WITH_COHORT = replace(ENTRIES, columns=(_NAMES, _COHORT, *_DETAILS, *_PROGRESS))
_WAITING = Column("waiting_place", N_("Place in the waiting list"), "number")
_OFFERED = Column("offered_until", N_("Seat offered until"), "instant")
WAITING = replace(ENTRIES, name="waiting", order="waiting_place", columns=(_NAMES, _WAITING, _OFFERED))
ENTRIES_WITH_ACTIONS = replace(ENTRIES, columns=(*ENTRIES.columns, _WAITING, _OFFERED, _ACTIONS))
_COMPLETED_ON = Column("completed_on", N_("Completed"), "date", sortable=False)
_LISTED_STATUSES = {
    EnrollmentStatus.ACCEPTED: N_("Entered"),
    EnrollmentStatus.WITHDRAWN: ENROLLMENT_STATUSES[EnrollmentStatus.WITHDRAWN],
}
_OF_LISTED = tuple(replace(one, labels=_LISTED_STATUSES) if one.name == "status" else one for one in ENTRIES.columns)
LISTED = replace(ENTRIES, columns=(*_OF_LISTED, _COMPLETED_ON, _ACTIONS))
"""The people of a past cohort's list, among whom nobody waits."""


async def register_people(
    unit: UnitOfWork, newcomers: Sequence[Newcomer], resources: EnrollmentResources
) -> list[PersonRegistered | PersonMerged]:
    """Stores new people and returns the events."""
    if newcomers:
        rows = [_row_of(one, resources) for one in newcomers]
        await sql.add_people.execute(
            unit.connection,
            **{name: [row[name] for row in rows] for name in rows[0]},
            author=unit.author,
            now=unit.now,
        )
    return [event for one in newcomers for event in _registration_events(one)]


def name_digests(resources: EnrollmentResources, person_id: UUID, identity: Identity) -> list[bytes]:
    """Computes the digests by which the person is found by name."""
    return resources.blind.stored_names(person_id, f"{identity.names.given} {identity.names.family}")


async def index_people(resources: EnrollmentResources) -> None:
    """Computes what people are found by who were registered by a release with another index. Idempotent."""
    rows = await sql.people_without_index.fetch(resources.pool)
    keys = await resources.keyring.fetch(INDEXING, (row["person_id"] for row in rows))
    for row in rows:
        if key := keys.get(row["person_id"]):  # an erased person has no key, and is found by nothing
            await _index_person(resources, key, domain.unseal(key, row["identity"]))


async def counted_together(connection: Connection, person_id: UUID) -> list[UUID]:
    """Returns the ids of all records that are counted as this person, with their own."""
    return [row["person_id"] for row in await sql.counted_together.fetch(connection, person_id=person_id)]


async def lock_person(connection: Connection, person_id: UUID, *further: str) -> bytes:
    """Takes the person's lock, with `further` ones, and returns the blind index of their document.

    Raises `RejectedError` if the person is unknown or was erased, and if their document was just corrected: then the
    lock has another name.
    """
    known = await sql.document_digest.fetch_row(connection, person_id=person_id)
    if known is None:
        raise RejectedError(PERSON_UNKNOWN)
    document_digest: bytes | None = known["document_digest"]
    if document_digest is None:
        raise RejectedError(PERSON_ERASED)
    await lock(connection, domain.person_lock(document_digest), *further)
    if await sql.document_digest.value(connection, person_id=person_id) != document_digest:
        raise RejectedError(PERSON_CHANGED)
    return document_digest


async def release_document(connection: Connection, document_digest: bytes) -> None:
    """Gives a document that its person has no more to the first who was registered apart with it, if there is one."""
    await sql.release_document.execute(connection, document_digest=document_digest)


async def stored_identities(
    reader: Reader, connection: Connection | Pool, resources: EnrollmentResources, person_ids: Sequence[UUID]
) -> dict[UUID, Identity]:
    """Decrypts the identities of these people. One who was erased has none."""
    return await unsealed_identities(connection, await resources.keyring.fetch(reader, person_ids))


async def unsealed_identities(connection: Connection | Pool, keys: Mapping[UUID, SubjectKey]) -> dict[UUID, Identity]:
    """Decrypts the identities of the people whose keys these are."""
    rows = await sql.identities.fetch(connection, person_ids=list(keys))
    return await asyncio.to_thread(
        lambda: {row["person_id"]: domain.unseal(keys[row["person_id"]], row["identity"]) for row in rows}
    )


async def people_in_sight(
    reader: Reader, resources: EnrollmentResources, person_ids: Sequence[UUID], visibility: Visibility
) -> dict[UUID, tuple[Identity, Profile]]:
    """Decrypts the identities of those of these people whom somebody may see, with their profiles."""
    rows = await sql.people_in_sight.fetch(resources.pool, person_ids=person_ids, facilitator=visibility.facilitator)
    keys = await resources.keyring.fetch(reader, [row["person_id"] for row in rows])
    known = [(row["person_id"], row) for row in rows if row["person_id"] in keys]
    return {
        person_id: (domain.unseal(keys[person_id], row["identity"]), Profile.model_validate(row["profile"]))
        for person_id, row in known
    }


async def former_identities(
    reader: Reader, connection: Connection | Pool, resources: EnrollmentResources, person_ids: Sequence[UUID]
) -> dict[UUID, list[Identity]]:
    """Decrypts what identified these people before corrections, first to last. One who was erased has none."""
    keys = await resources.keyring.fetch(reader, person_ids)
    found: dict[UUID, list[Identity]] = {one: [] for one in person_ids}
    for row in await sql.former_identities.fetch(connection, person_ids=list(keys)):
        found[row["person_id"]].append(domain.unseal(keys[row["person_id"]], row["identity"]))
    return found


async def entries_of(
    reader: Reader,
    resources: EnrollmentResources,
    enrollment_ids: Sequence[UUID],
    visibility: Visibility,
    query: Query = sql.entries,
) -> list[Entry]:
    """Returns these enrollments in this order. Requests are answered meanwhile, however many are decrypted."""
    entries: list[Entry] = []
    for at in range(0, len(enrollment_ids), DECRYPTED_AT_ONCE):
        part = enrollment_ids[at : at + DECRYPTED_AT_ONCE]
        rows = {row["enrollment_id"]: row for row in await query.fetch(resources.pool, enrollment_ids=part)}
        keys = await resources.keyring.fetch(reader, {row["person_id"] for row in rows.values()})
        entries += await asyncio.to_thread(_decrypted, [rows[one] for one in part], keys, visibility)
    return entries


async def find_entries(
    reader: Reader, resources: EnrollmentResources, text: str, visibility: Visibility
) -> list[Entry]:
    """Finds enrollments by the number of a document, or by the beginnings of names, where these may be read.

    A facilitator finds people of their own cohorts. Raises `RejectedError` if the text is too short.
    """
    if any(character.isdigit() for character in text):
        return reader.shows(await _find_by_document(reader, resources, text, visibility))
    return reader.shows(await _find_by_name(reader, resources, text, visibility))


def _row_of(newcomer: Newcomer, resources: EnrollmentResources) -> dict[str, Any]:
    key, identity = newcomer.key, newcomer.identity
    return {
        "person_id": key.subject,
        "document_digest": None if newcomer.is_apart else newcomer.document_digest,
        "shared_document_digest": newcomer.document_digest if newcomer.is_apart else None,
        "counted_as": newcomer.counted_as,
        "merge_id": newcomer.merge_id,
        "identity": domain.seal(key, identity),
        "name_digests": array_of_bytes(name_digests(resources, key.subject, identity)),
        "profile": newcomer.profile.model_dump_json(),
        "registered_at": newcomer.registered_at,
    }


def _registration_events(newcomer: Newcomer) -> Iterator[PersonRegistered | PersonMerged]:
    at, person_id = newcomer.registered_at, newcomer.key.subject
    yield PersonRegistered(occurred_at=at, person_id=person_id, profile=newcomer.profile)
    if newcomer.counted_as and newcomer.merge_id:
        yield PersonMerged(
            occurred_at=at, merge_id=newcomer.merge_id, person_id=person_id, counted_as=newcomer.counted_as
        )


async def _index_person(resources: EnrollmentResources, key: SubjectKey, identity: Identity) -> None:
    """Of two people with one document, the first has it, as `register_people` does it."""
    document_digest = await resources.blind.document(identity.document)
    async with resources.pool.acquire() as connection, connection.transaction():
        await lock(connection, domain.person_lock(document_digest))
        await sql.index_person.execute(
            connection,
            person_id=key.subject,
            document_digest=document_digest,
            name_digests=name_digests(resources, key.subject, identity),
        )


async def _find_by_document(
    reader: Reader, resources: EnrollmentResources, number: str, visibility: Visibility
) -> list[Entry]:
    digests = await resources.blind.documents(list(_possible_documents(number)))
    rows = await sql.entries_by_document.fetch(
        resources.pool, document_digests=digests, facilitator=visibility.facilitator
    )
    return [entry for entry in await _decrypt(reader, resources, rows, visibility) if not entry.is_withheld]


def _possible_documents(number: str) -> Iterator[Document]:
    for kind in DocumentType:
        with suppress(RejectedError):
            yield read_document(kind, number)


async def _find_by_name(
    reader: Reader, resources: EnrollmentResources, text: str, visibility: Visibility
) -> list[Entry]:
    words = " ".join(word for word in tokens(text) if len(word) >= BEGINNING_CHARACTERS)
    if not words:
        raise RejectedError(_SEARCH_TOO_WIDE)
    rows = await sql.entries_by_name.fetch(
        resources.pool,
        beginnings=resources.blind.searched_names(words),
        digest_bytes=NAME_BYTES,
        facilitator=visibility.facilitator,
        limit=MAXIMUM_CANDIDATES + 1,
    )
    if len(rows) > MAXIMUM_CANDIDATES:
        raise RejectedError(_SEARCH_TOO_WIDE)
    entries = await _decrypt(reader, resources, rows, visibility)
    return [entry for entry in entries if entry.identity and domain.matches(entry.identity, text)]


async def _decrypt(
    reader: Reader, resources: EnrollmentResources, rows: Sequence[Row], visibility: Visibility
) -> list[Entry]:
    keys = await resources.keyring.fetch(reader, {row["person_id"] for row in rows})
    entries = await asyncio.to_thread(_decrypted, rows, keys, visibility)
    return reader.shows(sorted(entries, key=_by_family_name))


def _decrypted(rows: Sequence[Row], keys: Mapping[UUID, SubjectKey], visibility: Visibility) -> list[Entry]:
    return [_entry(row, keys.get(row["person_id"]), visibility) for row in rows]


def _entry(row: Row, key: SubjectKey | None, visibility: Visibility) -> Entry:
    """Decrypts the identity of an enrollment, for those who may read it."""
    values = dict(row)
    is_readable = domain.may_read_names(
        visibility,
        consents_stand=values.pop("consents_stand"),
        shown_to_organization=values.pop("shown_to_organization"),
    )
    identity = domain.unseal(key, row["identity"]) if key and row["identity"] and is_readable else None
    if not is_readable:
        values |= dict.fromkeys(_FOLLOWED & values.keys())
    status = EnrollmentStatus(row["status"])
    return Entry(**{**values, "status": status, "identity": identity, "is_withheld": not is_readable})


_FOLLOWED = {"attended", "has_completed"}
"""What somebody may follow of those whose names they may read."""


def _by_family_name(entry: Entry) -> tuple[bool, list[str], list[str]]:
    if entry.identity is None:
        return True, [], []
    return False, tokens(entry.identity.names.family), tokens(entry.identity.names.given)


PERSON_UNKNOWN = Rejection("person_unknown", N_("There is no such person."), Kind.MISSING)
PERSON_ERASED = Rejection("person_erased", N_("This person's data were erased."), Kind.GONE)
PERSON_CHANGED = Rejection(
    "person_changed",
    N_("Somebody else has changed this person at the same moment."),
    Kind.LATER,
    remedy=N_("Send this again."),
)
_SEARCH_TOO_WIDE = Rejection("search_too_wide", N_("Write more of the name, or the document's number."), field="text")
