"""Texts whose letters were garbled or lost before the sheet came."""

import re
from collections.abc import Iterable
from itertools import pairwise

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.known_names import known_names
from services.enrollment.identity.names import MAXIMUM_CHARACTERS, tokens
from services.enrollment.sheets.errors import LETTERS_GARBLED, LETTERS_LOST

SPANISH_LETTERS = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
LOST = "\ufffd"
"""What programs write for a byte that is no letter of the encoding."""

_EXPECTED = SPANISH_LETTERS | {LOST} | frozenset("°ºª¿¡«»–—‘’“”…´€•®©™·\ufeff\xa0")
_JOINING = frozenset({"y", "e"})
_TIMES = 2
_BETWEEN_WORDS = re.compile(r"[\s,;/.-]")
_FOREIGN_LETTERS = {
    "ã": re.compile("[eo]|$"),
    "õ": re.compile("e"),
    "ç": re.compile("[aouáâãóôõú]"),
    "à": re.compile("$"),
    "â": re.compile("[a-z]"),
    "ê": re.compile("[a-z]"),
    "ô": re.compile("[a-z]"),
}
"""Letters of Portuguese, French and Italian names, and what follows them there."""

_BYTES = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0x100)}
"""The byte of each character of Windows-1252. Programs leave the five bytes that it does not use as they are."""


def ungarbled(text: str) -> str:
    """Undoes that UTF-8 was taken for Windows-1252, once or twice: «PeÃ±a» becomes «Peña».

    It does where the text as a whole is UTF-8 so taken, and has then no other signs than Spanish ones.
    """
    if text.isascii():
        return text
    before = text
    for _ in range(_TIMES):
        before = _before_garbling(before)
        if all(one.isascii() or one in _EXPECTED for one in before):
            return before
    return text


def require_whole(name: str) -> None:
    """Raises `RejectedError` without a field if letters of a name were lost, or became others.

    A text that is too long to be a name is none, whatever its letters are.
    """
    if len(name) > MAXIMUM_CHARACTERS:
        return
    if LOST in name or "?" in name:
        raise RejectedError(LETTERS_LOST)
    if name.isascii() and (name.istitle() or name.isupper()):
        return
    words = list(filter(None, _BETWEEN_WORDS.split(name)))
    if any(map(_is_garbled, words)) or any(_is_torn(*pair) for pair in pairwise(words)):
        raise RejectedError(LETTERS_GARBLED)


def whole_words(name: str) -> list[str]:
    """Returns the words of a name of which no letter was lost, or became another."""
    return [word for word in _BETWEEN_WORDS.split(name) if word and _is_whole(word)]


def is_mostly_garbled(texts: Iterable[str]) -> bool:
    """Tells whether a column's texts can be mended: more of them than have letters that are lost or garbled otherwise.

    Where both are in a column, what happened to its letters is not what `ungarbled` undoes.
    """
    beyond_ascii = [text for text in texts if not text.isascii() or "?" in text]
    mended = sum(ungarbled(text) != text for text in beyond_ascii)
    return mended > sum(not _is_whole(ungarbled(text)) for text in beyond_ascii)


def _is_whole(text: str) -> bool:
    try:
        require_whole(text)
    except RejectedError:
        return False
    return True


def _before_garbling(text: str) -> str:
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _is_garbled(word: str) -> bool:
    return any(
        _stands_for_another(word[:place], letter, word[place + 1 :])
        for place, letter in enumerate(word)
        if not letter.isascii()
    )


def _stands_for_another(before: str, letter: str, after: str) -> bool:
    """Tells whether no name has this letter at this place: a capital within small letters, a small one within capitals,
    one of no language of the country's people, or a curved apostrophe before a small letter.

    Each is what a letter of Windows, DOS or a Macintosh becomes where another of them is believed to have written it.
    """
    if letter == "’":
        return after[:1].islower()
    if letter.isupper() and before[-1:].islower():
        return True
    is_within_capitals = letter.islower() and before[-1:].isupper() and (len(before) > 1 or after[:1].isupper())
    if letter in SPANISH_LETTERS or not letter.isalpha():
        return letter == "é" and is_within_capitals
    place = _FOREIGN_LETTERS.get(letter.lower())
    return is_within_capitals or place is None or not place.match(after.lower())


def _is_torn(one: str, following: str) -> bool:
    """Tells whether two words are one whose «á» became a space: «Hern ndez»."""
    if following in _JOINING or not (one[0].isupper() and following[0].islower()):
        return False
    return len(one) == 1 or len(following) == 1 or bool({*tokens(f"{one}a{following}")} & known_names())
