"""Past cohorts, and what their figures rest on, over JSON."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from services.enrollment.past_cohorts import service
from services.enrollment.past_cohorts.commands import CorrectStatement, StatePastCohort
from services.enrollment.past_cohorts.service import EVIDENCE, PastCohort, StatedRow
from services.enrollment.resources import Res

router = APIRouter(prefix="/api/past-cohorts", tags=["past cohorts"])


class PastCohortReply(BaseModel):
    cohort_id: UUID


class Evidence(Listing):
    """What a past cohort is known from, and each row that states a training in it."""

    past_cohort: PastCohort
    rows: list[StatedRow]


@router.post("", status_code=201)
async def state_past_cohort(body: StatePastCohort, write: Write) -> PastCohortReply:
    """States a cohort that was trained before this system, and the list that it is known from."""
    return await write.run(
        service.state_past_cohort,
        body,
        locks=[body.cohort_id],
        reply=lambda cohort_id: PastCohortReply(cohort_id=cohort_id),
    )


@router.post("/{cohort_id}/correct")
async def correct_statement(cohort_id: UUID, body: CorrectStatement, write: Write) -> PastCohortReply:
    """Corrects what is said of the list."""
    return await write.run(
        partial(service.correct_statement, cohort_id=cohort_id),
        body,
        locks=[cohort_id],
        reply=lambda corrected: PastCohortReply(cohort_id=corrected),
    )


@router.get("/{cohort_id}/evidence")
async def show_past_cohort_evidence(
    cohort_id: UUID, res: Res, view: Annotated[View, Depends(view_of(EVIDENCE))]
) -> Evidence:
    """The list that a past cohort is known from, and the row of the sheet for each training that it states."""
    past_cohort = await service.existing_past_cohort(res.pool, cohort_id)
    page = await service.evidence_of(res.pool, cohort_id, view)
    return Evidence(past_cohort=past_cohort, rows=page.rows, next=page.next)
