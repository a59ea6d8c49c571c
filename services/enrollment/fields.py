"""Types of fields that the commands of several ideas share, and what forms offer to choose from."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chassis.web.inputs import NO_CONTROLS, Command, among, not_before
from chassis.web.texts import N_
from contracts import territory
from contracts.event import Day
from services.enrollment.identity.names import tokens

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
    """A command about something that lasts from one day to another, both included."""

    starts_on: Day
    ends_on: Annotated[Day, not_before("starts_on")]


def as_list(value: object) -> object:
    """Makes a list of a single value: a form with one box ticked sends a text where programs send a list."""
    return [value] if isinstance(value, str) else value


def as_lines(value: object) -> object:
    """Makes a list of a text with one entry on each line, as forms send it. Empty lines are left out."""
    return [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


Choices = list[tuple[str, str]]
"""INEI codes and names."""


def provinces() -> Choices:
    """Lists the provinces of Cajamarca in alphabetical order."""
    return sorted(territory.provinces().items(), key=lambda pair: tokens(pair[1]))


def districts() -> Choices:
    """Lists the districts of Cajamarca, each with its province, in alphabetical order."""
    found = sorted(territory.districts().values(), key=lambda one: (tokens(one.name), tokens(one.province)))
    return [(one.inei, one.full_name) for one in found]
