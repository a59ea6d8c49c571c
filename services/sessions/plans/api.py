"""A cohort's plan over HTTP."""

from functools import partial
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.web.commands import Write, entity_tag
from services.sessions.plans import service
from services.sessions.plans.commands import DeclareComplete
from services.sessions.plans.domain import ModulePlan
from services.sessions.plans.service import Plan
from services.sessions.resources import Res
from services.sessions.visibility import VisibleCohort

router = APIRouter(prefix="/api/cohorts/{cohort_id}/plan", tags=["plans"])


class PlanReply(BaseModel):
    """A cohort's plan. Nobody completes before it is complete."""

    model_config = ConfigDict(from_attributes=True)

    cohort_id: UUID
    complete: bool
    required_sessions: int = Field(description="Planned and not cancelled.")
    missing: int = Field(description="Required sessions that modules ask for and nobody planned.")
    modules: list[ModulePlan]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls.model_validate(plan)


@router.get("")
async def show_plan(cohort: VisibleCohort, res: Res, response: Response) -> PlanReply:
    """The plan, with the required sessions that each module asks for and has."""
    response.headers["ETag"] = await entity_tag(res.pool, cohort.cohort_id)
    return PlanReply.of(await service.plan_of_cohort(res.pool, cohort.cohort_id))


@router.post("/declare-complete")
async def declare_complete(cohort: VisibleCohort, body: DeclareComplete, write: Write) -> PlanReply:
    """Declare the plan complete. A required session that is planned later joins it and revokes no completion."""
    operation = partial(service.declare_complete, cohort=cohort)
    return await write.run(operation, body, locks=[cohort.cohort_id], reply=PlanReply.of)


@router.post("/reopen")
async def reopen_plan(cohort: VisibleCohort, write: Write) -> PlanReply:
    """Take the declaration back, as long as nobody completed."""
    return await write.run(service.reopen, cohort, locks=[cohort.cohort_id], reply=PlanReply.of)
