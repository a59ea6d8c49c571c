"""Changes of a cohort that can move its seats. The caller holds the cohort's lock and its seat lock."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from chassis.messaging import outbox
from chassis.runtime.rejections import RejectedError, Rejection
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.enrollment import CohortStatus
from services.enrollment.cohorts.commands import CloseCohort, CorrectCohort
from services.enrollment.cohorts.domain import OpeningReason, WaitingList, check_capacity, check_days, check_is_over
from services.enrollment.cohorts.service import IS_PAST, NAME_TAKEN, Cohort, existing_cohort
from services.enrollment.corrections.service import keep
from services.enrollment.enrollments.service import dissolve_waiting_list, fill_seats
from services.enrollment.enrollments.transfers import add_moving_job
from services.enrollment.messages.service import tell_of_changed_cohort
from services.enrollment.programmes.service import existing_programme

sql = queries(__package__)


async def close_cohort(unit: UnitOfWork, command: CloseCohort, cohort_id: UUID) -> Cohort:
    """Ends the enrollment into the cohort, and settles what becomes of those who wait. Idempotent.

    Raises `RejectedError` if they are to go to a cohort that is closed, or to none.
    """
    stored = await existing_cohort(unit.connection, cohort_id)
    cohort = await _change(unit, stored, status=CohortStatus.CLOSED)
    settled = None if command.waiting_list is WaitingList.KEEP else command.waiting_list
    former, now = (_opening(stored) | {"waiting_list": None}, _opening(cohort) | {"waiting_list": settled})
    await keep(unit, cohort_id, command.reason or OpeningReason.CLOSED, former, now)
    match command.waiting_list:
        case WaitingList.DISSOLVE:
            await dissolve_waiting_list(unit, cohort_id)
        case WaitingList.MOVE:
            await _move_waiting_list(unit, cohort_id, command.to_cohort_id)
    return cohort


async def reopen_cohort(unit: UnitOfWork, cohort_id: UUID) -> Cohort:
    """Lets people enroll into the cohort again. Idempotent. Raises `RejectedError` for a past cohort."""
    stored = await existing_cohort(unit.connection, cohort_id)
    if stored.is_past:
        raise RejectedError(IS_PAST)
    cohort = await _change(unit, stored, status=CohortStatus.OPEN)
    await keep(unit, cohort_id, OpeningReason.OPENED_AGAIN, _opening(stored), _opening(cohort))
    return cohort


async def correct_cohort(unit: UnitOfWork, command: CorrectCohort, cohort_id: UUID) -> Cohort:
    """Corrects the cohort, and offers seats that it has now to those who wait. Idempotent.

    Raises `RejectedError` outside of the programme's days, for fewer seats than are taken or offered, and if another
    cohort of the programme has the name.
    """
    stored = await existing_cohort(unit.connection, cohort_id)
    programme = await existing_programme(unit.connection, stored.programme_id)
    check_days(command.starts_on, command.ends_on, programme.starts_on, programme.ends_on)
    if stored.is_past:
        check_is_over(command.ends_on, day_of(unit.now))
    check_capacity(command.capacity, await sql.occupied_seats.value(unit.connection, cohort_id=cohort_id))
    cohort = await _change(unit, stored, **command.model_dump(exclude={"reason"}, exclude_none=True))
    await keep(unit, cohort_id, command.reason, asdict(stored), asdict(cohort))
    if (cohort.starts_on, cohort.ends_on) != (stored.starts_on, stored.ends_on):
        await tell_of_changed_cohort(unit, cohort_id)
    await fill_seats(unit, cohort_id)
    return cohort


def _opening(cohort: Cohort) -> dict[str, Any]:
    return {"takes_enrollments": cohort.status is CohortStatus.OPEN}


async def _move_waiting_list(unit: UnitOfWork, cohort_id: UUID, to_cohort_id: UUID | None) -> None:
    """Leaves it to a job, which takes the locks of one person after the other."""
    target = None if to_cohort_id is None else await existing_cohort(unit.connection, to_cohort_id)
    if target is None or target.cohort_id == cohort_id or target.status is not CohortStatus.OPEN:
        raise RejectedError(_NOWHERE_TO_GO)
    await add_moving_job(unit.connection, cohort_id, target.cohort_id)


async def _change(unit: UnitOfWork, stored: Cohort, **fields: Any) -> Cohort:
    """Stores and announces the cohort where it is another than before."""
    cohort = replace(stored, **fields)
    if cohort != stored:
        try:
            changed = {name: value for name, value in asdict(cohort).items() if name != "is_past"}
            await sql.change_cohort.execute(unit.connection, **changed)
        except UniqueViolationError:
            raise RejectedError(NAME_TAKEN) from None
        await outbox.add(unit.connection, cohort.announced(unit.now))
    return cohort


_NOWHERE_TO_GO = Rejection(
    "nowhere_to_go",
    N_("Those who wait can go to another open cohort only."),
    field="to_cohort_id",
    remedy=N_("Choose one, or let them keep their places."),
)
