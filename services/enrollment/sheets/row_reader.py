"""Reads each part of an application for a seat from the cells of a row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from chassis.runtime.rejections import RejectedError
from contracts.enrollment import Purpose
from contracts.event import OrganizationType, Sex
from services.enrollment.consent.domain import GUARDIAN_MISSING, OWN_CONSENT_AGE, Agreement, missing_among
from services.enrollment.enrollments.dates import age_on, birth_date_rejection, is_plausible
from services.enrollment.enrollments.domain import ENROLLED_ON_IMPLAUSIBLE, GIVEN_ON_IMPLAUSIBLE
from services.enrollment.enrollments.stated import ListedTraining
from services.enrollment.identity.contact import read_email, read_phone
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names, is_name, read_names, tokens
from services.enrollment.sheets.cells import is_blank, text_of
from services.enrollment.sheets.consent_refusals import refusing_column
from services.enrollment.sheets.conventions import has_separate_names
from services.enrollment.sheets.errors import (
    CELLS_CONTRADICT,
    COHORT_AMBIGUOUS,
    COHORT_CONTRADICTION,
    COHORT_MISSING,
    COHORT_UNKNOWN,
    COMPLETION_UNDECLARED,
    CONSENT_REFUSED,
    DOCUMENT_MISSING,
    NAMES_EXCHANGED,
    NAMES_REPEATED,
    ORGANIZATION_UNKNOWN,
    PERSON_LEFT,
    SEVERAL_PEOPLE,
)
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.row_cells import RowCells
from services.enrollment.sheets.row_context import Fault, NameIndex
from services.enrollment.sheets.values.answers import (
    is_organization_type,
    read_ethnicity,
    read_mother_tongue,
    read_organization_type,
    read_sex,
    read_yes_or_no,
)
from services.enrollment.sheets.values.districts import read_district
from services.enrollment.sheets.values.document_cells import (
    is_restored,
    may_lack_zeros,
    read_document_cells,
    read_kind,
)
from services.enrollment.sheets.values.name_cells import stated_name
from services.enrollment.sheets.values.name_order import (
    are_exchanged,
    are_of_one_person,
    are_of_several,
    are_repeated,
    split_names,
)
from services.enrollment.sheets.wordings import normalized

T = TypeVar("T")

_OLDER_THAN_SAID = 2
"""Years that people can have grown older since a sheet was made."""

_AGE = re.compile(r"\d{1,3}(?!\d)", re.ASCII)
_MAXIMUM_AGE = timedelta(days=110 * 365)
_PURPOSES = {
    Field.CONSENT: Purpose.TRAINING,
    Field.CONSENT_IMAGE: Purpose.IMAGE,
    Field.CONSENT_CONTACT: Purpose.CONTACT,
    Field.CONSENT_GUARDIAN: Purpose.GUARDIAN,
}


@dataclass(slots=True)
class RowReader(RowCells):
    """Reads the parts of one row; `known` are the cohorts and organizations that it can name."""

    known: NameIndex = field(kw_only=True)

    def birth_date(self) -> date | None:
        today = self.context.today
        birth_date = self.day(Field.BIRTH_DATE)
        if birth_date and self.is_of_another_age(birth_date):
            raise RejectedError(replace(CELLS_CONTRADICT, field=Field.BIRTH_DATE))
        if rejection := birth_date_rejection(birth_date, today):
            raise RejectedError(rejection)
        return birth_date

    def enrolled_on(self) -> date | None:
        day = self.day(Field.ENROLLED_ON)
        if not is_plausible(day, self.context.today):
            raise RejectedError(ENROLLED_ON_IMPLAUSIBLE)
        return day

    def cohort(self) -> UUID:
        declared = self.context.declaration.cohort_id
        stated = self.text(Field.COHORT)
        named = self.known.cohorts.get(normalized(stated), ()) if stated else ()
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
        kind, check = self.cell(Field.DOCUMENT_TYPE), self.cell(Field.DOCUMENT_CHECK)
        return read_document_cells(number, kind, check, self.conventions.lost_zeros)

    def has_restored_zero(self) -> bool:
        """Tells whether the document has a zero that its cell lacks, which nothing but the column speaks for."""
        number = self.cell(Field.DOCUMENT)
        may_lack = may_lack_zeros(number, self.cell(Field.DOCUMENT_TYPE))
        if not may_lack or not is_blank(self.cell(Field.DOCUMENT_CHECK)):
            return False
        document = self.attempt(RowReader.document)
        return document is not None and is_restored(number, document)

    def names(self) -> Names | None:
        """Reads the names of one person; None if each has told what is wrong with it."""
        names = self.separate_names()
        if names and are_of_several(names.given):
            raise RejectedError(SEVERAL_PEOPLE)
        return names

    def separate_names(self) -> Names | None:
        """Reads family and given names, which can stand in one cell; None if each has told what is wrong with it."""
        parts = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME, Field.GIVEN_NAMES)
        if not has_separate_names(self.table) or not any(map(self.text, parts)):
            return self.names_in_one_cell()
        *family, given = [self.attempt(lambda reader, of=of: reader.name(of)) for of in parts]  # type: ignore[misc]
        if None in family or given is None:
            return None
        joined = " ".join(filter(None, family))
        if are_exchanged(given, joined) or (self.conventions.names_exchanged and not are_exchanged(joined, given)):
            raise RejectedError(NAMES_EXCHANGED)
        if are_repeated(given, joined):
            raise RejectedError(NAMES_REPEATED)
        if not are_of_one_person(given, joined, self.name(Field.FULL_NAME)):
            raise RejectedError(replace(CELLS_CONTRADICT, field=Field.FULL_NAME))
        try:
            return read_names(given, joined)
        except RejectedError as error:
            raise RejectedError(replace(error.rejection, field=self.blamed(error.rejection.field))) from None

    def blamed(self, field: str | None) -> str | None:
        """Returns the field of the family name that is no name alone either, where several cells have one each."""
        if field != Field.FAMILY_NAMES:
            return field
        fields = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME)
        return next((of for of in fields if (name := self.name(of)) and not is_name(name)), Field.FAMILY_NAMES)

    def names_in_one_cell(self) -> Names:
        kind = self.read(Field.DOCUMENT_TYPE, lambda kind: read_kind(self.cell(Field.DOCUMENT), kind))
        is_peruvian = kind is DocumentType.DNI
        is_woman = self.attempt(RowReader.sex) is Sex.FEMALE
        order = self.conventions.name_order
        may_be_exchanged = self.conventions.names_exchanged
        return split_names(
            self.name(Field.FULL_NAME),
            order,
            is_peruvian=is_peruvian,
            is_woman=is_woman,
            may_be_exchanged=may_be_exchanged,
        )

    def name(self, of: Field) -> str:
        """Returns a name as its cell states it, blank where there is none. Raises `RejectedError`."""
        text = self.text(of)
        return self.read(of, lambda _: stated_name(text))

    def district(self) -> str:
        """Returns the row's own district, otherwise the declared one."""
        cells = [self.cell(one) for one in (Field.DISTRICT_CODE, Field.DISTRICT, Field.PROVINCE, Field.DEPARTMENT)]
        code, district, province, department = cells
        if is_blank(code) and is_blank(district) and (declared := self.context.declaration.district):
            return declared
        return read_district(code, self.conventions.scheme, district, province, department)

    def organization_id(self) -> UUID | None:
        named = self.cell(Field.ORGANIZATION)
        if is_blank(named):
            return None
        registered = self.known.organizations.get(normalized(text_of(named)))
        if registered is None and not is_organization_type(named):
            raise RejectedError(ORGANIZATION_UNKNOWN)
        return registered

    def organization_type(self) -> OrganizationType:
        """Reads the type of organization, which can also be written in the organization's own column."""
        stated = self.read(Field.ORGANIZATION_TYPE, read_organization_type)
        named = self.cell(Field.ORGANIZATION)
        is_unstated = stated is OrganizationType.NOT_STATED and is_organization_type(named)
        return read_organization_type(named) if is_unstated else stated

    def has_two_organization_types(self) -> bool:
        """Tells whether the organization's own column has another type than the column of types, which counts."""
        named = self.cell(Field.ORGANIZATION)
        if not is_organization_type(named) or normalized(text_of(named)) in self.known.organizations:
            return False
        return read_organization_type(named) is not self.attempt(RowReader.organization_type)

    def is_of_past_cohort(self) -> bool:
        """Tells whether a list states that the row's person was trained before."""
        return bool(self.known.past) and self.attempt(RowReader.cohort) in self.known.past

    def listed(self) -> ListedTraining | None:
        """Reads what the list of a past cohort says; None for an application."""
        if not self.is_of_past_cohort():
            return None
        day = self.attempt(lambda reader: reader.day(Field.COMPLETED_ON))
        return ListedTraining(self.has_completed(day), day, self.row.tab + 1, self.row.line)

    def has_completed(self, day: date | None) -> bool:
        """Tells whether the row says that somebody completed, by a yes or a day; where no column does, the declaration
        counts."""
        if self.table.has(Field.COMPLETED):
            return self.read(Field.COMPLETED, read_yes_or_no)
        if self.table.has(Field.COMPLETED_ON):
            return day is not None
        if self.context.declaration.completed is None:
            raise RejectedError(COMPLETION_UNDECLARED)
        return self.context.declaration.completed

    def consents(self) -> tuple[Agreement, ...]:
        if self.is_of_past_cohort():
            self.refuses_consent()
            return ()
        given_on = self.attempt(RowReader.consent_date)
        agreed = [of for of in _PURPOSES if self.attempt(lambda reader, of=of: reader.agrees(of))]  # type: ignore[misc]
        if Field.CONSENT_GUARDIAN not in agreed and self.is_child_by_age():
            raise RejectedError(GUARDIAN_MISSING)
        return tuple(Agreement(_PURPOSES[of], given_on=given_on) for of in agreed)

    def require_consents(self) -> None:
        """Raises `RejectedError` if the row alone gives no seat for its consents, where they could be read.

        Somebody who agreed before may have one: so it is told only of a row that is refused anyway.
        """
        if self.is_of_past_cohort() or any(
            (one.rejection.field or "").startswith(Field.CONSENT) for one in self.faults
        ):
            return
        day = self.attempt(RowReader.enrolled_on) or self.context.today
        age = age_on(day, self.attempt(RowReader.birth_date))
        if rejection := missing_among({one.purpose for one in self.consents()}, age):
            raise RejectedError(rejection)

    def is_of_another_age(self, birth_date: date) -> bool:
        """Tells whether the sheet says another age than that of the birth date, by more than an old sheet explains."""
        day = self.attempt(RowReader.enrolled_on) or self.context.today
        said, age = _AGE.match(self.text(Field.AGE)), age_on(day, birth_date)
        return said is not None and age is not None and abs(int(said[0]) - age) > _OLDER_THAN_SAID

    def is_child_by_age(self) -> bool:
        """Tells whether the sheet says an age below that of one's own consent, where it says no birth date."""
        if not is_blank(self.cell(Field.BIRTH_DATE)):
            return False
        said, age = self.text(Field.AGE), _AGE.match(self.text(Field.AGE))
        return "menor" in tokens(said) if age is None else int(age[0]) < OWN_CONSENT_AGE

    def consent_date(self) -> date | None:
        day = self.day(Field.CONSENT_DATE)
        if not is_plausible(day, self.context.today):
            raise RejectedError(GIVEN_ON_IMPLAUSIBLE)
        return day

    def agrees(self, of: Field) -> bool:
        """Tells whether the row has a consent; where it says nothing of that to the training, the declaration does."""
        if of is not Field.CONSENT:
            return self.read(of, read_yes_or_no)
        return (self.is_declared_to_agree() or self.read(of, read_yes_or_no)) and not self.refuses_consent()

    def is_declared_to_agree(self) -> bool:
        """Tells whether the declaration counts for the row: its cells are empty, and have not even a dash."""
        own = (self.row.at(column.number) for column in self.table.columns_of(Field.CONSENT))
        is_unsaid = is_blank(self.cell(Field.CONSENT)) and all(cell == "" for cell in own)
        return is_unsaid and self.context.declaration.consent is True

    def refuses_consent(self) -> bool:
        """Tells whether a cell of any other column refuses the consent, or the person left: a fault of the row."""
        if self.table.has_left(self.row):
            raise RejectedError(PERSON_LEFT)
        column = refusing_column(self.table, self.row)
        if column:
            self.faults.append(Fault(column.number, CONSENT_REFUSED))
        return column is not None

    def sex(self) -> Sex:
        conventions = self.conventions
        return self.read(Field.SEX, lambda cell: read_sex(cell, conventions.sex_letters, conventions.sex_codes))


PARTS: Mapping[str, Callable[[RowReader], object]] = {
    "cohort_id": RowReader.cohort,
    "document": RowReader.document,
    "names": RowReader.names,
    "birth_date": RowReader.birth_date,
    "sex": RowReader.sex,
    "mother_tongue": lambda reader: reader.read(Field.MOTHER_TONGUE, read_mother_tongue),
    "ethnicity": lambda reader: reader.read(Field.ETHNICITY, read_ethnicity),
    "district": RowReader.district,
    "organization_id": RowReader.organization_id,
    "organization_type": RowReader.organization_type,
    "phone": lambda reader: reader.contact(Field.PHONE, read_phone),
    "email": lambda reader: reader.contact(Field.EMAIL, read_email),
    "enrolled_on": RowReader.enrolled_on,
    "consents": RowReader.consents,
    "shown_to_organization": lambda reader: (
        reader.agrees(Field.SHOWN_TO_ORGANIZATION) and not reader.is_of_past_cohort()
    ),
    "listed": RowReader.listed,
}
"""How each part of an application is read."""
