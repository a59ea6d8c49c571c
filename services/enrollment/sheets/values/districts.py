"""The district of residence, by a code with a declared scheme, by names, or by both if they agree."""

from collections import defaultdict
from functools import cache, lru_cache

from chassis.runtime.rejections import RejectedError
from contracts.territory import District, Scheme, district_by_code, districts
from services.enrollment.identity.names import differ_by_one_typo, tokens
from services.enrollment.sheets.cells import Cell, is_blank, text_of
from services.enrollment.sheets.errors import (
    DISTRICT_AMBIGUOUS,
    DISTRICT_CODE_UNKNOWN,
    DISTRICT_CONTRADICTION,
    DISTRICT_MISSING,
    DISTRICT_OUTSIDE,
    DISTRICT_UNKNOWN,
)

_ARTICLES = frozenset({"la", "el", "los", "las", "distrito", "dist", "provincia", "prov", "de"})
_SHORTEST_WITH_SLIP = 6
"""Letters of a name of which one may be wrong."""

_ABBREVIATIONS = {"sta": "santa", "sto": "santo", "sn": "san"}
_CODE_DIGITS = 6
_DEPARTMENTS = frozenset({"cajamarca", "06", "6", "06 cajamarca", "region cajamarca", "departamento cajamarca"})

_SEPARATORS = str.maketrans(",-–", "///")
"""Signs between a district and its province in one cell."""


def read_district(code: Cell, scheme: Scheme | None, district: Cell, province: Cell, department: Cell) -> str:
    """Returns the district's INEI code. Raises `RejectedError`, also for a name that several districts have."""
    if not is_blank(department) and not _is_department(text_of(department)):
        raise RejectedError(DISTRICT_OUTSIDE)
    by_code = None if is_blank(code) or scheme is None else _by_code(code, scheme)
    if is_blank(province):
        district, province = _apart(text_of(district))
    if is_blank(district):
        return _confirmed(by_code, province).inei
    possible = _by_name(text_of(district), text_of(province))
    if by_code is not None:
        if by_code not in possible:
            raise RejectedError(DISTRICT_CONTRADICTION)
        return by_code.inei
    return _only(possible).inei


def names_district(text: str) -> bool:
    """Tells whether a text is the name of a district, alone or with its province."""
    return normalized_place(_apart(text)[0]) in _named()


def normalized_place(name: str) -> str:
    """Normalizes the name of a district or province for comparing: no accents, capitals, abbreviations or leading
    articles."""
    words = [_ABBREVIATIONS.get(word, word) for word in tokens(name)]
    while words[1:] and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(words)


def _apart(text: str) -> tuple[str, str]:
    """Reads district and province that are in one cell, in whatever order, if only one order names a district. The
    department may stand at either end."""
    parts = list(map(normalized_place, text.translate(_SEPARATORS).split("/")))
    if len(parts) == 3:
        parts = parts[:2] if _is_department(parts[2]) else parts[1:] if _is_department(parts[0]) else parts
    if len(parts) != 2:
        return text, ""
    found = {(one, other) for one, other in (parts, parts[::-1]) if _is_in(one, other)}
    return found.pop() if len(found) == 1 else (text, "")


def _is_department(text: str) -> bool:
    return " ".join(tokens(text)) in _DEPARTMENTS


def _is_in(district: str, province: str) -> bool:
    named = _named().get(normalized_place(district), [])
    return any(normalized_place(one.province) == normalized_place(province) for one in named)


def _by_code(code: Cell, scheme: Scheme) -> District:
    """Finds the district of a code. All codes here start with 06, so five digits that start with 6 lost a zero."""
    digits = text_of(code).replace(" ", "")
    if len(digits) == _CODE_DIGITS - 1 and digits.startswith("6"):
        digits = f"0{digits}"
    if found := district_by_code(scheme, digits):
        return found
    raise RejectedError(DISTRICT_CODE_UNKNOWN)


def _confirmed(by_code: District | None, province: Cell) -> District:
    if by_code is None:
        raise RejectedError(DISTRICT_MISSING)
    if not is_blank(province) and normalized_place(text_of(province)) != normalized_place(by_code.province):
        raise RejectedError(DISTRICT_CONTRADICTION)
    return by_code


def _by_name(district: str, province: str) -> list[District]:
    name, wanted = normalized_place(district), "" if is_blank(province) else normalized_place(province)
    named = _named().get(name) or _with_a_slip(name, wanted)
    found = [one for one in named if not wanted or normalized_place(one.province) == wanted]
    if not found:
        raise RejectedError(DISTRICT_UNKNOWN)
    return found


@lru_cache(maxsize=2_000)
def _with_a_slip(name: str, province: str) -> list[District]:
    """Returns the district of the province whose name differs by one letter, if there is just one."""
    near = [
        one
        for named, some in _named().items()
        for one in some
        if normalized_place(one.province) == province
        and len(named) >= _SHORTEST_WITH_SLIP
        and differ_by_one_typo(named, name)
    ]
    return near if len(near) == 1 else []


def _only(possible: list[District]) -> District:
    if len(possible) > 1:
        raise RejectedError(DISTRICT_AMBIGUOUS)
    return possible[0]


@cache
def _named() -> dict[str, list[District]]:
    found = defaultdict(list)
    for district in districts().values():
        found[normalized_place(district.name)].append(district)
    return dict(found)
