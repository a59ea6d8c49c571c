"""Reading CSV as offices save it: `;`, `,` or tab, in UTF-8, UTF-16, Windows-1252 or the old DOS code page."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import (
    MAXIMUM_CELL_CHARACTERS,
    MAXIMUM_COLUMNS,
    MAXIMUM_LINES,
    Row,
    clean_text,
)
from services.enrollment.sheets.errors import (
    BROKEN_QUOTES,
    ENCODING_UNKNOWN,
    TEXT_TOO_LONG,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
)

DELIMITERS = (";", ",", "\t")
MAXIMUM_LINE_CHARACTERS = 100_000

_SPANISH_CHARACTERS = frozenset("áéíóúüñÁÉÍÓÚÜÑ°ºª¿¡«»–—‘’“”…´€")
_SAMPLE_LINES = 60


def read_csv(content: bytes, count_headings: Callable[[Sequence[Row]], int]) -> list[Row]:
    """Reads the lines, with the delimiter that gives most known headings in the first ones. Raises `RejectedError`."""
    encoding = encoding_of(content)
    first = list(islice(_lines(content, encoding), _SAMPLE_LINES))
    delimiter = max(DELIMITERS, key=lambda candidate: count_headings(_sample(first, candidate)))
    try:
        return list(_rows(_lines(content, encoding), delimiter, strict=True))
    except csv.Error:
        raise RejectedError(BROKEN_QUOTES) from None


def encoding_of(content: bytes) -> str:
    """Returns the encoding of the text. Raises `RejectedError` if it is not certain.

    Bytes that are not UTF-8 are decoded as Windows-1252 or code page 850, whichever gives only Spanish characters; if
    neither does, as Windows-1252, provided that the other characters are letters.
    """
    if b"\x00" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RejectedError(ENCODING_UNKNOWN)
    for encoding in _encodings(content):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
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
    return frozenset(character for character in set(content.decode(encoding, "replace")) if not character.isascii())


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    """Yields the lines as they are written; none is believed to end."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    while line := text.readline(MAXIMUM_LINE_CHARACTERS + 1):
        if len(line) > MAXIMUM_LINE_CHARACTERS:
            raise RejectedError(TEXT_TOO_LONG)
        yield line


def _sample(lines: Sequence[str], delimiter: str) -> list[Row]:
    try:
        return list(_rows(lines, delimiter, strict=False))
    except (csv.Error, RejectedError):
        return []


def _rows(lines: Iterable[str], delimiter: str, *, strict: bool) -> Iterator[Row]:
    for line, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=strict), 1):
        if line > MAXIMUM_LINES:
            raise RejectedError(TOO_MANY_ROWS)
        if len(cells) > MAXIMUM_COLUMNS:
            raise RejectedError(TOO_MANY_COLUMNS)
        if any(len(cell) > MAXIMUM_CELL_CHARACTERS for cell in cells):
            raise RejectedError(TEXT_TOO_LONG)
        yield Row(line, tuple(clean_text(cell) for cell in cells))
