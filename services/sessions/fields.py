"""Types of fields that the commands of several ideas share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from chassis.web.inputs import NO_CONTROLS, among
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
