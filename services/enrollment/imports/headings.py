"""Finding the line of headings, and what each column is about, however an office words it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from contracts.territory import Scheme
from services.enrollment.imports.cells import Cell, Row, is_blank, text_of
from services.enrollment.imports.faults import HEADING_TWICE, SCHEME_CONTRADICTION
from services.enrollment.imports.wordings import wordings
from services.enrollment.names import words
from services.enrollment.refusals import Unacceptable


class Field(StrEnum):
    """What a column may be about; named as the refusals of `enroll` name it."""

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
    ENROLLED_ON = "enrolled_on"
    COHORT = "cohort_id"


_IDLE_WORDS = frozenset(
    {"n", "no", "nro", "num", "numero", "de", "del", "la", "el", "los", "las", "y", "o", "u", "e", "en", "al"}
)
_REMARK = re.compile(r"\([^)]*\)")
_COHORT_STATED = re.compile(r"\bcohorte\s*:\s*(.+)", re.IGNORECASE)
_SCHEMES = {scheme.value: scheme for scheme in Scheme}
_SHARED = frozenset({Field.COHORT, Field.PROVINCE, Field.DEPARTMENT})
"""Columns that offices fill in beforehand, for rows that are still empty."""

_CODES = frozenset({"", "codigo", "cod"})
_LONGEST_TITLE = 200
_FIRST_LINES = 40
_FEWEST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Headings:
    """The line of headings and what the lines above it declare. `columns` counts from 0."""

    line: int
    titles: tuple[str, ...]
    columns: dict[Field, int]
    scheme: Scheme | None
    cohort: str | None

    def title(self, field: Field) -> str:
        """The heading of a field's column, as written."""
        return self.titles[self.columns[field]] if field in self.columns else ""

    def column_of(self, field: str) -> int | None:
        """The column that a refusal's field is about, or the nearest there is."""
        near = _NEAR.get(field, ())
        return next((self.columns[one] for one in (field, *near) if one in self.columns), None)  # type: ignore[index]

    def is_about_somebody(self, row: Row) -> bool:
        """Whether a row below is about a person: not empty, not numbered in advance, no total, no repeated headings."""
        own = [row.at(column) for field, column in self.columns.items() if field not in _SHARED]
        return not all(map(is_blank, own)) and not _is_total(row) and not self._repeated_in(row)

    def _repeated_in(self, row: Row) -> bool:
        return all(text_of(row.at(column)) == self.titles[column] for column in self.columns.values())


def find_headings(rows: Sequence[Row]) -> Headings | None:
    """The headings of a sheet: of its first lines the one that names most fields. Raises `Unacceptable`."""
    first = rows[:_FIRST_LINES]
    best = max(first, key=lambda row: len(_fields(row)), default=None)
    if best is None or len(_fields(best)) < _FEWEST_COLUMNS:
        return None
    above = [text_of(cell) for row in first if row.line < best.line for cell in row.cells if not is_blank(cell)]
    titles = tuple(text_of(cell) for cell in best.cells)
    return Headings(best.line, titles, _columns(best), _scheme(titles, above), _cohort(above))


def recognized(rows: Sequence[Row]) -> int:
    """How many fields the best of these lines names."""
    return max((len(_fields(row)) for row in rows[:_FIRST_LINES]), default=0)


def field_of(title: str) -> Field | None:
    """The field that a heading names, if it is one of the wordings known."""
    if len(title) > _LONGEST_TITLE:
        return None
    telling = " ".join(word for word in _telling(_REMARK.sub(" ", title)).split() if word not in _SCHEMES)
    if schemes_in(title) and telling in _CODES:
        return Field.DISTRICT_CODE
    return _known().get(telling)


def schemes_in(text: str) -> set[Scheme]:
    """The UBIGEO schemes a text names."""
    return {_SCHEMES[word] for word in words(text) if word in _SCHEMES}


@cache
def _known() -> dict[str, Field]:
    return {_telling(wording): Field(field) for wording, field in wordings("headings").items()}


def _telling(text: str) -> str:
    return " ".join(word for word in words(text) if word not in _IDLE_WORDS)


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
            raise Unacceptable(HEADING_TWICE)
        columns[field] = column
    return columns


def _scheme(titles: Sequence[str], above: Sequence[str]) -> Scheme | None:
    """The scheme that the code column's heading declares, or a line above which speaks of UBIGEO."""
    declared = {scheme for title in titles if field_of(title) is Field.DISTRICT_CODE for scheme in schemes_in(title)}
    declared = declared or {scheme for text in above if "ubigeo" in words(text) for scheme in schemes_in(text)}
    if len(declared) > 1:
        raise Unacceptable(SCHEME_CONTRADICTION)
    return next(iter(declared), None)


def _cohort(above: Sequence[str]) -> str | None:
    """The cohort that a line above declares: «Cohorte: …» in one cell, or «Cohorte:» and its name in the next."""
    for text, following in pairwise([*above, ""]):
        if found := _COHORT_STATED.search(text):
            return found[1]
        if text.rstrip(" :").casefold() == "cohorte":
            return following or None
    return None


def _is_total(row: Row) -> bool:
    stated = [cell for cell in row.cells if not is_blank(cell)][:2]
    return any(isinstance(cell, str) and words(cell)[:1] in (["total"], ["totales"], ["subtotal"]) for cell in stated)


_NEAR: dict[str, tuple[Field, ...]] = {
    "given_names": (Field.FULL_NAME,),
    "family_names": (Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME, Field.FULL_NAME),
    "district": (Field.DISTRICT_CODE, Field.PROVINCE),
    "document.type": (Field.DOCUMENT,),
    "document.check": (Field.DOCUMENT,),
}
