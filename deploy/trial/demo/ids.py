"""Ids of the demonstration: the same thing has the same id at every run, so that loading is idempotent."""

from uuid import UUID, uuid5

DEMONSTRATION = UUID("0197a000-0000-7000-8000-00000000d000")


def demo_id(*parts: object) -> UUID:
    """The id of what the parts name."""
    return uuid5(DEMONSTRATION, "/".join(map(str, parts)))
