"""Cells by which somebody refuses the consent to the training, or leaves it, in whatever column they stand."""

from functools import lru_cache

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Row
from services.enrollment.sheets.layout.consent_questions import AGREEING, consents_asked
from services.enrollment.sheets.layout.leaving import INITIALS, says_left
from services.enrollment.sheets.layout.tables import CONSENTS, Column, Field, Table
from services.enrollment.sheets.wordings import normalized, wordings

_MAXIMUM_CHARACTERS = 500
_REACH = 4
"""Words after a «no» among which is what is refused."""


def refusing_column(table: Table, row: Row) -> Column | None:
    """Returns the first column whose cell refuses; one that is read as another consent says nothing of this one."""
    columns = (column for column in table.columns if column.field not in CONSENTS)
    return next((column for column in columns if _refuses(column, row.at(column.number))), None)


def _refuses(column: Column, cell: Cell) -> bool:
    initials = "n" if column.field else INITIALS
    if not isinstance(cell, str) or cell[:1].lower() not in initials or not 0 < len(cell) < _MAXIMUM_CHARACTERS:
        return False
    if _is_refusal(cell):
        return not _is_of_another(column.title)
    is_asked = column.field is None and Field.CONSENT in consents_asked(column.title)
    return is_asked and wordings("yes_or_no").get(normalized(cell)) == "no"


@lru_cache(maxsize=10_000)
def _is_refusal(text: str) -> bool:
    words = tokens(text)
    if words[:1] == ["no"] and not AGREEING.isdisjoint(words[1 : 1 + _REACH]):
        return not _is_of_another(text)
    return says_left(text)


def _is_of_another(text: str) -> bool:
    """Tells whether a text is about other consents only, such as that to the use of images."""
    asked = consents_asked(text)
    return bool(asked) and Field.CONSENT not in asked
