"""A table of people in a sheet: its columns as they were understood, and what the lines above it say."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.territory import Scheme
from services.enrollment.sheets.cells import Cell, Row, is_blank


class Field(StrEnum):
    """The fields that a column can have, named like the fields of rejections."""

    DOCUMENT = "document.number"
    DOCUMENT_TYPE = "document.type"
    DOCUMENT_CHECK = "document.check"
    FULL_NAME = "names"
    GIVEN_NAMES = "given_names"
    FAMILY_NAMES = "family_names"
    FIRST_FAMILY_NAME = "family_names.first"
    SECOND_FAMILY_NAME = "family_names.second"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    MOTHER_TONGUE = "mother_tongue"
    ETHNICITY = "ethnicity"
    ORGANIZATION = "organization_id"
    ORGANIZATION_TYPE = "organization_type"
    DISTRICT_CODE = "district.code"
    DISTRICT = "district"
    PROVINCE = "district.province"
    DEPARTMENT = "district.department"
    PHONE = "phone"
    EMAIL = "email"
    CONSENT = "consents"
    CONSENT_DATE = "consents.given_on"
    CONSENT_IMAGE = "consents.image"
    CONSENT_CONTACT = "consents.contact"
    CONSENT_GUARDIAN = "consents.guardian"
    SHOWN_TO_ORGANIZATION = "shown_to_organization"
    ENROLLED_ON = "enrolled_on"
    COHORT = "cohort_id"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, counted from 0, with its heading as it is written. `field` is None where it is not read.

    `meaning` is what a tick in it says, such as «M» below «SEXO»; `proposals` are fields that an unknown heading may
    mean.
    """

    number: int
    title: str
    field: Field | None
    meaning: str = ""
    proposals: tuple[Field, ...] = ()


class Reason(StrEnum):
    """Why a line of the file was not read as a person."""

    TOTAL = "total"
    NOTE = "note"
    SIGNATURE = "signature"
    GROUP = "group"
    REPEATED_HEADINGS = "repeated_headings"
    HIDDEN = "hidden"
    NO_PEOPLE = "no_people"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is not about a person. `line` is 0 where a whole tab has no table of people."""

    tab: int
    line: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the lines above a table say about all its rows: texts as they are written, and the scheme of its codes."""

    texts: Mapping[Field, str]
    scheme: Scheme | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file's tab `tab`, counted from 0. `line` is the last line of its headings, counted from 1."""

    tab: int
    line: int
    columns: tuple[Column, ...]
    letterhead: Letterhead

    def has(self, field: Field) -> bool:
        """Tells whether rows can have this field: it has a column, or the letterhead says it."""
        return field in self.letterhead.texts or bool(self.columns_of(field))

    def columns_of(self, field: Field) -> list[Column]:
        """Returns the columns that say this field."""
        return [column for column in self.columns if column.field is field]

    def title(self, field: Field) -> str:
        """Returns the heading of the field as it is written; empty without a column."""
        return " ".join(column.title for column in self.columns_of(field))

    def cell(self, row: Row, field: Field) -> Cell:
        """Returns what a row says of the field, otherwise what the letterhead says of it."""
        said = (row.at(column.number) for column in self.columns_of(field))
        return next((cell for cell in said if not is_blank(cell)), self.letterhead.texts.get(field, ""))

    def column_of(self, field: str) -> int | None:
        """Returns the column of a rejection's field, or of a related field; None if the table has neither."""
        named = {str(column.field): column.number for column in reversed(self.columns) if column.field}
        return next((named[one] for one in (field, *_RELATED_FIELDS.get(field, ())) if one in named), None)


_RELATED_FIELDS: dict[str, tuple[Field, ...]] = {
    "given_names": (Field.FULL_NAME,),
    "family_names": (Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME, Field.FULL_NAME),
    "district": (Field.DISTRICT_CODE, Field.PROVINCE),
    "document.type": (Field.DOCUMENT,),
    "document.check": (Field.DOCUMENT,),
}
