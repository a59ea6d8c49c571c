"""Seats of organizations, and the members who have them. A write works in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, lock
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from services.enrollment.cohorts.service import existing_cohort
from services.enrollment.enrollments.domain import Accepted, Application, Enrolled
from services.enrollment.enrollments.service import enroll_all, fill_seats, withdraw_substituted
from services.enrollment.enrollments.situations import index_applications
from services.enrollment.nominations.commands import NominateMember, SetNominatedSeats, SubstituteMember
from services.enrollment.nominations.domain import SubstitutionReason, check_seat_is_left, check_seats
from services.enrollment.nominations.labels import SUBSTITUTION_REASONS
from services.enrollment.organizations.service import visible_organization
from services.enrollment.people.domain import PUBLIC, Identity
from services.enrollment.people.service import Entry
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class NominatedSeats:
    """Seats of an organization in a cohort; `filled` are those that members have."""

    cohort_id: UUID
    cohort: str
    programme: str
    starts_on: date
    ends_on: date
    is_open: bool
    organization_id: UUID
    organization: str
    seats: int
    filled: int

    @property
    def left(self) -> int:
        """Seats that no member has yet."""
        return max(self.seats - self.filled, 0)


@dataclass(frozen=True, slots=True)
class Substitution:
    """That a member gave their seat to another."""

    substitution_id: UUID
    cohort_id: UUID
    cohort: str
    former_enrollment_id: UUID
    enrollment_id: UUID
    reason: SubstitutionReason
    substituted_by: str
    substituted_at: datetime


@dataclass(frozen=True, slots=True)
class NamedSubstitution:
    """The same with the names of both, where the reader may read them."""

    substitution_id: UUID
    cohort: str
    former: str | None
    member: str | None
    reason: SubstitutionReason
    substituted_by: str
    substituted_at: datetime


@dataclass(frozen=True, slots=True)
class _Room:
    filled: int
    capacity: int
    occupied: int


SEATS_OF_COHORT = Table(
    "nominated-seats",
    N_("Seats of organizations"),
    key="organization_id",
    order="organization",
    columns=(
        Column("organization", N_("Organization"), link="/organizations/{row.organization_id}"),
        Column("seats", N_("Seats"), "number"),
        Column("filled", N_("Nominated"), "number"),
        Column("left", N_("Left"), "number"),
    ),
)
SEATS_OF_ORGANIZATION = Table(
    "nominated-seats",
    N_("Seats for members"),
    key="cohort_id",
    order="-starts_on",
    columns=(
        Column("cohort", N_("Cohort")),
        Column("programme", N_("Programme")),
        Column("starts_on", N_("First day"), "date"),
        Column("seats", N_("Seats"), "number"),
        Column("filled", N_("Nominated"), "number"),
        Column("left", N_("Left"), "number"),
        Column("actions", N_("Actions"), "action"),
    ),
)
SUBSTITUTIONS = Table(
    "substitutions",
    N_("Substitutions"),
    key="substitution_id",
    order="-substituted_at",
    columns=(
        Column("substituted_at", N_("When"), "date"),
        Column("cohort", N_("Cohort")),
        Column("former", N_("Had the seat")),
        Column("member", N_("Has it now")),
        Column("reason", N_("Why"), labels=SUBSTITUTION_REASONS),
        Column("substituted_by", N_("By")),
    ),
)


async def set_nominated_seats(unit: UnitOfWork, command: SetNominatedSeats, cohort_id: UUID) -> None:
    """Gives the organization so many seats of the cohort. Seats that become free go to those who wait. Idempotent.

    The caller holds the cohort's lock and its seat lock. Raises `RejectedError`.
    """
    await existing_cohort(unit.connection, cohort_id)
    await visible_organization(unit.connection, command.organization_id, None)
    if await sql.set_seats.value(unit.connection, cohort_id=cohort_id, **command.model_dump()):
        await sql.raise_version.execute(unit.connection, cohort_id=cohort_id)
    [room] = await sql.room.all(unit.connection, _Room, cohort_id=cohort_id, organization_id=command.organization_id)
    check_seats(command.seats, room.filled, room.capacity, room.occupied)
    await fill_seats(unit, cohort_id)


async def seats_tag(connection: Connection | Pool, cohort_id: UUID) -> str:
    """Returns the entity tag of the seats that organizations have in the cohort."""
    return f'"{await sql.version.value(connection, cohort_id=cohort_id) or 0}"'


async def nominate(
    unit: UnitOfWork, command: NominateMember, organization_id: UUID, resources: EnrollmentResources
) -> Enrolled:
    """Gives a seat of the organization to a member. Idempotent for the id of the enrollment.

    Raises `RejectedError`, also if no seat is left, and if the person is enrolled in the cohort already.
    """
    return await _enroll(unit, command.application(command.cohort_id, organization_id), resources, given_back=0)


async def substitute(
    unit: UnitOfWork,
    command: SubstituteMember,
    organization_id: UUID,
    former_enrollment_id: UUID,
    resources: EnrollmentResources,
) -> Enrolled:
    """Gives the seat of one member to another. Raises `RejectedError` if the former has none of the organization."""
    cohort_id = await cohort_of_member(unit.connection, organization_id, former_enrollment_id)
    enrolled = await _enroll(unit, command.application(cohort_id, organization_id), resources, given_back=1)
    if not await sql.has_seat.value(unit.connection, enrollment_id=former_enrollment_id):
        raise RejectedError(_GAVE_THE_SEAT_BACK)
    await sql.add_substitution.execute(
        unit.connection,
        cohort_id=cohort_id,
        organization_id=organization_id,
        former_enrollment_id=former_enrollment_id,
        enrollment_id=enrolled.enrollment_id,
        reason=command.reason,
        substituted_by=unit.author,
        substituted_at=unit.now,
    )
    await withdraw_substituted(unit, former_enrollment_id)
    return enrolled


async def seats_of_cohort(connection: Connection | Pool, cohort_id: UUID) -> list[NominatedSeats]:
    """Returns the organizations' seats in the cohort."""
    return await sql.seats_of_cohort.all(connection, NominatedSeats, cohort_id=cohort_id)


async def seats_of_organization(connection: Connection | Pool, organization_id: UUID) -> list[NominatedSeats]:
    """Returns the organization's seats in all cohorts."""
    return await sql.seats_of_organization.all(connection, NominatedSeats, organization_id=organization_id)


async def seats_in_cohort(connection: Connection | Pool, organization_id: UUID, cohort_id: UUID) -> NominatedSeats:
    """Returns the organization's seats in the cohort. Raises `RejectedError` if it has none."""
    found = await seats_of_organization(connection, organization_id)
    of_cohort = next((one for one in found if one.cohort_id == cohort_id), None)
    if of_cohort is None:
        raise RejectedError(_NO_SEATS)
    return of_cohort


async def cohort_of_member(connection: Connection | Pool, organization_id: UUID, enrollment_id: UUID) -> UUID:
    """Returns in which cohort the organization nominated the member. Raises `RejectedError` if it did not."""
    cohort_id: UUID | None = await sql.cohort_of_member.value(
        connection, enrollment_id=enrollment_id, organization_id=organization_id
    )
    if cohort_id is None:
        raise RejectedError(_MEMBER_UNKNOWN)
    return cohort_id


async def substitutions_of(connection: Connection | Pool, organization_id: UUID) -> list[Substitution]:
    """Returns who gave their seats to whom, newest first."""
    return await sql.substitutions.all(connection, Substitution, organization_id=organization_id)


def named(substitutions: Iterable[Substitution], members: Iterable[Entry]) -> list[NamedSubstitution]:
    """Returns the substitutions with the names of those members whose names may be read."""
    names = {one.enrollment_id: _full_name(one.identity) for one in members if one.identity}
    return [
        NamedSubstitution(
            one.substitution_id,
            one.cohort,
            names.get(one.former_enrollment_id),
            names.get(one.enrollment_id),
            one.reason,
            one.substituted_by,
            one.substituted_at,
        )
        for one in substitutions
    ]


def _full_name(identity: Identity) -> str:
    return f"{identity.names.given} {identity.names.family}"


async def _enroll(
    unit: UnitOfWork, application: Application, resources: EnrollmentResources, given_back: int
) -> Enrolled:
    """Enrolls as the public does, so that a delegate is told of nobody who is known. `given_back` seats are given back
    in the same transaction."""
    [indexed] = await index_applications([application], resources)
    await lock(unit.connection, *indexed.locks)
    left = await sql.seats.fetch_row(
        unit.connection, cohort_id=application.cohort_id, organization_id=application.organization_id
    )
    check_seat_is_left(left["seats"] if left else 0, left["filled"] - given_back if left else 0)
    [outcome] = await enroll_all(unit, [indexed], resources, PUBLIC)
    match outcome:
        case Accepted():
            return outcome
        case Rejection():
            raise RejectedError(outcome)
        case _:
            raise RejectedError(_ENROLLED_ALREADY)


_NO_SEATS = Rejection("no_seats", N_("The organization has no seats in this cohort."), Kind.MISSING)
_MEMBER_UNKNOWN = Rejection(
    "member_unknown", N_("The organization has nominated no such member."), Kind.MISSING, field="enrollment_id"
)
_GAVE_THE_SEAT_BACK = Rejection(
    "seat_given_back",
    N_("This member has the seat no more."),
    Kind.CONFLICT,
    remedy=N_("If a seat is left, nominate another member for it."),
)
_ENROLLED_ALREADY = Rejection(
    "enrolled_already",
    N_("This person is enrolled in the cohort already."),
    Kind.CONFLICT,
    field="document.number",
    remedy=N_("Nominate another member. If the person shall have a seat of the organization, tell the coordination."),
)
