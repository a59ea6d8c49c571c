"""Finds out in which encoding the text of a file was written, by its signs and by where they stand."""

import codecs
import re
from statistics import fmean

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.errors import ENCODING_UNKNOWN
from services.enrollment.sheets.values.texts import SPANISH_LETTERS, ungarbled

_OLD_ENCODINGS = ("cp1252", "cp850", "mac_roman")
"""Of Windows, of DOS, and of the Macintosh. Each has the Spanish letters where the others have other signs."""

_JUDGED_CHARACTERS = 20_000
"""Characters beyond ASCII that are judged; what follows in a file was written by the same program."""

_LEAST_SCORE = 0.5
_FOREIGN_LETTER = 0.5
_OPENING = frozenset("¿¡«“‘•")
_SIGNS = frozenset("°ºª»–—’”…´€®©™·§½±×²³") | _OPENING
_HARD_SPACE = "\xa0"
"""It stands for «á» in code page 850, which hardly ever ends a word."""

_BEYOND_ASCII = re.compile(r"([^\x00-\x7f])")


def decoded(content: bytes) -> str:
    """Decodes the text of a file. Raises `RejectedError` if its encoding is not certain."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded_strictly(content, "utf-16")
    if b"\x00" in content:
        raise RejectedError(ENCODING_UNKNOWN)
    try:
        return ungarbled(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _decoded_by_its_signs(content)


def _decoded_strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise RejectedError(ENCODING_UNKNOWN) from None


def _decoded_by_its_signs(content: bytes) -> str:
    """Decodes by the encoding in which most signs stand where such signs stand; what it has no sign for is U+FFFD."""
    candidates = [content.decode(encoding, "replace") for encoding in ("utf-8-sig", *_OLD_ENCODINGS)]
    scores = list(map(_score, candidates))
    if max(scores) < _LEAST_SCORE:
        raise RejectedError(ENCODING_UNKNOWN)
    return candidates[scores.index(max(scores))]


def _score(text: str) -> float:
    """Returns from 0 to 1 how well the first characters beyond ASCII stand where they are."""
    places = [found.start() for _, found in zip(range(_JUDGED_CHARACTERS), _BEYOND_ASCII.finditer(text), strict=False)]
    return fmean(_fits(text[max(place - 1, 0) : place], text[place], text[place + 1 : place + 2]) for place in places)


def _fits(before: str, sign: str, after: str) -> float:
    if sign in _OPENING:
        return float(not before.isalnum())
    if sign == _HARD_SPACE:
        return float(not after.islower())
    if sign in _SIGNS:
        return float(not (before.isalpha() and after.isalpha()) or (sign == "’" and after.isupper()))
    if not sign.isalpha():
        return 0.0
    has_its_case = not (before.islower() and sign.isupper()) and not (sign.islower() and after.isupper())
    return float(has_its_case) * (1.0 if sign in SPANISH_LETTERS else _FOREIGN_LETTER)
