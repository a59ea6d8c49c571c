"""The states of an import, and whom a stored row names. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from services.enrollment.identity.names import tokens
from services.enrollment.people.domain import Identity


class ImportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def names_person(cells: Sequence[object], identity: Identity) -> bool:
    """Tells whether the cells of a row hold the person's document, telephone or e-mail address, or a given name and
    all family names.

    A document also counts in the middle of a text, and without the zeros at its start.
    """
    texts = [str(cell) for cell in cells]
    numbers = [_characters(text) for text in texts]
    if any(known in number for known in _numbers(identity) for number in numbers):
        return True
    if identity.email and any(identity.email.casefold() in text.casefold() for text in texts):
        return True
    words = set(tokens(" ".join(texts)))
    given, family = set(tokens(identity.names.given)), set(tokens(identity.names.family))
    return family <= words and bool(given & words)


def _numbers(identity: Identity) -> list[str]:
    document, phone = _characters(identity.document.number), _characters(identity.phone or "")
    return [number for number in (document.lstrip("0"), phone) if number]


def _characters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()
