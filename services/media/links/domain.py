"""Codes of tracked links: short enough to type from a poster, too many to guess, and without look-alikes."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.media import Channel

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0 and o, 1, i and l. Lower case only, so that a capital typed by a phone is no mistake."""

LENGTH = 10

_WRITTEN_CODE = re.compile(rf"[\W_]{{0,10}}([{ALPHABET}]{{{LENGTH}}})[\W_]{{0,10}}")

CODES = len(ALPHABET) ** LENGTH
"""The number of codes, nearly 2⁵⁰: with ten thousand links, one guess in eighty thousand million hits a link."""


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A link and the code that stands in its address."""

    link_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """A link and the address that it leads to."""

    link_id: UUID
    target_url: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its asset's title and its campaign's name."""

    link_id: UUID
    target_url: str
    channel: Channel
    asset_id: UUID | None
    campaign_id: UUID | None
    district: str | None
    code: str
    created_at: datetime
    title: str | None
    campaign: str | None


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
