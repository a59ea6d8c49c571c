"""What a sheet says under a declaration: the parsers of its tables, what it leaves open, and what is wrong with it as a
whole. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from chassis.runtime.rejections import Rejection
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.errors import (
    DOCUMENT_COLUMN_MISSING,
    NAME_COLUMN_MISSING,
    NO_ROWS,
    SCHEME_CONTRADICTION,
)
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.sheets.rows import Fault, NameIndex, RowParser, SheetContext, row_parser_for
from services.enrollment.sheets.sheet import Part, Sheet
from services.enrollment.sheets.tables import Field, Table

_FAMILY_NAMES = (Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME)


@dataclass(frozen=True, slots=True)
class Reading:
    """`parsers` are those of the sheet's tables, in its order. `faults` are what no answer mends."""

    parsers: tuple[RowParser, ...]
    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]

    @property
    def refusals(self) -> tuple[Fault, ...]:
        """Why no row can be taken as the sheet stands: its faults, and its questions that concern every row."""
        open_questions = [(one.column, one.refusal) for one in self.questions]
        return self.faults + tuple(Fault(column, refusal) for column, refusal in open_questions if refusal)


def read(sheet: Sheet, declaration: Declaration, names: NameIndex, today: date) -> Reading:
    """Reads a sheet under a declaration."""
    context = SheetContext(declaration, today)
    parsers = tuple(row_parser_for(part, names, context) for part in sheet.parts)
    faults = {one.code: Fault(None, one) for part in sheet.parts for one in _faults(part, declaration)}
    if not any(part.rows for part in sheet.parts):
        faults[NO_ROWS.code] = Fault(None, NO_ROWS)
    return Reading(parsers, _questions(sheet.parts, declaration), tuple(faults.values()))


def _faults(part: Part, declaration: Declaration) -> Iterator[Rejection]:
    table = part.table
    if not table.has(Field.DOCUMENT):
        yield DOCUMENT_COLUMN_MISSING
    if not (table.has(Field.FULL_NAME) or (table.has(Field.GIVEN_NAMES) and any(map(table.has, _FAMILY_NAMES)))):
        yield NAME_COLUMN_MISSING
    declared = {table.letterhead.scheme, declaration.ubigeo_scheme} - {None}
    if len(declared) > 1:
        yield SCHEME_CONTRADICTION


def _questions(parts: Iterable[Part], declaration: Declaration) -> tuple[Question, ...]:
    """Returns the questions, each once with the number of rows in the tables that leave it open."""
    rows: dict[QuestionKind, int] = {}
    for part in parts:
        for kind in _left_open(part.table, declaration):
            rows[kind] = rows.get(kind, 0) + len(part.rows)
    return tuple(Question(kind, rows=number) for kind, number in rows.items())


def _left_open(table: Table, declaration: Declaration) -> Iterator[QuestionKind]:
    if table.has(Field.DISTRICT_CODE) and not (table.letterhead.scheme or declaration.ubigeo_scheme):
        yield QuestionKind.UBIGEO_SCHEME
    if not (table.has(Field.DISTRICT) or table.has(Field.DISTRICT_CODE) or declaration.district):
        yield QuestionKind.DISTRICT
    if not (table.has(Field.COHORT) or declaration.cohort_id):
        yield QuestionKind.COHORT
    if not table.has(Field.CONSENT) and declaration.consent is None:
        yield QuestionKind.CONSENT
