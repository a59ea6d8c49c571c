"""Short codes: how a person is called on a roster without names, on paper and on the page alike."""

from collections.abc import Set
from uuid import UUID

SHORTEST = 4


def short_codes(enrollments: Set[UUID]) -> dict[UUID, str]:
    """The last characters of each id, as many as tell all of them apart, four or more."""
    length = SHORTEST
    while len({one.hex[-length:] for one in enrollments}) < len(enrollments):
        length += 1
    return {one: one.hex[-length:].upper() for one in enrollments}
