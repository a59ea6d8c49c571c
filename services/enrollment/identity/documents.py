"""Identity documents: always text, and compared in one form only."""

import re
from dataclasses import dataclass
from enum import StrEnum

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_


class DocumentType(StrEnum):
    DNI = "dni"
    FOREIGNER_CARD = "foreigner_card"
    PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Document:
    """A document in the form in which `read_document` returns it: capital letters and digits, no punctuation."""

    type: DocumentType
    number: str


_PUNCTUATION = re.compile(r"[\s.\-–]")
_DNI_WITH_CHECK = re.compile(r"(\d{8})\s*-\s*([0-9A-Z])")
_FORMS = {
    DocumentType.DNI: re.compile(r"\d{8}"),
    DocumentType.FOREIGNER_CARD: re.compile(r"[0-9A-Z]{9,12}"),
    DocumentType.PASSPORT: re.compile(r"[0-9A-Z]{6,12}"),
}
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_CHECK_DIGITS = "67890112345"
_CHECK_LETTERS = "KABCDEFGHIJ"


def read_document(kind: DocumentType, number: str, check: str | None = None) -> Document:
    """Reads what somebody typed; a DNI may carry its check character behind a hyphen.

    Raises `RejectedError`. A DNI of seven digits is rejected too: only the reader of a spreadsheet can know that the
    cell was a number, whose leading zero was lost.
    """
    typed = number.strip().upper()
    if kind is DocumentType.DNI and (found := _DNI_WITH_CHECK.fullmatch(typed)):
        typed, check = found[1], check or found[2]
    plain = _PUNCTUATION.sub("", typed)
    if not plain.isascii() or not _FORMS[kind].fullmatch(plain):
        raise RejectedError(_DNI_MALFORMED if kind is DocumentType.DNI else _DOCUMENT_MALFORMED)
    if kind is DocumentType.DNI and check and check.strip().upper() not in check_characters(plain):
        raise RejectedError(_CHECK_DIFFERS)
    return Document(kind, plain)


def check_characters(dni: str) -> tuple[str, str]:
    """Computes the check digit (cards of today) and check letter (older cards) of a DNI.

    The algorithm is public: the weighted sum modulo 11 chooses from two series. The open library python-stdnum
    (`stdnum.pe.cui`) gives the same results.
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, dni, strict=True))
    return _CHECK_DIGITS[-total % 11], _CHECK_LETTERS[-total % 11]


_DNI_MALFORMED = Rejection(
    "document_malformed",
    N_("A DNI has exactly 8 digits."),
    field="document.number",
    remedy=N_("Copy the 8 digits from the card, with the zeros at the start."),
)
_DOCUMENT_MALFORMED = Rejection(
    "document_malformed",
    N_("This document number does not have the expected form."),
    field="document.number",
    remedy=N_("Copy the number from the document, letters and digits only."),
)
_CHECK_DIFFERS = Rejection(
    "document_check_differs",
    N_("The check character does not belong to this DNI."),
    field="document.check",
    remedy=N_("Compare the number and the character after the hyphen with the card."),
)
