"""Events of reporting: the published cells, as state (the topic is compacted; the newest record of a key counts), and
withdrawals of consents that have taken effect."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from .event import AppliedWithdrawal, Event


class CellStatus(StrEnum):
    """`suppressed` is neither zero nor missing; `no_data` means no source has been read yet."""

    PUBLISHED = "published"
    SUPPRESSED = "suppressed"
    NO_DATA = "no_data"


class OutcomePublished(Event):
    """One public figure as it stands after disclosure control. `cell_id` = indicator/scope/dimension/member."""

    type: ClassVar[str] = "minka.reporting.OutcomePublished.v1"
    topic: ClassVar[str] = "reporting.outcomes"
    subject_field: ClassVar[str] = "cell_id"
    key_field: ClassVar[str] = "cell_id"

    cell_id: str
    sequence: int = Field(gt=0, description="Its place in the list of all published changes.")
    indicator: str
    definition_version: int = Field(gt=0)
    unit: str
    scope: str = Field(description="`all`, or a programme's id.")
    dimension: str = Field(description="`total`, or the dimension the figure is broken down by.")
    member: str = Field(description="`total`, or the dimension's member, such as an INEI code.")
    value: int | None = Field(description="Null unless the status is `published`.")
    status: CellStatus


class WithdrawalAppliedInReporting(AppliedWithdrawal):
    """A withdrawn consent has taken effect in reporting: whatever enrollment ended by it is counted no longer."""

    type: ClassVar[str] = "minka.reporting.WithdrawalAppliedInReporting.v1"
    topic: ClassVar[str] = "reporting.events"
