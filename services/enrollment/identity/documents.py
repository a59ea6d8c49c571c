"""Identity documents: always text, and compared in one form only.

Only what no reading can take for another number is left out of what somebody typed, never signs wherever they stand:
`1100003.0` would become a number that is another person's.
"""

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


DIGITS = {DocumentType.DNI: 8, DocumentType.FOREIGNER_CARD: 9}
"""Digits of the kinds of documents whose numbers are always of one length."""

_MAXIMUM_CHARACTERS = 60
_LABELS = {
    DocumentType.DNI: re.compile(r"^D\.? ?N\.? ?I\.? ?(N[°º.]{0,2} ?)?[:-]? ?(?=[0-9])"),
    DocumentType.FOREIGNER_CARD: re.compile(r"^C\.? ?E\.? ?(N[°º.]{0,2} ?)?[:-]? ?(?=[0-9])"),
    DocumentType.PASSPORT: re.compile(r"^PASAPORTE ?(N[°º.]{0,2} )?[:-]? ?(?=[A-Z0-9])"),
}
"""How a number is introduced that says itself of which kind it is."""

_NUMBER_SIGN = re.compile(r"^N(?:[°º.]{1,2}|RO\.?) ?:? ?(?=[0-9A-Z])")
_KEPT_AS_TEXT = re.compile(r"""['’‘´`](.+)|="([^"]+)"|([0-9]{8})[.,]0{1,2}""")
"""What is around a number that a program kept as a text: an apostrophe, a formula, or the decimal of a full number."""

_FORMS = {
    DocumentType.DNI: re.compile(r"[0-9]{8}"),
    DocumentType.FOREIGNER_CARD: re.compile(r"[0-9A-Z]{9,12}"),
    DocumentType.PASSPORT: re.compile(r"[0-9A-Z]{6,12}"),
}
_GROUPS = {
    DocumentType.DNI: re.compile(
        r"[0-9]{2}([ .,-])[0-9]{3}\1[0-9]{3}|[0-9]{4}[ -][0-9]{4}|[0-9]{2}([ -])[0-9]{2}\2[0-9]{2}\2[0-9]{2}"
        r"|[0-9]{2,4}([ .])[0-9]{2,4}\3[0-9]{2,4}"
    ),
    DocumentType.FOREIGNER_CARD: re.compile(r"[0-9]{3}([ .-])[0-9]{3}\1[0-9]{3}"),
    DocumentType.PASSPORT: re.compile(r"[A-Z]{1,3}[ -][0-9]{5,9}"),
}
"""Ways to group the characters of a number. No group is so short that it can be a check character or a decimal."""

_WITHOUT_ZERO = re.compile(r"[1-9][0-9]{6}")
_WITH_CHECK = re.compile(r"([0-9]{7,8}) ?- ?([0-9A-Z])")
_SEQUENCES = frozenset({"12345678", "23456789", "87654321", "98765432"})
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_CHECK_DIGITS = "67890112345"
_CHECK_LETTERS = "KABCDEFGHIJ"


def read_document(kind: DocumentType, number: str, check: str | None = None) -> Document:
    """Reads what somebody typed; a DNI may carry its check character behind a hyphen.

    Raises `RejectedError`. A DNI of seven digits is rejected too, unless its check character proves that the zero
    at its start was lost.
    """
    typed = _LABELS[kind].sub("", _plain(number))
    if kind is DocumentType.DNI:
        return Document(kind, _read_dni(typed, (check or "").strip().upper()))
    plain = _ungrouped(kind, typed)
    if not _FORMS[kind].fullmatch(plain):
        raise RejectedError(_DOCUMENT_MALFORMED)
    return Document(kind, plain)


def stated_type(number: str) -> DocumentType | None:
    """Returns the kind of document that a number says itself, as «CE 001987654» does."""
    plain = _plain(number)
    return next((kind for kind, label in _LABELS.items() if label.match(plain)), None)


def check_characters(dni: str) -> tuple[str, str]:
    """Computes the check digit (cards of today) and check letter (older cards) of a DNI.

    The algorithm is public: the weighted sum modulo 11 chooses from two series. The open library python-stdnum
    (`stdnum.pe.cui`) gives the same results.
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, dni, strict=True))
    return _CHECK_DIGITS[-total % 11], _CHECK_LETTERS[-total % 11]


def _plain(number: str) -> str:
    """Returns the text in capital letters, without superfluous spaces and what makes it a text in a spreadsheet."""
    if len(number) > _MAXIMUM_CHARACTERS:
        return ""
    tidy = " ".join(number.replace("–", "-").split())
    capitals = "".join(one.upper() if one.isascii() else one for one in tidy)
    found = _KEPT_AS_TEXT.fullmatch(capitals)
    return _NUMBER_SIGN.sub("", next(filter(None, found.groups())).strip() if found else capitals)


def _read_dni(typed: str, check: str) -> str:
    if found := _WITH_CHECK.fullmatch(typed):
        typed, check = found[1], check or found[2]
    plain = _ungrouped(DocumentType.DNI, typed)
    digits = DIGITS[DocumentType.DNI]
    if _WITHOUT_ZERO.fullmatch(plain) and check and check in check_characters(plain.zfill(digits)):
        return plain.zfill(digits)
    if not _FORMS[DocumentType.DNI].fullmatch(plain):
        raise RejectedError(_DNI_MALFORMED)
    if check and check not in check_characters(plain):
        raise RejectedError(_CHECK_DIFFERS)
    if not check and (len(set(plain)) == 1 or plain in _SEQUENCES):
        raise RejectedError(_DNI_PLACEHOLDER)
    return plain


def _ungrouped(kind: DocumentType, typed: str) -> str:
    return re.sub(r"[ .,-]", "", typed) if _GROUPS[kind].fullmatch(typed) else typed


_DNI_MALFORMED = Rejection(
    "document_malformed",
    N_("A DNI has exactly 8 digits."),
    field="document.number",
    remedy=N_("Copy the 8 digits from the card, with the zeros at the start."),
)
_DNI_PLACEHOLDER = Rejection(
    "document_placeholder",
    N_("This number stands where somebody did not know the DNI."),
    field="document.number",
    remedy=N_("Copy the number from the card. If it is right, write its check character behind a hyphen too."),
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
