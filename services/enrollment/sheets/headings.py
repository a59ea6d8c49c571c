"""Finds the line of headings in a sheet and the field of each column, whatever wording the office uses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from chassis.runtime.rejections import RejectedError
from contracts.territory import Scheme
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.errors import HEADING_TWICE, SCHEME_CONTRADICTION
from services.enrollment.sheets.tables import Column, Field, Letterhead, Table
from services.enrollment.sheets.wordings import wordings

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


def find_table(rows: Sequence[Row]) -> Table | None:
    """Finds the one of the first lines that names most fields; None if all name too few. Raises `RejectedError`."""
    first = rows[:_SEARCHED_LINES]
    best = max(first, key=lambda row: len(_fields(row)), default=None)
    if best is None or len(_fields(best)) < _MINIMUM_COLUMNS:
        return None
    above = [text_of(cell) for row in first if row.line < best.line for cell in row.cells if not is_blank(cell)]
    columns = _columns(best)
    cohort = _cohort(above)
    texts = {} if cohort is None else {Field.COHORT: cohort}
    return Table(0, best.line, columns, Letterhead(texts, _scheme(columns, above)))


def describes_person(table: Table, row: Row) -> bool:
    """Tells whether a row is about a person, not empty, numbered in advance, a total or the headings repeated."""
    read = [column for column in table.columns if column.field]
    own = [row.at(column.number) for column in read if column.field not in _PREFILLED]
    is_repeated = all(text_of(row.at(column.number)) == column.title for column in read)
    return not all(map(is_blank, own)) and not _is_total(row) and not is_repeated


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


def _columns(row: Row) -> tuple[Column, ...]:
    named = dict(_named(row.cells))
    if len(set(named.values())) < len(named):
        raise RejectedError(HEADING_TWICE)
    return tuple(Column(number, text_of(cell), named.get(number)) for number, cell in enumerate(row.cells))


def _scheme(columns: Sequence[Column], above: Sequence[str]) -> Scheme | None:
    """Returns the scheme that the heading of the code column declares, or a line above that mentions UBIGEO."""
    titles = [column.title for column in columns if column.field is Field.DISTRICT_CODE]
    declared = {scheme for title in titles for scheme in schemes_in(title)}
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
