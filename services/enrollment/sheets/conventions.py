"""What the cells of a table mean by its headings, by its other cells, and by what the sender declared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from contracts.event import Sex
from contracts.territory import Scheme
from services.enrollment.sheets.cells import Cell, text_of
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import Field, Table
from services.enrollment.sheets.values.answers import SexLetters, sex_codes_of, sex_letters_of
from services.enrollment.sheets.values.date_columns import DateColumn, date_column
from services.enrollment.sheets.values.dates import declared_order, proved_orders
from services.enrollment.sheets.values.document_cells import has_lost_zeros
from services.enrollment.sheets.values.name_order import NameOrder, settled_order
from services.enrollment.sheets.values.texts import is_mostly_garbled

T = TypeVar("T")

DATES = (Field.BIRTH_DATE, Field.ENROLLED_ON, Field.CONSENT_DATE)
NAMES = (
    Field.FULL_NAME,
    Field.GIVEN_NAMES,
    Field.FAMILY_NAMES,
    Field.FIRST_FAMILY_NAME,
    Field.SECOND_FAMILY_NAME,
)


@dataclass(frozen=True, slots=True)
class Conventions:
    """None is what nothing settles. `kept` are columns whose garbled texts stay as they are."""

    scheme: Scheme | None = None
    dates: Mapping[Field, DateColumn] = field(default_factory=dict)
    sex_letters: SexLetters | None = None
    sex_codes: Mapping[str, Sex] = field(default_factory=dict)
    name_order: NameOrder | None = None
    has_lost_zeros: bool = False
    kept: frozenset[Field] = frozenset()
    disputed_documents: frozenset[str] = frozenset()


def conventions_of(part: Part, parts: Sequence[Part], declaration: Declaration) -> Conventions:
    """Returns the conventions of one of a file's tables. Where it does not settle them, all its tables do."""
    table = part.table
    return Conventions(
        scheme=table.letterhead.scheme or declaration.ubigeo_scheme,
        dates=_date_columns(part, parts, declaration),
        sex_letters=_settled(_meaning_of_m, part, parts) or declaration.sex_letters,
        sex_codes=sex_codes_of(table.title(Field.SEX)),
        name_order=declaration.name_order or _settled(_name_order, part, parts),
        has_lost_zeros=has_lost_zeros(cells_of([part], Field.DOCUMENT)),
        kept=frozenset(one for one in NAMES if not is_mostly_garbled(map(text_of, cells_of([part], one)))),
    )


def cells_of(parts: Iterable[Part], field: Field) -> list[Cell]:
    """Returns what the rows of tables say of a field, in their order."""
    return [part.table.cell(row, field) for part in parts if part.table.has(field) for row in part.rows]


def has_separate_names(table: Table) -> bool:
    """Tells whether a table has columns of family and of given names."""
    families = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME)
    return table.has(Field.GIVEN_NAMES) and any(map(table.has, families))


def _settled(settle: Callable[[Sequence[Part]], T | None], part: Part, parts: Sequence[Part]) -> T | None:
    return settle([part]) or (settle(parts) if len(parts) > 1 else None)


def _meaning_of_m(parts: Sequence[Part]) -> SexLetters | None:
    return sex_letters_of(_title(parts, Field.SEX), cells_of(parts, Field.SEX))


def _name_order(parts: Sequence[Part]) -> NameOrder | None:
    names = map(text_of, cells_of(parts, Field.FULL_NAME))
    return settled_order(_title(parts, Field.FULL_NAME), names)


def _title(parts: Sequence[Part], field: Field) -> str:
    return parts[0].table.title(field)


def _date_columns(part: Part, parts: Sequence[Part], declaration: Declaration) -> dict[Field, DateColumn]:
    """Returns how each column of dates is read. What one proves counts in the others, unless they prove their own."""
    cells = {one: cells_of([part], one) for one in DATES}
    same_field = {one: cells_of(parts, one) for one in DATES} if len(parts) > 1 else cells
    titles = {one: part.table.title(one) for one in DATES}
    everywhere = {order for one in DATES for order in proved_orders(same_field[one])}
    everywhere |= {order for one in DATES if (order := declared_order(titles[one]))}
    return {
        one: date_column(
            titles[one], cells[one], declaration.date_order, same_field=same_field[one], elsewhere=everywhere
        )
        for one in DATES
    }
