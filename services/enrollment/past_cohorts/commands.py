"""What can be asked about past cohorts."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from contracts.event import Day
from services.enrollment.fields import Period, Province, Title
from services.enrollment.past_cohorts.domain import StatementCorrectionReason


class DescribedList(Command):
    """The list that a past cohort rests on."""

    list_name: Title = Field(description="What the list or its file is called.")
    kept_at: Title = Field(description="Where the list is kept: archive, folder, number.")
    vouched_by: Title = Field(description="The position and the office that vouch for it, without a name.")
    vouched_on: Day = Field(description="The day on which they did.")


class StatePastCohort(DescribedList, Period):
    """States a cohort that was trained before, and what is known of it from."""

    cohort_id: UUID = Field(default_factory=new_id)
    programme_id: UUID
    name: Title
    province: Province
    capacity: Annotated[int, Field(gt=0, le=10_000, description="People on the list.")]


class CorrectStatement(DescribedList):
    """All that describes the list, as it is right."""

    reason: StatementCorrectionReason
