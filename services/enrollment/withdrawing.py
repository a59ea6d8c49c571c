"""Giving a seat or a consent back, and the first of the waiting list moving up in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Connection, Row, lock
from chassis.store.queries import queries
from contracts.enrollment import (
    ConsentWithdrawn,
    Enrollment,
    EnrollmentAccepted,
    EnrollmentStatus,
    EnrollmentWithdrawn,
    Purpose,
)
from services.enrollment import consent, people, seats
from services.enrollment.keyring import Keyring

sql = queries("services.enrollment")

State = TypeVar("State", bound=Enrollment)


async def withdraw(connection: Connection, enrollment_id: UUID, now: datetime) -> bool:
    """Withdraws the enrollment and fills its seat; False if there is no such enrollment. Again changes nothing."""
    cohort_id = await connection.fetchval(sql.cohort_of_enrollment.text, enrollment_id)
    if cohort_id is None:
        return False
    await lock(connection, seats.seat_lock(cohort_id))
    await _withdraw(connection, await connection.fetch(sql.enrollments_in_full.text, [enrollment_id]), now)
    return True


async def withdraw_consent(
    connection: Connection, keyring: Keyring, person_id: UUID, purpose: Purpose, now: datetime
) -> bool:
    """Takes every standing consent to the purpose back, with what rested on it; False if there is no such person."""
    person = await connection.fetchrow(sql.person_to_lock.text, person_id)
    if person is None:
        return False
    await lock(connection, people.person_lock(person["document_index"]))
    resting = await _resting_on(connection, person_id, purpose)
    await lock(connection, *{seats.seat_lock(row["cohort_id"]) for row in resting})
    rows = await connection.fetch(sql.withdraw_consents.text, person_id, purpose, now)
    await outbox.add_all(connection, [ConsentWithdrawn.model_validate({**row, "given": False}) for row in rows])
    await _withdraw(
        connection, await connection.fetch(sql.enrollments_in_full.text, [row["enrollment_id"] for row in resting]), now
    )
    if purpose is Purpose.CONTACT:
        await _forget_contact(connection, keyring, person_id)
    return True


async def _resting_on(connection: Connection, person_id: UUID, purpose: Purpose) -> Sequence[Row]:
    """The enrollments that cannot stand without the consent. None appears while the person's lock is held."""
    if purpose not in consent.SEAT_RESTS_ON:
        return []
    return await connection.fetch(sql.cohorts_of_person.text, person_id)


async def _withdraw(connection: Connection, enrollments: Sequence[Row], now: datetime) -> None:
    """The caller holds the seat locks, and read the enrollments under them."""
    for row in enrollments:
        if seats.may_withdraw(EnrollmentStatus(row["status"])):
            await connection.execute(sql.withdraw_enrollment.text, row["enrollment_id"], now)
            event = _event(EnrollmentWithdrawn, row, now, status=EnrollmentStatus.WITHDRAWN)
            await outbox.add(connection, event)
            if seats.frees_seat(EnrollmentStatus(row["status"])):
                await _move_up(connection, row["cohort_id"], now)


async def _move_up(connection: Connection, cohort_id: UUID, now: datetime) -> None:
    row = await connection.fetchrow(sql.accept_first_waiting.text, cohort_id, now)
    if row is not None:
        await outbox.add(connection, _event(EnrollmentAccepted, row, now))


async def _forget_contact(connection: Connection, keyring: Keyring, person_id: UUID) -> None:
    key = (await keyring.fetch([person_id]))[person_id]
    identity = people.unseal(key, await connection.fetchval(sql.identity.text, person_id))
    await connection.execute(sql.replace_identity.text, person_id, people.seal(key, people.permitted(identity, [])))


def _event(kind: type[State], row: Row, now: datetime, **changed: object) -> State:
    return kind.model_validate({**row, **changed, "occurred_at": now})
