"""What the cells of a table mean by its headings, by its other cells, and by what the sender declared."""

from dataclasses import dataclass

from contracts.territory import Scheme
from services.enrollment.sheets.answers import SexLetters, sex_letters_of
from services.enrollment.sheets.cells import Cell
from services.enrollment.sheets.dates import DateOrder, declared_order, proved_orders
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.name_order import NameOrder
from services.enrollment.sheets.table_finder import Part
from services.enrollment.sheets.tables import Field

_DATES = (Field.BIRTH_DATE, Field.ENROLLED_ON, Field.CONSENT_DATE)


@dataclass(frozen=True, slots=True)
class Conventions:
    """Each is None where nothing settles it."""

    scheme: Scheme | None
    date_orders: dict[Field, DateOrder | None]
    sex_letters: SexLetters | None
    name_order: NameOrder | None


def conventions_of(part: Part, declaration: Declaration) -> Conventions:
    """Returns the conventions of a table."""
    table = part.table
    return Conventions(
        scheme=table.letterhead.scheme or declaration.ubigeo_scheme,
        date_orders=_date_orders(part, declaration),
        sex_letters=declaration.sex_letters or sex_letters_of(table.title(Field.SEX), cells_of(part, Field.SEX)),
        name_order=declaration.name_order,
    )


def cells_of(part: Part, field: Field) -> list[Cell]:
    """Returns what the rows of a table say of a field, in their order."""
    return [part.table.cell(row, field) for row in part.rows]


def _date_orders(part: Part, declaration: Declaration) -> dict[Field, DateOrder | None]:
    """Returns the order of day and month in each column of dates.

    The heading declares it, or dates of the column prove it, or those of the sheet's other columns do, or the sender
    declares it.
    """
    proved = {field: proved_orders(cells_of(part, field)) for field in _DATES}
    everywhere = set().union(*proved.values())
    return {
        field: declared_order(part.table.title(field)) or _only(own or everywhere) or declaration.date_order
        for field, own in proved.items()
    }


def _only(orders: set[DateOrder]) -> DateOrder | None:
    return next(iter(orders)) if len(orders) == 1 else None
