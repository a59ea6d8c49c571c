"""Reads a row of a sheet as an application for a seat. Pure: the day is passed in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from chassis.runtime.rejections import RejectedError
from contracts.enrollment import Purpose
from contracts.event import OrganizationType
from contracts.territory import Scheme
from services.enrollment.consent.domain import CURRENT_TEXT, Agreement
from services.enrollment.enrollments.domain import FIRST_DAY, Application
from services.enrollment.identity.documents import Document, DocumentType, read_document
from services.enrollment.identity.names import Names, read_names
from services.enrollment.sheets.answers import (
    SexLetters,
    is_organization_type,
    read_document_type,
    read_ethnicity,
    read_mother_tongue,
    read_organization_type,
    read_sex,
    read_yes_or_no,
    sex_letters_of,
)
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.dates import DateOrder, DateWindow, declared_order, proved_orders, read_date
from services.enrollment.sheets.districts import read_district
from services.enrollment.sheets.errors import (
    COHORT_AMBIGUOUS,
    COHORT_CONTRADICTION,
    COHORT_MISSING,
    COHORT_UNDECLARED,
    COHORT_UNKNOWN,
    DISTRICT_COLUMN_MISSING,
    DOCUMENT_COLUMN_MISSING,
    DOCUMENT_MISSING,
    NAME_COLUMN_MISSING,
    NAMES_TOGETHER,
    NO_ROWS,
    ORGANIZATION_UNKNOWN,
    SCHEME_CONTRADICTION,
    SCHEME_UNDECLARED,
)
from services.enrollment.sheets.sheet import Part
from services.enrollment.sheets.tables import Field, Table
from services.enrollment.sheets.wordings import normalized

T = TypeVar("T")

_MAXIMUM_AGE = timedelta(days=110 * 365)
_MINIMUM_DIGITS = 6
"""Digits from which on a DNI that Excel stores as a number is assumed to have lost its zeros. Fewer are a mistake."""

_DNI_DIGITS = 8
_DATES = (Field.BIRTH_DATE, Field.ENROLLED_ON, Field.CONSENT_DATE)
_FAMILY_NAMES = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME)
_PURPOSES = {
    Field.CONSENT: Purpose.TRAINING,
    Field.CONSENT_IMAGE: Purpose.IMAGE,
    Field.CONSENT_CONTACT: Purpose.CONTACT,
    Field.CONSENT_GUARDIAN: Purpose.GUARDIAN,
}


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The ids of cohorts and organizations by normalized name. Several cohorts can share a name."""

    cohorts: Mapping[str, tuple[UUID, ...]]
    organizations: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class SheetContext:
    """The cohort and scheme that were declared for the whole file, and the day on which it is read."""

    cohort_id: UUID | None
    scheme: Scheme | None
    today: date


@dataclass(frozen=True, slots=True)
class RowParser:
    """Reads the rows of one sheet. What its headings, dates and letters mean comes from the whole sheet."""

    table: Table
    names: NameIndex
    context: SheetContext
    scheme: Scheme | None
    orders: Mapping[Field, DateOrder | None]
    sex_letters: SexLetters | None

    def application(self, row: Row, enrollment_id: UUID) -> Application:
        """Returns the application. Raises `RejectedError` for the first cell that cannot be read."""
        organization, organization_type = self._organization(row)
        return Application(
            enrollment_id=enrollment_id,
            cohort_id=self._cohort(row),
            document=self._document(row),
            names=self._names(row),
            birth_date=self._date(
                row, Field.BIRTH_DATE, DateWindow(self.context.today - _MAXIMUM_AGE, self.context.today)
            ),
            sex=self._read(row, Field.SEX, lambda cell: read_sex(cell, self.sex_letters)),
            mother_tongue=self._read(row, Field.MOTHER_TONGUE, read_mother_tongue),
            ethnicity=self._read(row, Field.ETHNICITY, read_ethnicity),
            district=self._district(row),
            organization_id=organization,
            organization_type=organization_type,
            phone=self._text(row, Field.PHONE) or None,
            email=self._text(row, Field.EMAIL) or None,
            enrolled_on=self._date(row, Field.ENROLLED_ON, self._recently),
            consents=self._consents(row),
            shown_to_organization=self._read(row, Field.SHOWN_TO_ORGANIZATION, read_yes_or_no),
        )

    @property
    def _recently(self) -> DateWindow:
        return DateWindow(FIRST_DAY, self.context.today)

    def _cell(self, row: Row, field: Field) -> Cell:
        return self.table.cell(row, field)

    def _text(self, row: Row, field: Field) -> str:
        cell = self._cell(row, field)
        return "" if is_blank(cell) else text_of(cell)

    def _read(self, row: Row, field: Field, read: Callable[[Cell], T]) -> T:
        """Reads a cell. A rejection without a field gets this one."""
        try:
            return read(self._cell(row, field))
        except RejectedError as error:
            raise RejectedError(replace(error.rejection, field=error.rejection.field or field.value)) from None

    def _date(self, row: Row, field: Field, window: DateWindow) -> date | None:
        if is_blank(self._cell(row, field)):
            return None
        return self._read(row, field, lambda cell: read_date(cell, self.orders.get(field), window))

    def _cohort(self, row: Row) -> UUID:
        stated = self._text(row, Field.COHORT)
        named = self.names.cohorts.get(normalized(stated), ()) if stated else ()
        if self.context.cohort_id is not None:
            if stated and self.context.cohort_id not in named:
                raise RejectedError(COHORT_CONTRADICTION)
            return self.context.cohort_id
        if len(named) == 1:
            return named[0]
        raise RejectedError(COHORT_AMBIGUOUS if named else COHORT_UNKNOWN if stated else COHORT_MISSING)

    def _document(self, row: Row) -> Document:
        cell = self._cell(row, Field.DOCUMENT)
        if is_blank(cell):
            raise RejectedError(DOCUMENT_MISSING)
        kind = self._read(row, Field.DOCUMENT_TYPE, read_document_type)
        return read_document(kind, _with_lost_zeros(cell, kind), self._text(row, Field.DOCUMENT_CHECK) or None)

    def _names(self, row: Row) -> Names:
        if self.table.has(Field.FULL_NAME):
            return _separated(self._text(row, Field.FULL_NAME))
        parts = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME)
        return read_names(self._text(row, Field.GIVEN_NAMES), " ".join(self._text(row, part) for part in parts))

    def _district(self, row: Row) -> str:
        return read_district(
            self._cell(row, Field.DISTRICT_CODE),
            self.scheme,
            self._cell(row, Field.DISTRICT),
            self._cell(row, Field.PROVINCE),
            self._cell(row, Field.DEPARTMENT),
        )

    def _organization(self, row: Row) -> tuple[UUID | None, OrganizationType]:
        """Returns the organization and its type. A type can also be written in the organization's own column."""
        stated = self._read(row, Field.ORGANIZATION_TYPE, read_organization_type)
        named = self._cell(row, Field.ORGANIZATION)
        if is_blank(named):
            return None, stated
        if registered := self.names.organizations.get(normalized(text_of(named))):
            return registered, stated
        if not is_organization_type(named):
            raise RejectedError(ORGANIZATION_UNKNOWN)
        return None, read_organization_type(named) if stated is OrganizationType.NOT_STATED else stated

    def _consents(self, row: Row) -> tuple[Agreement, ...]:
        given_on = self._date(row, Field.CONSENT_DATE, self._recently)
        return tuple(
            Agreement(purpose, CURRENT_TEXT, given_on)
            for field, purpose in _PURPOSES.items()
            if self._read(row, field, read_yes_or_no)
        )


def name_index_of(cohorts: Iterable[tuple[str, UUID]], organizations: Iterable[tuple[str, UUID]]) -> NameIndex:
    """Indexes the names and ids."""
    by_name: dict[str, tuple[UUID, ...]] = {}
    for name, cohort_id in cohorts:
        by_name[normalized(name)] = (*by_name.get(normalized(name), ()), cohort_id)
    return NameIndex(by_name, {normalized(name): organization_id for name, organization_id in organizations})


def row_parser_for(part: Part, names: NameIndex, context: SheetContext) -> RowParser:
    """Returns the parser of a table's rows. Raises `RejectedError` if the table as a whole cannot be imported."""
    table = part.table
    _check_columns(part, context)
    return RowParser(
        table=table,
        names=names,
        context=context,
        scheme=table.letterhead.scheme or context.scheme,
        orders=_orders(part),
        sex_letters=sex_letters_of(table.title(Field.SEX), _column(part, Field.SEX)),
    )


def _check_columns(part: Part, context: SheetContext) -> None:
    table = part.table
    if not table.has(Field.DOCUMENT):
        raise RejectedError(DOCUMENT_COLUMN_MISSING)
    if not (table.has(Field.FULL_NAME) or (table.has(Field.GIVEN_NAMES) and any(map(table.has, _FAMILY_NAMES)))):
        raise RejectedError(NAME_COLUMN_MISSING)
    if not (table.has(Field.DISTRICT) or table.has(Field.DISTRICT_CODE)):
        raise RejectedError(DISTRICT_COLUMN_MISSING)
    _check_declarations(table, context)
    if not part.rows:
        raise RejectedError(NO_ROWS)


def _check_declarations(table: Table, context: SheetContext) -> None:
    declared = table.letterhead.scheme
    if declared and context.scheme and declared is not context.scheme:
        raise RejectedError(SCHEME_CONTRADICTION)
    if table.has(Field.DISTRICT_CODE) and not (declared or context.scheme):
        raise RejectedError(SCHEME_UNDECLARED)
    if not (table.has(Field.COHORT) or context.cohort_id):
        raise RejectedError(COHORT_UNDECLARED)


def _orders(part: Part) -> dict[Field, DateOrder | None]:
    """Returns the order of day and month in each column of dates, None if it is not certain.

    The heading declares it, or dates of the column prove it, or those of the sheet's other columns do.
    """
    proved = {field: proved_orders(_column(part, field)) for field in _DATES}
    everywhere = set().union(*proved.values())
    return {field: declared_order(part.table.title(field)) or _only(own or everywhere) for field, own in proved.items()}


def _only(orders: set[DateOrder]) -> DateOrder | None:
    return next(iter(orders)) if len(orders) == 1 else None


def _column(part: Part, field: Field) -> list[Cell]:
    return [part.table.cell(row, field) for row in part.rows]


def _with_lost_zeros(cell: Cell, kind: DocumentType) -> str:
    """Returns the number's text. Leading zeros are restored only if Excel stores the DNI as a number, without them."""
    text = text_of(cell)
    is_number = isinstance(cell, int) and not isinstance(cell, bool)
    if kind is DocumentType.DNI and is_number and _MINIMUM_DIGITS <= len(text) < _DNI_DIGITS:
        return text.zfill(_DNI_DIGITS)
    return text


def _separated(name: str) -> Names:
    """Separates family and given names in one cell at their comma."""
    family, comma, given = name.partition(",")
    if name and not comma:
        raise RejectedError(NAMES_TOGETHER)
    return read_names(given, family)
