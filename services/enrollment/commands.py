"""What all requests to make something have in common: the client may bring the id, and asking again is harmless."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from chassis.database import Row
from chassis.problems import Problem
from chassis.texts import N_, _
from contracts import territory


def _known_province(code: str) -> str:
    if code not in territory.provinces():
        raise ValueError(N_("This code belongs to no province of Cajamarca."))
    return code


def _known_district(code: str) -> str:
    if code not in territory.districts():
        raise ValueError(N_("This code belongs to no district of Cajamarca."))
    return code


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
Province = Annotated[str, AfterValidator(_known_province), Field(description="INEI code of the province.")]
District = Annotated[str, AfterValidator(_known_district), Field(description="INEI code of the district.")]


class Command(BaseModel):
    """A request to make something."""

    model_config = ConfigDict(extra="forbid")


class Period(Command):
    """From a day to a day, both included."""

    starts_on: date
    ends_on: date

    @field_validator("ends_on")
    @classmethod
    def _ends_after_its_start(cls, value: date, info: ValidationInfo) -> date:
        if value < info.data.get("starts_on", value):
            raise ValueError(N_("The end is before the start."))
        return value


def listed(value: object) -> object:
    """A form with one of several boxes ticked sends a text where programs send a list."""
    return [value] if isinstance(value, str) else value


def made_before(stored: Row | None, command: Command) -> bool:
    """Whether the very same thing was made under this id before. Raises a 409 if it was another one."""
    if stored is None:
        return False
    if any(stored[field] != value for field, value in command.model_dump().items()):
        raise Problem(409, "id_taken", _("Something else has this identifier."), remedy=_("Send a new identifier."))
    return True
