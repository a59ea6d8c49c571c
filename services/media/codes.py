"""Codes of tracked links: short enough to type from a poster, too many to guess, and without look-alikes."""

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Neither 0 and o nor 1, i and l; small letters only, so that a phone's capital letter is no mistake."""

LENGTH = 10

COUNT = len(ALPHABET) ** LENGTH
"""How many there are, nearly 2⁵⁰: with ten thousand links, one guess in eighty thousand million hits."""


def spelled(number: int) -> str:
    """The code of a number from 0 to below `COUNT`."""
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def as_typed(text: str) -> str:
    """What somebody meant who typed a code."""
    return text.strip().lower()
