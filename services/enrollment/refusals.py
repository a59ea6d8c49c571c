"""How a refusal is told: which field, why, and what the reader can do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """`code` is for programs; `detail` and `remedy` are message ids of the catalogue and never repeat what was sent."""

    field: str
    code: str
    detail: str
    remedy: str


class Unacceptable(ValueError):
    """A value that cannot be taken as it is. Its text is the refusal's detail."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal
