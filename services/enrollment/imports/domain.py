"""The states of an import, and whom a stored row or the name of its file names. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from services.enrollment.identity.contact import national_number
from services.enrollment.identity.names import MINIMUM_LENGTH_WITH_TYPO, tokens
from services.enrollment.people.domain import Identity


class ImportState(StrEnum):
    """A sheet is queued to be imported at once, or read for a preview and imported when that is committed."""

    QUEUED = "queued"
    READING = "reading"
    PREVIEWED = "previewed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


UNDOABLE = frozenset({ImportState.DONE, ImportState.FAILED, ImportState.UNDOING, ImportState.UNDONE})
"""The states in which an import writes no more rows. An import that failed may have written some."""

WITHDRAWN = frozenset({ImportState.UNDOING, ImportState.UNDONE})
"""The states in which an import enrolls nobody any more, also by a row that is corrected."""


DISCARDED = "discarded"
"""What people are told of the state of a sheet that failed because nobody wanted it imported."""

DISCARDED_CODE = "import_discarded"


class Obstacle(StrEnum):
    """What depends on an enrollment that an import gave, or has changed it since."""

    ATTENDANCE = "attendance"
    COMPLETION = "completion"
    WITHDRAWN = "withdrawn"
    ENROLLED_AGAIN = "enrolled_again"
    ENROLLMENT = "enrollment"
    CONSENT = "consent"
    CORRECTION = "correction"
    MERGE = "merge"
    ERASURE = "erasure"


def names_person(cells: Sequence[object], identity: Identity) -> bool:
    """Tells whether the cells of a row hold the person's document, telephone or e-mail address, or a given name and
    all family names.

    A document also counts in the middle of a text, and without the zeros at its start.
    """
    words = set(tokens(" ".join(map(str, cells))))
    given, family = set(tokens(identity.names.given)), set(tokens(identity.names.family))
    return _has_number_or_address(cells, identity) or (family <= words and bool(given & words))


def file_name_names_person(name: str, identity: Identity) -> bool:
    """The same of the name of a file, which is short: there one of the given and one of the family names suffice."""
    words = {word for word in tokens(name) if len(word) >= MINIMUM_LENGTH_WITH_TYPO}
    given, family = tokens(identity.names.given), tokens(identity.names.family)
    return _has_number_or_address([name], identity) or not (words.isdisjoint(given) or words.isdisjoint(family))


def _has_number_or_address(cells: Sequence[object], identity: Identity) -> bool:
    texts = [str(cell) for cell in cells]
    numbers = [_characters(text) for text in texts]
    if any(known in number for known in _numbers(identity) for number in numbers):
        return True
    email = (identity.email or "").casefold()
    return bool(email) and any(email in text.casefold() for text in texts)


def _numbers(identity: Identity) -> list[str]:
    document, phone = _characters(identity.document.number), national_number(identity.phone or "")
    return [number for number in (document.lstrip("0"), phone) if number]


def _characters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()
