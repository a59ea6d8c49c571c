"""A table of people in a sheet: its columns as they were understood, and what the lines above it say."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from contracts.event import Sex
from contracts.territory import Scheme
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.layout.divided_cells import counted_from_1900, date_of_parts, full_name, ticked_answers
from services.enrollment.sheets.wordings import normalized


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
    AGE = "age"
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
    COMPLETED = "completed"
    COMPLETED_ON = "completed_on"
    COHORT = "cohort_id"


DATES = (Field.BIRTH_DATE, Field.ENROLLED_ON, Field.COMPLETED_ON, Field.CONSENT_DATE)
NAMES = (
    Field.FULL_NAME,
    Field.GIVEN_NAMES,
    Field.FAMILY_NAMES,
    Field.FIRST_FAMILY_NAME,
    Field.SECOND_FAMILY_NAME,
)


CONSENTS = frozenset(
    {
        Field.CONSENT,
        Field.CONSENT_IMAGE,
        Field.CONSENT_CONTACT,
        Field.CONSENT_GUARDIAN,
        Field.SHOWN_TO_ORGANIZATION,
    }
)


YES_OR_NO = CONSENTS | {Field.COMPLETED}
"""Fields that are answered by a yes or a no, or by a tick."""


ALTERNATIVES = frozenset({Field.PHONE, Field.EMAIL})
"""Fields whose further columns have another value of the same person."""


_ORDINALS = frozenset("primer segundo tercer 1er 2do 3er 1 2 3".split())


class DatePart(StrEnum):
    """The part of a date that has a column of its own."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, counted from 0, with its heading as it is written. `field` is None where it is not read.

    `meaning` is what a tick in it says, such as «M» below «SEXO»; `proposals` are fields that an unknown heading may
    mean. `is_hidden` tells that nobody who opens the file sees it.
    """

    number: int
    title: str
    field: Field | None
    meaning: str = ""
    proposals: tuple[Field, ...] = ()
    part: DatePart | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What other lines say about all rows of a table: texts as they are written, the scheme of its codes of districts,
    and what codes of sexes mean."""

    texts: Mapping[Field, str]
    scheme: Scheme | None
    sex_codes: Mapping[str, Sex] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """What is said from a line between the rows on, instead of what the letterhead says."""

    line: int
    texts: Mapping[Field, str]


@dataclass(frozen=True)
class Table:
    """A table of the file's tab `tab`, counted from 0. `line` is the last line of its headings, counted from 1.

    `counts_from_1904` tells that its numbers count days from then. From the line `left_from` on, its people are those
    who left, or who lead the training, as a line between them or the name of the tab says.
    """

    tab: int
    line: int
    columns: tuple[Column, ...]
    letterhead: Letterhead
    groups: tuple[Group, ...] = ()
    counts_from_1904: bool = False
    left_from: int | None = None

    def has(self, field: Field) -> bool:
        """Tells whether rows can have this field: it has a column, or a line above them says it."""
        said = (self.letterhead.texts, *(group.texts for group in self.groups))
        return field in self._by_field or any(field in texts for texts in said)

    def columns_of(self, field: Field) -> Sequence[Column]:
        """Returns the columns that say this field."""
        return self._by_field.get(field, ())

    def title(self, field: Field) -> str:
        """Returns the heading of the field as it is written; empty without a column."""
        return " ".join(column.title for column in self.columns_of(field))

    def cell(self, row: Row, field: Field) -> Cell:
        """Returns what a row says of the field in whatever columns, otherwise what the lines above it say."""
        columns = self._by_field.get(field)
        if columns is None:
            return self._said_above(row, field)
        cell = row.at(columns[0].number) if len(columns) == 1 and not columns[0].meaning else _said(columns, row)
        if self.counts_from_1904 and field in DATES:
            cell = counted_from_1900(cell)
        return self._said_above(row, field) if is_blank(cell) else cell

    def has_left(self, row: Row) -> bool:
        """Tells whether a row is among those of the people who left."""
        return self.left_from is not None and row.line > self.left_from

    def column_of(self, field: str) -> int | None:
        """Returns the column of a rejection's field, or of a related field; None if the table has neither."""
        named = {str(column.field): column.number for column in reversed(self.columns) if column.field}
        return next((named[one] for one in (field, *_RELATED_FIELDS.get(field, ())) if one in named), None)

    def contradictions(self, row: Row) -> Iterator[Column]:
        """Yields the first column of each field of which several say different things in a row."""
        return (columns[0] for columns in self._repeated if contradict(columns, row))

    @cached_property
    def _repeated(self) -> list[Sequence[Column]]:
        return list(repeated(self.columns))

    @cached_property
    def _by_field(self) -> dict[Field, list[Column]]:
        found: dict[Field, list[Column]] = {}
        for column in self.columns:
            if column.field:
                found.setdefault(column.field, []).append(column)
        return found

    def _said_above(self, row: Row, field: Field) -> str:
        place = bisect_left(self.groups, row.line, key=lambda group: group.line)
        texts = self.groups[place - 1].texts if place else self.letterhead.texts
        return texts.get(field, "")


def repeated(columns: Iterable[Column]) -> Iterator[Sequence[Column]]:
    """Yields the columns of each field that has several, all of which must say the same of a person."""
    plain: dict[Field, list[Column]] = {}
    for column in columns:
        if column.field and column.field not in ALTERNATIVES and not (column.meaning or column.part):
            plain.setdefault(column.field, []).append(column)
    return (same for field, same in plain.items() if len(same) > 1 and not _is_divided(field, same))


def contradict(columns: Iterable[Column], row: Row) -> bool:
    """Tells whether columns say different things in a row."""
    said = {normalized(text_of(cell)) for column in columns if not is_blank(cell := row.at(column.number))}
    return len(said) > 1


def _is_divided(field: Field, columns: Sequence[Column]) -> bool:
    """Tells whether names are written in several cells: neighbors share one heading, or each is for one given name."""
    if field is Field.GIVEN_NAMES:
        return all(not _ORDINALS.isdisjoint(tokens(column.title)) for column in columns)
    numbers = [column.number for column in columns]
    are_neighbors = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return field is Field.FULL_NAME and are_neighbors and len({column.title for column in columns}) == 1


def _said(columns: Sequence[Column], row: Row) -> Cell:
    """Returns what several columns of one field, or a column of ticks, say of it together."""
    cells = [row.at(column.number) for column in columns]
    if any(column.meaning for column in columns):
        ticked = ticked_answers((column.meaning for column in columns), cells)
        is_no = not ticked and len(cells) == 1 and columns[0].field in YES_OR_NO
        return cells[0] if is_no else ticked
    if any(column.part for column in columns):
        parts = {column.part: text_of(cell) for column, cell in zip(columns, cells, strict=True)}
        return date_of_parts(*(parts.get(part, "") for part in DatePart))
    stated = [cell for cell in cells if not is_blank(cell)]
    if columns[0].field is Field.GIVEN_NAMES and _is_divided(Field.GIVEN_NAMES, columns):
        return " ".join(map(text_of, stated))
    if columns[0].field is Field.FULL_NAME and len(stated) > 1:
        return full_name(columns[0].title, list(dict.fromkeys(map(text_of, stated))))
    return stated[0] if stated else ""


_RELATED_FIELDS: dict[str, tuple[Field, ...]] = {
    "given_names": (Field.FULL_NAME,),
    "family_names": (Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME, Field.FULL_NAME),
    "district": (Field.DISTRICT_CODE, Field.PROVINCE),
    "document.type": (Field.DOCUMENT,),
    "document.check": (Field.DOCUMENT,),
}
