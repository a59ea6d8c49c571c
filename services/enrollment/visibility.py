"""The people that somebody may see: a coordinator all, a facilitator those of their cohorts, a delegate those of their
organization."""

from uuid import UUID, uuid4

from chassis.store.database import Pool
from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from chassis.web.tables import Table
from services.enrollment.cohorts import service as cohorts
from services.enrollment.cohorts.service import CohortInFull
from services.enrollment.organizations import service as organizations
from services.enrollment.organizations.service import (
    AUDITED_ORGANIZATIONS,
    ORGANIZATIONS,
    ORGANIZATIONS_WITH_TRAINED,
    Organization,
)
from services.enrollment.people.domain import EVERYBODY, Visibility

NO_ORGANIZATION = uuid4()
"""The organization of a delegate whose token names none. No organization has this id: each process draws its own."""


def facilitator_of(principal: Principal) -> str | None:
    """Returns the facilitator to whose cohorts this person is limited; None without a limit.

    An auditor has none unless they facilitate too: then they read names, of their own cohorts.
    """
    only_audits = "auditor" in principal.roles and "facilitator" not in principal.roles
    return None if only_audits or "coordinator" in principal.roles else principal.subject


def organization_of(principal: Principal) -> UUID | None:
    """Returns the organization to which this person is limited; None without a limit."""
    return None if "coordinator" in principal.roles else principal.organization_id or NO_ORGANIZATION


def listed_organization_of(principal: Principal) -> UUID | None:
    """Returns the organization to which this person's list is limited; None without a limit."""
    return None if "auditor" in principal.roles else organization_of(principal)


def organizations_for(principal: SignedIn) -> Table:
    """Returns the columns of the organizations as this person sees them."""
    if "coordinator" in principal.roles:
        return ORGANIZATIONS_WITH_TRAINED
    return AUDITED_ORGANIZATIONS if "auditor" in principal.roles else ORGANIZATIONS


def visibility_of(principal: Principal) -> Visibility:
    """Returns whose data somebody sees who enrolls people and reads names of cohorts."""
    return EVERYBODY if "coordinator" in principal.roles else Visibility(facilitator=principal.subject)


def visibility_of_members(principal: Principal) -> Visibility:
    """Returns whose data somebody sees who reads the names of an organization's members."""
    return Visibility(organization_id=organization_of(principal))


async def visible_cohort(pool: Pool, principal: Principal, cohort_id: UUID) -> CohortInFull:
    """Returns the cohort. Raises `RejectedError` if it does not exist or this person must not see it."""
    return await cohorts.visible_cohort(pool, cohort_id, facilitator_of(principal))


async def visible_organization(pool: Pool, principal: Principal, organization_id: UUID) -> Organization:
    """Returns the organization. Raises `RejectedError` if it does not exist or this person must not see it."""
    return await organizations.visible_organization(pool, organization_id, organization_of(principal))
