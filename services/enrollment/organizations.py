"""Organizations of civil society, whose members take part."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from chassis.messaging import outbox
from chassis.store.database import Connection
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.inputs import Command, made_before
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.enrollment import OrganizationRegistered
from contracts.event import OrganizationType
from services.enrollment.commands import District, Title

sql = queries("services.enrollment")


class RegisterOrganization(Command):
    """An organization of civil society."""

    organization_id: UUID = Field(default_factory=new_id)
    name: Title
    organization_type: OrganizationType
    district: District | None = None


async def register_organization(connection: Connection, command: RegisterOrganization, now: datetime) -> None:
    """Registers the organization, in the caller's transaction. Raises a 409 if another one has its name."""
    if made_before(await connection.fetchrow(sql.organization.text, command.organization_id), command):
        return
    if not await connection.fetchval(
        sql.add_organization.text, command.organization_id, command.name, command.organization_type, command.district
    ):
        raise Problem(409, "name_taken", _("Another organization has this name."), field="name")
    await outbox.add(connection, OrganizationRegistered(**command.model_dump(), occurred_at=now))


def no_organization() -> Problem:
    """The answer where there is no such organization, or it is not the asker's to see."""
    return Problem(404, "organization_unknown", _("There is no such organization."), field="organization_id")
