"""Giving people seats, taking them back, and moving up the first of the waiting list. Form, import and device all use
`enroll_all`, for one application or many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, lock
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.enrollment import (
    ConsentWithdrawn,
    Enrollment,
    EnrollmentAccepted,
    EnrollmentStatus,
    EnrollmentWaitlisted,
    EnrollmentWithdrawn,
    Purpose,
    StatedTraining,
)
from contracts.event import Profile
from services.enrollment.applications.service import Waiting, keep
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.consent.domain import REQUIRED_FOR_SEAT
from services.enrollment.consent.service import add_consents, undo_consents, withdraw_consents
from services.enrollment.enrollments.commands import EnrollPerson
from services.enrollment.enrollments.domain import (
    Accepted,
    Admission,
    AlreadyEnrolled,
    Application,
    Enrolled,
    Outcome,
    Review,
    Waitlisted,
    decide_all,
)
from services.enrollment.enrollments.seats import Withdrawal, may_withdraw
from services.enrollment.enrollments.situations import IndexedApplication, index_applications, read_situations
from services.enrollment.enrollments.stated import Statement, event_of_statement
from services.enrollment.messages.domain import NEWS_OF_STATUS, MessageKind
from services.enrollment.messages.service import queue_messages
from services.enrollment.people.contacts import add_contacts, forget_contact, take_contacts_back
from services.enrollment.people.domain import Visibility
from services.enrollment.people.service import Newcomer, counted_together, lock_person, register_people
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

_TOLD = {EnrollmentStatus.ACCEPTED: EnrollmentAccepted, EnrollmentStatus.WAITLISTED: EnrollmentWaitlisted}


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
    stated: Statement | None

    def fields(self) -> dict[str, Any]:
        """Returns the fields by their names. `asdict` would copy each value, which costs more than storing it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class _Admitted:
    """An application with its admission; `newcomer` is set for a person who is registered now."""

    application: Application
    admission: Admission
    person_id: UUID
    newcomer: Newcomer | None

    @property
    def outcome(self) -> Accepted | Waitlisted:
        admission, known = self.admission, self.admission.person
        if admission.status is EnrollmentStatus.WAITLISTED:
            return Waitlisted(admission.enrollment_id, self.person_id, admission.contact_differs)
        is_new = admission.statement is None and (known is None or not known.has_seat)
        return Accepted(admission.enrollment_id, self.person_id, is_new, admission.contact_differs)

    @property
    def has_new_contact(self) -> bool:
        """Tells whether the application gives a contact to somebody who is known without one."""
        known = self.admission.person
        return known is not None and known.identity != self.admission.identity


@dataclass(frozen=True, slots=True)
class _Seat:
    enrollment_id: UUID
    cohort_id: UUID


async def enroll_person(
    unit: UnitOfWork, command: EnrollPerson, resources: EnrollmentResources, visibility: Visibility
) -> Enrolled | Waiting:
    """Enrolls a person, or keeps the application until somebody has compared it with whoever has its document.

    Idempotent for the id of the application, also where the person withdraws in between. Raises `RejectedError`.
    """
    application = command.application()
    outcome = await enroll(unit, application, resources, visibility)
    if isinstance(outcome, Review):
        return await _answered(unit.connection, application) or await keep(
            unit, application, outcome.person_id, resources
        )
    return await as_answered(unit, application, outcome)


async def as_answered(unit: UnitOfWork, application: Application, outcome: Enrolled | Rejection) -> Enrolled:
    """Returns the outcome, of which the application is recognized if it is sent again under its id.

    Raises `RejectedError` for a rejection.
    """
    if isinstance(outcome, Rejection):
        raise RejectedError(outcome)
    if outcome.enrollment_id != application.enrollment_id:
        await sql.keep_application_id.execute(
            unit.connection, application_id=application.enrollment_id, enrollment_id=outcome.enrollment_id
        )
    return outcome


async def enroll(
    unit: UnitOfWork, application: Application, resources: EnrollmentResources, visibility: Visibility
) -> Outcome:
    """Decides on one application, as `enroll_all` does on several."""
    [outcome] = await enroll_all(unit, await index_applications([application], resources), resources, visibility)
    return outcome


async def enroll_all(
    unit: UnitOfWork,
    applications: Sequence[IndexedApplication],
    resources: EnrollmentResources,
    visibility: Visibility,
) -> list[Outcome]:
    """Decides on applications in their order and stores what follows, in a transaction that has written nothing yet.

    Nothing was written unless an outcome is `Accepted` or `Waitlisted`. Idempotent for a document and a cohort, until
    the person withdraws: then a new application gives a seat or a place under the id of the former enrollment.
    Outcome and statements are the same for a document that nobody has, and one of people whom the caller must not see.

    Raises `ValueError` if two applications have one document, because the second would be decided as if the first had
    not been.
    """
    if len({one.document_digest for one in applications}) < len(applications):
        raise ValueError("Applications of one document are decided in transactions of their own.")
    await lock(unit.connection, *(name for one in applications for name in one.locks))
    situations = await read_situations(unit.connection, applications, resources, visibility)
    decisions = list(decide_all([one.application for one in applications], situations, unit.now))
    admitted = [
        await _admitted(one, decision, resources) if isinstance(decision, Admission) else decision
        for one, decision in zip(applications, decisions, strict=True)
    ]
    await _store(unit, [one for one in admitted if isinstance(one, _Admitted)], resources)
    return [one.outcome if isinstance(one, _Admitted) else one for one in admitted]


async def withdraw(unit: UnitOfWork, enrollment_id: UUID) -> None:
    """Withdraws the enrollment and gives its seat to the first who waits. Idempotent.

    Raises `RejectedError` if the enrollment does not exist.
    """
    cohort_id = await sql.cohort_of_enrollment.value(unit.connection, enrollment_id=enrollment_id)
    if cohort_id is None:
        raise RejectedError(ENROLLMENT_UNKNOWN)
    await lock(unit.connection, seat_lock(cohort_id))
    await _withdraw_all(unit, [enrollment_id], Withdrawal.ASKED)


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
    ended = [seat.enrollment_id for seat in seats]
    withdrawn = await withdraw_consents(unit, command.purpose, person_ids, ended)
    await _withdraw_all(unit, ended, Withdrawal.CONSENT)
    await _announce(unit, withdrawn)
    if command.purpose is Purpose.CONTACT:
        await forget_contact(unit, person_ids, resources.keyring)


async def withdraw_imported(
    unit: UnitOfWork,
    import_id: UUID,
    enrollment_ids: Sequence[UUID],
    person_ids: Sequence[UUID],
    resources: EnrollmentResources,
) -> None:
    """Withdraws what an import gave these people: their places and seats, to which others move up, and their consents.
    The caller holds the locks of the people and of the seats."""
    withdrawn = await undo_consents(unit, import_id, person_ids)
    await _withdraw_all(unit, enrollment_ids, Withdrawal.UNDONE)
    await _announce(unit, withdrawn)
    await take_contacts_back(unit, import_id, person_ids, resources.keyring)
    unreachable = [one.person_id for one in withdrawn if one.purpose is Purpose.CONTACT]
    if unreachable:
        await forget_contact(unit, unreachable, resources.keyring)


async def _announce(unit: UnitOfWork, withdrawn: Sequence[ConsentWithdrawn]) -> None:
    """Announces withdrawn consents, after the enrollments that end by them: a service that has read the first has read
    the second, and can confirm that they ended."""
    await outbox.add_all(unit.connection, withdrawn)


async def lock_seats(connection: Connection, person_ids: Sequence[UUID]) -> None:
    """Takes the seat locks of all cohorts in which these people ever enrolled. The caller holds the person's lock."""
    rows = await sql.cohorts_of_people.fetch(connection, person_ids=person_ids)
    await lock(connection, *(seat_lock(row["cohort_id"]) for row in rows))


async def withdraw_waiting(unit: UnitOfWork, person_ids: Sequence[UUID]) -> None:
    """Withdraws the enrollments of people who are erased and wait for a seat. The caller holds the seat locks."""
    rows = await sql.waiting_of_people.fetch(unit.connection, person_ids=person_ids)
    await _withdraw_all(unit, [row["enrollment_id"] for row in rows], Withdrawal.ERASED)


async def dissolve_waiting_list(unit: UnitOfWork, cohort_id: UUID) -> None:
    """Withdraws the enrollments of the cohort that wait for a seat. The caller holds the seat lock."""
    rows = await sql.waiting_of_cohort.fetch(unit.connection, cohort_id=cohort_id)
    await _withdraw_all(unit, [row["enrollment_id"] for row in rows], Withdrawal.DISSOLVED)


async def withdraw_from_dissolved(unit: UnitOfWork, enrollment_id: UUID) -> None:
    """Withdraws an enrollment whose waiting list has ended. The caller holds the seat lock."""
    await _withdraw_all(unit, [enrollment_id], Withdrawal.DISSOLVED)


async def withdraw_lapsed(unit: UnitOfWork, enrollment_ids: Sequence[UUID]) -> None:
    """Withdraws the enrollments of a cohort whose offer nobody accepted in time. The caller holds the seat lock."""
    await _withdraw_all(unit, enrollment_ids, Withdrawal.LAPSED)


async def withdraw_substituted(unit: UnitOfWork, enrollment_id: UUID) -> None:
    """Withdraws an enrollment whose seat another has. The caller holds the seat lock."""
    await _withdraw_all(unit, [enrollment_id], Withdrawal.SUBSTITUTED)


async def withdraw_transferred(unit: UnitOfWork, enrollment_id: UUID) -> None:
    """Withdraws an enrollment whose person has another for it. The caller holds the seat lock."""
    await _withdraw_all(unit, [enrollment_id], Withdrawal.TRANSFERRED)


async def fill_seats(unit: UnitOfWork, cohort_id: UUID) -> None:
    """Offers the cohort's free seats to those who applied first, or gives them where nobody can be asked. The caller
    holds the seat lock."""
    found = await sql.fill_seats.all(
        unit.connection, StoredEnrollment, cohort_id=cohort_id, now=unit.now, today=day_of(unit.now)
    )
    unit.concerns(*(one.person_id for one in found))
    given = [one for one in found if one.status is EnrollmentStatus.ACCEPTED]
    await outbox.add_all(unit.connection, [event_of(EnrollmentAccepted, one, unit.now) for one in given])
    await queue_messages(unit, {one.enrollment_id: _NEWS_OF_FREE_SEAT[one.status] for one in found})


async def _answered(connection: Connection, application: Application) -> AlreadyEnrolled | None:
    """Returns what was decided about an application that contradicts somebody; None if nothing was."""
    ids = {"cohort_id": application.cohort_id, "application_id": application.enrollment_id}
    return await sql.answered_application.first(connection, AlreadyEnrolled, **ids)


async def _admitted(indexed: IndexedApplication, admission: Admission, resources: EnrollmentResources) -> _Admitted:
    if admission.person:
        return _Admitted(indexed.application, admission, admission.person.person_id, None)
    newcomer = Newcomer(
        await resources.keyring.draw(),
        admission.identity,
        indexed.document_digest,
        admission.profile,
        admission.at,
        admission.is_apart,
        admission.counted_as,
        merge_id=new_id() if admission.counted_as else None,
    )
    return _Admitted(indexed.application, admission, newcomer.key.subject, newcomer)


async def _store(unit: UnitOfWork, admitted: Sequence[_Admitted], resources: EnrollmentResources) -> None:
    """Stores the people, as whom they are counted, the contacts of those who had none, consents and enrollments."""
    newcomers = [one.newcomer for one in admitted if one.newcomer]
    registered = await register_people(unit, newcomers, resources)
    completed = [one for one in admitted if one.has_new_contact]
    await add_contacts(
        unit,
        {one.person_id: one.admission.identity for one in completed},
        {one.person_id: one.application.import_id for one in completed},
        resources.keyring,
    )
    given = [
        (one.person_id, consent, one.application.import_id) for one in admitted for consent in one.admission.consents
    ]
    consents = await add_consents(unit, given)
    enrollments = await _save_enrollments(unit, admitted)
    await outbox.add_all(unit.connection, [*registered, *consents, *enrollments])
    unit.concerns(*(one.person_id for one in admitted))
    applied = [one.admission for one in admitted if one.admission.statement is None]
    await queue_messages(unit, {one.enrollment_id: NEWS_OF_STATUS[one.status] for one in applied})


async def _save_enrollments(unit: UnitOfWork, admitted: Sequence[_Admitted]) -> list[Enrollment | StatedTraining]:
    stored = [_stored(one) for one in admitted]
    rows = [
        {
            **enrollment.fields(),
            "shown_to_organization": one.application.shown_to_organization,
            "import_id": one.application.import_id,
            "nominated": one.application.is_nominated,
            "profile": enrollment.profile.model_dump_json(),
            "stated": enrollment.stated and enrollment.stated.model_dump_json(),
        }
        for one, enrollment in zip(admitted, stored, strict=True)
    ]
    await sql.save_enrollments.execute_rows(unit.connection, rows)
    return [
        event_of(_TOLD[enrollment.status], enrollment, one.admission.at)
        for one, enrollment in zip(admitted, stored, strict=True)
    ]


def _stored(admitted: _Admitted) -> StoredEnrollment:
    application, admission = admitted.application, admitted.admission
    accepted = admission.status is EnrollmentStatus.ACCEPTED
    return StoredEnrollment(
        enrollment_id=admission.enrollment_id,
        person_id=admitted.person_id,
        programme_id=admission.programme_id,
        cohort_id=application.cohort_id,
        organization_id=application.organization_id,
        status=admission.status,
        accepted_at=admission.at if accepted else None,
        profile=admission.profile,
        stated=admission.statement,
    )


async def _seats_resting_on(connection: Connection, purpose: Purpose, person_ids: Sequence[UUID]) -> list[_Seat]:
    """Returns the enrollments that require the consent. None is added while the person's lock is held."""
    if purpose not in REQUIRED_FOR_SEAT:
        return []
    return await sql.seats_of_people.all(connection, _Seat, person_ids=person_ids)


async def _withdraw_all(unit: UnitOfWork, enrollment_ids: Sequence[UUID], withdrawal: Withdrawal) -> None:
    """Withdraws enrollments, then gives their seats to those who still wait. The caller holds the seat locks; the
    enrollments are read under them."""
    found = await sql.enrollments.all(unit.connection, StoredEnrollment, enrollment_ids=enrollment_ids)
    withdrawn = [stored for stored in found if may_withdraw(stored.status)]
    ids = [stored.enrollment_id for stored in withdrawn]
    await sql.withdraw.execute(unit.connection, enrollment_ids=ids, now=unit.now, withdrawal=withdrawal)
    unit.concerns(*(stored.person_id for stored in withdrawn))
    ended = (replace(stored, status=EnrollmentStatus.WITHDRAWN) for stored in withdrawn)
    await outbox.add_all(unit.connection, [event_of(EnrollmentWithdrawn, one, unit.now) for one in ended])
    if news := _NEWS_OF_WITHDRAWAL.get(withdrawal):
        await queue_messages(unit, dict.fromkeys(ids, news))
    for cohort_id in sorted({stored.cohort_id for stored in withdrawn}):
        await fill_seats(unit, cohort_id)


def event_of(
    event_type: type[Enrollment], stored: StoredEnrollment, occurred_at: datetime
) -> Enrollment | StatedTraining:
    """Returns the event that carries the enrollment; that of its statement for one of a past cohort."""
    fields = stored.fields()
    statement: Statement | None = fields.pop("stated")
    return event_of_statement(statement, **fields) if statement else event_type(**fields, occurred_at=occurred_at)


_NEWS_OF_WITHDRAWAL = {
    Withdrawal.ASKED: MessageKind.WITHDRAWN,
    Withdrawal.CONSENT: MessageKind.WITHDRAWN,
    Withdrawal.DISSOLVED: MessageKind.LIST_DISSOLVED,
    Withdrawal.SUBSTITUTED: MessageKind.WITHDRAWN,
    Withdrawal.LAPSED: MessageKind.OFFER_LAPSED,
}
"""An undone import withdrew the consent to be contacted, and nobody tells an erased person anything. Somebody who is
transferred is told of the other cohort."""

_NEWS_OF_FREE_SEAT = {
    EnrollmentStatus.ACCEPTED: MessageKind.MOVED_UP,
    EnrollmentStatus.WAITLISTED: MessageKind.SEAT_OFFERED,
}
"""A seat that is offered leaves the enrollment on the waiting list."""

ENROLLMENT_UNKNOWN = Rejection("enrollment_unknown", N_("There is no such enrollment."), Kind.MISSING)
