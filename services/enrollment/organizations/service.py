"""Organizations of civil society. A write works in the caller's transaction, under the organization's lock."""

from dataclasses import dataclass
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.inputs import already_created
from chassis.web.texts import N_
from contracts.enrollment import OrganizationRegistered
from contracts.event import OrganizationType
from services.enrollment.organizations.commands import RegisterOrganization

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization. `district` is the INEI code of its seat's district, if it has one."""

    organization_id: UUID
    name: str
    organization_type: OrganizationType
    district: str | None


async def register_organization(unit: UnitOfWork, command: RegisterOrganization) -> UUID:
    """Registers the organization and returns its id. Raises `RejectedError` if another one has its name."""
    stored = await sql.organization.first(unit.connection, Organization, organization_id=command.organization_id)
    if already_created(stored, command):
        return command.organization_id
    if not await sql.add_organization.value(unit.connection, **command.model_dump()):
        raise RejectedError(_NAME_TAKEN)
    await outbox.add(unit.connection, OrganizationRegistered(**command.model_dump(), occurred_at=unit.now))
    return command.organization_id


async def visible_organization(
    connection: Connection | Pool, organization_id: UUID, limited_to: UUID | None
) -> Organization:
    """Returns the organization. Raises `RejectedError` if it does not exist, or is another than the one allowed."""
    organization = await sql.organization.first(connection, Organization, organization_id=organization_id)
    if organization is None or limited_to not in {None, organization_id}:
        raise RejectedError(_ORGANIZATION_UNKNOWN)
    return organization


async def list_organizations(connection: Connection | Pool, limited_to: UUID | None = None) -> list[Organization]:
    """Returns all organizations by name, or only the one allowed."""
    return await sql.organizations.all(connection, Organization, organization_id=limited_to)


_ORGANIZATION_UNKNOWN = Rejection(
    "organization_unknown", N_("There is no such organization."), Kind.MISSING, field="organization_id"
)
_NAME_TAKEN = Rejection("name_taken", N_("Another organization has this name."), Kind.CONFLICT, field="name")
