"""The district of residence: by a code whose scheme is declared, by names, or by both, which must then agree."""

from collections import defaultdict
from functools import cache

from contracts.territory import District, Scheme, district_by_code, districts
from services.enrollment.imports.cells import Cell, is_blank, text_of
from services.enrollment.imports.faults import (
    DISTRICT_AMBIGUOUS,
    DISTRICT_CODE_UNKNOWN,
    DISTRICT_CONTRADICTION,
    DISTRICT_MISSING,
    DISTRICT_OUTSIDE,
    DISTRICT_UNKNOWN,
)
from services.enrollment.names import words
from services.enrollment.refusals import Unacceptable

_ARTICLES = frozenset({"la", "el", "los", "las", "distrito", "provincia", "de"})
_CODE_DIGITS = 6
_DEPARTMENTS = frozenset({"cajamarca", "06", "6", "06 cajamarca", "region cajamarca", "departamento cajamarca"})


def read_district(code: Cell, scheme: Scheme | None, district: Cell, province: Cell, department: Cell) -> str:
    """The district's INEI code. Raises `Unacceptable`; never takes a name for one of several districts."""
    if not is_blank(department) and " ".join(words(text_of(department))) not in _DEPARTMENTS:
        raise Unacceptable(DISTRICT_OUTSIDE)
    by_code = None if is_blank(code) or scheme is None else _by_code(code, scheme)
    if is_blank(district):
        return _confirmed(by_code, province).inei
    possible = _by_name(text_of(district), text_of(province))
    if by_code is not None:
        if by_code not in possible:
            raise Unacceptable(DISTRICT_CONTRADICTION)
        return by_code.inei
    return _only(possible).inei


def place_key(name: str) -> str:
    """A place's name for comparing: no accents, no capitals, no article in front."""
    telling = words(name)
    while telling[1:] and telling[0] in _ARTICLES:
        telling = telling[1:]
    return " ".join(telling)


def _by_code(code: Cell, scheme: Scheme) -> District:
    """All codes here start with 06, so five digits that start with 6 are one whose zero a spreadsheet dropped."""
    digits = text_of(code).replace(" ", "")
    if len(digits) == _CODE_DIGITS - 1 and digits.startswith("6"):
        digits = f"0{digits}"
    if found := district_by_code(scheme, digits):
        return found
    raise Unacceptable(DISTRICT_CODE_UNKNOWN)


def _confirmed(by_code: District | None, province: Cell) -> District:
    if by_code is None:
        raise Unacceptable(DISTRICT_MISSING)
    if not is_blank(province) and place_key(text_of(province)) != place_key(by_code.province):
        raise Unacceptable(DISTRICT_CONTRADICTION)
    return by_code


def _by_name(district: str, province: str) -> list[District]:
    named = _named().get(place_key(district), [])
    wanted = "" if is_blank(province) else place_key(province)
    found = [one for one in named if not wanted or place_key(one.province) == wanted]
    if not found:
        raise Unacceptable(DISTRICT_UNKNOWN)
    return found


def _only(possible: list[District]) -> District:
    if len(possible) > 1:
        raise Unacceptable(DISTRICT_AMBIGUOUS)
    return possible[0]


@cache
def _named() -> dict[str, list[District]]:
    found = defaultdict(list)
    for district in districts().values():
        found[place_key(district.name)].append(district)
    return dict(found)
