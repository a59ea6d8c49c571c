"""Reads a row of a sheet as an application for a seat, or tells all that is wrong with it. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from chassis.runtime.rejections import RejectedError, Rejection
from contracts.enrollment import Purpose
from contracts.event import OrganizationType, Sex
from services.enrollment.consent.domain import CURRENT_TEXT, GUARDIAN_MISSING, OWN_CONSENT_AGE, Agreement
from services.enrollment.enrollments.domain import (
    ENROLLED_ON_IMPLAUSIBLE,
    FIRST_DAY,
    GIVEN_ON_IMPLAUSIBLE,
    Application,
    birth_date_rejection,
    is_plausible,
)
from services.enrollment.identity.contact import read_email, read_phone
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names, read_names
from services.enrollment.sheets.answers import (
    is_organization_type,
    read_ethnicity,
    read_mother_tongue,
    read_organization_type,
    read_sex,
    read_yes_or_no,
)
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.conventions import Conventions, conventions_of, has_separate_names
from services.enrollment.sheets.date_columns import DateColumn
from services.enrollment.sheets.dates import DateWindow
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.districts import read_district
from services.enrollment.sheets.document_cells import read_document_cells, read_kind
from services.enrollment.sheets.errors import (
    BROKEN_QUOTES,
    COHORT_AMBIGUOUS,
    COHORT_CONTRADICTION,
    COHORT_MISSING,
    COHORT_UNKNOWN,
    DOCUMENT_DISPUTED,
    DOCUMENT_MISSING,
    ORGANIZATION_UNKNOWN,
)
from services.enrollment.sheets.name_order import split_names
from services.enrollment.sheets.table_finder import Part
from services.enrollment.sheets.tables import Field, Table
from services.enrollment.sheets.texts import require_whole, ungarbled
from services.enrollment.sheets.wordings import normalized

T = TypeVar("T")

_NO_VALUE = "None"
"""What Python writes for no value. As an answer it is a word of English."""

_AGE = re.compile(r"\d{1,3}(?!\d)", re.ASCII)
_MAXIMUM_AGE = timedelta(days=110 * 365)
_PURPOSES = {
    Field.CONSENT: Purpose.TRAINING,
    Field.CONSENT_IMAGE: Purpose.IMAGE,
    Field.CONSENT_CONTACT: Purpose.CONTACT,
    Field.CONSENT_GUARDIAN: Purpose.GUARDIAN,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, in a column counted from 0 if the table has one for it."""

    column: int | None
    rejection: Rejection


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The ids of cohorts and organizations by normalized name. Several cohorts can share a name."""

    cohorts: Mapping[str, tuple[UUID, ...]]
    organizations: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class SheetContext:
    """What the sender declared, and the day on which the sheet is read."""

    declaration: Declaration
    today: date


@dataclass(frozen=True, slots=True)
class RowParser:
    """Reads the rows of one table."""

    table: Table
    names: NameIndex
    context: SheetContext
    conventions: Conventions

    def read(self, row: Row, enrollment_id: UUID) -> Application | tuple[Fault, ...]:
        """Returns the application, or all that is wrong with the row."""
        if row.has_broken_quotes:
            return (self.fault(BROKEN_QUOTES),)
        reader = _RowReader(self, row)
        values = {name: reader.attempt(part) for name, part in _PARTS.items()}
        if not reader.faults and self.document_text(row) in self.conventions.disputed_documents:
            return (self.fault(DOCUMENT_DISPUTED),)
        return tuple(reader.faults) or Application(enrollment_id=enrollment_id, **values)  # type: ignore[arg-type]

    def document_text(self, row: Row) -> str:
        """Returns the document as the row has it; empty where it has none."""
        return _RowReader(self, row).text(Field.DOCUMENT)

    def names_of(self, row: Row) -> Names | None:
        """Returns the names of the row's person, if they can be read."""
        return _RowReader(self, row).attempt(_RowReader.names)

    def notes(self, row: Row) -> tuple[Fault, ...]:
        """Returns what is not kept of a row that is taken: ways of contact that nobody can use."""
        reader = _RowReader(self, row)
        if reader.attempt(lambda reader: reader.agrees(Field.CONSENT_CONTACT)):
            reader.attempt(lambda reader: reader.read_stated(Field.PHONE, read_phone))
            reader.attempt(lambda reader: reader.read_stated(Field.EMAIL, read_email))
        return tuple(reader.faults)

    def fault(self, rejection: Rejection) -> Fault:
        """Returns a fault with the column of the rejection's field."""
        return Fault(self.table.column_of(rejection.field or ""), rejection)


@dataclass(slots=True)
class _RowReader:
    """Reads the parts of one row, and collects what is wrong with them."""

    parser: RowParser
    row: Row
    faults: list[Fault] = field(default_factory=list)

    def attempt(self, part: Callable[["_RowReader"], T]) -> T | None:
        """Reads a part; None where it cannot be read."""
        try:
            return part(self)
        except RejectedError as error:
            fault = self.parser.fault(error.rejection)
            if fault not in self.faults:
                self.faults.append(fault)
            return None

    def cell(self, of: Field) -> Cell:
        """Returns what the row says of a field, in the letters with which it was written."""
        cell = self.parser.table.cell(self.row, of)
        return ungarbled(cell) if isinstance(cell, str) and of not in self.parser.conventions.kept else cell

    def text(self, of: Field) -> str:
        cell = self.cell(of)
        return "" if is_blank(cell) else text_of(cell)

    def read(self, of: Field, read: Callable[[Cell], T]) -> T:
        """Reads a cell. A rejection without a field gets this one."""
        try:
            return read(self.cell(of))
        except RejectedError as error:
            raise RejectedError(replace(error.rejection, field=error.rejection.field or of.value)) from None

    def read_stated(self, of: Field, read: Callable[[str], T]) -> T | None:
        """Reads the text of a cell that is not blank."""
        text = self.text(of)
        return self.read(of, lambda _: read(text)) if text else None

    def contact(self, of: Field, read: Callable[[str], str]) -> str | None:
        """Reads a way of contact. One that cannot be used refuses nobody: it is not kept, and `notes` tells so."""
        try:
            return self.read_stated(of, read)
        except RejectedError:
            return None

    def day(self, of: Field) -> date | None:
        if is_blank(self.cell(of)):
            return None
        column = self.parser.conventions.dates.get(of, DateColumn())
        window = window_of(of, self.parser.context.today)
        return self.read(of, lambda cell: column.read(cell, window))

    def birth_date(self) -> date | None:
        today = self.parser.context.today
        birth_date = self.day(Field.BIRTH_DATE)
        if rejection := birth_date_rejection(birth_date, today):
            raise RejectedError(rejection)
        return birth_date

    def enrolled_on(self) -> date | None:
        day = self.day(Field.ENROLLED_ON)
        if not is_plausible(day, self.parser.context.today):
            raise RejectedError(ENROLLED_ON_IMPLAUSIBLE)
        return day

    def cohort(self) -> UUID:
        declared = self.parser.context.declaration.cohort_id
        stated = self.text(Field.COHORT)
        named = self.parser.names.cohorts.get(normalized(stated), ()) if stated else ()
        if declared is not None:
            if stated and declared not in named:
                raise RejectedError(COHORT_CONTRADICTION)
            return declared
        if len(named) == 1:
            return named[0]
        raise RejectedError(COHORT_AMBIGUOUS if named else COHORT_UNKNOWN if stated else COHORT_MISSING)

    def document(self) -> Document:
        number = self.cell(Field.DOCUMENT)
        if is_blank(number):
            raise RejectedError(DOCUMENT_MISSING)
        has_lost_zeros = self.parser.conventions.has_lost_zeros
        kind, check = self.cell(Field.DOCUMENT_TYPE), self.cell(Field.DOCUMENT_CHECK)
        return read_document_cells(number, kind, check, has_lost_zeros=has_lost_zeros)

    def names(self) -> Names | None:
        """Reads family and given names, which can stand in one cell; None if each has told what is wrong with it."""
        if not has_separate_names(self.parser.table):
            return self.names_in_one_cell()
        parts = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME)
        *family, given = [self.attempt(lambda reader, of=of: reader.name(of)) for of in (*parts, Field.GIVEN_NAMES)]  # type: ignore[misc]
        return None if given is None or None in family else read_names(given, " ".join(filter(None, family)))

    def names_in_one_cell(self) -> Names:
        kind = self.read(Field.DOCUMENT_TYPE, lambda kind: read_kind(self.cell(Field.DOCUMENT), kind))
        is_peruvian = kind is DocumentType.DNI
        order = self.parser.conventions.name_order
        return split_names(self.name(Field.FULL_NAME), order, is_peruvian=is_peruvian)

    def name(self, of: Field) -> str:
        """Returns the text of a name, blank where a program wrote that there is none. Raises `RejectedError` if its
        letters were lost or garbled."""
        text = self.text(of)
        self.read(of, lambda _: require_whole(text))
        return "" if text == _NO_VALUE else text

    def district(self) -> str:
        """Returns the row's own district, otherwise the declared one."""
        cells = [self.cell(one) for one in (Field.DISTRICT_CODE, Field.DISTRICT, Field.PROVINCE, Field.DEPARTMENT)]
        code, district, province, department = cells
        if is_blank(code) and is_blank(district) and (declared := self.parser.context.declaration.district):
            return declared
        return read_district(code, self.parser.conventions.scheme, district, province, department)

    def organization_id(self) -> UUID | None:
        named = self.cell(Field.ORGANIZATION)
        if is_blank(named):
            return None
        registered = self.parser.names.organizations.get(normalized(text_of(named)))
        if registered is None and not is_organization_type(named):
            raise RejectedError(ORGANIZATION_UNKNOWN)
        return registered

    def organization_type(self) -> OrganizationType:
        """Reads the type of organization, which can also be written in the organization's own column."""
        stated = self.read(Field.ORGANIZATION_TYPE, read_organization_type)
        named = self.cell(Field.ORGANIZATION)
        is_unstated = stated is OrganizationType.NOT_STATED and is_organization_type(named)
        return read_organization_type(named) if is_unstated else stated

    def consents(self) -> tuple[Agreement, ...]:
        given_on = self.attempt(_RowReader.consent_date)
        agreed = [of for of in _PURPOSES if self.attempt(lambda reader, of=of: reader.agrees(of))]  # type: ignore[misc]
        if Field.CONSENT_GUARDIAN not in agreed and self.is_child_by_age():
            raise RejectedError(GUARDIAN_MISSING)
        return tuple(Agreement(_PURPOSES[of], CURRENT_TEXT, given_on) for of in agreed)

    def is_child_by_age(self) -> bool:
        """Tells whether the sheet says an age below that of one's own consent, where it says no birth date."""
        age = _AGE.match(self.text(Field.AGE))
        return age is not None and int(age[0]) < OWN_CONSENT_AGE and is_blank(self.cell(Field.BIRTH_DATE))

    def consent_date(self) -> date | None:
        day = self.day(Field.CONSENT_DATE)
        if not is_plausible(day, self.parser.context.today):
            raise RejectedError(GIVEN_ON_IMPLAUSIBLE)
        return day

    def agrees(self, of: Field) -> bool:
        """Tells whether the row has a consent; where it says nothing of that to the training, the declaration does."""
        if of is Field.CONSENT and is_blank(self.cell(of)):
            return self.parser.context.declaration.consent is True
        return self.read(of, read_yes_or_no)

    def sex(self) -> Sex:
        conventions = self.parser.conventions
        return self.read(Field.SEX, lambda cell: read_sex(cell, conventions.sex_letters, conventions.sex_codes))


_PARTS: Mapping[str, Callable[[_RowReader], object]] = {
    "cohort_id": _RowReader.cohort,
    "document": _RowReader.document,
    "names": _RowReader.names,
    "birth_date": _RowReader.birth_date,
    "sex": _RowReader.sex,
    "mother_tongue": lambda reader: reader.read(Field.MOTHER_TONGUE, read_mother_tongue),
    "ethnicity": lambda reader: reader.read(Field.ETHNICITY, read_ethnicity),
    "district": _RowReader.district,
    "organization_id": _RowReader.organization_id,
    "organization_type": _RowReader.organization_type,
    "phone": lambda reader: reader.contact(Field.PHONE, read_phone),
    "email": lambda reader: reader.contact(Field.EMAIL, read_email),
    "enrolled_on": _RowReader.enrolled_on,
    "consents": _RowReader.consents,
    "shown_to_organization": lambda reader: reader.agrees(Field.SHOWN_TO_ORGANIZATION),
}
"""How each part of an application is read."""


def window_of(field: Field, today: date) -> DateWindow:
    """Returns the days between which a date with a year of two digits lies."""
    return DateWindow(today - _MAXIMUM_AGE if field is Field.BIRTH_DATE else FIRST_DAY, today)


def name_index_of(cohorts: Iterable[tuple[str, UUID]], organizations: Iterable[tuple[str, UUID]]) -> NameIndex:
    """Indexes the names and ids."""
    by_name: dict[str, tuple[UUID, ...]] = {}
    for name, cohort_id in cohorts:
        by_name[normalized(name)] = (*by_name.get(normalized(name), ()), cohort_id)
    return NameIndex(by_name, {normalized(name): organization_id for name, organization_id in organizations})


def row_parser_for(part: Part, parts: Sequence[Part], names: NameIndex, context: SheetContext) -> RowParser:
    """Returns the parser of the rows of one of a file's tables."""
    return RowParser(part.table, names, context, conventions_of(part, parts, context.declaration))
