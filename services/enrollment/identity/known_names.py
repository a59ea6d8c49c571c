"""Words of names that are common in Peru, of `known_names.toml`."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def given_names() -> frozenset[str]:
    """Returns the words of given names, normalized as `tokens` does."""
    return frozenset(_listed()["given"].split())


@cache
def family_names() -> frozenset[str]:
    """Returns the words of family names, normalized as `tokens` does."""
    return frozenset(_listed()["family"].split())


@cache
def known_names() -> frozenset[str]:
    """Returns all words."""
    return given_names() | family_names()


def _listed() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("known_names.toml").read_text(encoding="utf-8"))
