"""What the public is told of a cohort's seats. Pure."""

from enum import StrEnum


class Seats(StrEnum):
    """Whether a cohort has seats. It is no number, because a number that changes tells that somebody enrolled."""

    FREE = "free"
    FULL = "full"
