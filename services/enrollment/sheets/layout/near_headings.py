"""What a heading may mean that is not known, but resembles a known one."""

from difflib import get_close_matches
from functools import lru_cache

from services.enrollment.sheets.layout.headings import MAXIMUM_TITLE_CHARACTERS, fields_by_wording, words_of_their_own
from services.enrollment.sheets.layout.tables import Field

_MINIMUM_CHARACTERS = 4
_RATIO = 0.84
_MOST = 3


@lru_cache(maxsize=2_000)
def near_fields(title: str) -> tuple[Field, ...]:
    """Returns the fields whose wordings an unknown heading resembles, the nearest first."""
    if len(title) > MAXIMUM_TITLE_CHARACTERS:
        return ()
    words, known = " ".join(words_of_their_own(title)), fields_by_wording()
    if len(words) < _MINIMUM_CHARACTERS:
        return (known[words],) if words in known else ()
    return tuple(dict.fromkeys(known[wording] for wording in get_close_matches(words, known, _MOST, _RATIO)))
