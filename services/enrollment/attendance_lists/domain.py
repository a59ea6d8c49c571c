"""The codes by which a list calls people. Pure."""

from collections.abc import Set
from uuid import UUID

SHORTEST_CODE = 4


def last_characters(enrollments: Set[UUID]) -> dict[UUID, str]:
    """The last characters of each enrollment's id, which its card has under the code: at least four, and as many as
    tell all of them apart."""
    written = {one: one.hex.upper() for one in enrollments}
    length = SHORTEST_CODE
    while len({one[-length:] for one in written.values()}) < len(written):
        length += 1
    return {one: characters[-length:] for one, characters in written.items()}
