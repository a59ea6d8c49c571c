"""People's names: stored as written, compared without accents, order and single typing mistakes."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from operator import eq

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_
from services.enrollment.identity.known_names import given_names

MINIMUM_LENGTH_WITH_TYPO = 4
"""Characters. From this length on, one wrong letter is a typing mistake; in a shorter word it makes another name."""

MAXIMUM_CHARACTERS = 120
PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "e", "da", "dos", "san", "santa", "vda", "viuda"})
_TOKEN = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile(r"['’‘`´]")
_SIGNS = frozenset(" .-‐‑'’‘`´")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Names:
    """Given and family names as the person writes them."""

    given: str
    family: str


def read_names(given: str, family: str) -> Names:
    """Normalizes the spaces and leaves out what nobody sees, such as signs that turn the direction of writing.

    Raises `RejectedError` if one of the names is missing or is not a name.
    """
    return Names(_read(given, "given_names"), _read(family, "family_names"))


def is_name(text: str) -> bool:
    """Tells whether a text can be a name."""
    try:
        _read(text, "")
    except RejectedError:
        return False
    return True


def tokens(text: str) -> list[str]:
    """Splits a text into words for comparing: lower case, no accents (ñ becomes n, as in sheets), no apostrophes."""
    bare = _APOSTROPHES.sub("", text)
    if not bare.isascii():
        bare = "".join(one for one in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(one))
    return _TOKEN.findall(bare.casefold())


def agree(known: Names, written: Names, *, allows_slips: bool) -> bool:
    """Tells whether both are the names of one person: a whole word of the given and one of the family names agree, and
    no word contradicts the other name.

    Accents, order, particles and missing second names are ignored, and so is an exchange of the columns of given and
    family names. An initial contradicts no word that begins with it, and identifies nobody. Where slips are allowed,
    because something else tells that both are one person, one wrong letter is ignored too: else Juan would be Juana.
    """
    all_known, all_written = (sorted(tokens(f"{one.given} {one.family}")) for one in (known, written))
    if all_known == all_written:
        return sum(map(_is_whole, all_known)) > 1
    same = _same_but_for_a_slip if allows_slips else eq
    return _parts_agree(known.given, written.given, same) and _parts_agree(known.family, written.family, same)


def _parts_agree(one: str, other: str, same: Callable[[str, str], bool]) -> bool:
    """Tells whether every word of the shorter name has its own counterpart in the longer one, one of them whole."""
    shorter, longer = sorted((_significant_tokens(one), _significant_tokens(other)), key=len)
    unmatched, identifies = list(longer), False
    for word in sorted(shorter, key=len, reverse=True):
        counterpart = _counterpart(word, unmatched, same)
        if counterpart is None:
            return False
        unmatched.remove(counterpart)
        identifies = identifies or (_is_whole(word) and _is_whole(counterpart))
    return identifies


def _counterpart(word: str, candidates: list[str], same: Callable[[str, str], bool]) -> str | None:
    """Returns the candidate that is the same word, otherwise one of which either is the initial."""
    alike = (candidate for candidate in candidates if same(word, candidate))
    abbreviated = (one for one in candidates if one[0] == word[0] and not (_is_whole(one) and _is_whole(word)))
    return next(chain(alike, abbreviated), None)


def _is_whole(word: str) -> bool:
    return len(word) > 1


def _significant_tokens(name: str) -> list[str]:
    found = tokens(name)
    return [word for word in found if word not in PARTICLES] or found


def _same_but_for_a_slip(one: str, other: str) -> bool:
    if one == other:
        return True
    if {one, other} <= given_names() or _are_of_two_sexes(*sorted((one, other), key=len)):
        return False
    return min(len(one), len(other)) >= MINIMUM_LENGTH_WITH_TYPO and differ_by_one_typo(one, other)


def _are_of_two_sexes(shorter: str, longer: str) -> bool:
    """Tells whether words differ as Mario and María do, Vicente and Vicenta, or Juan and Juana."""
    if longer[:-1] == shorter:
        return longer.endswith("a")
    return longer[:-1] == shorter[:-1] and "a" in {shorter[-1], longer[-1]} <= set("aoe")


def differ_by_one_typo(one: str, other: str) -> bool:
    """Tells whether one letter was added, left out or changed, or two neighbors were exchanged."""
    shorter, longer = sorted((one, other), key=len)
    start = next((n for n, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter))
    rest, longer_rest = shorter[start:], longer[start:]
    if len(longer) > len(shorter):
        return rest == longer_rest[1:]
    return rest[1:] == longer_rest[1:] or (rest[:2] == longer_rest[1::-1] and rest[2:] == longer_rest[2:])


def _is_seen(character: str) -> bool:
    return character.isprintable() or character.isspace()


def _read(name: str, field: str) -> str:
    seen = (character for character in unicodedata.normalize("NFC", name) if _is_seen(character))
    tidy = " ".join("".join(seen).split())
    if not tokens(tidy) or _DIGIT.search(tidy) or len(tidy) > MAXIMUM_CHARACTERS:
        raise RejectedError(
            Rejection(
                "name_malformed",
                N_("Names are written with letters, and both given and family names are needed."),
                field=field,
                remedy=N_("Write the names as on the identity document."),
            )
        )
    if sign := next((one for one in tidy if not _is_of_names(one)), None):
        raise RejectedError(
            Rejection(
                "name_with_sign",
                N_("Names have no sign «%(sign)s»."),
                field=field,
                remedy=N_("Write the names as on the identity document."),
                values={"sign": sign},
            )
        )
    return tidy


def _is_of_names(character: str) -> bool:
    return character.isalpha() or character in _SIGNS or bool(unicodedata.combining(character))
