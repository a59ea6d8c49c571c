"""What all requests to make something have in common: the client may bring the id, and asking again is harmless."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from chassis.database import Row
from chassis.problems import Problem
from chassis.texts import N_, _
from contracts import territory


def _known_district(code: str) -> str:
    if code not in territory.districts():
        raise ValueError(N_("This code belongs to no district of Cajamarca."))
    return code


_URLS = TypeAdapter(HttpUrl)


def _web_address(text: str) -> str:
    try:
        url = _URLS.validate_python(text)
    except ValidationError:
        raise ValueError(N_("Write a whole web address, such as https://www.gob.pe/regioncajamarca.")) from None
    if url.username or url.password:
        raise ValueError(N_("An address with a name or a password in it cannot be published."))
    return str(url)


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
"""A line of text without control characters."""

Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=3,
        max_length=2000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]
"""Some lines of text."""

WebAddress = Annotated[str, AfterValidator(_web_address), Field(json_schema_extra={"format": "uri"})]
"""An `http` or `https` address, in the form in which it goes into a header: ASCII alone."""

District = Annotated[str, AfterValidator(_known_district), Field(description="INEI code of the district it is for.")]

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]

Instant = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]


class Command(BaseModel):
    """A request to make something. Its fields are the columns of the thing's table, in their order."""

    model_config = ConfigDict(extra="forbid")


def made_before(stored: Row | None, command: Command) -> bool:
    """Whether the very same thing was made under this id before. Raises a 409 if it was another one."""
    if stored is None:
        return False
    if any(stored[field] != value for field, value in command.model_dump().items()):
        raise Problem(409, "id_taken", _("Something else has this identifier."), remedy=_("Send a new identifier."))
    return True
