"""Codes can be typed from a poster and are not guessed, and their QR codes are read from a torn one."""

from hypothesis import given
from hypothesis import strategies as some

from chassis.web import qr
from chassis.web.short_codes import ALPHABET, CODES, LENGTH, encode, normalize


@given(some.integers(0, CODES - 1), some.integers(0, CODES - 1))
def test_different_numbers_have_different_codes(one: int, other: int) -> None:
    assert (encode(one) == encode(other)) == (one == other)
    assert len(encode(one)) == LENGTH


def test_no_two_characters_look_alike() -> None:
    assert not set(ALPHABET) & set("0o1il")
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_a_phones_capital_letter_is_no_mistake() -> None:
    assert normalize(" Abc2345xyz ") == "abc2345xyz"


def test_codes_are_as_many_as_ten_characters_of_thirty_one_allow() -> None:
    assert CODES == 31**10
    assert (encode(0), encode(31**10 - 1)) == ("2" * 10, "z" * 10)


def test_a_printed_code_has_its_quiet_zone_and_stands_the_loss_of_a_quarter() -> None:
    """With less correction it would have fewer than 37 modules, and four empty ones belong around it."""
    picture = qr.svg("https://participa.regioncajamarca.gob.pe/media/r/abcdefghjk").decode()

    assert 'width="45mm" height="45mm"' in picture
