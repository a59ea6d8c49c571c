"""Whose data somebody may see: a coordinator all, a facilitator their cohorts', a delegate their organization's."""

from uuid import UUID

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.web.auth.principal import Principal
from services.enrollment.cohorts import no_cohort
from services.enrollment.organizations import no_organization

sql = queries("services.enrollment")

NOBODYS = UUID(int=0)
"""The organization of a delegate whom the issuer gave none."""


def facilitator_of(principal: Principal) -> str | None:
    """The facilitator whose cohorts alone this person may see; None for those who may see all."""
    return None if principal.roles & {"coordinator", "auditor"} else principal.subject


def organization_of(principal: Principal) -> UUID | None:
    """The organization which alone this person may see; None for those who may see all."""
    return None if "coordinator" in principal.roles else principal.organization_id or NOBODYS


async def check_cohort(connection: Connection | Pool, principal: Principal, cohort_id: UUID) -> None:
    """Raises a 404 unless the cohort is there and this person's to see."""
    if not await connection.fetchval(sql.is_in_reach.text, cohort_id, facilitator_of(principal)):
        raise no_cohort()


async def check_organization(connection: Connection | Pool, principal: Principal, organization_id: UUID) -> None:
    """Raises a 404 unless the organization is there and this person's to see."""
    is_theirs = organization_of(principal) in {None, organization_id}
    if not is_theirs or await connection.fetchrow(sql.organization.text, organization_id) is None:
        raise no_organization()
