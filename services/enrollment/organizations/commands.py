"""What can be asked about organizations."""

from uuid import UUID

from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from contracts.event import OrganizationType
from services.enrollment.fields import District, Title


class RegisterOrganization(Command):
    """Registers an organization of civil society."""

    organization_id: UUID = Field(default_factory=new_id)
    name: Title
    organization_type: OrganizationType
    district: District | None = None
