"""Types of fields that the commands of several ideas share."""

from datetime import UTC, datetime, time
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, ValidationInfo, field_validator

from chassis.web.inputs import NO_CONTROLS, Input, among
from chassis.web.texts import N_
from contracts.event import Instant
from contracts.territory import districts


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC."""
    return instant.astimezone(UTC)


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_CONTROLS)]
"""A line of text without control characters."""

UtcInstant = Annotated[Instant, AfterValidator(in_utc)]
"""An instant, converted to UTC."""

District = Annotated[str, among(districts, N_("This code belongs to no district of Cajamarca."))]
"""An INEI code."""


def _without_zone(written: time) -> time:
    if written.tzinfo is not None:
        raise ValueError(N_("Write a time, such as 15:30."))
    return written


LocalTime = Annotated[time, AfterValidator(_without_zone)]
"""A time of the day in the zone of the page's reader."""


class Hours(Input):
    """From when to when a session lasts, as people write it."""

    starts: LocalTime
    ends: LocalTime

    @field_validator("ends")
    @classmethod
    def _forwards(cls, ends: time, info: ValidationInfo) -> time:
        if "starts" in info.data and ends <= info.data["starts"]:
            raise ValueError(N_("The end must be after the start."))
        return ends


def districts_near(province: str) -> list[tuple[str, str]]:
    """All districts, those of the cohort's province first; their INEI codes are the values."""
    ordered = sorted(districts().values(), key=lambda one: (one.province_code != province, one.province, one.name))
    return [(one.inei, one.full_name) for one in ordered]
