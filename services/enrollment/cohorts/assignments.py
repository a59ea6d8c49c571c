"""Facilitators of a cohort: those assigned to it, and of each who is absent the substitute.

A write works in the caller's transaction, under the lock of all assignments.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.enrollment import FacilitatorAssigned, FacilitatorUnassigned
from services.enrollment.cohorts.commands import AssignFacilitator
from services.enrollment.cohorts.domain import AssignmentReason
from services.enrollment.cohorts.service import IS_PAST, existing_cohort
from services.enrollment.corrections.service import keep
from services.enrollment.staff.domain import present

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Assignment:
    """How somebody stands to a cohort: they work with it now (`active`), alone for others who are absent
    (`standing_in`), or have `handed_over` their own while they are absent."""

    assignment_id: UUID
    cohort_id: UUID
    facilitator_id: str
    active: bool = False
    handed_over: bool = False
    standing_in: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the coordination assigned the cohort to them."""
        return self.handed_over or (self.active and not self.standing_in)


async def assign_facilitator(unit: UnitOfWork, command: AssignFacilitator, cohort_id: UUID) -> None:
    """Gives the cohort to the facilitator, or to whoever stands in for them today. Idempotent.

    Raises `RejectedError` for a past cohort.
    """
    if (await existing_cohort(unit.connection, cohort_id)).is_past:
        raise RejectedError(IS_PAST)
    stored = await _stored(unit.connection, cohort_id)
    await _settle(unit, stored, cohort_id, _own(stored) | {command.facilitator_id}, AssignmentReason.ASSIGNED)


async def unassign_facilitator(unit: UnitOfWork, facilitator_id: str, cohort_id: UUID) -> None:
    """Takes the cohort from the facilitator. Idempotent. Raises `RejectedError` for somebody who only stands in."""
    await existing_cohort(unit.connection, cohort_id)
    stored = await _stored(unit.connection, cohort_id)
    if facilitator_id in stored and stored[facilitator_id].standing_in:
        raise RejectedError(_STANDS_IN)
    await _settle(unit, stored, cohort_id, _own(stored) - {facilitator_id}, AssignmentReason.TAKEN_OFF)


async def apply_absences(unit: UnitOfWork, facilitator_id: str, reason: AssignmentReason, day: date) -> None:
    """Gives the facilitator's cohorts to whoever has them on the day. Idempotent."""
    for row in await sql.cohort_ids_of_facilitator.fetch(unit.connection, facilitator_id=facilitator_id):
        stored = await _stored(unit.connection, row["cohort_id"])
        await _settle(unit, stored, row["cohort_id"], _own(stored), reason, day)


async def assignments_of(pool: Pool, cohort_id: UUID) -> list[Assignment]:
    """Returns who facilitates the cohort or has handed it over."""
    stored = await _stored(pool, cohort_id)
    return [one for one in stored.values() if one.active or one.handed_over]


async def _stored(connection: Connection | Pool, cohort_id: UUID) -> dict[str, Assignment]:
    rows = await sql.assignments.all(connection, Assignment, cohort_id=cohort_id)
    return {one.facilitator_id: one for one in rows}


def _own(stored: dict[str, Assignment]) -> set[str]:
    return {one.facilitator_id for one in stored.values() if one.is_own}


async def _settle(
    unit: UnitOfWork,
    stored: dict[str, Assignment],
    cohort_id: UUID,
    own: set[str],
    reason: AssignmentReason,
    day: date | None = None,
) -> None:
    """Stores and announces who has the cohort on the day (None: today), where others had it until now."""
    rows = await sql.substitutes.fetch(unit.connection, cohort_id=cohort_id, day=day or day_of(unit.now))
    active = present(own, {row["facilitator_id"]: row["substitute_id"] for row in rows})
    for one in sorted(stored.keys() | own | active):
        former = stored.get(one) or Assignment(new_id(), cohort_id, one)
        settled = replace(
            former, active=one in active, handed_over=one in own - active, standing_in=one in active - own
        )
        if settled != former:
            await sql.store_assignment.execute(unit.connection, **asdict(settled))
        if settled.active != former.active:
            await outbox.add(unit.connection, _event(unit, settled))
    before = sorted(one.facilitator_id for one in stored.values() if one.active)
    await keep(unit, cohort_id, reason, {"facilitators": before}, {"facilitators": sorted(active)})


def _event(unit: UnitOfWork, assignment: Assignment) -> FacilitatorAssigned | FacilitatorUnassigned:
    kind = FacilitatorAssigned if assignment.active else FacilitatorUnassigned
    return kind(
        assignment_id=assignment.assignment_id,
        cohort_id=assignment.cohort_id,
        facilitator_id=assignment.facilitator_id,
        active=assignment.active,
        occurred_at=unit.now,
    )


_STANDS_IN = Rejection(
    "stands_in",
    N_("This person stands in for somebody who is absent."),
    Kind.CONFLICT,
    remedy=N_("End the absence on the page of staff, or take the cohort from whoever is absent."),
)
