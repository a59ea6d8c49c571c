"""Enrolling somebody: the one path by which a form, an import and a device give a person a seat."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Connection, Row, lock
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from contracts.enrollment import (
    ConsentGiven,
    EnrollmentAccepted,
    EnrollmentStatus,
    EnrollmentWaitlisted,
    PersonRegistered,
    Purpose,
)
from contracts.event import Event, Profile
from services.enrollment import consent, people
from services.enrollment.applications import (
    Accepted,
    Admission,
    Application,
    Cohort,
    Outcome,
    Person,
    Situation,
    Waitlisted,
    decide,
    identity_of,
)
from services.enrollment.consent import Given
from services.enrollment.keyring import Keyring
from services.enrollment.resources import EnrollmentResources
from services.enrollment.seats import seat_lock

sql = queries("services.enrollment")


async def enroll(
    connection: Connection, resources: EnrollmentResources, application: Application, now: datetime
) -> Outcome:
    """Decides on the application and writes what follows, in the caller's transaction, which has written nothing yet.

    Only `Accepted` and `Waitlisted` have written anything. The same document in the same cohort again changes nothing.
    """
    index = resources.blind.document(application.document)
    await lock(connection, people.person_lock(index), seat_lock(application.cohort_id))
    situation = await _situation(connection, resources.keyring, application, index)
    decision = decide(application, situation, now)
    if not isinstance(decision, Admission):
        return decision
    return await _admit(connection, resources, application, situation.person, decision)


async def _situation(
    connection: Connection, keyring: Keyring, application: Application, document_index: bytes
) -> Situation:
    row = await connection.fetchrow(
        sql.situation.text,
        application.cohort_id,
        document_index,
        application.enrollment_id,
        application.organization_id,
    )
    assert row is not None  # the query starts from a row of its own
    return Situation(
        cohort=_cohort(row) if row["programme_id"] else None,
        person=await _person(connection, keyring, row) if row["person_id"] else None,
        enrollment=(row["enrollment_id"], EnrollmentStatus(row["enrollment_status"])) if row["enrollment_id"] else None,
        id_is_taken=row["id_is_taken"],
        organization_type=row["organization_type"],
    )


def _cohort(row: Row) -> Cohort:
    return Cohort(row["programme_id"], row["capacity"], row["taken"], row["is_open"])


async def _person(connection: Connection, keyring: Keyring, row: Row) -> Person:
    keys = await keyring.fetch([row["person_id"]])
    return Person(
        person_id=row["person_id"],
        identity=people.unseal(keys[row["person_id"]], row["identity"]),
        profile=Profile.model_validate(row["profile"]),
        consents=known_consents(await connection.fetch(sql.consents_of_person.text, row["person_id"])),
        has_seat=row["has_seat"],
    )


def known_consents(rows: Sequence[Row]) -> consent.Known:
    """What a person's consent rows say."""
    standing = {(Purpose(row["purpose"]), row["text_version"]) for row in rows if row["withdrawn_at"] is None}
    taken_back = sorted((row["withdrawn_at"], row["purpose"]) for row in rows if row["withdrawn_at"] is not None)
    return consent.Known(frozenset(standing), {Purpose(purpose): at for at, purpose in taken_back})


async def _admit(
    connection: Connection,
    resources: EnrollmentResources,
    application: Application,
    person: Person | None,
    admission: Admission,
) -> Accepted | Waitlisted:
    events: list[Event] = []
    if person is None:
        person_id = await _register(connection, resources, application, admission)
        events.append(PersonRegistered(occurred_at=admission.at, person_id=person_id, profile=admission.profile))
    else:
        person_id = person.person_id
    events += await _record_consents(connection, person_id, admission.consents)
    events.append(await _seat(connection, application, person_id, admission))
    await outbox.add_all(connection, events)
    if admission.status is EnrollmentStatus.WAITLISTED:
        return Waitlisted(application.enrollment_id, person_id)
    return Accepted(application.enrollment_id, person_id, new_person=person is None or not person.has_seat)


async def _register(
    connection: Connection, resources: EnrollmentResources, application: Application, admission: Admission
) -> UUID:
    key = await resources.keyring.draw()
    identity = people.permitted(identity_of(application), [one.purpose for one in admission.consents])
    await connection.execute(
        sql.register_person.text,
        key.subject,
        resources.blind.document(application.document),
        people.seal(key, identity),
        resources.blind.blocks(f"{application.names.given} {application.names.family}"),
        admission.profile.model_dump(mode="json"),
        admission.at,
    )
    return key.subject


async def _record_consents(connection: Connection, person_id: UUID, given: Sequence[Given]) -> list[ConsentGiven]:
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
    await connection.executemany(
        sql.record_consent.text,
        [(event.consent_id, person_id, event.purpose, event.text_version, event.occurred_at) for event in events],
    )
    return events


async def _seat(connection: Connection, application: Application, person_id: UUID, admission: Admission) -> Event:
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
    await connection.execute(
        sql.add_enrollment.text,
        event.enrollment_id,
        event.cohort_id,
        person_id,
        event.organization_id,
        event.status,
        event.accepted_at,
        event.profile.model_dump(mode="json"),
    )
    return event
