"""What columns leave open: the order of day and month or of names, and what the letter M means."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from services.enrollment.sheets.cells import text_of
from services.enrollment.sheets.conventions import Conventions, cells_of, has_separate_names
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.sheets.values.answers import SexLetters, is_ambiguous_sex
from services.enrollment.sheets.values.dates import DateOrder
from services.enrollment.sheets.values.name_order import NameOrder, needs_order, proved_order, stated_order


def column_questions(parts: Sequence[Part], conventions: Sequence[Conventions]) -> list[Question]:
    """Returns the questions, each kind once: about its first column, with the rows of all that wait for the answer."""
    asked: dict[QuestionKind, Question] = {}
    for part, one in zip(parts, conventions, strict=True):
        for question in _asked(part, one):
            first = asked.get(question.kind)
            asked[question.kind] = replace(first, rows=first.rows + question.rows) if first else question
    return list(asked.values())


def _asked(part: Part, conventions: Conventions) -> Iterator[Question]:
    for field, column in conventions.dates.items():
        waiting = sum(map(column.needs_order, cells_of([part], field)))
        yield from _question(
            part, field, QuestionKind.DATE_ORDER, DateOrder, column.order or DateOrder.DAY_FIRST, waiting
        )
    if conventions.sex_letters is None and "m" not in conventions.sex_codes:
        waiting = sum(map(is_ambiguous_sex, cells_of([part], Field.SEX)))
        yield from _question(part, Field.SEX, QuestionKind.SEX_LETTERS, SexLetters, None, waiting)
    if conventions.name_order is None and not has_separate_names(part.table):
        yield from _name_order(part)


def _name_order(part: Part) -> Iterator[Question]:
    names = list(map(text_of, cells_of([part], Field.FULL_NAME)))
    likely = proved_order(names) or stated_order(part.table.title(Field.FULL_NAME)) or NameOrder.FAMILY_FIRST
    waiting = sum(map(needs_order, names))
    yield from _question(part, Field.FULL_NAME, QuestionKind.NAME_ORDER, NameOrder, likely, waiting)


def _question(
    part: Part, field: Field, kind: QuestionKind, options: Iterable[str], proposed: str | None, waiting: int
) -> Iterator[Question]:
    if waiting:
        columns = part.table.columns_of(field)
        number = columns[0].number if columns else None
        yield Question(kind, number, part.table.title(field), tuple(map(str, options)), proposed, waiting)
