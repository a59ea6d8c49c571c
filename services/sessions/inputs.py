"""Field types that the commands of several ideas share."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from chassis.web.inputs import NO_CONTROLS, among
from chassis.web.texts import N_
from contracts.territory import districts


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_CONTROLS)]
"""A line of text without control characters."""

Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
    AfterValidator(_in_utc),
]

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]

District = Annotated[str, among(districts, N_("This code belongs to no district of Cajamarca."))]
"""An INEI code."""
