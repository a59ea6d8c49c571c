"""Organizations over JSON."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.web.access import SignedIn
from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from services.enrollment.organizations import service
from services.enrollment.organizations.commands import RegisterOrganization
from services.enrollment.organizations.service import ORGANIZATIONS, Organization
from services.enrollment.resources import Res
from services.enrollment.visibility import organization_of

router = APIRouter(prefix="/api/organizations", tags=["organizations"])


class OrganizationReply(BaseModel):
    organization_id: UUID


class Organizations(Listing):
    organizations: list[Organization]


@router.post("", status_code=201)
async def register_organization(body: RegisterOrganization, write: Write) -> OrganizationReply:
    """Registers an organization."""
    return await write.run(
        service.register_organization,
        body,
        locks=[body.organization_id],
        reply=lambda organization_id: OrganizationReply(organization_id=organization_id),
    )


@router.get("")
async def list_organizations(
    res: Res, principal: SignedIn, view: Annotated[View, Depends(view_of(ORGANIZATIONS))]
) -> Organizations:
    """The organizations; a delegate sees their own."""
    page = await service.list_organizations(res.pool, view, organization_of(principal))
    return Organizations(organizations=page.rows, next=page.next)
