"""Cells that refuse the consent to the training, in whatever column they stand."""

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Row
from services.enrollment.sheets.layout.consent_questions import AGREEING, consents_asked
from services.enrollment.sheets.layout.tables import CONSENTS, Column, Field, Table
from services.enrollment.sheets.wordings import normalized, wordings

_MAXIMUM_CHARACTERS = 500


def refusing_column(table: Table, row: Row) -> Column | None:
    """Returns the first column whose cell refuses; one that is read as another consent says nothing of this one."""
    columns = (column for column in table.columns if column.field not in CONSENTS)
    return next((column for column in columns if _refuses(column, row.at(column.number))), None)


def _refuses(column: Column, cell: Cell) -> bool:
    if not isinstance(cell, str) or cell[:1] not in ("n", "N") or len(cell) > _MAXIMUM_CHARACTERS:
        return False
    words = tokens(cell)
    if words[:1] == ["no"] and not AGREEING.isdisjoint(words[1:5]):
        return True
    is_asked = column.field is None and Field.CONSENT in consents_asked(column.title)
    return is_asked and wordings("yes_or_no").get(normalized(cell)) == "no"
