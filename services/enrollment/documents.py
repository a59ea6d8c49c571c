"""Identity documents: always text, and compared in one form only."""

import re
from dataclasses import dataclass
from enum import StrEnum

from chassis.web.texts import N_
from services.enrollment.refusals import Refused, Unacceptable


class DocumentType(StrEnum):
    DNI = "dni"
    FOREIGNER_CARD = "foreigner_card"
    PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Document:
    """A document as `read_document` leaves it."""

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
    """The document of what somebody typed; a DNI may carry its check character behind a hyphen.

    Raises `Unacceptable`. A DNI of seven digits is refused too: only the reader of a spreadsheet can know that the
    cell was a number, whose leading zero was lost.
    """
    typed = number.strip().upper()
    if kind is DocumentType.DNI and (found := _DNI_WITH_CHECK.fullmatch(typed)):
        typed, check = found[1], check or found[2]
    plain = _PUNCTUATION.sub("", typed)
    if not plain.isascii() or not _FORMS[kind].fullmatch(plain):
        raise Unacceptable(_malformed(kind))
    if kind is DocumentType.DNI and check and check.strip().upper() not in check_characters(plain):
        raise Unacceptable(_CHECK_DIFFERS)
    return Document(kind, plain)


def check_characters(dni: str) -> tuple[str, str]:
    """The check digit (cards of today) and check letter (older cards) of a DNI.

    The algorithm is public: the weighted sum modulo 11 chooses from two series. The open library python-stdnum
    (`stdnum.pe.cui`) gives the same answers.
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, dni, strict=True))
    return _CHECK_DIGITS[-total % 11], _CHECK_LETTERS[-total % 11]


def _malformed(kind: DocumentType) -> Refused:
    if kind is DocumentType.DNI:
        return Refused(
            "document.number",
            "document_malformed",
            N_("A DNI has exactly 8 digits."),
            N_("Copy the 8 digits from the card, with the zeros at the start."),
        )
    return Refused(
        "document.number",
        "document_malformed",
        N_("This document number does not have the expected form."),
        N_("Copy the number from the document, letters and digits only."),
    )


_CHECK_DIFFERS = Refused(
    "document.check",
    "document_check_differs",
    N_("The check character does not belong to this DNI."),
    N_("Compare the number and the character after the hyphen with the card."),
)
