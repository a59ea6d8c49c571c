"""Documents: one form, and a check character that finds typing mistakes."""

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.blind_index import BlindIndex
from services.enrollment.identity.documents import Document, DocumentType, check_characters, read_document

DNI = DocumentType.DNI


@pytest.mark.parametrize("typed", ["10117410", " 10117410 ", "10.117.410", "1011 7410", "10117410-2", "10117410 - g"])
def test_one_document_however_it_is_typed(typed: str) -> None:
    if typed.endswith("g"):
        typed = typed[:-1] + check_characters("10117410")[1]
    assert read_document(DNI, typed) == Document(DNI, "10117410")


def test_leading_zeros_are_part_of_it() -> None:
    assert read_document(DNI, "00234567").number == "00234567"


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "1234567O", "１２３４５６７８", "12345678-99"])
def test_what_is_no_dni_is_refused(typed: str) -> None:
    with pytest.raises(RejectedError) as refused:
        read_document(DNI, typed)
    assert refused.value.rejection.field == "document.number"


@pytest.mark.parametrize(("dni", "digit"), [("10117410", "2"), ("17801146", "0")])
def test_the_check_digit_follows_the_published_algorithm(dni: str, digit: str) -> None:
    assert check_characters(dni)[0] == digit


@pytest.mark.parametrize("typed", [("10117410", "3"), ("10117410-3",), ("10117410-2", "3")])
def test_a_check_character_that_does_not_fit_is_refused(typed: tuple[str, ...]) -> None:
    with pytest.raises(RejectedError) as refused:
        read_document(DNI, *typed)
    assert refused.value.rejection.code == "document_check_differs"


def test_other_documents_have_letters() -> None:
    assert read_document(DocumentType.PASSPORT, "ab 123456").number == "AB123456"


async def test_one_number_of_two_kinds_of_document_is_of_two_people() -> None:
    blind = BlindIndex(b"k" * 32)
    digests = {await blind.document(Document(kind, "101174102")) for kind in DocumentType}
    assert len(digests) == len(DocumentType)
