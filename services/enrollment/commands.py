"""What the requests of this service are made of."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from chassis.web.inputs import NO_CONTROLS, Command, among, not_before
from chassis.web.texts import N_
from contracts import territory

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=NO_CONTROLS)]
Province = Annotated[
    str,
    among(territory.provinces, N_("This code belongs to no province of Cajamarca.")),
    Field(description="INEI code of the province."),
]
District = Annotated[
    str,
    among(territory.districts, N_("This code belongs to no district of Cajamarca.")),
    Field(description="INEI code of the district."),
]


class Period(Command):
    """From a day to a day, both included."""

    starts_on: date
    ends_on: Annotated[date, not_before("starts_on")]


def listed(value: object) -> object:
    """A form with one of several boxes ticked sends a text where programs send a list."""
    return [value] if isinstance(value, str) else value
