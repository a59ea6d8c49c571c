"""Transferring somebody to another cohort, one by one or a whole waiting list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime import jobs
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, transaction
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from contracts.enrollment import Enrollment, EnrollmentAccepted, EnrollmentStatus, EnrollmentWaitlisted, StatedTraining
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.enrollments.commands import TransferEnrollment
from services.enrollment.enrollments.seats import may_withdraw, seat_status
from services.enrollment.enrollments.service import (
    ENROLLMENT_UNKNOWN,
    StoredEnrollment,
    event_of,
    withdraw_from_dissolved,
    withdraw_transferred,
)
from services.enrollment.enrollments.stated import STATED_TRANSFER
from services.enrollment.messages.domain import MessageKind
from services.enrollment.messages.service import queue_messages
from services.enrollment.people.service import lock_person

sql = queries(__package__)

MOVE_WAITING = "transfers.move_waiting"
"""The kind of the job that transfers a waiting list, and the author of what it does."""


@dataclass(frozen=True, slots=True)
class _Target:
    """The cohort to which somebody is transferred. `status` is that of their enrollment in it, if they have one."""

    programme_id: UUID
    capacity: int
    occupied: int
    is_open: bool
    enrollment_id: UUID | None
    status: EnrollmentStatus | None
    transferred_from: UUID | None


async def transfer(unit: UnitOfWork, command: TransferEnrollment, enrollment_id: UUID) -> EnrollmentStatus:
    """Gives the person a seat of the other cohort, or a place in its waiting list, and returns which. Idempotent.

    The new enrollment has the organization and the profile of the former, which is withdrawn. Raises `RejectedError`.
    """
    await _lock(unit.connection, enrollment_id, command.cohort_id)
    [stored] = await sql.enrollments.all(unit.connection, StoredEnrollment, enrollment_ids=[enrollment_id])
    target = await sql.target.first(unit.connection, _Target, cohort_id=command.cohort_id, person_id=stored.person_id)
    if target and target.transferred_from == enrollment_id and target.status and may_withdraw(target.status):
        return target.status
    rejection = _rejection(stored, target, command.cohort_id)
    if rejection or target is None:
        raise RejectedError(rejection or _COHORT_UNKNOWN)
    status = seat_status(target.capacity, target.occupied)
    transferred = replace(
        stored,
        enrollment_id=target.enrollment_id or new_id(),
        programme_id=target.programme_id,
        cohort_id=command.cohort_id,
        status=status,
        accepted_at=unit.now if status is EnrollmentStatus.ACCEPTED else None,
    )
    await _store(unit, transferred, enrollment_id)
    await withdraw_transferred(unit, enrollment_id)
    return status


async def add_moving_job(connection: Connection, cohort_id: UUID, to_cohort_id: UUID) -> None:
    """Adds the job that transfers everybody who waits for a seat of the cohort."""
    await jobs.add(connection, MOVE_WAITING, {"cohort_id": str(cohort_id), "to_cohort_id": str(to_cohort_id)})


async def move_waiting(pool: Pool, payload: Mapping[str, str], now: datetime) -> None:
    """Transfers everybody who waits, in their order. Idempotent.

    Raises `RejectedError` while the other cohort takes nobody: whoever is left is transferred by a later attempt.
    """
    command = TransferEnrollment(cohort_id=UUID(payload["to_cohort_id"]))
    for row in await sql.waiting_in_order.fetch(pool, cohort_id=UUID(payload["cohort_id"])):
        async with transaction(pool) as connection:
            await _move(UnitOfWork(connection, now, MOVE_WAITING), command, row["enrollment_id"])


async def _move(unit: UnitOfWork, command: TransferEnrollment, enrollment_id: UUID) -> None:
    """Transfers one who waits. Whoever is in the other cohort already is told that this waiting list has ended."""
    try:
        await transfer(unit, command, enrollment_id)
    except RejectedError as rejected:
        if rejected.rejection is _THERE_ALREADY:
            await withdraw_from_dissolved(unit, enrollment_id)
        elif rejected.rejection is not _ENDED:
            raise


async def _store(unit: UnitOfWork, transferred: StoredEnrollment, former_id: UUID) -> None:
    await sql.transfer.execute(
        unit.connection,
        enrollment_id=transferred.enrollment_id,
        former_id=former_id,
        cohort_id=transferred.cohort_id,
        status=transferred.status,
        accepted_at=transferred.accepted_at,
    )
    unit.concerns(transferred.person_id)
    await outbox.add(unit.connection, _event(transferred, unit.now))
    await queue_messages(unit, {transferred.enrollment_id: _NEWS[transferred.status]})


def _event(transferred: StoredEnrollment, now: datetime) -> Enrollment | StatedTraining:
    accepted = transferred.status is EnrollmentStatus.ACCEPTED
    return event_of(EnrollmentAccepted if accepted else EnrollmentWaitlisted, transferred, now)


def _rejection(stored: StoredEnrollment, target: _Target | None, cohort_id: UUID) -> Rejection | None:
    if target is None:
        return _COHORT_UNKNOWN
    if not may_withdraw(stored.status):
        return _ENDED
    if stored.stated:
        return STATED_TRANSFER
    if stored.cohort_id == cohort_id or (target.status and may_withdraw(target.status)):
        return _THERE_ALREADY
    return None if target.is_open else _COHORT_CLOSED


async def _lock(connection: Connection, enrollment_id: UUID, to_cohort_id: UUID) -> None:
    """Takes the locks of the person and of the seats of both cohorts. Raises `RejectedError`."""
    place = await sql.place_of_enrollment.fetch_row(connection, enrollment_id=enrollment_id)
    if place is None:
        raise RejectedError(ENROLLMENT_UNKNOWN)
    await lock_person(connection, place["person_id"], seat_lock(place["cohort_id"]), seat_lock(to_cohort_id))


_NEWS = {
    EnrollmentStatus.ACCEPTED: MessageKind.TRANSFERRED,
    EnrollmentStatus.WAITLISTED: MessageKind.TRANSFERRED_TO_LIST,
}
_COHORT_UNKNOWN = Rejection("cohort_unknown", N_("There is no such cohort."), Kind.MISSING, field="cohort_id")
_COHORT_CLOSED = Rejection(
    "cohort_closed",
    N_("This cohort takes no more enrollments."),
    Kind.CONFLICT,
    field="cohort_id",
    remedy=N_("Choose an open cohort."),
)
_THERE_ALREADY = Rejection(
    "there_already",
    N_("The person is enrolled in that cohort already."),
    Kind.CONFLICT,
    field="cohort_id",
    remedy=N_("Choose another cohort, or withdraw one of the enrollments."),
)
_ENDED = Rejection(
    "enrollment_ended",
    N_("The enrollment is withdrawn."),
    Kind.CONFLICT,
    remedy=N_("Enroll the person in the other cohort, with a new consent."),
)
