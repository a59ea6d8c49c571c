"""Access, rectification and erasure of one person's data (Ley 29733). A write works in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime import jobs
from chassis.runtime.rejections import RejectedError
from chassis.store.database import Connection, Pool, Row
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.enrollment import EnrollmentStatus, PersonErased, Purpose
from contracts.event import Profile
from contracts.labels import ENROLLMENT_STATUSES
from services.enrollment.applications.service import StoredApplication, applications_naming, end
from services.enrollment.corrections.service import Correction
from services.enrollment.enrollments.corrections import correct_profiles
from services.enrollment.enrollments.dates import birth_date_rejection
from services.enrollment.enrollments.service import lock_seats, withdraw_waiting
from services.enrollment.identity.documents import Document
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.service import StoredSheet, erase_sheets, require_all_read, sheets_naming
from services.enrollment.people import domain as people
from services.enrollment.people.domain import Identity, permitted, person_lock
from services.enrollment.people.service import (
    PERSON_ERASED,
    PERSON_UNKNOWN,
    counted_together,
    former_identities,
    lock_person,
    name_digests,
    release_document,
    stored_identities,
    unsealed_identities,
)
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import ErasePerson, RectifyPerson
from services.enrollment.rights.consents import ShownConsent, consents_of_person
from services.enrollment.rights.domain import (
    DOCUMENT_TAKEN,
    AppliesTo,
    ErasureReason,
    RectificationReason,
    corrected_profile,
)
from services.enrollment.rights.history import FormerState, corrections_between

sql = queries(__package__)

ERASING, RECTIFYING = Work("rights.erase"), Work("rights.rectify")

DESTROY_KEYS = "rights.destroy_keys"
"""Kind of the job that finishes an erasure."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """When and why a person was erased. `keys_destroyed_at` is None until nobody can read former copies either."""

    person_id: UUID
    reason: ErasureReason
    erased_at: datetime
    keys_destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredEnrollment:
    """An enrollment, with the profile of the person on that day.

    `is_stated` tells that the list of a past cohort states it, with the day of completion, if there is one.
    """

    enrollment_id: UUID
    cohort_id: UUID
    cohort: str
    programme: str
    organization: str | None
    shown_to_organization: bool
    status: EnrollmentStatus
    recorded_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None
    is_stated: bool
    completed_on: date | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """All that this service stores about a person. `identity` is None once the person was erased.

    `former_identities` are from before `corrections`. `counted_together` are the ids of further records of the same
    person; `sheets` are imports that name the person, or named them as before, and `applications` those that wait.
    """

    person_id: UUID
    registered_at: datetime
    identity: Identity | None
    former_identities: list[Identity]
    corrections: list[Correction]
    profile: Profile
    consents: list[ShownConsent]
    enrollments: list[StoredEnrollment]
    sheets: list[StoredSheet]
    applications: list[StoredApplication]
    counted_together: list[UUID]
    erasure: Erasure | None


@dataclass(frozen=True, slots=True)
class _PersonRow:
    person_id: UUID
    counted_as: UUID | None
    profile: Profile
    registered_at: datetime
    reason: ErasureReason | None
    erased_at: datetime | None
    keys_destroyed_at: datetime | None

    @property
    def erasure(self) -> Erasure | None:
        if self.reason is None or self.erased_at is None:
            return None
        return Erasure(self.person_id, self.reason, self.erased_at, self.keys_destroyed_at)


ENROLLMENTS = Table(
    "enrollments",
    N_("Enrollments"),
    key="enrollment_id",
    order="recorded_at",
    columns=(
        Column("cohort", N_("Cohort"), link="/cohorts/{row.cohort_id}"),
        Column("programme", N_("Programme")),
        Column("organization", N_("Organization")),
        Column("shown_to_organization", N_("The organization reads the name"), "flag"),
        Column("status", N_("Status"), labels=ENROLLMENT_STATUSES),
        Column("recorded_at", N_("Stored"), "date"),
        Column("accepted_at", N_("Seat given"), "date"),
        Column("withdrawn_at", N_("Withdrawn"), "date"),
        Column("is_stated", N_("Stated by a list of before"), "flag"),
        Column("completed_on", N_("Completed"), "date"),
    ),
)
OF_SOME = ("organization", "shown_to_organization", "withdrawn_at", "is_stated", "completed_on")
"""Columns of enrollments that are shown where one of them has something to say."""

SHEETS = Table(
    "sheets",
    N_("Sheets"),
    key="import_id",
    order="requested_at",
    columns=(
        Column("requested_at", N_("Sent"), "date", link="/imports/{row.import_id}"),
        Column("expires_at", N_("Erased by itself"), "date"),
    ),
)


APPLICATIONS = Table(
    "applications",
    N_("Applications that wait for a decision"),
    key="application_id",
    order="sent_at",
    columns=(
        Column("sent_at", N_("Sent"), "date", link="/reviews/applications/{row.application_id}"),
        Column("expires_at", N_("Erased by itself"), "date"),
    ),
)


async def record_of_person(reader: Reader, resources: EnrollmentResources, person_id: UUID) -> PersonRecord:
    """Returns all that is stored about the person. Raises `RejectedError` if there is none."""
    pool = resources.pool
    async with pool.acquire() as connection:
        row = await _person(connection, person_id)
        person_ids = await counted_together(connection, person_id)
        identities = await stored_identities(reader, connection, resources, person_ids)
        former = await former_identities(reader, connection, resources, person_ids)
        known = _known(identities, former)
        record = PersonRecord(
            person_id=person_id,
            registered_at=row.registered_at,
            identity=identities.get(person_id),
            former_identities=former[person_id],
            corrections=await _corrections(reader, connection, resources, person_id),
            profile=row.profile,
            consents=await consents_of_person(connection, person_id),
            enrollments=await sql.enrollments_of_person.all(connection, StoredEnrollment, person_id=person_id),
            sheets=await sheets_naming(reader, connection, resources, person_ids, known),
            applications=await applications_naming(reader, connection, resources, person_ids, known),
            counted_together=[one for one in person_ids if one != person_id],
            erasure=row.erasure,
        )
    reader.shows([record], person_ids)
    return record


async def rectifiable(
    reader: Reader, connection: Connection | Pool, resources: EnrollmentResources, person_id: UUID
) -> tuple[Identity | None, Profile]:
    """Returns what can be corrected. The identity is None once the person was erased. Raises `RejectedError`."""
    row = await _person(connection, person_id)
    identities = await stored_identities(reader, connection, resources, [person_id])
    return identities.get(person_id), row.profile


async def rectify_person(
    unit: UnitOfWork, command: RectifyPerson, resources: EnrollmentResources, person_id: UUID
) -> UUID:
    """Replaces what identifies the person and returns the person's id. Figures follow where the profile was wrong in
    the enrollments until now too.

    A corrected document is that of all records which are counted as this person; names, birth date and contact are
    this record's, because facilitators read what they wrote themselves. Raises `RejectedError`.
    """
    stated, stated_profile = command.identity(), command.profile()
    if rejection := birth_date_rejection(stated.birth_date, day_of(unit.now)):
        raise RejectedError(rejection)
    row = await _existing(unit.connection, person_id)
    digests = await _locked(unit, resources, person_id, stated.document)
    await lock_seats(unit.connection, [person_id])
    person_ids = await _found_by(unit, person_id, *digests)
    profile = corrected_profile(row.profile, stated_profile, stated.birth_date, day_of(row.registered_at))
    identities = await _replace_identities(
        unit, resources, person_ids, stated.document, command.reason, {person_id: (stated, profile)}
    )
    await sql.rectify_profile.execute(unit.connection, person_id=person_id, profile=profile.model_dump(mode="json"))
    if command.applies_to is AppliesTo.ALL_ENROLLMENTS:
        birth_dates = identities[person_id].birth_date, stated.birth_date
        await correct_profiles(unit, person_id, row.profile, profile, birth_dates)
    await outbox.raise_versions(unit.connection, person_ids)
    return person_id


async def rectify_document(
    unit: UnitOfWork, resources: EnrollmentResources, person_id: UUID, document: Document
) -> None:
    """Replaces the document alone, of all records which are counted as this person. Raises `RejectedError`."""
    await _existing(unit.connection, person_id)
    person_ids = await _found_by(unit, person_id, *await _locked(unit, resources, person_id, document))
    await _replace_identities(unit, resources, person_ids, document, RectificationReason.MISTAKE_FOUND, {})
    await outbox.raise_versions(unit.connection, person_ids)


async def erase_person(
    unit: UnitOfWork, command: ErasePerson, resources: EnrollmentResources, person_id: UUID
) -> Erasure:
    """Erases what identifies the person, in all records that are counted as theirs. Idempotent.

    Seats stay counted; places in a waiting list are given up. What former copies hold is unreadable once the job has
    destroyed the keys. Raises `RejectedError`.
    """
    if erasure := await sql.erasure.first(unit.connection, Erasure, person_id=person_id):
        return erasure
    document_digest = await lock_person(unit.connection, person_id)
    person_ids = await counted_together(unit.connection, person_id)
    unit.concerns(*person_ids)
    await lock_seats(unit.connection, person_ids)
    await require_all_read(unit.connection)
    identities = await stored_identities(ERASING, unit.connection, resources, person_ids)
    former = await former_identities(ERASING, unit.connection, resources, person_ids)
    known = _known(identities, former)
    sheets = await sheets_naming(ERASING, unit.connection, resources, person_ids, known)
    await erase_sheets(unit, sheets)
    applications = await applications_naming(ERASING, unit.connection, resources, person_ids, known)
    await end(unit, [one.application_id for one in applications])
    await sql.erase_people.execute(unit.connection, person_ids=person_ids, now=unit.now, author=unit.author)
    await release_document(unit.connection, document_digest)
    await sql.add_erasures.execute(unit.connection, person_ids=person_ids, reason=command.reason, erased_at=unit.now)
    await withdraw_waiting(unit, person_ids)
    events = [PersonErased(occurred_at=unit.now, person_id=one) for one in person_ids]
    await outbox.add_all(unit.connection, events)
    await _destroy_keys_later(unit.connection, person_ids, sheets)
    return Erasure(person_id, command.reason, unit.now, None)


def _known(identities: Mapping[UUID, Identity], former: Mapping[UUID, Sequence[Identity]]) -> list[Identity]:
    """All by which sheets may name the person: what is stored now, and before corrections."""
    return [*identities.values(), *chain.from_iterable(former.values())]


async def _person(connection: Connection | Pool, person_id: UUID) -> _PersonRow:
    row = await sql.person.first(connection, _PersonRow, person_id=person_id)
    if row is None:
        raise RejectedError(PERSON_UNKNOWN)
    return row


async def _existing(connection: Connection, person_id: UUID) -> _PersonRow:
    row = await _person(connection, person_id)
    if row.erasure:
        raise RejectedError(PERSON_ERASED)
    return row


async def _locked(
    unit: UnitOfWork, resources: EnrollmentResources, person_id: UUID, document: Document
) -> tuple[bytes, bytes]:
    """Takes the locks of the person's former and new document, and returns their digests."""
    document_digest = await resources.blind.document(document)
    return await lock_person(unit.connection, person_id, person_lock(document_digest)), document_digest


async def _found_by(unit: UnitOfWork, person_id: UUID, former_digest: bytes, document_digest: bytes) -> list[UUID]:
    """Lets the person be found by the document, and returns the ids of all records that are counted as theirs."""
    person_ids = await counted_together(unit.connection, person_id)
    unit.concerns(*person_ids)
    if document_digest != former_digest:
        await _move_to_document(unit.connection, person_ids, former_digest, document_digest)
    return person_ids


async def _move_to_document(
    connection: Connection, person_ids: Sequence[UUID], former_digest: bytes, document_digest: bytes
) -> None:
    if await sql.is_document_taken.value(connection, document_digest=document_digest, person_ids=person_ids):
        raise RejectedError(DOCUMENT_TAKEN)
    await sql.move_to_document.execute(connection, document_digest=document_digest, person_ids=person_ids)
    await release_document(connection, former_digest)


async def _replace_identities(
    unit: UnitOfWork,
    resources: EnrollmentResources,
    person_ids: Sequence[UUID],
    document: Document,
    reason: RectificationReason,
    stated: Mapping[UUID, tuple[Identity, Profile]],
) -> dict[UUID, Identity]:
    """Encrypts what was stated of these people, and in further records of the person the document alone.

    What that replaces is stored as former, with the profile, and returned.
    """
    rows = await sql.standing_purposes.fetch(unit.connection, person_ids=person_ids)
    purposes = [Purpose(row["purpose"]) for row in rows]
    profiles = await _profiles(unit.connection, person_ids)
    keys = await resources.keyring.fetch(RECTIFYING, person_ids)
    stored = await unsealed_identities(unit.connection, keys)
    for one, key in keys.items():
        identity, profile = stated.get(one, (replace(stored[one], document=document), profiles[one]))
        corrected = permitted(identity, purposes) if one in stated else identity
        if (stored[one], profiles[one]) != (corrected, profile):
            await sql.add_former_identity.execute(
                unit.connection,
                person_id=one,
                identity=people.seal(key, stored[one]),
                profile=profiles[one].model_dump(mode="json"),
                reason=reason,
                changed_by=unit.author,
                changed_at=unit.now,
            )
        await sql.rectify.execute(
            unit.connection,
            person_id=one,
            identity=people.seal(key, corrected),
            name_digests=name_digests(resources, one, corrected),
        )
    return stored


async def _profiles(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, Profile]:
    rows = await sql.profiles.fetch(connection, person_ids=person_ids)
    return {row["person_id"]: Profile.model_validate(row["profile"]) for row in rows}


async def _corrections(
    reader: Reader, connection: Connection, resources: EnrollmentResources, person_id: UUID
) -> list[Correction]:
    """Returns what was corrected of the person, newest first. One who was erased has no history."""
    keys = await resources.keyring.fetch(reader, [person_id])
    identities = await unsealed_identities(connection, keys)
    if person_id not in identities:
        return []
    former = [_state(row, keys[person_id]) for row in await sql.former_states.fetch(connection, person_id=person_id)]
    profiles = await _profiles(connection, [person_id])
    return list(corrections_between([*former, FormerState(identities[person_id], profiles[person_id])]))


def _state(row: Row, key: SubjectKey) -> FormerState:
    profile = Profile.model_validate(row["profile"]) if row["profile"] else None
    return FormerState(**{**row, "identity": people.unseal(key, row["identity"]), "profile": profile})


async def _destroy_keys_later(
    connection: Connection, person_ids: Sequence[UUID], sheets: Sequence[StoredSheet]
) -> None:
    payload = {
        "person_ids": [str(one) for one in person_ids],
        "import_ids": [str(sheet.import_id) for sheet in sheets],
    }
    await jobs.add(connection, DESTROY_KEYS, payload)
