"""What can be asked about the texts of messages."""

from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from chassis.web.inputs import NO_CONTROLS, Command
from chassis.web.texts import N_
from services.enrollment.messages.domain import PLACES, SESSION_KINDS, SESSION_PLACES, MessageKind, unknown_places

_SUBJECT = StringConstraints(strip_whitespace=True, min_length=3, max_length=150, pattern=NO_CONTROLS)
_BODY = StringConstraints(strip_whitespace=True, min_length=3, max_length=2000)


def _only(known: Mapping[str, str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if unknown_places(text, known):
            raise ValueError(N_("Something in braces is none of the places that are listed below."))
        return text

    return check


_Text, _SessionText = AfterValidator(_only(PLACES)), AfterValidator(_only({**PLACES, **SESSION_PLACES}))


class ReportRefused(Command):
    """Says that a message which had been taken over came back. `code` is that of SMTP or HTTP, such as 550."""

    message_id: UUID
    code: int = Field(ge=400, le=599)


class WriteTemplate(Command):
    """The office's own text of a kind of message. `replaces` is the number of the text it was made from."""

    subject: Annotated[str, _SUBJECT, _Text]
    body: Annotated[str, _BODY, _Text]
    replaces: int = Field(0, ge=0, lt=2**63)


class WriteSessionTemplate(WriteTemplate):
    """The office's own text of what is told of one session."""

    subject: Annotated[str, _SUBJECT, _SessionText]
    body: Annotated[str, _BODY, _SessionText]


def template_command(kind: MessageKind) -> type[WriteTemplate]:
    """The command that writes a text of this kind."""
    return WriteSessionTemplate if kind in SESSION_KINDS else WriteTemplate
