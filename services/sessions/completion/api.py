"""Completion rules and progress over HTTP."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.web.commands import Write
from chassis.web.reads import Read
from services.sessions.completion import service
from services.sessions.completion.commands import PublishRule
from services.sessions.completion.service import Progress
from services.sessions.replicas import service as replicas
from services.sessions.resources import Res
from services.sessions.visibility import check_cohort

router = APIRouter(tags=["completion"])


class RuleReply(BaseModel):
    """The newest rule."""

    programme_id: UUID
    rule_version: int = Field(description="Version 1 asks for every session and holds until another is published.")
    minimum_percent: int


class CohortProgress(BaseModel):
    """A cohort's progress. `planned` counts required sessions, held or still to come."""

    planned: int
    plan_complete: bool = Field(description="Nobody completes before the plan was declared complete.")
    enrollments: list[Progress]


@router.post("/api/programmes/{programme_id}/completion-rules", status_code=201)
async def publish_rule(programme_id: UUID, body: PublishRule, res: Res, write: Write) -> RuleReply:
    """Publish which percentage of the planned, required sessions makes a completion. It revokes no completion."""
    await replicas.wait_for_programme(res.pool, programme_id)
    return await write.run(
        partial(service.publish_rule, programme_id=programme_id),
        body,
        locks=await service.locks_of_rule(res.pool, programme_id),
        reply=lambda rule: RuleReply(
            programme_id=programme_id, rule_version=rule.version, minimum_percent=rule.minimum_percent
        ),
    )


@router.get("/api/cohorts/{cohort_id}/progress")
async def show_progress(cohort_id: UUID, res: Res, read: Read) -> CohortProgress:
    """The sessions that each enrollment of a cohort attended, over those planned."""
    await check_cohort(res, read.principal, cohort_id)
    planned = await service.count_planned(res.pool, cohort_id)
    complete = await service.is_plan_complete(res.pool, cohort_id)
    progress = await service.progress_of_cohort(read, res.pool, cohort_id)
    return CohortProgress(planned=planned, plan_complete=complete, enrollments=progress.rows)
