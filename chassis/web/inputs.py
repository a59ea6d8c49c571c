"""What all requests to make something have in common: the client may bring the id, and asking again is harmless."""

import re
from collections.abc import Callable, Container
from typing import Any, TypedDict

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_

NO_CONTROLS = r"^[^\x00-\x1f\x7f\x85\u2028-\u202e\u2066-\u2069]*$"
"""The pattern of one line of text, without signs that break it or turn the direction in which it is read."""

MOST_FIELDS = 2_000
"""Fields that a form may have; the check-in page has one for each person."""

MOST_FILES = 1

LARGEST_FIELD = 64 * 1024
"""Bytes that a field of a form may have, as it was sent."""


class FormLimits(TypedDict, total=False):
    """What Starlette is told before it reads a form."""

    max_fields: int
    max_files: int
    max_part_size: int


FORM_LIMITS = FormLimits(max_fields=MOST_FIELDS, max_files=MOST_FILES, max_part_size=LARGEST_FIELD)
"""The same wherever a form is read first."""

NUL = "\x00"
"""The one character that PostgreSQL cannot keep in a text."""


class Input(BaseModel):
    """What a request says, in texts that can be stored."""

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_stored(cls, sent: Any) -> Any:
        if any(isinstance(text, str) and NUL in text for text in (sent if isinstance(sent, list) else [sent])):
            raise ValueError(NOT_TEXT)
        return sent


class Command(Input):
    """A request to make something."""

    model_config = ConfigDict(extra="forbid")


NOT_TEXT = N_("A text has a sign that cannot be stored, such as the sign of code 0.")


def already_created(stored: object | None, command: BaseModel, **further: object) -> bool:
    """Whether the command's thing exists as the command describes it, so that a repeated command changes nothing.

    `stored` has the command's fields as attributes, and those of `further`, which the request's address said. Raises
    `RejectedError` where another thing has the identifier.
    """
    if stored is None:
        return False
    described = further | {name: getattr(command, name) for name in type(command).model_fields}
    if any(getattr(stored, name) != value for name, value in described.items()):
        raise RejectedError(_ID_TAKEN)
    return True


_ID_TAKEN = Rejection(
    "id_taken", N_("Something else has this identifier."), Kind.CONFLICT, remedy=N_("Send a new identifier.")
)


def among(known: Callable[[], Container[str]], otherwise: str) -> AfterValidator:
    """A field's validator: one of these values; any other is refused with this message id."""

    def check(value: str) -> str:
        if value not in known():
            raise ValueError(otherwise)
        return value

    return AfterValidator(check)


def in_form(pattern: str, otherwise: str) -> AfterValidator:
    """A field's validator: a text of this pattern; any other is refused with this message id, which shows the form."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(otherwise)
        return value

    return AfterValidator(check)


def not_before(start: str) -> AfterValidator:
    """The validator of an end: not before the field `start`, which stands above it. No end is right too."""

    def check(end: Any, info: ValidationInfo) -> Any:
        if end is not None and end < info.data.get(start, end):
            raise ValueError(N_("The end is before the start."))
        return end

    return AfterValidator(check)
