"""What the pages of the directory show: who is assigned where, and who stands in for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from services.enrollment.organizations.service import named_organizations
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.absences import Absence, absences_of
from services.enrollment.staff.domain import MAY_END, AbsenceReason, AbsenceState
from services.enrollment.staff.labels import ABSENCE_REASONS, ABSENCE_STATES, ROLES
from services.enrollment.staff.service import StaffMember, directory

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class AssignedCohort:
    """A cohort of a facilitator, which is handed over while they are absent, or theirs while they stand in."""

    facilitator_id: str
    cohort_id: UUID
    name: str
    ends_on: date
    handed_over: bool
    standing_in: bool


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Somebody of the directory with their cohorts that are not over, and until when they are absent today."""

    staff_id: UUID
    name: str
    roles: str
    cohorts: list[str]
    absent_until: date | None
    user_id: str
    has_signed_in: bool


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence with names."""

    absence_id: UUID
    absent: str
    substitute: str
    starts_on: date
    ends_on: date
    reason: AbsenceReason
    state: AbsenceState
    handed_over_by: str

    @property
    def may_end(self) -> bool:
        """Whether somebody can be back before the last day."""
        return self.state in MAY_END


STAFF = Table(
    "staff",
    N_("Staff"),
    key="staff_id",
    order="name",
    columns=(
        Column("name", N_("Name"), link="/staff/{row.staff_id}", searched=True),
        Column("roles", N_("Role"), searched=True),
        Column("cohorts", N_("Cohorts"), "list"),
        Column("absent_until", N_("Absent until"), "date"),
        Column("has_signed_in", N_("Has signed in"), "flag", filtered=True),
        Column("user_id", N_("User"), "code", searched=True),
        Column("staff_id", N_("Person"), "identifier", shown=False),
    ),
)
DIRECTORY = Table(
    "directory",
    N_("Staff"),
    key="staff_id",
    order="name",
    columns=(
        Column("name", N_("Name"), searched=True),
        Column("user_id", N_("User"), "code", searched=True),
        Column("staff_id", N_("Person"), "identifier", shown=False),
    ),
)
"""For programs, which read more of a member and nothing of cohorts and absences."""

ABSENCES = Table(
    "absences",
    N_("Absences"),
    key="absence_id",
    order="-starts_on",
    columns=(
        Column("absent", N_("Is absent")),
        Column("substitute", N_("Stands in")),
        Column("starts_on", N_("First day"), "date"),
        Column("ends_on", N_("Last day"), "date"),
        Column("reason", N_("Why"), labels=ABSENCE_REASONS),
        Column("state", N_("Status"), labels=ABSENCE_STATES, badges={AbsenceState.CURRENT: "waiting"}),
        Column("handed_over_by", N_("By")),
        Column("end", N_("End"), "action"),
        Column("absence_id", N_("Absence"), "identifier", shown=False),
    ),
)


async def list_staff(res: EnrollmentResources, today: date) -> list[StaffRow]:
    """Returns everybody of the directory, by name."""
    cohorts = [one for one in await assigned_cohorts(res.pool) if one.ends_on >= today]
    current = [one for one in await absences_of(res.pool) if one.state(today) is AbsenceState.CURRENT]
    return [_row(member, cohorts, current) for member in await directory(res)]


async def users_without_name(res: EnrollmentResources) -> list[str]:
    """Returns the users who have cohorts and are not in the directory."""
    known = {one.user_id for one in await directory(res)}
    return sorted({one.facilitator_id for one in await assigned_cohorts(res.pool)} - known)


async def list_absences(pool: Pool, user_id: str, members: Sequence[StaffMember], today: date) -> list[AbsenceRow]:
    """Returns the absences of this person and those in which they stand in, the newest first."""
    names = {one.user_id: one.name for one in members}
    return [_named(one, names, today) for one in await absences_of(pool, user_id)]


async def assigned_cohorts(pool: Pool, facilitator_id: str | None = None) -> list[AssignedCohort]:
    """Returns the cohorts of this person, the newest first (None: of all)."""
    return await sql.assigned_cohorts.all(pool, AssignedCohort, facilitator_id=facilitator_id)


async def organization_of(res: EnrollmentResources, member: StaffMember) -> str | None:
    """Returns the name of the organization whose delegate somebody is."""
    found = await named_organizations(res.pool) if member.organization_id else []
    return next((one.name for one in found if one.organization_id == member.organization_id), None)


def roles_of(member: StaffMember) -> str:
    """Returns the roles in the reader's language."""
    return ", ".join(_(ROLES[role]) for role in member.roles)


def _row(member: StaffMember, cohorts: Sequence[AssignedCohort], current: Sequence[Absence]) -> StaffRow:
    return StaffRow(
        staff_id=member.staff_id,
        name=member.name,
        roles=roles_of(member),
        cohorts=[one.name for one in cohorts if one.facilitator_id == member.user_id],
        absent_until=next((one.ends_on for one in current if one.facilitator_id == member.user_id), None),
        user_id=member.user_id,
        has_signed_in=member.seen_at is not None,
    )


def _named(absence: Absence, names: dict[str, str], today: date) -> AbsenceRow:
    return AbsenceRow(
        absence_id=absence.absence_id,
        absent=names.get(absence.facilitator_id, absence.facilitator_id),
        substitute=names.get(absence.substitute_id, absence.substitute_id),
        starts_on=absence.starts_on,
        ends_on=absence.ends_on,
        reason=absence.reason,
        state=absence.state(today),
        handed_over_by=names.get(absence.handed_over_by, absence.handed_over_by),
    )
