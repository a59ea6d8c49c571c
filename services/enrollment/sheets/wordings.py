"""The wordings of `wordings.toml`, by which headings and answers are recognized."""

import tomllib
from functools import cache
from importlib.resources import files

from services.enrollment.identity.names import tokens


def first_wording(section: str, meaning: str) -> str:
    """Returns the first wording of a meaning, as it is written."""
    return _listed(section)[meaning][0]


@cache
def wordings(section: str) -> dict[str, str]:
    """Returns the meaning of each normalized wording of a section."""
    return {normalized(wording): meaning for meaning, some in _listed(section).items() for wording in some}


@cache
def _listed(section: str) -> dict[str, list[str]]:
    text = files(__package__).joinpath("wordings.toml").read_text(encoding="utf-8")
    listed: dict[str, list[str]] = tomllib.loads(text)[section]
    return listed


def normalized(text: str) -> str:
    """Normalizes a text for comparing: no accents, capitals or punctuation."""
    return " ".join(tokens(text))
