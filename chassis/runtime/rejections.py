"""Rejections: why something that was asked for is not done, told without knowing who asks or how.

Domain and service functions raise `RejectedError`. The edge of HTTP answers with problem details or shows the form
again, an import records the rejection beside its row, and a consumer treats it as a permanent error.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of answer a rejection is; HTTP has a status for each."""

    INVALID = "invalid"
    """What was sent has to be corrected."""
    CONFLICT = "conflict"
    """It contradicts what is stored."""
    MISSING = "missing"
    """What it refers to does not exist, or must not be seen by who asks."""
    GONE = "gone"
    """What it refers to existed and does so no longer."""
    TOO_LARGE = "too_large"
    """What was sent is larger than is accepted."""
    UNSUPPORTED = "unsupported"
    """This kind of content is not accepted."""
    OUTDATED = "outdated"
    """It was decided on a former version of what it changes."""
    LATER = "later"
    """What it refers to may still be on its way here: the same request can succeed in a few seconds."""
    UNAVAILABLE = "unavailable"
    """Something that it needs does not answer: the same request can succeed once that does."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """`code` is for programs; `detail` and `remedy` are message ids, filled with `values`, and repeat nothing sent.

    `fields` are all of which it is true, if they are several.
    """

    code: str
    detail: str
    kind: Kind = Kind.INVALID
    field: str | None = None
    remedy: str | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    fields: tuple[str, ...] = ()


class RejectedError(Exception):
    """Ends a command with its rejection; the transaction is rolled back."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.code)
        self.rejection = rejection


NOT_FOUND = Rejection("not_found", "There is nothing at this address, or it is not yours to see.", Kind.MISSING)
"""The one answer to what does not exist and to what must not be seen, so that nobody learns which it is."""
