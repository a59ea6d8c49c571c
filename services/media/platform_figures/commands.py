"""Commands of platform figures."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command, not_before
from chassis.web.texts import N_
from contracts.event import Day
from contracts.media import EvidenceGrade

Grade = Literal[EvidenceGrade.PLATFORM_ESTIMATED, EvidenceGrade.SURVEY, EvidenceGrade.DECLARED]
"""Only our own links measure, so a platform figure is never graded as measured."""

MAXIMUM_COUNT = 2**31 - 1


class DescribeFigure(Command):
    """Reach, impressions, or both, over a period whose last day is included."""

    figure_id: UUID = Field(default_factory=new_id)
    period_start: Day
    period_end: Annotated[Day, not_before("period_start")]
    reach: int | None = Field(None, ge=0, le=MAXIMUM_COUNT, description="Accounts.")
    impressions: int | None = Field(
        None, ge=0, le=MAXIMUM_COUNT, validate_default=True, description="Times it was on a screen."
    )
    grade: Grade

    @field_validator("impressions")
    @classmethod
    def _has_a_number(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None and info.data.get("reach", 0) is None:
            raise ValueError(N_("Write the reach, the impressions, or both."))
        return value


class RecordFigure(DescribeFigure):
    """Record what a platform says of a publication."""

    publication_id: UUID
