"""From a row of a sheet to an application for a seat, or to the reason why not. Pure: the day is passed in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from contracts.enrollment import Purpose
from contracts.event import OrganizationType
from contracts.territory import Scheme
from services.enrollment.applications import Application
from services.enrollment.consent import CURRENT_TEXT, Agreement
from services.enrollment.days import FIRST_DAY
from services.enrollment.documents import Document, DocumentType, read_document
from services.enrollment.imports.answers import (
    Letters,
    is_organization_type,
    letters_of,
    read_document_type,
    read_ethnicity,
    read_mother_tongue,
    read_organization_type,
    read_sex,
    read_yes_or_no,
)
from services.enrollment.imports.cells import Cell, Row, is_blank, text_of
from services.enrollment.imports.dates import Order, Window, declared_order, proved_orders, read_date
from services.enrollment.imports.faults import (
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
from services.enrollment.imports.headings import Field, Headings
from services.enrollment.imports.places import read_district
from services.enrollment.imports.reading import Sheet
from services.enrollment.imports.wordings import key_of
from services.enrollment.names import Names, read_names
from services.enrollment.refusals import Unacceptable

T = TypeVar("T")

_LONGEST_LIFE = timedelta(days=110 * 365)
_SHORTEST_LOST = 6
"""Digits from which on a DNI that is a number in Excel is taken to have lost its zeros; fewer is a slip."""

_DNI_DIGITS = 8
_DATES = (Field.BIRTH_DATE, Field.ENROLLED_ON, Field.CONSENT_DATE)
_PURPOSES = {
    Field.CONSENT: Purpose.TRAINING,
    Field.CONSENT_IMAGE: Purpose.IMAGE,
    Field.CONSENT_CONTACT: Purpose.CONTACT,
    Field.CONSENT_GUARDIAN: Purpose.GUARDIAN,
}


@dataclass(frozen=True, slots=True)
class Directory:
    """Cohorts and organizations by name, as `key_of` leaves it."""

    cohorts: Mapping[str, tuple[UUID, ...]]
    organizations: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Terms:
    """What was declared when the file was sent, and the day on which it is read."""

    cohort_id: UUID | None
    scheme: Scheme | None
    today: date


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads the rows of one sheet, in the light of all of it."""

    headings: Headings
    directory: Directory
    terms: Terms
    scheme: Scheme | None
    orders: Mapping[Field, Order | None]
    letters: Letters | None

    def application(self, row: Row, enrollment_id: UUID) -> Application:
        """What the row asks for. Raises `Unacceptable` with the first field that cannot be taken as it is."""
        organization, organization_type = self._organization(row)
        return Application(
            enrollment_id=enrollment_id,
            cohort_id=self._cohort(row),
            document=self._document(row),
            names=self._names(row),
            birth_date=self._date(row, Field.BIRTH_DATE, Window(self.terms.today - _LONGEST_LIFE, self.terms.today)),
            sex=self._read(row, Field.SEX, lambda cell: read_sex(cell, self.letters)),
            mother_tongue=self._read(row, Field.MOTHER_TONGUE, read_mother_tongue),
            ethnicity=self._read(row, Field.ETHNICITY, read_ethnicity),
            district=self._district(row),
            organization_id=organization,
            organization_type=organization_type,
            phone=self._text(row, Field.PHONE) or None,
            email=self._text(row, Field.EMAIL) or None,
            enrolled_on=self._date(row, Field.ENROLLED_ON, self._recently),
            consents=self._consents(row),
        )

    @property
    def _recently(self) -> Window:
        return Window(FIRST_DAY, self.terms.today)

    def _cell(self, row: Row, field: Field) -> Cell:
        return row.at(self.headings.columns.get(field))

    def _text(self, row: Row, field: Field) -> str:
        cell = self._cell(row, field)
        return "" if is_blank(cell) else text_of(cell)

    def _read(self, row: Row, field: Field, read: Callable[[Cell], T]) -> T:
        """Reads a cell; a refusal that leaves its field open is about this one."""
        try:
            return read(self._cell(row, field))
        except Unacceptable as error:
            raise Unacceptable(replace(error.refusal, field=error.refusal.field or field)) from None

    def _date(self, row: Row, field: Field, window: Window) -> date | None:
        if is_blank(self._cell(row, field)):
            return None
        return self._read(row, field, lambda cell: read_date(cell, self.orders.get(field), window))

    def _cohort(self, row: Row) -> UUID:
        stated = self._text(row, Field.COHORT) or self.headings.cohort or ""
        named = self.directory.cohorts.get(key_of(stated), ()) if stated else ()
        if self.terms.cohort_id is not None:
            if stated and self.terms.cohort_id not in named:
                raise Unacceptable(COHORT_CONTRADICTION)
            return self.terms.cohort_id
        if len(named) == 1:
            return named[0]
        raise Unacceptable(COHORT_AMBIGUOUS if named else COHORT_UNKNOWN if stated else COHORT_MISSING)

    def _document(self, row: Row) -> Document:
        cell = self._cell(row, Field.DOCUMENT)
        if is_blank(cell):
            raise Unacceptable(DOCUMENT_MISSING)
        kind = self._read(row, Field.DOCUMENT_TYPE, read_document_type)
        return read_document(kind, _with_lost_zeros(cell, kind), self._text(row, Field.DOCUMENT_CHECK) or None)

    def _names(self, row: Row) -> Names:
        if Field.FULL_NAME in self.headings.columns:
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
        """The organization and the type that the row states; a type in the organization's own column is one too."""
        stated = self._read(row, Field.ORGANIZATION_TYPE, read_organization_type)
        named = self._cell(row, Field.ORGANIZATION)
        if is_blank(named):
            return None, stated
        if registered := self.directory.organizations.get(key_of(text_of(named))):
            return registered, stated
        if not is_organization_type(named):
            raise Unacceptable(ORGANIZATION_UNKNOWN)
        return None, read_organization_type(named) if stated is OrganizationType.NOT_STATED else stated

    def _consents(self, row: Row) -> tuple[Agreement, ...]:
        given_on = self._date(row, Field.CONSENT_DATE, self._recently)
        return tuple(
            Agreement(purpose, CURRENT_TEXT, given_on)
            for field, purpose in _PURPOSES.items()
            if self._read(row, field, read_yes_or_no)
        )


def directory_of(cohorts: Iterable[tuple[str, UUID]], organizations: Iterable[tuple[str, UUID]]) -> Directory:
    """The directory of these names; cohorts of several programmes may share one."""
    by_name: dict[str, tuple[UUID, ...]] = {}
    for name, cohort_id in cohorts:
        by_name[key_of(name)] = (*by_name.get(key_of(name), ()), cohort_id)
    return Directory(by_name, {key_of(name): organization_id for name, organization_id in organizations})


def judge_of(sheet: Sheet, directory: Directory, terms: Terms) -> Judge:
    """The judge of a sheet's rows. Raises `Unacceptable` where the sheet as a whole cannot be taken."""
    headings = sheet.headings
    _check_columns(sheet, terms)
    return Judge(
        headings=headings,
        directory=directory,
        terms=terms,
        scheme=headings.scheme or terms.scheme,
        orders=_orders(sheet),
        letters=letters_of(headings.title(Field.SEX), _column(sheet, Field.SEX)),
    )


def _check_columns(sheet: Sheet, terms: Terms) -> None:
    columns, headings = sheet.headings.columns, sheet.headings
    if Field.DOCUMENT not in columns:
        raise Unacceptable(DOCUMENT_COLUMN_MISSING)
    if Field.FULL_NAME not in columns and not (
        Field.GIVEN_NAMES in columns and columns.keys() & {Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME}
    ):
        raise Unacceptable(NAME_COLUMN_MISSING)
    if not columns.keys() & {Field.DISTRICT, Field.DISTRICT_CODE}:
        raise Unacceptable(DISTRICT_COLUMN_MISSING)
    _check_declarations(headings, terms)
    if not sheet.rows:
        raise Unacceptable(NO_ROWS)


def _check_declarations(headings: Headings, terms: Terms) -> None:
    if headings.scheme and terms.scheme and headings.scheme is not terms.scheme:
        raise Unacceptable(SCHEME_CONTRADICTION)
    if Field.DISTRICT_CODE in headings.columns and not (headings.scheme or terms.scheme):
        raise Unacceptable(SCHEME_UNDECLARED)
    if Field.COHORT not in headings.columns and not (headings.cohort or terms.cohort_id):
        raise Unacceptable(COHORT_UNDECLARED)


def _orders(sheet: Sheet) -> dict[Field, Order | None]:
    """The order of day and month in each column of dates.

    Its heading declares it, or some of its dates prove it, or those of the sheet's other columns do. Where they prove
    both, nothing is settled.
    """
    proved = {field: proved_orders(_column(sheet, field)) for field in _DATES}
    everywhere = set().union(*proved.values())
    return {
        field: declared_order(sheet.headings.title(field)) or _one(own or everywhere) for field, own in proved.items()
    }


def _one(orders: set[Order]) -> Order | None:
    return next(iter(orders)) if len(orders) == 1 else None


def _column(sheet: Sheet, field: Field) -> list[Cell]:
    column = sheet.headings.columns.get(field)
    return [row.at(column) for row in sheet.rows]


def _with_lost_zeros(cell: Cell, kind: DocumentType) -> str:
    """The number's text. Only where Excel kept a DNI as a number are leading zeros certainly lost, not left out."""
    text = text_of(cell)
    is_number = isinstance(cell, int) and not isinstance(cell, bool)
    if kind is DocumentType.DNI and is_number and _SHORTEST_LOST <= len(text) < _DNI_DIGITS:
        return text.zfill(_DNI_DIGITS)
    return text


def _separated(name: str) -> Names:
    """«Apellidos y nombres» in one cell, as far as a comma tells them apart."""
    family, comma, given = name.partition(",")
    if name and not comma:
        raise Unacceptable(NAMES_TOGETHER)
    return read_names(given, family)
