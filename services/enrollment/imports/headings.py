"""Finds the line of headings in a sheet and the field of each column, whatever wording the office uses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from chassis.runtime.rejections import RejectedError
from contracts.territory import Scheme
from services.enrollment.identity.names import tokens
from services.enrollment.imports.cells import Cell, Row, is_blank, text_of
from services.enrollment.imports.errors import HEADING_TWICE, SCHEME_CONTRADICTION
from services.enrollment.imports.wordings import wordings


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


_IGNORED_TOKENS = frozenset(
    {"n", "no", "nro", "num", "numero", "de", "del", "la", "el", "los", "las", "y", "o", "u", "e", "en", "al"}
)
_REMARK = re.compile(r"\([^)]*\)")
_COHORT_STATED = re.compile(r"\bcohorte\s*:\s*(.+)", re.IGNORECASE)
_SCHEMES = {scheme.value: scheme for scheme in Scheme}
_PREFILLED = frozenset({Field.COHORT, Field.PROVINCE, Field.DEPARTMENT})
"""Columns that offices fill in beforehand, also for rows that are still empty."""

_CODE_HEADINGS = frozenset({"", "codigo", "cod"})
_MAXIMUM_TITLE_CHARACTERS = 200
_SEARCHED_LINES = 40
_MINIMUM_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Headings:
    """The line of headings, with the cohort and scheme that lines above it declare. `columns` are counted from 0."""

    line: int
    titles: tuple[str, ...]
    columns: dict[Field, int]
    scheme: Scheme | None
    cohort: str | None

    def title(self, field: Field) -> str:
        """Returns the heading of a field's column as it is written; empty without such a column."""
        return self.titles[self.columns[field]] if field in self.columns else ""

    def column_of(self, field: str) -> int | None:
        """Returns the column of a rejection's field, or of a related field; None if the sheet has neither."""
        related = _RELATED_FIELDS.get(field, ())
        return next((self.columns[one] for one in (field, *related) if one in self.columns), None)  # type: ignore[index]

    def describes_person(self, row: Row) -> bool:
        """Tells whether a row is about a person, not empty, numbered in advance, a total or the headings repeated."""
        own = [row.at(column) for field, column in self.columns.items() if field not in _PREFILLED]
        return not all(map(is_blank, own)) and not _is_total(row) and not self._repeated_in(row)

    def _repeated_in(self, row: Row) -> bool:
        return all(text_of(row.at(column)) == self.titles[column] for column in self.columns.values())


def find_headings(rows: Sequence[Row]) -> Headings | None:
    """Finds the one of the first lines that names most fields; None if all name too few. Raises `RejectedError`."""
    first = rows[:_SEARCHED_LINES]
    best = max(first, key=lambda row: len(_fields(row)), default=None)
    if best is None or len(_fields(best)) < _MINIMUM_COLUMNS:
        return None
    above = [text_of(cell) for row in first if row.line < best.line for cell in row.cells if not is_blank(cell)]
    titles = tuple(text_of(cell) for cell in best.cells)
    return Headings(best.line, titles, _columns(best), _scheme(titles, above), _cohort(above))


def count_known_headings(rows: Sequence[Row]) -> int:
    """Counts the fields that the best of these lines names."""
    return max((len(_fields(row)) for row in rows[:_SEARCHED_LINES]), default=0)


def field_of(title: str) -> Field | None:
    """Returns the field that a heading names, if its wording is known."""
    if len(title) > _MAXIMUM_TITLE_CHARACTERS:
        return None
    significant = " ".join(word for word in _significant(_REMARK.sub(" ", title)).split() if word not in _SCHEMES)
    if schemes_in(title) and significant in _CODE_HEADINGS:
        return Field.DISTRICT_CODE
    return _fields_by_wording().get(significant)


def schemes_in(text: str) -> set[Scheme]:
    """Returns the UBIGEO schemes that a text names."""
    return {_SCHEMES[word] for word in tokens(text) if word in _SCHEMES}


@cache
def _fields_by_wording() -> dict[str, Field]:
    return {_significant(wording): Field(field) for wording, field in wordings("headings").items()}


def _significant(text: str) -> str:
    return " ".join(word for word in tokens(text) if word not in _IGNORED_TOKENS)


def _fields(row: Row) -> set[Field]:
    return {field for _, field in _named(row.cells)}


def _named(cells: Iterable[Cell]) -> Iterator[tuple[int, Field]]:
    for column, cell in enumerate(cells):
        if isinstance(cell, str) and (field := field_of(cell)):
            yield column, field


def _columns(row: Row) -> dict[Field, int]:
    columns: dict[Field, int] = {}
    for column, field in _named(row.cells):
        if field in columns:
            raise RejectedError(HEADING_TWICE)
        columns[field] = column
    return columns


def _scheme(titles: Sequence[str], above: Sequence[str]) -> Scheme | None:
    """Returns the scheme that the heading of the code column declares, or a line above that mentions UBIGEO."""
    declared = {scheme for title in titles if field_of(title) is Field.DISTRICT_CODE for scheme in schemes_in(title)}
    declared = declared or {scheme for text in above if "ubigeo" in tokens(text) for scheme in schemes_in(text)}
    if len(declared) > 1:
        raise RejectedError(SCHEME_CONTRADICTION)
    return next(iter(declared), None)


def _cohort(above: Sequence[str]) -> str | None:
    """Returns the cohort that a line above declares: «Cohorte: …», or «Cohorte:» with the name in the next cell."""
    for text, following in pairwise([*above, ""]):
        if found := _COHORT_STATED.search(text):
            return found[1]
        if text.rstrip(" :").casefold() == "cohorte":
            return following or None
    return None


def _is_total(row: Row) -> bool:
    stated = [cell for cell in row.cells if not is_blank(cell)][:2]
    return any(isinstance(cell, str) and tokens(cell)[:1] in (["total"], ["totales"], ["subtotal"]) for cell in stated)


_RELATED_FIELDS: dict[str, tuple[Field, ...]] = {
    "given_names": (Field.FULL_NAME,),
    "family_names": (Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME, Field.FULL_NAME),
    "district": (Field.DISTRICT_CODE, Field.PROVINCE),
    "document.type": (Field.DOCUMENT,),
    "document.check": (Field.DOCUMENT,),
}
