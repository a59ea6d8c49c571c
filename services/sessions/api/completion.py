"""Rules of completion over HTTP."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from chassis.service import Resources
from chassis.web.idempotency import Idempotent
from services.sessions import completing, hearing
from services.sessions.api.dependencies import Coordinator, Reader, Res, admit, sql
from services.sessions.attendance import ATTENDED
from services.sessions.commands import PublishRule

router = APIRouter(tags=["completion"])


class RuleReply(BaseModel):
    """The rule that holds."""

    programme_id: UUID
    rule_version: int = Field(description="Version 1 asks for every session and holds until another is published.")
    minimum_percent: int


class Progress(BaseModel):
    """How an enrollment stands against the plan."""

    enrollment_id: UUID
    attended: int
    achieved: bool
    achieved_at: AwareDatetime | None
    rule_version: int | None


class CohortProgress(BaseModel):
    """How a cohort stands. `planned` counts required sessions, held or still to come."""

    planned: int
    enrollments: list[Progress]


async def subjects_of_rule(res: Resources, programme_id: UUID) -> list[UUID]:
    """What a new rule is decided under: the programme and its cohorts."""
    rows = await res.pool.fetch(sql.cohorts_of_programme.text, programme_id)
    return [programme_id, *(row["cohort_id"] for row in rows)]


@router.post("/api/programmes/{programme_id}/completion-rules", status_code=201)
async def publish_rule(
    programme_id: UUID, body: PublishRule, res: Res, once: Idempotent, coordinator: Coordinator
) -> RuleReply:
    """Publish how much of the planned, required sessions makes a completion. Nobody loses what was achieved before."""
    await hearing.programme(res.pool, programme_id)
    async with once.transaction(res.pool, *await subjects_of_rule(res, programme_id)) as connection:
        percent, author = body.minimum_percent, coordinator.subject
        rule = await completing.publish_rule(connection, programme_id, percent, author, datetime.now(UTC))
        reply = RuleReply(programme_id=programme_id, rule_version=rule.version, minimum_percent=rule.minimum_percent)
        return await once.keep(connection, reply)


@router.get("/api/cohorts/{cohort_id}/progress")
async def show_progress(cohort_id: UUID, res: Res, reader: Reader) -> CohortProgress:
    """How everybody of a cohort stands: sessions attended, over those planned."""
    await admit(res, reader, cohort_id)
    required = await res.pool.fetch(sql.required_sessions.text, cohort_id)
    rows = await res.pool.fetch(sql.progress_of_cohort.text, cohort_id, ATTENDED)
    return CohortProgress(planned=len(required), enrollments=[Progress(**row) for row in rows])
