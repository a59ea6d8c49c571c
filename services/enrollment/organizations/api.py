"""Organizations over JSON."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from chassis.web.pagination import Listing
from contracts.event import OrganizationType
from services.enrollment.organizations import service
from services.enrollment.organizations.commands import RegisterOrganization
from services.enrollment.resources import Res
from services.enrollment.visibility import CoordinatorWrites, OrganizationReader, organization_of

router = APIRouter(prefix="/api/organizations", tags=["organizations"])


class OrganizationReply(BaseModel):
    organization_id: UUID


class OrganizationView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    organization_id: UUID
    name: str
    organization_type: OrganizationType
    district: str | None


class Organizations(Listing):
    organizations: list[OrganizationView]


@router.post("", status_code=201)
async def register_organization(body: RegisterOrganization, write: CoordinatorWrites) -> OrganizationReply:
    """Registers an organization."""
    return await write.run(
        service.register_organization,
        body,
        locks=[body.organization_id],
        reply=lambda organization_id: OrganizationReply(organization_id=organization_id),
    )


@router.get("")
async def list_organizations(res: Res, principal: OrganizationReader) -> Organizations:
    """The organizations; a delegate sees their own."""
    found = await service.list_organizations(res.pool, organization_of(principal))
    return Organizations(organizations=[OrganizationView.model_validate(one) for one in found])
