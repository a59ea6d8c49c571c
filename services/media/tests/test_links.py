"""Codes can be typed from a poster and are not guessed."""

from hypothesis import given
from hypothesis import strategies as some

from services.media.links.domain import ALPHABET, CODES, LENGTH, encode, normalize


@given(some.integers(0, CODES - 1), some.integers(0, CODES - 1))
def test_different_numbers_have_different_codes(one: int, other: int) -> None:
    assert (encode(one) == encode(other)) == (one == other)
    assert len(encode(one)) == LENGTH


def test_no_two_characters_look_alike() -> None:
    assert not set(ALPHABET) & set("0o1il")
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_a_phones_capital_letter_is_no_mistake() -> None:
    assert normalize(" Abc2345xyz ") == "abc2345xyz"
