"""Seats that are offered to those who wait: accepting one, and what becomes of one that nobody accepts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, lock, transaction
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web import short_codes
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentAccepted, EnrollmentStatus
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.enrollments.seats import Withdrawal, stands
from services.enrollment.enrollments.service import (
    ENROLLMENT_UNKNOWN,
    StoredEnrollment,
    event_of,
    withdraw,
    withdraw_lapsed,
)
from services.enrollment.messages.domain import MessageKind
from services.enrollment.messages.service import queue_messages

sql = queries(__package__)

END_OFFERS = "offers.end"
"""The kind of the job, and the author of what it does."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A seat that was offered, and how it stands: `offered_until` is None once it was accepted or has ended."""

    enrollment_id: UUID
    status: EnrollmentStatus
    offered_until: datetime | None
    withdrawal: Withdrawal | None
    cohort: str
    programme: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class StandingOffer:
    """A seat that is offered until then."""

    enrollment_id: UUID
    cohort: str
    programme: str
    offered_until: datetime


@dataclass(frozen=True, slots=True)
class _State:
    status: EnrollmentStatus
    offered_until: datetime | None


@dataclass(frozen=True, slots=True)
class _EndedOffer:
    enrollment_id: UUID
    is_lapsed: bool


async def accept_offer(unit: UnitOfWork, enrollment_id: UUID) -> None:
    """Gives the seat that is offered to the enrollment. Idempotent.

    Raises `RejectedError` if the enrollment does not exist, or no seat is offered to it now.
    """
    cohort_id = await sql.cohort_of_enrollment.value(unit.connection, enrollment_id=enrollment_id)
    if cohort_id is None:
        raise RejectedError(ENROLLMENT_UNKNOWN)
    await lock(unit.connection, seat_lock(cohort_id))
    [state] = await sql.offer.all(unit.connection, _State, enrollment_id=enrollment_id)
    if state.status is EnrollmentStatus.ACCEPTED:
        return
    if not stands(state.offered_until, unit.now):
        raise RejectedError(_NO_OFFER)
    await _accept(unit, [enrollment_id])


async def accept_offer_of_code(unit: UnitOfWork, code: str) -> None:
    """Does the same for the reader of the message with this code. Raises `RejectedError`."""
    await accept_offer(unit, (await offer_of_code(unit.connection, code)).enrollment_id)


async def decline_offer(unit: UnitOfWork, enrollment_id: UUID) -> None:
    """Ends the enrollment, so that the seat that is offered to it goes to the next. Idempotent.

    Raises `RejectedError` once the seat was accepted or the offer has ended.
    """
    state = await sql.offer.first(unit.connection, _State, enrollment_id=enrollment_id)
    if state and state.status is EnrollmentStatus.WITHDRAWN:
        return
    if state and state.status is EnrollmentStatus.ACCEPTED:
        raise RejectedError(_SEAT_TAKEN)
    if state is None or not stands(state.offered_until, unit.now):
        raise RejectedError(_NO_OFFER)
    await withdraw(unit, enrollment_id)


async def decline_offer_of_code(unit: UnitOfWork, code: str) -> None:
    """Does the same for the reader of the message with this code. Raises `RejectedError`."""
    await decline_offer(unit, (await offer_of_code(unit.connection, code)).enrollment_id)


async def offer_of_code(connection: Connection | Pool, code: str) -> Offer:
    """Returns the offer that the message with this code told of. Raises `RejectedError` for a code that nobody has."""
    offer = await sql.offer_of_code.first(connection, Offer, code=short_codes.normalize(code))
    if offer is None:
        raise RejectedError(NOT_FOUND)
    return offer


async def standing_offers(
    connection: Connection | Pool, person_ids: Sequence[UUID], now: datetime
) -> list[StandingOffer]:
    """Returns the seats that are offered to these records of a person now, the first to end first."""
    return await sql.standing_offers.all(connection, StandingOffer, person_ids=person_ids, now=now)


async def end_offers(pool: Pool, now: datetime) -> None:
    """Ends the offers that were not accepted in time, so that the seats go to the next, and gives the seats of those
    whom no message reached. Idempotent."""
    for row in await sql.cohorts_with_ended_offers.fetch(pool, now=now):
        async with transaction(pool, seat_lock(row["cohort_id"])) as connection:
            await _end_offers(UnitOfWork(connection, now, END_OFFERS), row["cohort_id"])


async def _end_offers(unit: UnitOfWork, cohort_id: UUID) -> None:
    ended = await sql.ended_offers.all(unit.connection, _EndedOffer, cohort_id=cohort_id, now=unit.now)
    await _accept(unit, [one.enrollment_id for one in ended if not one.is_lapsed])
    await withdraw_lapsed(unit, [one.enrollment_id for one in ended if one.is_lapsed])


async def _accept(unit: UnitOfWork, enrollment_ids: Sequence[UUID]) -> None:
    accepted = await sql.accept_offered.all(
        unit.connection, StoredEnrollment, enrollment_ids=enrollment_ids, now=unit.now
    )
    unit.concerns(*(one.person_id for one in accepted))
    await outbox.add_all(unit.connection, [event_of(EnrollmentAccepted, one, unit.now) for one in accepted])
    await queue_messages(unit, dict.fromkeys((one.enrollment_id for one in accepted), MessageKind.SEAT_GIVEN))


_NO_OFFER = Rejection(
    "no_offer",
    N_("No seat is offered any more."),
    Kind.CONFLICT,
    remedy=N_("Tell the training office if you still want to take part."),
)
_SEAT_TAKEN = Rejection(
    "seat_taken",
    N_("You have taken the seat already."),
    Kind.CONFLICT,
    remedy=N_("If you cannot come, tell the training office, so that somebody else gets it."),
)
