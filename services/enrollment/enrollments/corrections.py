"""Corrections of enrollments: what was there before is kept, and figures follow. A write works in the caller's
transaction, which holds the locks of the seats."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, lock
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.event import OrganizationType, Profile
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.corrections.service import keep
from services.enrollment.enrollments.commands import CorrectEnrollment
from services.enrollment.enrollments.corrected import (
    CorrectableEnrollment,
    announcements,
    corrected_profile,
    enrolled_on_rejection,
    with_age_on,
)
from services.enrollment.enrollments.dates import moment
from services.enrollment.enrollments.service import ENROLLMENT_UNKNOWN
from services.enrollment.people.service import lock_person

sql = queries(__package__)


async def correctable_enrollment(connection: Connection | Pool, enrollment_id: UUID) -> CorrectableEnrollment:
    """Returns the enrollment. Raises `RejectedError` if it does not exist."""
    found = await _enrollments(connection, enrollment_ids=[enrollment_id])
    if not found:
        raise RejectedError(ENROLLMENT_UNKNOWN)
    return found[0]


async def correct_enrollment(unit: UnitOfWork, command: CorrectEnrollment, enrollment_id: UUID) -> UUID:
    """Corrects the enrollment and returns its id. Idempotent.

    The transaction holds no locks yet. Raises `RejectedError` if it does not exist, for an organization or a day that
    cannot be, and for the day of a seat that nobody has.
    """
    found = await correctable_enrollment(unit.connection, enrollment_id)
    await lock_person(unit.connection, found.person_id, seat_lock(found.cohort_id))
    former = await correctable_enrollment(unit.connection, enrollment_id)
    corrected = await _corrected(unit, command, former)
    unit.concerns(former.person_id)
    if corrected != former:
        named = [await _described(unit.connection, one) for one in (former, corrected)]
        await keep(unit, enrollment_id, command.reason, *named)
        await _store(unit, [former], [corrected])
    return enrollment_id


async def lock_seats_for_organization(connection: Connection, organization_id: UUID) -> None:
    """Takes the seat locks of all cohorts in which somebody is or can be enrolled for the organization."""
    rows = await sql.cohorts_of_organization.fetch(connection, organization_id=organization_id)
    await lock(connection, *(seat_lock(row["cohort_id"]) for row in rows))


async def correct_organization_type(
    unit: UnitOfWork, organization_id: UUID, former: OrganizationType, corrected: OrganizationType
) -> None:
    """Corrects the kind of the organization in all enrollments that have it from there."""
    found = await _enrollments(unit.connection, organization_id=organization_id)
    wrong = [one for one in found if one.profile.organization_type is former]
    profiles = [one.profile.model_copy(update={"organization_type": corrected}) for one in wrong]
    await _store(unit, wrong, [replace(one, profile=own) for one, own in zip(wrong, profiles, strict=True)])


async def correct_profiles(
    unit: UnitOfWork, person_id: UUID, former: Profile, corrected: Profile, birth_dates: tuple[date | None, date | None]
) -> None:
    """Corrects what was wrong of the person in all of their enrollments. `birth_dates` are the former and the right
    one."""
    found = await _enrollments(unit.connection, person_id=person_id)
    right = [replace(one, profile=corrected_profile(one, former, corrected)) for one in found]
    if birth_dates[0] != birth_dates[1]:
        right = [replace(one, profile=with_age_on(one.applied_on, one.profile, birth_dates[1])) for one in right]
    await _store(unit, found, right)


async def _corrected(
    unit: UnitOfWork, command: CorrectEnrollment, former: CorrectableEnrollment
) -> CorrectableEnrollment:
    if former.stated and command.shown_to_organization:
        raise RejectedError(_NOBODY_AGREED)
    if former.is_nominated and command.organization_id != former.organization_id:
        raise RejectedError(_SEAT_OF_ORGANIZATION)
    organization_type = await _type_for(unit.connection, command, former)
    return replace(
        former,
        organization_id=command.organization_id,
        shown_to_organization=command.shown_to_organization and command.organization_id is not None,
        accepted_at=_accepted_at(unit, command, former),
        profile=former.profile.model_copy(update={"organization_type": organization_type}),
    )


def _accepted_at(unit: UnitOfWork, command: CorrectEnrollment, former: CorrectableEnrollment) -> Any:
    """The same instant where the day is the same."""
    if command.enrolled_on is None or (former.accepted_at and command.enrolled_on == day_of(former.accepted_at)):
        return former.accepted_at
    if former.accepted_at is None:
        raise RejectedError(_NO_SEAT)
    if rejection := enrolled_on_rejection(command.enrolled_on, day_of(unit.now)):
        raise RejectedError(rejection)
    if former.withdrawn_at and command.enrolled_on > day_of(former.withdrawn_at):
        raise RejectedError(_AFTER_WITHDRAWAL)
    return moment(command.enrolled_on, unit.now)


async def _type_for(
    connection: Connection, command: CorrectEnrollment, former: CorrectableEnrollment
) -> OrganizationType:
    if command.organization_id == former.organization_id:
        return former.profile.organization_type
    if command.organization_id is None:
        return OrganizationType.NOT_STATED
    found = await sql.type_of_organization.value(connection, organization_id=command.organization_id)
    if found is None:
        raise RejectedError(_ORGANIZATION_UNKNOWN)
    return OrganizationType(found)


async def _described(connection: Connection, one: CorrectableEnrollment) -> dict[str, Any]:
    """What people know the enrollment by, for its history."""
    return {
        "enrolled_on": one.accepted_at and day_of(one.accepted_at),
        "organization": await sql.name_of_organization.value(connection, organization_id=one.organization_id),
        "shown_to_organization": one.shown_to_organization,
    }


async def _enrollments(
    connection: Connection | Pool,
    *,
    enrollment_ids: Sequence[UUID] | None = None,
    person_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> list[CorrectableEnrollment]:
    return await sql.correctable_enrollments.all(
        connection,
        CorrectableEnrollment,
        enrollment_ids=enrollment_ids,
        person_id=person_id,
        organization_id=organization_id,
    )


async def _store(
    unit: UnitOfWork, former: Iterable[CorrectableEnrollment], corrected: Iterable[CorrectableEnrollment]
) -> None:
    """Stores and announces the enrollments that are others than before."""
    changed = [(one, right) for one, right in zip(former, corrected, strict=True) if one != right]
    rows = [
        {
            "enrollment_id": right.enrollment_id,
            "organization_id": right.organization_id,
            "shown_to_organization": right.shown_to_organization,
            "accepted_at": right.accepted_at,
            "profile": right.profile.model_dump_json(),
        }
        for _one, right in changed
    ]
    await sql.correct_enrollments.execute_rows(unit.connection, rows)
    unit.concerns(*(right.person_id for _one, right in changed))
    await outbox.add_all(unit.connection, chain.from_iterable(announcements(*both) for both in changed))


_NO_SEAT = Rejection(
    "no_seat_given",
    N_("The person has no seat yet, so there is no day on which it was given."),
    Kind.CONFLICT,
    field="enrolled_on",
    remedy=N_("Leave the day empty."),
)
_AFTER_WITHDRAWAL = Rejection(
    "after_withdrawal",
    N_("The person withdrew before this day."),
    field="enrolled_on",
    remedy=N_("Write a day on which they had the seat."),
)
_SEAT_OF_ORGANIZATION = Rejection(
    "seat_of_organization",
    N_("The person has a seat that the organization fills with its members."),
    Kind.CONFLICT,
    "organization_id",
    N_("Let the organization give it to another member, or transfer the person."),
)
_NOBODY_AGREED = Rejection(
    "nobody_agreed",
    N_("Nobody on the list of a past cohort was asked whether the organization reads their name."),
    Kind.CONFLICT,
    "shown_to_organization",
    N_("Leave the box empty. Whoever enrolls in a cohort now is asked."),
)
_ORGANIZATION_UNKNOWN = Rejection(
    "organization_unknown",
    N_("There is no such organization."),
    field="organization_id",
    remedy=N_("Register the organization first."),
)
