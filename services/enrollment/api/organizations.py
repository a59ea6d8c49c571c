"""Organizations and their members."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.event import OrganizationType
from services.enrollment import directory, reach
from services.enrollment.api.cohorts import Enrollments, told
from services.enrollment.api.dependencies import Coordinator, Follower, Res
from services.enrollment.organizations import RegisterOrganization, register_organization, sql

router = APIRouter(prefix="/api/organizations", tags=["organizations"])


class OrganizationMade(BaseModel):
    organization_id: UUID


class OrganizationView(BaseModel):
    organization_id: UUID
    name: str
    organization_type: OrganizationType
    district: str | None


class Organizations(Listing):
    organizations: list[OrganizationView]


@router.post("", status_code=201)
async def register(body: RegisterOrganization, res: Res, once: Idempotent, _: Coordinator) -> OrganizationMade:
    """Registers an organization."""
    async with once.transaction(res.pool, body.organization_id) as connection:
        await register_organization(connection, body, datetime.now(UTC))
        return await once.keep(connection, OrganizationMade(organization_id=body.organization_id))


@router.get("")
async def organizations(res: Res, principal: Follower) -> Organizations:
    """The organizations; a delegate sees their own."""
    rows = await res.pool.fetch(sql.organizations.text, reach.organization_of(principal))
    return Organizations(organizations=[OrganizationView.model_validate(dict(row)) for row in rows])


@router.get("/{organization_id}/members")
async def members(organization_id: UUID, res: Res, principal: Follower) -> Enrollments:
    """Who enrolled for the organization."""
    await reach.check_organization(res.pool, principal, organization_id)
    return told(await directory.of_organization(res, organization_id))
