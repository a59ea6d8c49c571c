"""The wordings of `wordings.toml`, for looking answers and headings up."""

import tomllib
from functools import cache
from importlib.resources import files

from services.enrollment.names import words


@cache
def wordings(section: str) -> dict[str, str]:
    """What each wording of a section, as `key_of` leaves it, means."""
    text = files(__package__).joinpath("wordings.toml").read_text(encoding="utf-8")
    listed: dict[str, list[str]] = tomllib.loads(text)[section]
    return {key_of(wording): meaning for meaning, some in listed.items() for wording in some}


def key_of(text: str) -> str:
    """A text for comparing: no accents, no capitals, no punctuation."""
    return " ".join(words(text))
