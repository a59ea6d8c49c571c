"""Provinces and districts by name, as forms offer them; their INEI codes are the values."""

from collections.abc import Iterable

from contracts import territory
from services.enrollment.identity.names import tokens

Choices = list[tuple[str, str]]


def provinces() -> Choices:
    """Lists the provinces of Cajamarca in alphabetical order."""
    return _by_name(territory.provinces().items())


def districts() -> Choices:
    """Lists the districts of Cajamarca, each with its province, in alphabetical order."""
    return _by_name((one.inei, one.full_name) for one in territory.districts().values())


def _by_name(pairs: Iterable[tuple[str, str]]) -> Choices:
    return sorted(pairs, key=lambda pair: tokens(pair[1]))
