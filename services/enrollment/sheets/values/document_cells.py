"""The cells that say a person's document, and the zeros that spreadsheet programs leave out of numbers."""

import re
from collections.abc import Sequence
from enum import StrEnum

from services.enrollment.identity.documents import DIGITS, Document, DocumentType, read_document, stated_type
from services.enrollment.sheets.cells import Cell, is_blank, text_of
from services.enrollment.sheets.values.answers import read_document_type

_NUMBER = re.compile(r"([1-9]\d{6,7})([.,]0{1,2})?", re.ASCII)
_SHORT_NUMBERS = 3
"""Numbers without their zeros that prove, together with none that begins with a zero, that a program left them out."""


class LostZeros(StrEnum):
    """The cells of a column of which it is proved that a program left out their zeros."""

    NOWHERE = "nowhere"
    NUMBERS = "numbers"
    TEXTS = "texts"


def read_document_cells(number: Cell, kind: Cell, check: Cell, lost: LostZeros) -> Document:
    """Reads a document. Raises `RejectedError`.

    A number cannot have the zeros with which each foreigner's card begins; a DNI may have none.
    """
    text, chosen = text_of(number), read_kind(number, kind)
    is_number = _is_number(number)
    has_lost = lost is LostZeros.TEXTS or (is_number and (lost is LostZeros.NUMBERS or chosen is not DocumentType.DNI))
    typed = _with_zeros(text, chosen) if has_lost else text
    return read_document(chosen, typed, None if is_blank(check) else text_of(check))


def read_kind(number: Cell, kind: Cell) -> DocumentType:
    """Reads the kind of a document; a blank one is what the number itself says, or a DNI. Raises `RejectedError`."""
    stated = stated_type(text_of(number)) if is_blank(kind) else None
    return stated or read_document_type(kind)


def lost_zeros(cells: Sequence[Cell]) -> LostZeros:
    """Finds out whether three numbers of a column are short, or all are: a single one may lack any digit.

    Texts prove it only where all of them are numbers and none begins with a zero; beside numbers, a text was typed so.
    """
    stated = [cell for cell in cells if not is_blank(cell)]
    numbers = [text_of(cell) for cell in stated if _is_number(cell)]
    found = [match[1] for text in numbers or map(text_of, stated) if (match := _NUMBER.fullmatch(text))]
    short = sum(map(_is_short, found))
    if numbers:
        return LostZeros.NUMBERS if short >= min(_SHORT_NUMBERS, max(len(found), 1)) else LostZeros.NOWHERE
    return LostZeros.TEXTS if short >= _SHORT_NUMBERS and len(found) == len(stated) else LostZeros.NOWHERE


def may_lack_zeros(number: Cell, kind: Cell) -> bool:
    """Tells whether a document can be longer than its cell. A number of eight digits without a kind is a whole DNI."""
    found = _NUMBER.fullmatch(text_of(number))
    return found is not None and (_is_short(found[1]) or not is_blank(kind))


def is_restored(number: Cell, document: Document) -> bool:
    """Tells whether a document has zeros that its cell lacks."""
    found = _NUMBER.fullmatch(text_of(number))
    return found is not None and document.number != found[1]


def _with_zeros(text: str, kind: DocumentType) -> str:
    """Returns a number with the zeros at its start, if it is hardly shorter than such documents are."""
    found = _NUMBER.fullmatch(text)
    return found[1].zfill(DIGITS[kind]) if found and kind in DIGITS else text


def _is_number(cell: Cell) -> bool:
    """Tells whether a program kept the cell as a number, or wrote it as one: 1183627.0."""
    if not isinstance(cell, str):
        return True
    found = _NUMBER.fullmatch(cell)
    return found is not None and found[2] is not None


def _is_short(digits: str) -> bool:
    return len(digits) < DIGITS[DocumentType.DNI]
