"""What can be asked about texts of consents."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chassis.web.inputs import Command
from contracts.event import Day

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=2_000)]


class DraftText(Command):
    """Writes a text that replaces the one in force, once somebody else approved it."""

    first_day: Annotated[Day, Field(description="The first day on which people agree to it; its version.")]
    texts: Annotated[
        dict[Language, Text], Field(min_length=1, max_length=10, description="The text in each offered language.")
    ]


class DecideText(Command):
    """Approves or discards the text that was read, which is the one of this number."""

    number: int = Field(ge=1, lt=2**63)
