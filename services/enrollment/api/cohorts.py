"""Cohorts, their facilitators, and the names of who enrolled in them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.enrollment import CohortStatus, EnrollmentStatus
from services.enrollment import directory, reach
from services.enrollment.api.dependencies import Coordinator, Observer, Res, Staff
from services.enrollment.cohorts import AssignFacilitator, OpenCohort, assign, close_cohort, open_cohort, sql, unassign
from services.enrollment.directory import Entry
from services.enrollment.seats import seat_lock

router = APIRouter(prefix="/api/cohorts", tags=["cohorts"])


class CohortMade(BaseModel):
    cohort_id: UUID
    status: CohortStatus


class Assigned(BaseModel):
    cohort_id: UUID
    facilitator_id: str


class CohortView(BaseModel):
    """`taken` seats of `capacity`; `waiting` people for one."""

    cohort_id: UUID
    programme_id: UUID
    name: str
    province: str
    capacity: int
    taken: int
    waiting: int
    starts_on: date
    ends_on: date
    status: CohortStatus
    facilitators: list[str]


class Cohorts(Listing):
    cohorts: list[CohortView]


class EntryView(BaseModel):
    """Names are null once the person was erased."""

    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    given_names: str | None
    family_names: str | None
    status: EnrollmentStatus


class Enrollments(Listing):
    enrollments: list[EntryView]


@router.post("", status_code=201)
async def open_a_cohort(body: OpenCohort, res: Res, once: Idempotent, _: Coordinator) -> CohortMade:
    """Opens a cohort for enrollment."""
    async with once.transaction(res.pool, body.cohort_id) as connection:
        await open_cohort(connection, body, datetime.now(UTC))
        return await once.keep(connection, CohortMade(cohort_id=body.cohort_id, status=CohortStatus.OPEN))


@router.get("")
async def cohorts(res: Res, principal: Observer, programme_id: UUID | None = None) -> Cohorts:
    """The cohorts with their seats and facilitators; a facilitator sees their own."""
    rows = await res.pool.fetch(sql.cohorts.text, reach.facilitator_of(principal), programme_id, None)
    return Cohorts(cohorts=[CohortView.model_validate(dict(row)) for row in rows])


@router.post("/{cohort_id}/close")
async def close(cohort_id: UUID, res: Res, once: Idempotent, _: Coordinator) -> CohortMade:
    """The cohort takes no more enrollments."""
    async with once.transaction(res.pool, cohort_id, seat_lock(cohort_id)) as connection:
        await close_cohort(connection, cohort_id, datetime.now(UTC))
        return await once.keep(connection, CohortMade(cohort_id=cohort_id, status=CohortStatus.CLOSED))


@router.post("/{cohort_id}/facilitators", status_code=201)
async def assign_facilitator(
    cohort_id: UUID, body: AssignFacilitator, res: Res, once: Idempotent, _: Coordinator
) -> Assigned:
    """Gives the cohort to a facilitator."""
    async with once.transaction(res.pool, cohort_id) as connection:
        await assign(connection, cohort_id, body.facilitator_id, datetime.now(UTC))
        return await once.keep(connection, Assigned(cohort_id=cohort_id, facilitator_id=body.facilitator_id))


@router.delete("/{cohort_id}/facilitators/{facilitator_id}", status_code=204)
async def unassign_facilitator(
    cohort_id: UUID, facilitator_id: str, res: Res, once: Idempotent, _: Coordinator
) -> Response:
    """Takes the cohort from a facilitator."""
    async with once.transaction(res.pool, cohort_id) as connection:
        await unassign(connection, cohort_id, facilitator_id, datetime.now(UTC))
        return await once.keep(connection, Response(status_code=204))


@router.get("/{cohort_id}/enrollments")
async def enrollments(cohort_id: UUID, res: Res, principal: Staff) -> Enrollments:
    """Who enrolled, by name: with this call a browser puts names on a roster."""
    await reach.check_cohort(res.pool, principal, cohort_id)
    return told(await directory.of_cohort(res, cohort_id))


def told(entries: Iterable[Entry]) -> Enrollments:
    """Entries as they are answered: nothing of the identity but the names."""
    return Enrollments(enrollments=[_view(entry) for entry in entries])


def _view(entry: Entry) -> EntryView:
    names = entry.identity.names if entry.identity else None
    return EntryView(
        enrollment_id=entry.enrollment_id,
        person_id=entry.person_id,
        cohort_id=entry.cohort_id,
        given_names=names.given if names else None,
        family_names=names.family if names else None,
        status=entry.status,
    )
