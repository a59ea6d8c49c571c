"""What the cells of a table mean by its headings, by its other cells, and by what the sender declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.event import Sex
from contracts.territory import Scheme
from services.enrollment.sheets.answers import SexLetters, sex_codes_of, sex_letters_of, ticks_only
from services.enrollment.sheets.cells import Cell, text_of
from services.enrollment.sheets.date_columns import DateColumn, date_column
from services.enrollment.sheets.dates import declared_order, proved_orders
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.document_cells import has_lost_zeros
from services.enrollment.sheets.name_order import NameOrder
from services.enrollment.sheets.table_finder import Part
from services.enrollment.sheets.tables import Field
from services.enrollment.sheets.texts import is_mostly_garbled

DATES = (Field.BIRTH_DATE, Field.ENROLLED_ON, Field.CONSENT_DATE)
NAMES = (
    Field.FULL_NAME,
    Field.GIVEN_NAMES,
    Field.FAMILY_NAMES,
    Field.FIRST_FAMILY_NAME,
    Field.SECOND_FAMILY_NAME,
)
_TICKED = (
    Field.CONSENT,
    Field.CONSENT_IMAGE,
    Field.CONSENT_CONTACT,
    Field.CONSENT_GUARDIAN,
    Field.SHOWN_TO_ORGANIZATION,
)


@dataclass(frozen=True, slots=True)
class Conventions:
    """None is what nothing settles. `ticked` are columns of ticks, `kept` those whose garbled texts are not mended."""

    scheme: Scheme | None = None
    dates: Mapping[Field, DateColumn] = field(default_factory=dict)
    sex_letters: SexLetters | None = None
    sex_codes: Mapping[str, Sex] = field(default_factory=dict)
    name_order: NameOrder | None = None
    has_lost_zeros: bool = False
    ticked: frozenset[Field] = frozenset()
    kept: frozenset[Field] = frozenset()


def conventions_of(part: Part, declaration: Declaration) -> Conventions:
    """Returns the conventions of a table."""
    table = part.table
    return Conventions(
        scheme=table.letterhead.scheme or declaration.ubigeo_scheme,
        dates=_date_columns(part, declaration),
        sex_letters=sex_letters_of(table.title(Field.SEX), cells_of(part, Field.SEX)) or declaration.sex_letters,
        sex_codes=sex_codes_of(table.title(Field.SEX)),
        name_order=declaration.name_order,
        has_lost_zeros=has_lost_zeros(cells_of(part, Field.DOCUMENT)),
        ticked=frozenset(one for one in _TICKED if ticks_only(cells_of(part, one))),
        kept=frozenset(one for one in NAMES if not is_mostly_garbled(map(text_of, cells_of(part, one)))),
    )


def cells_of(part: Part, field: Field) -> list[Cell]:
    """Returns what the rows of a table say of a field, in their order."""
    return [part.table.cell(row, field) for row in part.rows] if part.table.has(field) else []


def _date_columns(part: Part, declaration: Declaration) -> dict[Field, DateColumn]:
    """Returns how each column of dates is read. What one proves counts in the others, unless they prove their own."""
    cells = {one: cells_of(part, one) for one in DATES}
    titles = {one: part.table.title(one) for one in DATES}
    everywhere = {order for one in DATES for order in proved_orders(cells[one])}
    everywhere |= {order for one in DATES if (order := declared_order(titles[one]))}
    return {one: date_column(titles[one], cells[one], everywhere, declaration.date_order) for one in DATES}
