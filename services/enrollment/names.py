"""People's names: kept as written, compared without accents, order and small slips of the pen."""

import re
import unicodedata
from dataclasses import dataclass

from chassis.web.texts import N_
from services.enrollment.refusals import Refused, Unacceptable

_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "e", "da", "dos", "san", "santa", "vda", "viuda"})
_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile(r"['’‘`´]")
_DIGIT = re.compile(r"\d")
_LONGEST = 120
SLIP_LENGTH = 4
"""Letters from which on one wrong letter is taken for a slip; in shorter names it makes another name."""


@dataclass(frozen=True, slots=True)
class Names:
    """As the person writes them."""

    given: str
    family: str


def read_names(given: str, family: str) -> Names:
    """The names with their spaces in order. Raises `Unacceptable` where one is missing or not a name."""
    return Names(_read(given, "given_names"), _read(family, "family_names"))


def words(name: str) -> list[str]:
    """A name's words for comparing: lower case, no accents (ñ as n, as many sheets have it), no apostrophes."""
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name)).casefold()
    return _WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter)))


def agree(known: Names, written: Names) -> bool:
    """Whether both may well be one person's names: nothing contradicts, though one may say less than the other.

    Accents, order, particles, initials, missing second names and one wrong letter do not count; given and family names
    that changed columns do not either.
    """
    if sorted(words(f"{known.given} {known.family}")) == sorted(words(f"{written.given} {written.family}")):
        return True
    return _parts_agree(known.given, written.given) and _parts_agree(known.family, written.family)


def _parts_agree(one: str, other: str) -> bool:
    """Every word of the shorter name has its own counterpart in the longer one."""
    shorter, longer = sorted((_telling(one), _telling(other)), key=len)
    left = list(longer)
    for word in shorter:
        counterpart = next((candidate for candidate in left if _same_word(word, candidate)), None)
        if counterpart is None:
            return False
        left.remove(counterpart)
    return True


def _telling(name: str) -> list[str]:
    found = words(name)
    return [word for word in found if word not in _PARTICLES] or found


def _same_word(one: str, other: str) -> bool:
    if one == other or (1 in (len(one), len(other)) and one[0] == other[0]):
        return True
    if one[:-1] == other[:-1] and {one[-1], other[-1]} == {"a", "o"}:  # Mario is not María
        return False
    return min(len(one), len(other)) >= SLIP_LENGTH and _one_slip(one, other)


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter was added, left out or changed, or two neighbors changed places."""
    shorter, longer = sorted((one, other), key=len)
    start = next((n for n, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter))
    rest, longer_rest = shorter[start:], longer[start:]
    if len(longer) > len(shorter):
        return rest == longer_rest[1:]
    return rest[1:] == longer_rest[1:] or (rest[:2] == longer_rest[1::-1] and rest[2:] == longer_rest[2:])


def _read(name: str, field: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not words(tidy) or _DIGIT.search(tidy) or len(tidy) > _LONGEST:
        raise Unacceptable(
            Refused(
                field,
                "name_malformed",
                N_("Names are written with letters, and both given and family names are needed."),
                N_("Write the names as on the identity document."),
            )
        )
    return tidy
