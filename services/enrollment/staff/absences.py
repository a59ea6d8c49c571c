"""Absences: a facilitator's cohorts are another's for some days. A write holds the lock of all assignments."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.runtime import jobs
from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, transaction
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.texts import N_
from contracts.days import day_of, end_of, start_of
from services.enrollment.cohorts.assignments import apply_absences
from services.enrollment.cohorts.domain import ASSIGNMENTS, AssignmentReason
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.commands import HandOver
from services.enrollment.staff.domain import (
    MAY_END,
    AbsenceReason,
    AbsenceState,
    check_absence,
    check_facilitates,
    state_of,
)
from services.enrollment.staff.service import names_of, stored_member

sql = queries(__package__)

APPLY = "absences.apply"
"""The kind of the job that moves cohorts on the day on which an absence begins, and on the day after it."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody's cohorts are the substitute's from the first day to the last. Both are users of the issuer."""

    absence_id: UUID
    facilitator_id: str
    substitute_id: str
    starts_on: date
    ends_on: date
    reason: AbsenceReason
    handed_over_by: str
    handed_over_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None

    def state(self, today: date) -> AbsenceState:
        """Returns how it stands today."""
        return state_of(self.starts_on, self.ends_on, self.ended_at is not None, today)


@dataclass(frozen=True, slots=True)
class OwnAbsence:
    """Until when the reader is absent, and the name of whoever stands in."""

    ends_on: date
    substitute: str


async def hand_over(unit: UnitOfWork, command: HandOver, staff_id: UUID) -> Absence:
    """Gives the cohorts of somebody of the directory to another: at once, or by a job on the first day.

    Raises `RejectedError` unless both facilitate and neither is absent on one of the days.
    """
    absent = await stored_member(unit.connection, staff_id)
    substitute = await stored_member(unit.connection, command.substitute_id)
    check_facilitates(absent.roles, "")
    check_facilitates(substitute.roles, "substitute_id")
    already = await _absent_on(unit.connection, command.starts_on, command.ends_on)
    check_absence(absent.user_id, substitute.user_id, command.starts_on, command.ends_on, day_of(unit.now), already)
    absence = Absence(
        absence_id=new_id(),
        facilitator_id=absent.user_id,
        substitute_id=substitute.user_id,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        reason=command.reason,
        handed_over_by=unit.author,
        handed_over_at=unit.now,
    )
    added = {name: value for name, value in asdict(absence).items() if name not in {"ended_by", "ended_at"}}
    await sql.add_absence.execute(unit.connection, **added)
    await _apply_on_its_days(unit, absence)
    return absence


async def end_absence(unit: UnitOfWork, absence_id: UUID, staff_id: UUID) -> None:
    """Gives the cohorts back before the last day, or lets them where they are. Idempotent.

    Raises `RejectedError` for an absence that is over, and unless this person is absent by it or stands in.
    """
    absence = await sql.absence.first(unit.connection, Absence, absence_id=absence_id, staff_id=staff_id)
    if absence is None:
        raise RejectedError(NOT_FOUND)
    state = absence.state(day_of(unit.now))
    if state is AbsenceState.ENDED:
        return
    if state not in MAY_END:
        raise RejectedError(_OVER)
    await sql.end_absence.execute(unit.connection, absence_id=absence_id, ended_by=unit.author, ended_at=unit.now)
    await apply_absences(unit, absence.facilitator_id, AssignmentReason.GIVEN_BACK, day_of(unit.now))


async def apply_on_day(pool: Pool, payload: Mapping[str, str], now: datetime) -> None:
    """Gives somebody's cohorts to whoever has them today. Idempotent.

    The day of the job counts where this machine's clock is still on the day before.
    """
    day = max(date.fromisoformat(payload["day"]), day_of(now))
    async with transaction(pool, ASSIGNMENTS) as connection:
        unit = UnitOfWork(connection, now, APPLY)
        await apply_absences(unit, payload["facilitator_id"], AssignmentReason(payload["reason"]), day)


async def absences_of(pool: Pool, user_id: str | None = None) -> Sequence[Absence]:
    """Returns the absences of this person and those in which they stand in, the newest first (None: of all)."""
    return await sql.absences.all(pool, Absence, user_id=user_id)


async def own_absence(res: EnrollmentResources, user_id: str, today: date) -> OwnAbsence | None:
    """Returns the absence that this person has today; None if they have none."""
    own = (one for one in await absences_of(res.pool, user_id) if one.facilitator_id == user_id)
    absence = next((one for one in own if one.state(today) is AbsenceState.CURRENT), None)
    if absence is None:
        return None
    [substitute] = (await names_of(res, [absence.substitute_id])).values()
    return OwnAbsence(absence.ends_on, substitute)


async def _absent_on(connection: Connection, starts_on: date, ends_on: date) -> list[str]:
    rows = await sql.absent_on_days.fetch(connection, starts_on=starts_on, ends_on=ends_on)
    return [row["facilitator_id"] for row in rows]


async def _apply_on_its_days(unit: UnitOfWork, absence: Absence) -> None:
    if absence.starts_on <= day_of(unit.now):
        await apply_absences(unit, absence.facilitator_id, AssignmentReason.HANDED_OVER, day_of(unit.now))
    else:
        first = start_of(absence.starts_on)
        await _add_job(unit.connection, absence.facilitator_id, AssignmentReason.HANDED_OVER, first)
    await _add_job(unit.connection, absence.facilitator_id, AssignmentReason.GIVEN_BACK, end_of(absence.ends_on))


async def _add_job(connection: Connection, facilitator_id: str, reason: AssignmentReason, due_at: datetime) -> None:
    payload = {"facilitator_id": facilitator_id, "reason": reason, "day": day_of(due_at).isoformat()}
    await jobs.add(connection, APPLY, payload, due_at=due_at)


_OVER = Rejection("absence_over", N_("This absence is over: the cohorts were given back."), Kind.CONFLICT)
