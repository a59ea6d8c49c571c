"""Documents: one form, reached by no way that leads to another person's number, and a check character."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.blind_index import BlindIndex
from services.enrollment.identity.documents import (
    Document,
    DocumentType,
    check_characters,
    read_document,
    stated_type,
)

DNI, CARD, PASSPORT = DocumentType.DNI, DocumentType.FOREIGNER_CARD, DocumentType.PASSPORT


@pytest.mark.parametrize(
    "typed",
    [
        "10117410", " 10117410 ", "10.117.410", "10,117,410", "10-117-410", "10 117 410", "1011 7410", "1011-7410",
        "10 11 74 10", "101 17 410", "1011.74.10", "10117410-2", "10117410 - g",
        "'10117410", "’10117410", '="10117410"', "10117410.0",
        "10117410,00", "DNI 10117410", "D.N.I. N° 10117410", "dni: 10117410", "DNI10117410-2",
        "N° 10117410", "Nro. 10117410", "`10117410",
    ],
)  # fmt: skip
def test_one_document_however_it_is_typed(typed: str) -> None:
    if typed.endswith("g"):
        typed = typed[:-1] + check_characters("10117410")[1]
    assert read_document(DNI, typed) == Document(DNI, "10117410")


@pytest.mark.parametrize("typed", ["CE001987654", "001987654", "001-987-654", "C.E. 001987654", "ce n° 001 987 654"])
def test_one_foreigners_card_however_it_is_typed(typed: str) -> None:
    assert read_document(CARD, typed) == Document(CARD, "001987654")


def test_leading_zeros_are_part_of_it() -> None:
    assert read_document(DNI, "00234567").number == "00234567"
    assert read_document(DNI, "01100003.0").number == "01100003"


@pytest.mark.parametrize(
    "typed",
    [
        "", "1234567", "123456789", "1234567O", "１２３４５６７８", "12345678-99", "1100003.0", "110000.30",
        "1234567 8", "1 2345678", "1.100.0030", "9.1E+07", "12345678/12345679", "123456 78", "1234 567 8", "4123°4567",
        "12345678" + " " * 60 + "9",
    ],
)  # fmt: skip
def test_what_is_no_dni_is_refused(typed: str) -> None:
    with pytest.raises(RejectedError) as refused:
        read_document(DNI, typed)
    assert refused.value.rejection.field == "document.number"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(CARD, "1987654.0"), (CARD, "CE1987654"), (PASSPORT, "123456.0"), (PASSPORT, "9.87E+08"), (PASSPORT, "straße1")],
)
def test_what_is_no_other_document_is_refused(kind: DocumentType, typed: str) -> None:
    with pytest.raises(RejectedError):
        read_document(kind, typed)


@pytest.mark.parametrize("typed", ["1234567-{}", "1234567 - {}"])
def test_a_check_character_proves_that_a_zero_was_lost(typed: str) -> None:
    right = check_characters("01234567")
    assert {read_document(DNI, typed.format(one)).number for one in right} == {"01234567"}
    assert read_document(DNI, "1234567", right[0]).number == "01234567"
    for wrong in sorted(set("0123456789") - set(right)):
        with pytest.raises(RejectedError):
            read_document(DNI, typed.format(wrong))


GROUPED = st.text("0123456789", min_size=5, max_size=9).flatmap(
    lambda digits: st.lists(
        st.sampled_from(["", "", "", " ", ".", ",", "-", "'", "/", "E+"]), min_size=9, max_size=9
    ).map(lambda signs: "".join(sign + digit for sign, digit in zip(signs, digits, strict=False)))
)


@given(GROUPED)
@example("1100003.0")
@example("1234567-8")
@example("1234567 8")
def test_no_sign_makes_another_valid_number(typed: str) -> None:
    """What is read has all digits of the text, in groups of two or more; or a zero that the last one proves."""
    try:
        number = read_document(DNI, typed).number
    except RejectedError:
        return
    groups = re.findall(r"[0-9]+", typed)
    if len(groups[-1]) > 1:
        assert number == "".join(groups) and min(map(len, groups)) > 1
    else:
        assert number == "".join(groups[:-1]).zfill(8)
        assert groups[-1] in check_characters(number) or typed.endswith((".0", ",0"))


@given(st.text("0123456789ABCE -.", max_size=14), st.sampled_from([CARD, PASSPORT]))
def test_no_point_is_left_out_of_other_documents(typed: str, kind: DocumentType) -> None:
    try:
        number = read_document(kind, typed).number
    except RejectedError:
        return
    assert typed.replace(" ", "").replace("-", "").replace(".", "").endswith(number)
    assert "." not in typed or re.search(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}$|^ *C\.? *E\.?", typed)


@pytest.mark.parametrize(("dni", "digit"), [("10117410", "2"), ("17801146", "0")])
def test_the_check_digit_follows_the_published_algorithm(dni: str, digit: str) -> None:
    assert check_characters(dni)[0] == digit


@pytest.mark.parametrize("number", ["44444444", "12345678", "87654321"])
def test_what_stands_for_no_number_is_a_document_only_with_its_check_character(number: str) -> None:
    with pytest.raises(RejectedError) as refused:
        read_document(DNI, number)
    assert refused.value.rejection.code == "document_placeholder"
    assert read_document(DNI, f"{number}-{check_characters(number)[0]}").number == number


@pytest.mark.parametrize("typed", [("10117410", "3"), ("10117410-3",), ("10117410-2", "3")])
def test_a_check_character_that_does_not_fit_is_refused(typed: tuple[str, ...]) -> None:
    with pytest.raises(RejectedError) as refused:
        read_document(DNI, *typed)
    assert refused.value.rejection.code == "document_check_differs"


def test_other_documents_have_letters() -> None:
    assert read_document(PASSPORT, "ab 123456").number == "AB123456"
    assert read_document(PASSPORT, "Pasaporte N° AB123456").number == "AB123456"


def test_a_number_may_say_its_kind() -> None:
    told = [stated_type(typed) for typed in ("CE 001987654", "DNI 10117410", "Pasaporte A1234567", "10117410", "X12")]
    assert told == [CARD, DNI, PASSPORT, None, None]


async def test_one_number_of_two_kinds_of_document_is_of_two_people() -> None:
    blind = BlindIndex(b"k" * 32)
    digests = {await blind.document(Document(kind, "101174102")) for kind in DocumentType}
    assert len(digests) == len(DocumentType)
