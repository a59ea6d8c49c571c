"""Undoing a withdrawal that was a mistake."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from contracts.enrollment import (
    Enrollment,
    EnrollmentAccepted,
    EnrollmentStatus,
    EnrollmentWaitlisted,
    StatedTraining,
)
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.enrollments.seats import reinstated_status
from services.enrollment.enrollments.service import ENROLLMENT_UNKNOWN, StoredEnrollment, event_of, fill_seats
from services.enrollment.messages.domain import NEWS_OF_STATUS
from services.enrollment.messages.service import queue_messages
from services.enrollment.people.service import lock_person

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What decides whether and as what an enrollment is reinstated: why it was withdrawn, and its cohort's seats."""

    capacity: int
    occupied: int
    may_be_reinstated: bool


async def reinstate(unit: UnitOfWork, enrollment_id: UUID) -> EnrollmentStatus:
    """Gives a withdrawn enrollment its seat back, or its place in the waiting list if the seat is another's by now.

    Returns the status in the end. Idempotent. Raises `RejectedError` if the enrollment does not exist, if the person
    was erased or took a consent back, and if the withdrawal followed from an import that was undone.
    """
    await _lock(unit.connection, enrollment_id)
    stored = await _stored(unit.connection, enrollment_id)
    if stored.status is EnrollmentStatus.WITHDRAWN:
        await _reinstate(unit, stored)
    return (await _stored(unit.connection, enrollment_id)).status


async def _reinstate(unit: UnitOfWork, stored: StoredEnrollment) -> None:
    enrollment_id = stored.enrollment_id
    [grounds] = await sql.grounds_of_reinstatement.all(unit.connection, _Grounds, enrollment_id=enrollment_id)
    if not grounds.may_be_reinstated:
        raise RejectedError(_ENDED_FOR_GOOD)
    status = reinstated_status(stored.accepted_at, grounds.capacity, grounds.occupied)
    await sql.reinstate.execute(unit.connection, enrollment_id=enrollment_id, status=status)
    unit.concerns(stored.person_id)
    await outbox.add(unit.connection, _reinstated(stored, status, unit.now))
    await queue_messages(unit, {enrollment_id: NEWS_OF_STATUS[status]})
    await fill_seats(unit, stored.cohort_id)


async def _stored(connection: Connection, enrollment_id: UUID) -> StoredEnrollment:
    [stored] = await sql.enrollments.all(connection, StoredEnrollment, enrollment_ids=[enrollment_id])
    return stored


def _reinstated(stored: StoredEnrollment, status: EnrollmentStatus, now: datetime) -> Enrollment | StatedTraining:
    if status is EnrollmentStatus.ACCEPTED:
        return event_of(EnrollmentAccepted, replace(stored, status=status), now)
    return event_of(EnrollmentWaitlisted, replace(stored, status=status, accepted_at=None), now)


async def _lock(connection: Connection, enrollment_id: UUID) -> None:
    """Takes the locks of the person and of the seats. Raises `RejectedError`."""
    place = await sql.place_of_enrollment.fetch_row(connection, enrollment_id=enrollment_id)
    if place is None:
        raise RejectedError(ENROLLMENT_UNKNOWN)
    await lock_person(connection, place["person_id"], seat_lock(place["cohort_id"]))


_ENDED_FOR_GOOD = Rejection(
    "ended_for_good",
    N_("The enrollment ended with a consent that was taken back, or with an import that was undone."),
    Kind.CONFLICT,
    remedy=N_("If the person wants to take part again, enroll them again with a new consent."),
)
