"""Seats of organizations over JSON: who has them, nominating and substituting members."""

from functools import partial
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from chassis.web.access import SignedIn
from chassis.web.commands import Write
from contracts.enrollment import EnrollmentStatus
from services.enrollment.cohorts.domain import change_locks
from services.enrollment.nominations import service
from services.enrollment.nominations.commands import NominateMember, SetNominatedSeats, SubstituteMember
from services.enrollment.nominations.service import NominatedSeats, Substitution
from services.enrollment.resources import Res
from services.enrollment.visibility import visible_cohort, visible_organization

router = APIRouter(prefix="/api")


class SeatsReply(BaseModel):
    cohort_id: UUID
    organization_id: UUID
    seats: int


class MemberReply(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    enrollment_id: UUID
    status: EnrollmentStatus
    outcome: Literal["accepted"]


class SeatsOfOrganizations(BaseModel):
    seats: list[NominatedSeats]


class Substitutions(BaseModel):
    """Which members gave their seats to others, newest first."""

    substitutions: list[Substitution]


@router.get("/cohorts/{cohort_id}/nominated-seats", tags=["cohorts"])
async def list_seats_of_cohort(
    cohort_id: UUID, res: Res, principal: SignedIn, response: Response
) -> SeatsOfOrganizations:
    """The seats of the cohort that organizations fill."""
    await visible_cohort(res.pool, principal, cohort_id)
    response.headers["ETag"] = await service.seats_tag(res.pool, cohort_id)
    return SeatsOfOrganizations(seats=await service.seats_of_cohort(res.pool, cohort_id))


@router.post("/cohorts/{cohort_id}/nominated-seats", tags=["cohorts"])
async def set_nominated_seats(cohort_id: UUID, body: SetNominatedSeats, write: Write) -> SeatsReply:
    """Gives an organization so many seats of the cohort."""
    return await write.run(
        partial(service.set_nominated_seats, cohort_id=cohort_id),
        body,
        locks=change_locks(cohort_id),
        tag=partial(service.seats_tag, cohort_id=cohort_id),
        reply=lambda _: SeatsReply(cohort_id=cohort_id, **body.model_dump()),
    )


@router.get("/organizations/{organization_id}/seats", tags=["organizations"])
async def list_seats_of_organization(organization_id: UUID, res: Res, principal: SignedIn) -> SeatsOfOrganizations:
    """The organization's seats in all cohorts."""
    await visible_organization(res.pool, principal, organization_id)
    return SeatsOfOrganizations(seats=await service.seats_of_organization(res.pool, organization_id))


@router.get("/organizations/{organization_id}/substitutions", tags=["organizations"])
async def list_substitutions(organization_id: UUID, res: Res, principal: SignedIn) -> Substitutions:
    """Which members gave their seats to others, and why."""
    await visible_organization(res.pool, principal, organization_id)
    return Substitutions(substitutions=await service.substitutions_of(res.pool, organization_id))


@router.post("/organizations/{organization_id}/nominations", status_code=201, tags=["organizations"])
async def nominate_member(organization_id: UUID, body: NominateMember, res: Res, write: Write) -> MemberReply:
    """Gives a seat of the organization to a member."""
    await visible_organization(res.pool, write.principal, organization_id)
    nominate = partial(service.nominate, organization_id=organization_id, resources=res)
    return await write.run(nominate, body, reply=MemberReply.model_validate)


@router.post("/organizations/{organization_id}/enrollments/{enrollment_id}/substitute", tags=["organizations"])
async def substitute_member(
    organization_id: UUID, enrollment_id: UUID, body: SubstituteMember, res: Res, write: Write
) -> MemberReply:
    """Gives the seat of one member to another."""
    await visible_organization(res.pool, write.principal, organization_id)
    substitute = partial(
        service.substitute, organization_id=organization_id, former_enrollment_id=enrollment_id, resources=res
    )
    return await write.run(substitute, body, reply=MemberReply.model_validate)
