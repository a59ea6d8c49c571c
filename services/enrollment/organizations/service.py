"""Organizations of civil society. A write works in the caller's transaction, under the organization's lock."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts import territory
from contracts.enrollment import OrganizationRegistered
from contracts.event import OrganizationType
from contracts.labels import ORGANIZATION_TYPE_ANSWERS
from services.enrollment.organizations.commands import RegisterOrganization

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization. `district` is the INEI code of its seat's district, if it has one."""

    organization_id: UUID
    name: str
    organization_type: OrganizationType
    district: str | None


@dataclass(frozen=True, slots=True)
class ListedOrganization(Organization):
    """`is_trained` tells that somebody completed the training for it; None for its delegates, who read what each member
    achieved only of those who agreed."""

    is_trained: bool | None


@dataclass(frozen=True, slots=True)
class CountedCompletion:
    """A completion by which an organization is trained, with its enrollment and the pseudonym of the person."""

    completion_id: UUID
    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    cohort: str
    programme: str


@dataclass(frozen=True, slots=True)
class NamedOrganization:
    """An organization's id and name."""

    organization_id: UUID
    name: str


def _district_name(organization: Organization) -> str | None:
    return organization.district and territory.districts()[organization.district].name


ORGANIZATIONS = Table(
    "organizations",
    N_("Organizations"),
    key="organization_id",
    order="name",
    columns=(
        Column("name", N_("Name"), link="/organizations/{row.organization_id}", searched=True),
        Column("organization_type", N_("Kind"), labels=ORGANIZATION_TYPE_ANSWERS, filtered=True),
        Column("district", N_("District"), read=_district_name, sortable=False),
        Column("organization_id", N_("Organization"), "identifier", shown=False),
    ),
)

_NAME, *_REST, _ID = ORGANIZATIONS.columns
_TRAINED = Column("is_trained", N_("Trained"), "flag", filtered=True, drawn=True)
ORGANIZATIONS_WITH_TRAINED = replace(ORGANIZATIONS, columns=(_NAME, *_REST, _TRAINED, _ID))
"""The organizations as the coordinator sees them: those that are trained are the figure's."""
AUDITED_ORGANIZATIONS = replace(ORGANIZATIONS_WITH_TRAINED, columns=(replace(_NAME, link=None), *_REST, _TRAINED, _ID))
"""The same for an auditor, to whom no member is shown."""

COMPLETIONS = Table(
    "completions",
    N_("Completions that the figure rests on"),
    key="completion_id",
    order="completion_id",
    columns=(
        Column("cohort", N_("Cohort"), link="/cohorts/{row.cohort_id}", searched=True),
        Column("programme", N_("Programme")),
        Column("completion_id", N_("Completion"), "identifier"),
        Column("enrollment_id", N_("Identifier of the enrollment"), "identifier"),
        Column("person_id", N_("Pseudonym"), "identifier"),
        Column("followed", N_("In the sessions"), "action"),
    ),
)


async def register_organization(unit: UnitOfWork, command: RegisterOrganization) -> UUID:
    """Registers the organization and returns its id. Raises `RejectedError` if another one has its name."""
    stored = await sql.organization.first(unit.connection, Organization, organization_id=command.organization_id)
    if already_created(stored, command):
        return command.organization_id
    if not await sql.add_organization.value(unit.connection, **command.model_dump()):
        raise RejectedError(NAME_TAKEN)
    await outbox.add(unit.connection, OrganizationRegistered(**command.model_dump(), occurred_at=unit.now))
    return command.organization_id


async def existing_organization(connection: Connection | Pool, organization_id: UUID) -> Organization:
    """Returns the organization. Raises `RejectedError` if it does not exist."""
    return await visible_organization(connection, organization_id, None)


async def visible_organization(
    connection: Connection | Pool, organization_id: UUID, limited_to: UUID | None
) -> Organization:
    """Returns the organization. Raises `RejectedError` if it does not exist, or is another than the one allowed."""
    organization = await sql.organization.first(connection, Organization, organization_id=organization_id)
    if organization is None or limited_to not in {None, organization_id}:
        raise RejectedError(_ORGANIZATION_UNKNOWN)
    return organization


async def list_organizations(
    connection: Connection | Pool, view: View, limited_to: UUID | None
) -> Page[ListedOrganization]:
    """Returns a page of all organizations, or only the one allowed."""
    return await fetch_page(connection, sql.organizations, view, ListedOrganization, organization_id=limited_to)


async def completions_for(reader: Reader, pool: Pool, organization_id: UUID, view: View) -> Page[CountedCompletion]:
    """Returns a page of the completions by which the organization is trained."""
    page = await fetch_page(pool, sql.completions, view, CountedCompletion, organization_id=organization_id)
    reader.shows(page.rows)
    return page


async def named_organizations(connection: Connection | Pool) -> list[NamedOrganization]:
    """Returns all organizations by name, as forms offer them and sheets name them."""
    return await sql.named_organizations.all(connection, NamedOrganization)


_ORGANIZATION_UNKNOWN = Rejection(
    "organization_unknown", N_("There is no such organization."), Kind.MISSING, field="organization_id"
)
NAME_TAKEN = Rejection("name_taken", N_("Another organization has this name."), Kind.CONFLICT, field="name")
