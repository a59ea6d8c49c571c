"""What the list of a past cohort states of somebody, which takes the place of an application for a seat. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from chassis.runtime.rejections import Rejection
from chassis.web.texts import N_
from contracts.days import noon_of
from contracts.enrollment import EnrollmentStatus, SheetRow, StatedTraining, TrainingRetracted, TrainingStated


@dataclass(frozen=True, slots=True)
class ListedTraining:
    """What a row says: whether somebody completed, and on which day, if it tells. `tab` and `line` count from 1."""

    completed: bool
    completed_on: date | None
    tab: int
    line: int


@dataclass(frozen=True, slots=True)
class PastDays:
    """The first and the last day of a past cohort."""

    starts_on: date
    ends_on: date


class Statement(BaseModel):
    """What is stored of a row, with the day of completion that counts: None for somebody who did not complete."""

    completed_on: date | None
    row: SheetRow


def statement_of(listed: ListedTraining, import_id: UUID, days: PastDays) -> Statement:
    """Returns what is stored of a row. Whoever completed on no day that it tells did so on the cohort's last one."""
    completed_on = (listed.completed_on or days.ends_on) if listed.completed else None
    return Statement(completed_on=completed_on, row=SheetRow(import_id=import_id, tab=listed.tab, line=listed.line))


def statement_rejection(listed: ListedTraining, days: PastDays) -> Rejection | None:
    """Returns a rejection of a day on which nobody of the cohort can have completed."""
    if listed.completed_on is None or days.starts_on <= listed.completed_on <= days.ends_on:
        return None
    values = {"first": f"{days.starts_on:%d/%m/%Y}", "last": f"{days.ends_on:%d/%m/%Y}"}
    return replace(_COMPLETED_OUTSIDE, values=values)


def event_of_statement(
    statement: Statement, *, enrollment_id: UUID, status: EnrollmentStatus, accepted_at: datetime, **fields: Any
) -> StatedTraining:
    """Returns the event that carries what is stated of an enrollment. One that was withdrawn is as if it had never been
    stated. `fields` are the enrollment's others, of the same names."""
    stands = status is not EnrollmentStatus.WITHDRAWN
    return (TrainingStated if stands else TrainingRetracted)(
        **fields,
        occurred_at=noon_of(statement.completed_on) if statement.completed_on else accepted_at,
        stated_training_id=enrollment_id,
        completed_on=statement.completed_on,
        stands=stands,
        row=statement.row,
    )


_COMPLETED_OUTSIDE = Rejection(
    "completed_outside_cohort",
    N_("This cohort lasted from %(first)s to %(last)s: nobody completed it on another day."),
    field="completed_on",
    remedy=N_("Correct the day of completion, or the days of the cohort."),
)
LIST_FULL = Rejection(
    "list_full",
    N_("As many people are entered already as this cohort's list is said to have."),
    field="cohort_id",
    remedy=N_("Look whether the sheet has others than the list, or correct how many people the list has."),
)
STATED_TRANSFER = Rejection(
    "past_cohort",
    N_("What the list of a past cohort states cannot be transferred."),
    remedy=N_("Enroll the person in the other cohort, with their consent."),
)
