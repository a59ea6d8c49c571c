"""Reading CSV as offices save it: `;`, `,` or tab, in UTF-8, UTF-16, Windows-1252 or the old DOS code page."""

import codecs
import csv
import io
from collections.abc import Callable, Sequence

from chassis.runtime.rejections import RejectedError
from services.enrollment.imports.cells import Row, clean_text
from services.enrollment.imports.errors import BROKEN_QUOTES, ENCODING_UNKNOWN, TOO_MANY_ROWS

DELIMITERS = (";", ",", "\t")
MAXIMUM_LINES = 51_000
"""Lines that are read: more than the allowed rows, so that titles and empty lines fit."""

_SPANISH_CHARACTERS = frozenset("áéíóúüñÁÉÍÓÚÜÑ°ºª¿¡«»–—‘’“”…´€")
_SAMPLE_LINES = 60


def read_csv(content: bytes, count_headings: Callable[[Sequence[Row]], int]) -> list[Row]:
    """Reads the lines, with the delimiter that gives most known headings in the first ones. Raises `RejectedError`."""
    text = decode(content)
    first = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    delimiter = max(DELIMITERS, key=lambda candidate: count_headings(_sample(first, candidate)))
    try:
        return _rows(text, delimiter, strict=True)
    except csv.Error:
        raise RejectedError(BROKEN_QUOTES) from None


def decode(content: bytes) -> str:
    """Decodes the text. Raises `RejectedError` if its encoding is not certain.

    Bytes that are not UTF-8 are decoded as Windows-1252 or code page 850, whichever gives only Spanish characters; if
    neither does, as Windows-1252, provided that the other characters are letters.
    """
    if b"\x00" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RejectedError(ENCODING_UNKNOWN)
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RejectedError(ENCODING_UNKNOWN)


def _encodings(content: bytes) -> list[str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    old = [name for name in ("cp1252", "cp850") if _beyond_ascii(content, name) <= _SPANISH_CHARACTERS]
    if not old and all(character.isalpha() for character in _beyond_ascii(content, "cp1252") - _SPANISH_CHARACTERS):
        old = ["cp1252"]
    return ["utf-8-sig", *old[:1]]


def _beyond_ascii(content: bytes, encoding: str) -> frozenset[str]:
    """Returns the characters beyond ASCII that the content has in this encoding, undecodable bytes included."""
    return frozenset(character for character in content.decode(encoding, "replace") if not character.isascii())


def _sample(text: str, delimiter: str) -> list[Row]:
    try:
        return _rows(text, delimiter, strict=False)
    except csv.Error:
        return []


def _rows(text: str, delimiter: str, *, strict: bool) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    rows: list[Row] = []
    for line, cells in enumerate(reader, 1):
        if line > MAXIMUM_LINES:
            raise RejectedError(TOO_MANY_ROWS)
        rows.append(Row(line, tuple(clean_text(cell) for cell in cells)))
    return rows
