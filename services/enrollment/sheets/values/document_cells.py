"""The cells that say a person's document, and the zeros that spreadsheet programs leave out of numbers."""

import re
from collections.abc import Sequence

from services.enrollment.identity.documents import DIGITS, Document, DocumentType, read_document, stated_type
from services.enrollment.sheets.cells import Cell, is_blank, text_of
from services.enrollment.sheets.values.answers import read_document_type

_NUMBER = re.compile(r"([1-9]\d{6,7})([.,]0{1,2})?", re.ASCII)
_SHORT_NUMBERS = 3
"""Numbers without their zeros that prove, together with none that begins with a zero, that a program left them out."""


def read_document_cells(number: Cell, kind: Cell, check: Cell, *, has_lost_zeros: bool) -> Document:
    """Reads a document. Raises `RejectedError`."""
    text, chosen = text_of(number), read_kind(number, kind)
    is_number = has_lost_zeros or not isinstance(number, str) or _has_decimals(text)
    return read_document(
        chosen, _with_zeros(text, chosen) if is_number else text, None if is_blank(check) else text_of(check)
    )


def read_kind(number: Cell, kind: Cell) -> DocumentType:
    """Reads the kind of a document; a blank one is what the number itself says, or a DNI. Raises `RejectedError`."""
    stated = stated_type(text_of(number)) if is_blank(kind) else None
    return stated or read_document_type(kind)


def has_lost_zeros(cells: Sequence[Cell]) -> bool:
    """Tells whether a column of texts comes from numbers: all are numbers, none begins with a zero, some are short.

    A text beside cells that are numbers was typed as it is, and may lack any digit.
    """
    stated = [cell for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    if any(not isinstance(cell, str) for cell in cells):
        return False
    numbers = [found for text in stated if (found := _NUMBER.fullmatch(text))]
    return len(numbers) == len(stated) and sum(_is_short(found[1]) for found in numbers) >= _SHORT_NUMBERS


def is_restored(number: Cell, document: Document) -> bool:
    """Tells whether a document has zeros that its cell lacks."""
    found = _NUMBER.fullmatch(text_of(number))
    return found is not None and document.number != found[1]


def _with_zeros(text: str, kind: DocumentType) -> str:
    """Returns a number with the zeros at its start, if it is hardly shorter than such documents are."""
    found = _NUMBER.fullmatch(text)
    return found[1].zfill(DIGITS[kind]) if found and kind in DIGITS else text


def _has_decimals(text: str) -> bool:
    """Tells whether a program wrote the text as a number: 1183627.0."""
    found = _NUMBER.fullmatch(text)
    return found is not None and found[2] is not None


def _is_short(digits: str) -> bool:
    return len(digits) < DIGITS[DocumentType.DNI]
