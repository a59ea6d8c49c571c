"""The codes by which a list calls people. Pure."""

from collections.abc import Set
from uuid import UUID

SHORTEST_CODE = 4


def code_length(enrollments: Set[UUID]) -> int:
    """How many last characters of each enrollment's id tell all of them apart: at least four."""
    written = [one.hex for one in enrollments]
    return next(n for n in range(SHORTEST_CODE, 33) if len({one[-n:] for one in written}) == len(written))


def code_of(enrollment_id: UUID, length: int) -> str:
    """The last characters of the id, which the person's card has under the code."""
    return enrollment_id.hex[-length:].upper()
