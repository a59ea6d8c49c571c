"""A table as it was understood: headings and cells by which its rows can be read again without the rest of their sheet.

What stood above the rows, or was said by the sender, becomes columns; cells that say one thing together become one;
what settles how a column is read becomes a remark in its heading; days, restored zeros and repaired letters are written
out. A date that may be one of two days is put between question marks until somebody writes it again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.runtime.rejections import RejectedError
from contracts.event import Sex
from contracts.territory import Scheme
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.consent_refusals import refusing_column
from services.enrollment.sheets.layout.headings import read_heading, schemes_in
from services.enrollment.sheets.layout.near_headings import near_fields
from services.enrollment.sheets.layout.tables import DATES, Column, Field, Table
from services.enrollment.sheets.rows import RowParser, window_of
from services.enrollment.sheets.values.answers import SexLetters, sex_codes_of, sex_letters_of
from services.enrollment.sheets.values.date_columns import DateColumn
from services.enrollment.sheets.values.dates import DateOrder, declared_order, doubted, has_two_readings
from services.enrollment.sheets.values.document_cells import LostZeros, read_document_cells
from services.enrollment.sheets.values.name_order import NameOrder, stated_order
from services.enrollment.sheets.values.texts import ungarbled
from services.enrollment.sheets.wordings import first_wording

_ADDED = (
    Field.COHORT,
    Field.SEX,
    Field.DISTRICT_CODE,
    Field.DEPARTMENT,
    Field.PROVINCE,
    Field.DISTRICT,
    Field.ORGANIZATION,
    Field.ENROLLED_ON,
    Field.CONSENT,
    Field.COMPLETED,
)
"""Fields that lines above the rows or the sender can say."""

_LETTERS = {SexLetters.M_IS_MALE: "(M/F)", SexLetters.M_IS_FEMALE: "(H/M)"}
_WORDS = {Sex.MALE: "Hombre", Sex.FEMALE: "Mujer"}
_NAMES = {NameOrder.FAMILY_FIRST: "Apellidos y nombres", NameOrder.GIVEN_FIRST: "Nombres y apellidos"}


def settled(parser: RowParser, row: Row) -> Row:
    """Returns a row with its cells as they were understood; those that cannot be read stay as they are."""
    columns, understood = {column.number: column for column in parser.table.columns}, UnderstoodTable(parser, {})
    cells = enumerate(row.cells)
    return replace(
        row,
        cells=tuple(understood.cell(row, columns[number]) if number in columns else cell for number, cell in cells),
    )


def for_corrections(parser: RowParser) -> RowParser:
    """Returns the parser of settled rows, in which people write: no program leaves out zeros there or exchanges days,
    and the day comes first, as the headings say and the remedies show."""
    dates = dict.fromkeys(DATES, DateColumn(DateOrder.DAY_FIRST))
    conventions = replace(parser.conventions, dates=dates, lost_zeros=LostZeros.NOWHERE, names_exchanged=False)
    return replace(parser, table=_settled_table(parser), conventions=conventions)


def _settled_table(parser: RowParser) -> Table:
    table, texts = parser.table, UnderstoodTable(parser, {}).settled_texts
    return replace(
        table,
        columns=tuple(_undivided(table)),
        letterhead=replace(table.letterhead, texts=texts(table.letterhead.texts)),
        groups=tuple(replace(group, texts=texts(group.texts)) for group in table.groups),
        left_from=None,
    )


def _undivided(table: Table) -> Iterator[Column]:
    """Yields the columns, of those that say one thing together the first one, which takes an answer."""
    for column in table.columns:
        if column.field is None or not _is_divided(table, column.field):
            yield column
        elif column == table.columns_of(column.field)[0]:
            yield Column(column.number, first_wording("headings", column.field), column.field)


def _is_divided(table: Table, field: Field) -> bool:
    """Tells whether several columns say one thing together: ticks, the parts of a date, the words of a name."""
    columns, is_of_names = table.columns_of(field), field in (Field.FULL_NAME, Field.GIVEN_NAMES)
    return len(columns) > 1 and (is_of_names or any(one.meaning or one.part for one in columns))


@dataclass(frozen=True, slots=True)
class UnderstoodTable:
    """A table with its parser, and the names of cohorts by their ids."""

    parser: RowParser
    cohorts: Mapping[UUID, str]

    def heading(self, column: Column) -> str:
        """Returns the heading of a column, by which it is understood in the same way."""
        title = column.title
        if column.field is None:
            return f"({title})" if near_fields(title) else title
        if (known := read_heading(title)) is None or known.field is not column.field:
            title = first_wording("headings", column.field)
        return title if column.meaning or column.part else self._settled(title, column.field)

    def _settled(self, title: str, field: Field) -> str:
        """Returns a heading with what settles how its column is read, if it does not say so itself."""
        conventions = self.parser.conventions
        if field in DATES and self._dates(field).order is DateOrder.DAY_FIRST:
            return _with_day_first(title, field)
        if field is Field.SEX and conventions.sex_letters and sex_letters_of(title, ()) is None:
            return f"{title} {_LETTERS[conventions.sex_letters]}"
        if field is Field.SEX and (codes := conventions.sex_codes) and not sex_codes_of(title):
            return f"{title} ({', '.join(f'{code}={_WORDS[sex]}' for code, sex in codes.items() if sex in _WORDS)})"
        if field is Field.FULL_NAME and "," in title and stated_order(title) is NameOrder.GIVEN_FIRST:
            return _NAMES[NameOrder.GIVEN_FIRST]
        if field is Field.FULL_NAME and (names := conventions.name_order) and names is not stated_order(title):
            return _NAMES[names]
        if field is Field.DISTRICT_CODE and conventions.scheme and not schemes_in(title):
            return f"{title} {conventions.scheme.value.upper()}"
        return title

    @property
    def added(self) -> list[Field]:
        """Returns the fields that rows have without a column of their own."""
        return [one for one in _ADDED if not self.parser.table.columns_of(one) and self._is_said(one)]

    def added_headings(self) -> list[str]:
        """Returns the headings of the added columns."""
        scheme = self.parser.conventions.scheme or Scheme.INEI
        names = {Field.DISTRICT_CODE: f"UBIGEO {scheme.value.upper()}"}
        return [names.get(one) or self._settled(first_wording("headings", one), one) for one in self.added]

    def added_cells(self, row: Row) -> list[Cell]:
        """Returns what was said of a row without a column of its own."""
        return [self._value(row, one) or self._said_of(row, one) for one in self.added]

    def cell(self, row: Row, column: Column) -> Cell:
        """Returns the cell of a row as it was understood."""
        table, field = self.parser.table, column.field
        if field is None:
            return row.at(column.number)
        if field is Field.CONSENT and table.has_left(row):
            return "No"
        columns = table.columns_of(field)
        if _is_divided(table, field):
            return self._value(row, field) if column == columns[0] else ""
        return self._value(row, field) if len(columns) == 1 else row.at(column.number)

    def settled_texts(self, texts: Mapping[Field, str]) -> dict[Field, str]:
        """Returns what lines above the rows say, with their days written out."""
        return {of: text_of(self._day(text, of)) if of in DATES else text for of, text in texts.items()}

    def _value(self, row: Row, field: Field) -> Cell:
        cell = self.parser.table.cell(row, field)
        if isinstance(cell, str) and field not in self.parser.conventions.kept:
            cell = ungarbled(cell)
        if is_blank(cell):
            return cell
        if field in DATES:
            return self._day(cell, field)
        return self._number(row, cell) if field is Field.DOCUMENT else cell

    def _day(self, cell: Cell, field: Field) -> Cell:
        try:
            return self._dates(field).read(cell, window_of(field, self.parser.context.today))
        except RejectedError as error:
            return doubted(text_of(cell)) if has_two_readings(error.rejection) else cell

    def _number(self, row: Row, cell: Cell) -> Cell:
        """Returns a document with the zeros that a program left out of it."""
        kind = self.parser.table.cell(row, Field.DOCUMENT_TYPE)
        try:
            number = read_document_cells(cell, kind, "", self.parser.conventions.lost_zeros).number
        except RejectedError:
            return cell
        written = text_of(cell).removesuffix(".0")
        return number if number != written and number.lstrip("0") == written else cell

    def _dates(self, field: Field) -> DateColumn:
        return self.parser.conventions.dates.get(field, DateColumn())

    def _is_said(self, field: Field) -> bool:
        return self.parser.table.has(field) or self._declared(field) != ""

    def _said_of(self, row: Row, field: Field) -> str:
        """Returns what was declared of a row; a cell that refuses the consent counts before the declaration."""
        if field is not Field.CONSENT:
            return self._declared(field)
        table = self.parser.table
        return "No" if table.has_left(row) or refusing_column(table, row) else self._declared(field)

    def _declared(self, field: Field) -> str:
        declaration, table = self.parser.context.declaration, self.parser.table
        if field is Field.COHORT and declaration.cohort_id:
            return self.cohorts.get(declaration.cohort_id, "")
        if field is Field.DISTRICT_CODE and declaration.district and not table.has(Field.DISTRICT):
            return declaration.district
        if field is Field.COMPLETED and declaration.completed is not None and not table.has(Field.COMPLETED_ON):
            return "Sí" if declaration.completed else "No"
        return "Sí" if field is Field.CONSENT and declaration.consent else ""


def _with_day_first(title: str, field: Field) -> str:
    """Returns the heading with a remark that the day comes first, if it does not say so itself."""
    declared = declared_order(title)
    if declared is DateOrder.DAY_FIRST:
        return title
    return f"{first_wording('headings', field) if declared else title} (dd/mm)"
