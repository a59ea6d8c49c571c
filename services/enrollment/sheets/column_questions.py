"""What columns leave open: the order of day and month or of names, and what the letter M means."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from services.enrollment.sheets.cells import Cell, Row, text_of
from services.enrollment.sheets.conventions import Conventions, cells_of, has_separate_names
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import DATES, Field, Table
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.sheets.values.answers import SexLetters, is_ambiguous_sex
from services.enrollment.sheets.values.dates import DateOrder
from services.enrollment.sheets.values.name_order import NameOrder, needs_order, proved_order, stated_order

IsOpen: TypeAlias = Callable[[Cell], bool]
"""Tells whether a cell cannot be read before the sender answers."""


def column_questions(parts: Sequence[Part], conventions: Sequence[Conventions]) -> list[Question]:
    """Returns the questions, each kind once: about its first column, with the rows of all that wait for the answer."""
    asked: dict[QuestionKind, Question] = {}
    for part, one in zip(parts, conventions, strict=True):
        for question in _asked(part, one):
            first = asked.get(question.kind)
            asked[question.kind] = replace(first, rows=first.rows + question.rows) if first else question
    return list(asked.values())


def fields_waiting(table: Table, conventions: Conventions, row: Row) -> set[Field]:
    """Returns the fields of a row that cannot be read before the sender answers a question about their columns."""
    return {field for field, is_open in _open_fields(table, conventions).items() if is_open(table.cell(row, field))}


def _open_fields(table: Table, conventions: Conventions) -> dict[Field, IsOpen]:
    found: dict[Field, IsOpen] = {field: column.needs_order for field, column in conventions.dates.items()}
    if conventions.sex_letters is None and "m" not in conventions.sex_codes:
        found[Field.SEX] = is_ambiguous_sex
    if conventions.name_order is None and not has_separate_names(table):
        found[Field.FULL_NAME] = lambda cell: needs_order(text_of(cell))
    return found


def _asked(part: Part, conventions: Conventions) -> Iterator[Question]:
    open_fields = _open_fields(part.table, conventions)
    for kind, fields in _FIELDS.items():
        asked = [field for field in fields if field in open_fields]
        waiting = [(row, of) for row in part.rows if (of := _waiting(part.table, row, asked, open_fields))]
        if waiting:
            yield replace(_question(part, conventions, kind, *waiting[0]), rows=len(waiting))


def _waiting(table: Table, row: Row, asked: Iterable[Field], open_fields: Mapping[Field, IsOpen]) -> Field | None:
    """Returns the first field of a row that waits for an answer."""
    return next((field for field in asked if open_fields[field](table.cell(row, field))), None)


def _question(part: Part, conventions: Conventions, kind: QuestionKind, row: Row, field: Field) -> Question:
    """Returns the question about the column of a row's field, or about the text above the table that says it."""
    columns, options, table = part.table.columns_of(field), tuple(map(str, _OPTIONS[kind])), part.table
    number, title = (columns[0].number, table.title(field)) if columns else (None, text_of(table.cell(row, field)))
    return Question(kind, number, title, options, _likely(part, conventions, field))


def _likely(part: Part, conventions: Conventions, field: Field) -> str | None:
    if field is Field.SEX:
        return None
    if field is not Field.FULL_NAME:
        return conventions.dates[field].order or DateOrder.DAY_FIRST
    names = list(map(text_of, cells_of([part], field)))
    return proved_order(names) or stated_order(part.table.title(field)) or NameOrder.FAMILY_FIRST


_FIELDS: Mapping[QuestionKind, Sequence[Field]] = {
    QuestionKind.DATE_ORDER: DATES,
    QuestionKind.SEX_LETTERS: (Field.SEX,),
    QuestionKind.NAME_ORDER: (Field.FULL_NAME,),
}
_OPTIONS: Mapping[QuestionKind, Iterable[str]] = {
    QuestionKind.DATE_ORDER: DateOrder,
    QuestionKind.SEX_LETTERS: SexLetters,
    QuestionKind.NAME_ORDER: NameOrder,
}
