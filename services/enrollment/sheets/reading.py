"""What a sheet says under a declaration: the parsers of its tables, what it leaves open, and what is wrong with it as a
whole. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chassis.runtime.rejections import Rejection
from services.enrollment.sheets.cells import is_blank
from services.enrollment.sheets.column_questions import column_questions
from services.enrollment.sheets.conventions import cells_of, contradictions, has_separate_names
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.disputed_documents import disputed_documents
from services.enrollment.sheets.errors import (
    COLUMN_HIDDEN,
    COLUMN_UNKNOWN,
    COMPLETION_NOT_KEPT,
    CONTACT_NOT_ASKED,
    DATES_INCOMPLETE,
    DAY_NOT_STATED,
    DOCUMENT_COLUMN_MISSING,
    NAME_COLUMN_MISSING,
    NO_ROWS,
    PAST_CONSENTS_NOT_KEPT,
    PAST_DAY_NOT_STATED,
    SCHEME_CONTRADICTION,
)
from services.enrollment.sheets.layout.column_evidence import declared
from services.enrollment.sheets.layout.left_out import LeftOut, Reason
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import DATES, NAMES, Column, Field, Table
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.sheets.rows import Fault, NameIndex, RowParser, SheetContext, row_parsers_for
from services.enrollment.sheets.sheet import Sheet
from services.enrollment.sheets.values.dates import is_incomplete

_COMPLETION = (Field.COMPLETED, Field.COMPLETED_ON)


@dataclass(frozen=True, slots=True)
class Reading:
    """`parts` are the sheet's tables under the declaration, in its order, without the rows that it leaves out, and
    `parsers` theirs. `faults` are what no answer mends, and `notes` what is taken otherwise than it may seem.
    `left_out` are the lines that are not read as people, with the hidden rows that nobody wants."""

    parts: tuple[Part, ...]
    parsers: tuple[RowParser, ...]
    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def refusals(self) -> tuple[Fault, ...]:
        """Why no row can be taken as the sheet stands: its faults, and its questions that concern every row."""
        return self.faults + tuple(
            Fault(one.column, refusal, one.title) for one in self.questions if (refusal := one.refusal)
        )

    @property
    def unanswered(self) -> tuple[Fault, ...]:
        """Why no row is taken of a sheet whose questions nobody has seen: its faults, and all its questions."""
        return self.faults + tuple(Fault(one.column, one.unanswered, one.title) for one in self.questions)


def read(sheet: Sheet, declaration: Declaration, names: NameIndex, today: date) -> Reading:
    """Reads a sheet under a declaration."""
    context = SheetContext(declaration, today)
    parts = tuple(_declared(part, declaration) for part in sheet.parts)
    parsers = _parsers(parts, names, context)
    conventions = [parser.conventions for parser in parsers]
    of_parts = (one for part in parts for one in _faults(part, declaration))
    faults = {one.code: Fault(None, one) for one in (*of_parts, *contradictions(parts, conventions, declaration))}
    if not any(part.rows for part in parts):
        faults[NO_ROWS.code] = Fault(None, NO_ROWS)
    is_past = declaration.cohort_id in names.past
    questions = (
        *_questions(parts, declaration, is_past=is_past),
        *_columns_asked(parts),
        *column_questions(parts, conventions),
        *_hidden_rows_asked(sheet, declaration),
    )
    notes = {(one.code, one.field): Fault(None, one) for part in parts for one in _notes(part.table, is_past=is_past)}
    columns = (*_unknown_columns(sheet, declaration), *_incomplete_dates(parts))
    asked = tuple(one for one in questions if one.rows)
    left_out = (*sheet.left_out, *_hidden_rows(sheet, declaration))
    return Reading(parts, parsers, asked, (*faults.values(), *columns), tuple(notes.values()), left_out)


def _parsers(parts: Sequence[Part], names: NameIndex, context: SheetContext) -> tuple[RowParser, ...]:
    parsers = row_parsers_for(parts, names, context)
    disputed = disputed_documents(parts, parsers)
    return tuple(
        replace(parser, conventions=replace(parser.conventions, disputed_documents=disputed)) for parser in parsers
    )


def _declared(part: Part, declaration: Declaration) -> Part:
    """Returns the table with its columns as they were declared, and without hidden rows unless they are wanted."""
    rows = [row for row in part.rows if declaration.hidden_rows or not row.is_hidden]
    return Part(declared(part.table, rows, declaration.columns), rows)


def _hidden_rows(sheet: Sheet, declaration: Declaration) -> list[LeftOut]:
    rows = (row for part in sheet.parts for row in part.rows if row.is_hidden and not declaration.hidden_rows)
    return [LeftOut(row.tab, row.line, Reason.HIDDEN) for row in rows]


def _columns_asked(parts: Iterable[Part]) -> Iterator[Question]:
    """Yields a question for each heading that may mean a field, with the rows of all tables that have it."""
    asked: dict[str, Question] = {}
    for part in parts:
        for column in part.table.columns:
            if column.proposals:
                first = asked.get(column.title) or _about_column(column)
                asked[column.title] = replace(first, rows=first.rows + len(part.rows))
    yield from asked.values()


def _about_column(column: Column) -> Question:
    options = tuple(map(str, column.proposals))
    return Question(QuestionKind.COLUMN, column.number, column.title, options, options[0])


def _hidden_rows_asked(sheet: Sheet, declaration: Declaration) -> Iterator[Question]:
    hidden = sum(row.is_hidden for part in sheet.parts for row in part.rows)
    if hidden and declaration.hidden_rows is None:
        yield Question(QuestionKind.HIDDEN_ROWS, rows=hidden)


def _faults(part: Part, declaration: Declaration) -> Iterator[Rejection]:
    """Yields what is wrong with a table; a column that a question may settle is not missing until it is answered."""
    table = part.table
    asked = {field for column in table.columns for field in column.proposals}
    if not (table.has(Field.DOCUMENT) or Field.DOCUMENT in asked):
        yield DOCUMENT_COLUMN_MISSING
    if not (table.has(Field.FULL_NAME) or has_separate_names(table) or not asked.isdisjoint(NAMES)):
        yield NAME_COLUMN_MISSING
    declared = {table.letterhead.scheme, declaration.ubigeo_scheme} - {None}
    if len(declared) > 1:
        yield SCHEME_CONTRADICTION


def _unknown_columns(sheet: Sheet, declaration: Declaration) -> Iterator[Fault]:
    """Yields a fault for each declared heading that the sheet does not have."""
    known = set(sheet.headings)
    yield from (Fault(None, COLUMN_UNKNOWN, heading) for heading in declaration.columns if heading not in known)


def _incomplete_dates(parts: Iterable[Part]) -> Iterator[Fault]:
    """Yields a fault for each heading below which most rows have a year alone, and no row a day: it is told once."""
    told: dict[str, Fault] = {}
    for part in parts:
        for of in DATES:
            if _has_years_alone(part, of):
                title, column = part.table.title(of), part.table.column_of(of)
                told.setdefault(title, Fault(column, replace(DATES_INCOMPLETE, field=of), title))
    yield from told.values()


def _has_years_alone(part: Part, of: Field) -> bool:
    stated = [cell for cell in cells_of([part], of) if not is_blank(cell)]
    is_column = bool(part.table.columns_of(of)) and len(stated) > 1 and 2 * len(stated) > len(part.rows)
    return is_column and all(map(is_incomplete, stated))


def _notes(table: Table, *, is_past: bool) -> Iterator[Rejection]:
    """Yields what counts in place of a day that is not stated, what nobody saw, and what is read but not kept."""
    if not table.has(Field.ENROLLED_ON):
        yield PAST_DAY_NOT_STATED if is_past else DAY_NOT_STATED
    yield from (replace(COLUMN_HIDDEN, field=one.field) for one in table.columns if one.is_hidden and one.field)
    if is_past:
        yield PAST_CONSENTS_NOT_KEPT
        return
    yield from (replace(COMPLETION_NOT_KEPT, field=of) for of in _COMPLETION if table.has(of))
    if not table.has(Field.CONSENT_CONTACT):
        yield from (replace(CONTACT_NOT_ASKED, field=of) for of in (Field.PHONE, Field.EMAIL) if table.has(of))


def _questions(parts: Iterable[Part], declaration: Declaration, *, is_past: bool) -> tuple[Question, ...]:
    """Returns the questions, each once with the number of rows in the tables that leave it open."""
    rows: dict[QuestionKind, int] = {}
    for part in parts:
        for kind in _left_open(part.table, declaration, is_past=is_past):
            rows[kind] = rows.get(kind, 0) + _rows_waiting(part, kind)
    return tuple(Question(kind, rows=number) for kind, number in rows.items())


def _rows_waiting(part: Part, kind: QuestionKind) -> int:
    """Counts the rows that need an answer; whose codes they are matters only for rows with a code."""
    if kind is not QuestionKind.UBIGEO_SCHEME:
        return len(part.rows)
    return sum(not is_blank(part.table.cell(row, Field.DISTRICT_CODE)) for row in part.rows)


def _left_open(table: Table, declaration: Declaration, *, is_past: bool) -> Iterator[QuestionKind]:
    if table.has(Field.DISTRICT_CODE) and not (table.letterhead.scheme or declaration.ubigeo_scheme):
        yield QuestionKind.UBIGEO_SCHEME
    if not (table.has(Field.DISTRICT) or table.has(Field.DISTRICT_CODE) or declaration.district):
        yield QuestionKind.DISTRICT
    if not (table.has(Field.COHORT) or declaration.cohort_id):
        yield QuestionKind.COHORT
    if is_past and not any(map(table.has, _COMPLETION)) and declaration.completed is None:
        yield QuestionKind.COMPLETED
    if not (is_past or table.has(Field.CONSENT)) and declaration.consent is None:
        yield QuestionKind.CONSENT
