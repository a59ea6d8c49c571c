"""What the requests of this service are made of. A command's fields are the columns of its table, in their order."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from chassis.web.inputs import NO_CONTROLS, among
from chassis.web.texts import N_
from contracts import territory

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
    StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=NO_CONTROLS),
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

District = Annotated[
    str,
    among(territory.districts, N_("This code belongs to no district of Cajamarca.")),
    Field(description="INEI code of the district it is for."),
]

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]

Instant = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
