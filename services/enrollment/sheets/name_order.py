"""The order of family and given names in a column that has both."""

from enum import StrEnum


class NameOrder(StrEnum):
    """Whether the family names or the given names come first in one cell."""

    FAMILY_FIRST = "family_first"
    GIVEN_FIRST = "given_first"
