"""Cohorts and their facilitators over JSON."""

from functools import partial
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from chassis.web.access import SignedIn
from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from contracts.enrollment import CohortStatus
from services.enrollment.cohorts import assignments, changes, service
from services.enrollment.cohorts.commands import AssignFacilitator, CloseCohort, CorrectCohort, OpenCohort
from services.enrollment.cohorts.domain import assignment_locks, change_locks
from services.enrollment.cohorts.service import COHORTS, Cohort, CohortInFull
from services.enrollment.corrections.replies import Changes
from services.enrollment.corrections.service import corrections_of
from services.enrollment.resources import Res
from services.enrollment.visibility import facilitator_of, visible_cohort

router = APIRouter(prefix="/api/cohorts", tags=["cohorts"])


class CohortReply(BaseModel):
    cohort_id: UUID
    status: CohortStatus

    @classmethod
    def of(cls, cohort: Cohort) -> Self:
        return cls(cohort_id=cohort.cohort_id, status=cohort.status)


class AssignmentReply(BaseModel):
    cohort_id: UUID
    facilitator_id: str


class Cohorts(Listing):
    cohorts: list[CohortInFull]


@router.post("", status_code=201)
async def open_cohort(body: OpenCohort, write: Write) -> CohortReply:
    """Opens a cohort for enrollment."""
    return await write.run(service.open_cohort, body, locks=[body.cohort_id], reply=CohortReply.of)


@router.get("")
async def list_cohorts(res: Res, principal: SignedIn, view: Annotated[View, Depends(view_of(COHORTS))]) -> Cohorts:
    """The cohorts with their seats and facilitators; a facilitator sees their own."""
    page = await service.list_cohorts(res.pool, view, facilitator_of(principal))
    return Cohorts(cohorts=page.rows, next=page.next)


@router.post("/{cohort_id}/correct")
async def correct_cohort(cohort_id: UUID, body: CorrectCohort, write: Write) -> CohortReply:
    """Corrects what describes the cohort. Seats that it has now are given to those who wait."""
    return await write.run(
        partial(changes.correct_cohort, cohort_id=cohort_id), body, locks=change_locks(cohort_id), reply=CohortReply.of
    )


@router.get("/{cohort_id}/changes")
async def list_cohort_changes(cohort_id: UUID, res: Res, principal: SignedIn) -> Changes:
    """What was corrected of the cohort, newest first: what it was, who corrected it and why."""
    await visible_cohort(res.pool, principal, cohort_id)
    return Changes(changes=await corrections_of(res.pool, cohort_id))


@router.post("/{cohort_id}/close")
async def close_cohort(cohort_id: UUID, write: Write, body: CloseCohort | None = None) -> CohortReply:
    """The cohort takes no more enrollments."""
    return await write.run(
        partial(changes.close_cohort, cohort_id=cohort_id),
        body or CloseCohort(),
        locks=change_locks(cohort_id),
        reply=CohortReply.of,
    )


@router.post("/{cohort_id}/reopen")
async def reopen_cohort(cohort_id: UUID, write: Write) -> CohortReply:
    """The cohort takes enrollments again."""
    return await write.run(changes.reopen_cohort, cohort_id, locks=change_locks(cohort_id), reply=CohortReply.of)


@router.post("/{cohort_id}/facilitators", status_code=201)
async def assign_facilitator(cohort_id: UUID, body: AssignFacilitator, write: Write) -> AssignmentReply:
    """Gives the cohort to a facilitator."""
    return await write.run(
        partial(assignments.assign_facilitator, cohort_id=cohort_id),
        body,
        locks=assignment_locks(cohort_id),
        reply=lambda _: AssignmentReply(cohort_id=cohort_id, facilitator_id=body.facilitator_id),
    )


@router.delete("/{cohort_id}/facilitators/{facilitator_id}", status_code=204)
async def unassign_facilitator(cohort_id: UUID, facilitator_id: str, write: Write) -> Response:
    """Takes the cohort from a facilitator."""
    return await write.run(
        partial(assignments.unassign_facilitator, cohort_id=cohort_id),
        facilitator_id,
        locks=assignment_locks(cohort_id),
        reply=lambda _: Response(status_code=204),
    )
