"""What can be asked about organizations."""

from uuid import UUID

from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from contracts.event import OrganizationType
from services.enrollment.enrollments.commands import Email, Phone
from services.enrollment.fields import District, Title
from services.enrollment.organizations.domain import OrganizationCorrectionReason


class DescribedOrganization(Command):
    """What describes an organization."""

    name: Title
    organization_type: OrganizationType
    district: District | None = None


class RegisterOrganization(DescribedOrganization):
    """Registers an organization of civil society."""

    organization_id: UUID = Field(default_factory=new_id)


class CorrectOrganization(DescribedOrganization):
    """All that describes the organization, as it is right. What is left out is removed."""

    reason: OrganizationCorrectionReason


class WriteContact(Command):
    """Writes whom the office contacts at the organization, all of it as it is right. What is left out is removed."""

    name: Title
    function: Title | None = Field(None, description="What they are in the organization.")
    phone: Phone | None = None
    email: Email | None = None
