"""What the cells of a table mean by its headings, by its other cells, and by what the sender declared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from chassis.runtime.rejections import Rejection
from contracts.event import Sex
from contracts.territory import Scheme
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, text_of
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.errors import (
    DATE_ORDER_CONTRADICTION,
    NAME_ORDER_CONTRADICTION,
    SEX_LETTERS_CONTRADICTION,
)
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import DATES, NAMES, Field, Table
from services.enrollment.sheets.values.answers import SexLetters, sex_codes_of, sex_letters_of
from services.enrollment.sheets.values.date_columns import DateColumn, DateWitnesses, date_column
from services.enrollment.sheets.values.dates import declared_order
from services.enrollment.sheets.values.document_cells import LostZeros, lost_zeros
from services.enrollment.sheets.values.name_order import (
    NameOrder,
    NameWitnesses,
    are_exchanged,
    are_mixed,
    stated_order,
)
from services.enrollment.sheets.values.texts import is_mostly_garbled

_GIVEN = (Field.GIVEN_NAMES,)
_FAMILIES = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME)
_JUDGED_ROWS = 300
_OTHER_DOCUMENTS = frozenset("ce carne carnet extranjeria pasaporte passport".split())


@dataclass(frozen=True, slots=True)
class Conventions:
    """None is what nothing settles. `kept` are columns whose garbled texts stay as they are."""

    scheme: Scheme | None = None
    dates: Mapping[Field, DateColumn] = field(default_factory=dict)
    sex_letters: SexLetters | None = None
    sex_codes: Mapping[str, Sex] = field(default_factory=dict)
    name_order: NameOrder | None = None
    names_exchanged: bool = False
    lost_zeros: LostZeros = LostZeros.NOWHERE
    kept: frozenset[Field] = frozenset()
    disputed_documents: frozenset[str] = frozenset()


def conventions_of(parts: Sequence[Part], declaration: Declaration) -> list[Conventions]:
    """Returns the conventions of each of a file's tables. Where one does not settle them, all tables together do."""
    whole = _Evidence.of(parts)
    if len(parts) == 1:
        return [_conventions(parts[0], whole, whole, declaration)]
    return [_conventions(part, _Evidence.of([part]), whole, declaration) for part in parts]


def contradictions(
    parts: Sequence[Part], conventions: Sequence[Conventions], declaration: Declaration
) -> Iterator[Rejection]:
    """Yields what is declared otherwise than every table shows that has something to show."""
    pairs = [(part.table, one) for part, one in zip(parts, conventions, strict=True)]
    names = {one.name_order for table, one in pairs if table.has(Field.FULL_NAME)}
    letters = {one.sex_letters for table, one in pairs if table.has(Field.SEX)}
    orders = {one.dates[of].order for table, one in pairs for of in DATES if table.has(of)} - {None}
    if declaration.name_order and names and declaration.name_order not in names:
        yield NAME_ORDER_CONTRADICTION
    if declaration.sex_letters and letters and declaration.sex_letters not in letters:
        yield SEX_LETTERS_CONTRADICTION
    if declaration.date_order and orders and declaration.date_order not in orders:
        yield DATE_ORDER_CONTRADICTION


def cells_of(parts: Iterable[Part], field: Field) -> list[Cell]:
    """Returns what the rows of tables say of a field, in their order."""
    return [part.table.cell(row, field) for part in parts if part.table.has(field) for row in part.rows]


def has_separate_names(table: Table) -> bool:
    """Tells whether a table has columns of family and of given names."""
    return table.has(Field.GIVEN_NAMES) and any(map(table.has, _FAMILIES[:2]))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What tables settle together."""

    sex_letters: SexLetters | None
    names: NameWitnesses
    dates: Mapping[Field, DateWitnesses]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Self:
        return cls(
            sex_letters_of(_title(parts, Field.SEX), cells_of(parts, Field.SEX)),
            NameWitnesses.of(_title(parts, Field.FULL_NAME), map(text_of, cells_of(parts, Field.FULL_NAME))),
            {one: DateWitnesses.of(cells_of(parts, one)) for one in DATES},
        )


def _conventions(part: Part, own: _Evidence, whole: _Evidence, declaration: Declaration) -> Conventions:
    table = part.table
    return Conventions(
        scheme=table.letterhead.scheme or declaration.ubigeo_scheme,
        dates=_date_columns(table, own, whole, declaration),
        sex_letters=own.sex_letters or whole.sex_letters or declaration.sex_letters,
        sex_codes=sex_codes_of(table.title(Field.SEX)) or table.letterhead.sex_codes,
        name_order=own.names.settled or whole.names.settled or own.names.left_to(declaration.name_order),
        names_exchanged=_are_names_exchanged(part),
        lost_zeros=_lost_zeros(part),
        kept=frozenset(one for one in NAMES if not is_mostly_garbled(map(text_of, cells_of([part], one)))),
    )


def _are_names_exchanged(part: Part) -> bool:
    """Tells whether more rows have family and given names in each other's places than in their own, two at least.

    Below «Nombres, apellidos» two rows have to prove that family names are before the comma; without a comma, the rows
    may show both orders.
    """
    names = list(_separate_names(part))
    exchanged = sum(are_exchanged(given, family) for given, family in names)
    proper = sum(are_exchanged(family, given) for given, family in names)
    is_stated = not has_separate_names(part.table) and bool(names) and _states_given_first(part.table)
    full = [text_of(part.table.cell(row, Field.FULL_NAME)) for row in part.rows[:_JUDGED_ROWS]]
    return exchanged > max(1, proper) or (is_stated and proper < max(2, exchanged)) or are_mixed(full)


def _states_given_first(table: Table) -> bool:
    title = table.title(Field.FULL_NAME)
    return "," in title and stated_order(title) is NameOrder.GIVEN_FIRST


def _separate_names(part: Part) -> Iterator[tuple[str, str]]:
    """Yields given and family names of the first rows, as they are in columns of their own or around a comma."""
    table, rows = part.table, part.rows[:_JUDGED_ROWS]
    if has_separate_names(table):
        for row in rows:
            given, family = (" ".join(text_of(table.cell(row, of)) for of in some) for some in (_GIVEN, _FAMILIES))
            yield given, family
    else:
        texts = (text_of(table.cell(row, Field.FULL_NAME)).partition(",") for row in rows)
        yield from ((given, family) for family, comma, given in texts if comma)


def _lost_zeros(part: Part) -> LostZeros:
    """Returns the zeros that the column of documents lost; a foreigner's card has others than a DNI."""
    words = set(tokens(part.table.title(Field.DOCUMENT)))
    is_of_several_kinds = not part.table.has(Field.DOCUMENT_TYPE) and not words.isdisjoint(_OTHER_DOCUMENTS)
    return LostZeros.NOWHERE if is_of_several_kinds else lost_zeros(cells_of([part], Field.DOCUMENT))


def _title(parts: Sequence[Part], field: Field) -> str:
    return parts[0].table.title(field) if parts else ""


def _date_columns(table: Table, own: _Evidence, whole: _Evidence, declaration: Declaration) -> dict[Field, DateColumn]:
    """Returns how each column of dates is read. What one proves counts in the others, unless they prove their own."""
    titles = {one: table.title(one) for one in DATES}
    everywhere = {order for one in DATES for order in whole.dates[one].orders}
    everywhere |= {order for one in DATES if (order := declared_order(titles[one]))}
    return {
        one: date_column(
            titles[one], own.dates[one], declaration.date_order, same_field=whole.dates[one], elsewhere=everywhere
        )
        for one in DATES
    }
