"""Texts whose letters were garbled or lost before the sheet came."""

from collections.abc import Iterable
from itertools import pairwise

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.errors import LETTERS_GARBLED, LETTERS_LOST

SPANISH_LETTERS = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
LOST = "\ufffd"
"""What programs write for a byte that is no letter of the encoding."""

_EXPECTED = SPANISH_LETTERS | {LOST} | frozenset("°ºª¿¡«»–—‘’“”…´€•®©™·\ufeff\xa0")
_TIMES = 2
_BYTES = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0x100)}
"""The byte of each character of Windows-1252. Programs leave the five bytes that it does not use as they are."""


def ungarbled(text: str) -> str:
    """Undoes that UTF-8 was taken for Windows-1252, once or twice: «PeÃ±a» becomes «Peña».

    It does where the text as a whole is UTF-8 so taken, and has then no other signs than Spanish ones.
    """
    before = text
    for _ in range(_TIMES):
        before = _before_garbling(before)
        if all(one.isascii() or one in _EXPECTED for one in before):
            return before
    return text


def require_whole(text: str) -> None:
    """Raises `RejectedError` without a field if letters of a name were lost, or became others."""
    if LOST in text or "?" in text:
        raise RejectedError(LETTERS_LOST)
    if any(_is_garbled(*pair) for pair in pairwise(text)):
        raise RejectedError(LETTERS_GARBLED)


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


def _is_garbled(one: str, following: str) -> bool:
    """Tells of two characters of a name whether the first is one that stands for another one.

    A capital with an accent within small letters is the first byte of a letter; a curved apostrophe before a small one
    is an «í» that a Macintosh wrote.
    """
    if one in "ÃÂ":
        return not (following.isalpha() or following.isspace())
    is_within_word = one.islower() and following.isupper() and not following.isascii()
    return is_within_word or (one == "’" and following.islower())
