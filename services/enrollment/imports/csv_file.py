"""Reading CSV as offices save it: `;`, `,` or tab, in UTF-8, UTF-16, Windows-1252 or the old DOS code page."""

import codecs
import csv
import io
from collections.abc import Callable, Sequence

from services.enrollment.imports.cells import Row, tidy
from services.enrollment.imports.faults import BROKEN_QUOTES, ENCODING_UNKNOWN, TOO_MANY_ROWS
from services.enrollment.refusals import Unacceptable

DELIMITERS = (";", ",", "\t")
MOST_LINES = 51_000
"""Lines that are read: the rows allowed, and room for titles and empty lines."""

_SIGNS = frozenset("áéíóúüñÁÉÍÓÚÜÑ°ºª¿¡«»–—‘’“”…´€")
_SAMPLE_LINES = 60


def read_csv(content: bytes, recognized: Callable[[Sequence[Row]], int]) -> list[Row]:
    """The file's lines. The delimiter is the one with which `recognized` finds most headings in the first lines."""
    text = decode(content)
    first = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    delimiter = max(DELIMITERS, key=lambda candidate: recognized(_sample(first, candidate)))
    try:
        return _rows(text, delimiter, strict=True)
    except csv.Error:
        raise Unacceptable(BROKEN_QUOTES) from None


def decode(content: bytes) -> str:
    """The text, in the one encoding that can be meant; raises `Unacceptable` where that cannot be told.

    Bytes that are not UTF-8 are Windows-1252 or code page 850, whichever makes all letters Spanish ones; where neither
    does, Windows-1252, if that leaves only letters.
    """
    if b"\x00" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unacceptable(ENCODING_UNKNOWN)
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unacceptable(ENCODING_UNKNOWN)


def _encodings(content: bytes) -> list[str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    old = [name for name in ("cp1252", "cp850") if _strange(content, name) <= _SIGNS]
    if not old and all(sign.isalpha() for sign in _strange(content, "cp1252") - _SIGNS):
        old = ["cp1252"]
    return ["utf-8-sig", *old[:1]]


def _strange(content: bytes, encoding: str) -> frozenset[str]:
    """The signs beyond ASCII that the content has in this encoding; what it cannot decode counts as one of them."""
    return frozenset(sign for sign in content.decode(encoding, "replace") if not sign.isascii())


def _sample(text: str, delimiter: str) -> list[Row]:
    try:
        return _rows(text, delimiter, strict=False)
    except csv.Error:
        return []


def _rows(text: str, delimiter: str, *, strict: bool) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    rows: list[Row] = []
    for line, cells in enumerate(reader, 1):
        if line > MOST_LINES:
            raise Unacceptable(TOO_MANY_ROWS)
        rows.append(Row(line, tuple(tidy(cell) for cell in cells)))
    return rows
