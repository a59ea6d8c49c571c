"""Texts as they are searched and sorted: without capitals and accents, in Python as in PostgreSQL.

An accent is what Unicode takes off a letter, however the text was composed. A stroke is no accent to Unicode, so that
the letters with one are named here.
"""

import re
import unicodedata

_ACCENTS = r"[\u0300-\u036f]"
"""The accents of a decomposed text, a pattern in both languages."""

_MARKED = "ABCDEFGHIJKLMNOPQRSTUVWXYZØøĐđŁłÆŒÐÞı"
_PLAIN = "abcdefghijklmnopqrstuvwxyzooddllæœðþi"
_LETTERS = str.maketrans(_MARKED, _PLAIN)

_SPANISH = (("N\u0303", "n~"), ("n\u0303", "n~"))
"""The decomposed ñ, which a dictionary has after the n with whatever follows it."""


def plain(text: str) -> str:
    """The text as it is searched."""
    return re.sub(_ACCENTS, "", unicodedata.normalize("NFD", text)).translate(_LETTERS)


def plain_sql(expression: str) -> str:
    """The expression of `plain`."""
    return f"translate(regexp_replace(normalize({expression}, NFD), '{_ACCENTS}', '', 'g'), '{_MARKED}', '{_PLAIN}')"


def sortable(text: str) -> str:
    """The text as Spanish sorts it, character by character."""
    decomposed = unicodedata.normalize("NFD", text)
    for letter, written in _SPANISH:
        decomposed = decomposed.replace(letter, written)
    return plain(decomposed)


def sortable_sql(expression: str) -> str:
    """The expression of `sortable`."""
    decomposed = f"normalize({expression}, NFD)"
    for letter, written in _SPANISH:
        decomposed = f"replace({decomposed}, '{letter}', '{written}')"
    return plain_sql(decomposed)
