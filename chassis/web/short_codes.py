"""Random codes in addresses: short enough to type from a poster, too many to guess, and without look-alikes."""

import re
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0 and o, 1, i and l. Lower case only, so that a capital typed by a phone is no mistake."""

LENGTH = 10

CODES = len(ALPHABET) ** LENGTH
"""The number of codes, nearly 2⁵⁰: with ten thousand in use, one guess in eighty thousand million hits one."""

_WRITTEN_CODE = re.compile(rf"[\W_]{{0,10}}([{ALPHABET}]{{{LENGTH}}})[\W_]{{0,10}}")


def draw() -> str:
    """A new random code."""
    return encode(secrets.randbelow(CODES))


def encode(number: int) -> str:
    """The code of a number from 0 to below `CODES`."""
    characters = []
    for _ in range(LENGTH):
        number, position = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[position])
    return "".join(characters)


def normalize(text: str) -> str | None:
    """The code that somebody typed, or cut from a sentence with the signs around it; None if there is none."""
    found = _WRITTEN_CODE.fullmatch(text.lower())
    return found and found[1]
