"""What can be asked about the texts of messages."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from chassis.web.inputs import NO_CONTROLS, Command
from chassis.web.texts import N_
from services.enrollment.messages.domain import unknown_places


def _only_known_places(text: str) -> str:
    if unknown_places(text):
        raise ValueError(N_("Something in braces is none of the places that are listed below."))
    return text


_Text = AfterValidator(_only_known_places)


class WriteTemplate(Command):
    """The office's own text of a kind of message. `replaces` is the number of the text it was made from."""

    subject: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=3, max_length=150, pattern=NO_CONTROLS), _Text
    ]
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000), _Text]
    replaces: int = Field(0, ge=0, lt=2**63)
