"""People's names: stored as written, compared without accents, order and single typing mistakes."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_

MINIMUM_LENGTH_WITH_TYPO = 4
"""Characters. From this length on, one wrong letter is a typing mistake; in a shorter word it makes another name."""

_MAXIMUM_CHARACTERS = 120
PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "e", "da", "dos", "san", "santa", "vda", "viuda"})
_TOKEN = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile(r"['’‘`´]")
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


def tokens(text: str) -> list[str]:
    """Splits a text into words for comparing: lower case, no accents (ñ becomes n, as in sheets), no apostrophes."""
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    return _TOKEN.findall("".join(character for character in bare if not unicodedata.combining(character)))


def agree(known: Names, written: Names) -> bool:
    """Tells whether both are the names of one person: a whole word of the given and one of the family names agree, and
    no word contradicts the other name.

    Accents, order, particles, missing second names and one wrong letter are ignored, and so is an exchange of the
    columns of given and family names. An initial contradicts no word that begins with it, and identifies nobody.
    """
    all_known, all_written = (sorted(tokens(f"{one.given} {one.family}")) for one in (known, written))
    if all_known == all_written:
        return sum(map(_is_whole, all_known)) > 1
    return _parts_agree(known.given, written.given) and _parts_agree(known.family, written.family)


def _parts_agree(one: str, other: str) -> bool:
    """Tells whether every word of the shorter name has its own counterpart in the longer one, one of them whole."""
    shorter, longer = sorted((_significant_tokens(one), _significant_tokens(other)), key=len)
    unmatched, identifies = list(longer), False
    for word in sorted(shorter, key=len, reverse=True):
        counterpart = _counterpart(word, unmatched)
        if counterpart is None:
            return False
        unmatched.remove(counterpart)
        identifies = identifies or (_is_whole(word) and _is_whole(counterpart))
    return identifies


def _counterpart(word: str, candidates: list[str]) -> str | None:
    """Returns the candidate that is the same word, otherwise one of which either is the initial."""
    same = (candidate for candidate in candidates if _same_word(word, candidate))
    abbreviated = (one for one in candidates if one[0] == word[0] and not (_is_whole(one) and _is_whole(word)))
    return next(chain(same, abbreviated), None)


def _is_whole(word: str) -> bool:
    return len(word) > 1


def _significant_tokens(name: str) -> list[str]:
    found = tokens(name)
    return [word for word in found if word not in PARTICLES] or found


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    if one[:-1] == other[:-1] and {one[-1], other[-1]} == {"a", "o"}:  # Mario is not María
        return False
    return min(len(one), len(other)) >= MINIMUM_LENGTH_WITH_TYPO and _differ_by_one_typo(one, other)


def _differ_by_one_typo(one: str, other: str) -> bool:
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
    if not tokens(tidy) or _DIGIT.search(tidy) or len(tidy) > _MAXIMUM_CHARACTERS:
        raise RejectedError(
            Rejection(
                "name_malformed",
                N_("Names are written with letters, and both given and family names are needed."),
                field=field,
                remedy=N_("Write the names as on the identity document."),
            )
        )
    return tidy
