"""Giving a person a seat, taking it back, and moving up the first of the waiting list. Form, import and device all use
`enroll`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, lock
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Work
from chassis.web.texts import N_
from contracts.enrollment import (
    Enrollment,
    EnrollmentAccepted,
    EnrollmentStatus,
    EnrollmentWaitlisted,
    EnrollmentWithdrawn,
    PersonMerged,
    PersonRegistered,
    Purpose,
)
from contracts.event import OrganizationType, Profile
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.consent.domain import REQUIRED_FOR_SEAT, read_history
from services.enrollment.consent.service import add_consents, withdraw_consents
from services.enrollment.enrollments.commands import EnrollPerson
from services.enrollment.enrollments.domain import (
    Accepted,
    Admission,
    Application,
    CohortSeats,
    Enrolled,
    KnownEnrollment,
    KnownPerson,
    Outcome,
    Review,
    Situation,
    Waitlisted,
    decide,
    frees_seat,
    may_withdraw,
)
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.people import domain as people
from services.enrollment.people.domain import Visibility
from services.enrollment.people.service import (
    Newcomer,
    counted_together,
    forget_contact,
    lock_person,
    register_person,
)
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

MATCHING = Work("enrollments.match")

EnrollmentEvent = TypeVar("EnrollmentEvent", bound=Enrollment)


@dataclass(frozen=True, slots=True)
class StoredEnrollment:
    """An enrollment as its events carry it."""

    enrollment_id: UUID
    person_id: UUID
    programme_id: UUID
    cohort_id: UUID
    organization_id: UUID | None
    status: EnrollmentStatus
    accepted_at: datetime | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class _SituationRow:
    """What is stored about an application, and about one of the people of its document, if there is any."""

    programme_id: UUID | None
    capacity: int
    taken: int
    is_open: bool
    person_id: UUID | None
    counted_as: UUID
    identity: bytes
    profile: Profile
    consents: Sequence[Mapping[str, Any]] | None
    has_seat: bool
    is_visible: bool
    enrollment_id: UUID | None
    enrollment_status: EnrollmentStatus
    id_is_taken: bool
    organization_type: OrganizationType | None


@dataclass(frozen=True, slots=True)
class _Seat:
    enrollment_id: UUID
    cohort_id: UUID


async def enroll_person(
    unit: UnitOfWork, command: EnrollPerson, resources: EnrollmentResources, visibility: Visibility
) -> Enrolled:
    """Enrolls a person. Raises `RejectedError`, also if a visible person has the document and clearly another name."""
    outcome = await enroll(unit, command.application(), resources, visibility)
    match outcome:
        case Review():
            raise RejectedError(_NAME_DIFFERS)
        case Rejection():
            raise RejectedError(outcome)
        case _:
            return outcome


async def enroll(
    unit: UnitOfWork, application: Application, resources: EnrollmentResources, visibility: Visibility
) -> Outcome:
    """Decides on the application and stores what follows, in a transaction that has written nothing yet.

    Nothing was written unless the outcome is `Accepted` or `Waitlisted`. Idempotent for a document and a cohort.
    Outcome and statements are the same for a document that nobody has, and one of people whom the caller must not see.
    """
    document_digest = await resources.blind.document(application.document)
    await lock(unit.connection, people.person_lock(document_digest), seat_lock(application.cohort_id))
    situation = await _situation(unit.connection, application, document_digest, resources, visibility)
    decision = decide(application, situation, unit.now)
    if not isinstance(decision, Admission):
        return decision
    person = decision.person
    registered = [] if person else await _register(unit, decision, document_digest, resources)
    person_id = person.person_id if person else registered[0].person_id
    consents = await add_consents(unit, person_id, decision.consents)
    enrollment = await _add_enrollment(unit, application, person_id, decision)
    await outbox.add_all(unit.connection, [*registered, *consents, enrollment])
    unit.concerns(person_id)
    if decision.status is EnrollmentStatus.WAITLISTED:
        return Waitlisted(application.enrollment_id, person_id)
    return Accepted(application.enrollment_id, person_id, new_person=person is None or not person.has_seat)


async def withdraw(unit: UnitOfWork, enrollment_id: UUID) -> None:
    """Withdraws the enrollment and gives its seat to the first who waits. Idempotent.

    Raises `RejectedError` if the enrollment does not exist.
    """
    cohort_id = await sql.cohort_of_enrollment.value(unit.connection, enrollment_id=enrollment_id)
    if cohort_id is None:
        raise RejectedError(_ENROLLMENT_UNKNOWN)
    await lock(unit.connection, seat_lock(cohort_id))
    await _withdraw_all(unit, [enrollment_id])


async def withdraw_consent(unit: UnitOfWork, command: WithdrawConsent, resources: EnrollmentResources) -> None:
    """Withdraws every standing consent to the purpose, with the enrollments that require it. Idempotent.

    It covers all records that are counted as this person.

    Raises `RejectedError` if the person is unknown or was erased.
    """
    await lock_person(unit.connection, command.person_id)
    person_ids = await counted_together(unit.connection, command.person_id)
    seats = await _seats_resting_on(unit.connection, command.purpose, person_ids)
    unit.concerns(*person_ids)
    await lock(unit.connection, *{seat_lock(seat.cohort_id) for seat in seats})
    await outbox.add_all(unit.connection, await withdraw_consents(unit, command.purpose, person_ids))
    await _withdraw_all(unit, [seat.enrollment_id for seat in seats])
    if command.purpose is Purpose.CONTACT:
        await forget_contact(unit, person_ids, resources.keyring)


async def lock_seats(connection: Connection, person_ids: Sequence[UUID]) -> None:
    """Takes the seat locks of all cohorts in which these people ever enrolled. The caller holds the person's lock."""
    rows = await sql.cohorts_of_people.fetch(connection, person_ids=person_ids)
    await lock(connection, *(seat_lock(row["cohort_id"]) for row in rows))


async def withdraw_waiting(unit: UnitOfWork, person_ids: Sequence[UUID]) -> None:
    """Withdraws the enrollments of these people that wait for a seat. The caller holds the seat locks."""
    rows = await sql.waiting_of_people.fetch(unit.connection, person_ids=person_ids)
    await _withdraw_all(unit, [row["enrollment_id"] for row in rows])


async def _register(
    unit: UnitOfWork, admission: Admission, document_digest: bytes, resources: EnrollmentResources
) -> list[PersonRegistered | PersonMerged]:
    """Registers the person, and as whom they are counted."""
    newcomer = Newcomer(
        admission.identity,
        document_digest,
        admission.profile,
        admission.at,
        admission.is_apart,
        admission.counted_as,
    )
    return await register_person(unit, newcomer, resources)


async def _situation(
    connection: Connection,
    application: Application,
    document_digest: bytes,
    resources: EnrollmentResources,
    visibility: Visibility,
) -> Situation:
    rows = await sql.situation.all(
        connection,
        _SituationRow,
        cohort_id=application.cohort_id,
        document_digest=document_digest,
        enrollment_id=application.enrollment_id,
        organization_id=application.organization_id,
        facilitator=visibility.facilitator,
    )
    known = [row.person_id for row in rows if row.person_id]
    # Callers who must not see all people would otherwise notice by the time that the document is known.
    keys = await resources.keyring.fetch(MATCHING, known) if known or not visibility.is_unlimited else {}
    row = rows[0]  # the query starts from a row of its own
    return Situation(
        cohort=CohortSeats(row.programme_id, row.capacity, row.taken, row.is_open) if row.programme_id else None,
        people=tuple(_known_person(one, keys[one.person_id]) for one in rows if one.person_id),
        id_is_taken=row.id_is_taken,
        organization_type=row.organization_type,
        asks_consent_anew=not visibility.is_unlimited,
    )


def _known_person(row: _SituationRow, key: SubjectKey) -> KnownPerson:
    return KnownPerson(
        person_id=key.subject,
        counted_as=row.counted_as,
        identity=people.unseal(key, row.identity),
        profile=row.profile,
        consents=read_history(row.consents or []),
        enrollment=KnownEnrollment(row.enrollment_id, row.enrollment_status) if row.enrollment_id else None,
        has_seat=row.has_seat,
        is_visible=row.is_visible,
    )


async def _add_enrollment(
    unit: UnitOfWork, application: Application, person_id: UUID, admission: Admission
) -> Enrollment:
    accepted = admission.status is EnrollmentStatus.ACCEPTED
    event = (EnrollmentAccepted if accepted else EnrollmentWaitlisted)(
        occurred_at=admission.at,
        enrollment_id=application.enrollment_id,
        person_id=person_id,
        programme_id=admission.programme_id,
        cohort_id=application.cohort_id,
        organization_id=application.organization_id,
        status=admission.status,
        accepted_at=admission.at if accepted else None,
        profile=admission.profile,
    )
    await sql.add_enrollment.execute(
        unit.connection,
        **event.model_dump(exclude={"programme_id", "occurred_at"}),
        shown_to_organization=application.shown_to_organization,
    )
    return event


async def _seats_resting_on(connection: Connection, purpose: Purpose, person_ids: Sequence[UUID]) -> list[_Seat]:
    """Returns the enrollments that require the consent. None is added while the person's lock is held."""
    if purpose not in REQUIRED_FOR_SEAT:
        return []
    return await sql.seats_of_people.all(connection, _Seat, person_ids=person_ids)


async def _withdraw_all(unit: UnitOfWork, enrollment_ids: Sequence[UUID]) -> None:
    """The caller holds the seat locks; the enrollments are read under them."""
    for stored in await sql.enrollments.all(unit.connection, StoredEnrollment, enrollment_ids=enrollment_ids):
        if may_withdraw(stored.status):
            await sql.withdraw.execute(unit.connection, enrollment_id=stored.enrollment_id, now=unit.now)
            unit.concerns(stored.person_id)
            withdrawn = replace(stored, status=EnrollmentStatus.WITHDRAWN)
            await outbox.add(unit.connection, _event(EnrollmentWithdrawn, withdrawn, unit.now))
            if frees_seat(stored.status):
                await _move_up(unit, stored.cohort_id)


async def _move_up(unit: UnitOfWork, cohort_id: UUID) -> None:
    accepted = await sql.accept_first_waiting.first(
        unit.connection, StoredEnrollment, cohort_id=cohort_id, now=unit.now
    )
    if accepted:
        unit.concerns(accepted.person_id)
        await outbox.add(unit.connection, _event(EnrollmentAccepted, accepted, unit.now))


def _event(event_type: type[EnrollmentEvent], stored: StoredEnrollment, occurred_at: datetime) -> EnrollmentEvent:
    return event_type(**asdict(stored), occurred_at=occurred_at)


_ENROLLMENT_UNKNOWN = Rejection("enrollment_unknown", N_("There is no such enrollment."), Kind.MISSING)
_NAME_DIFFERS = Rejection(
    "name_differs",
    N_("This document is known with another name, birth date or sex."),
    Kind.CONFLICT,
    field="document.number",
    remedy=N_("Compare all of them with the card. If all is right, tell the coordination."),
)
