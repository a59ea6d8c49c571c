"""What was declared about sheets of a form, remembered and proposed for the next one with the same headings. Pure.

Headings are stored as digests under the key of the blind index, because one can name a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_
from services.enrollment.identity.blind_index import BlindIndex
from services.enrollment.sheets.cells import MAXIMUM_COLUMNS
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import Column
from services.enrollment.sheets.questions import NOT_READ, Question, QuestionKind
from services.enrollment.sheets.reading import Reading
from services.enrollment.sheets.sheet import Sheet
from services.enrollment.sheets.wordings import normalized

_REMEMBERED = {"ubigeo_scheme", "name_order", "date_order", "sex_letters"}
"""What a sheet's form tells. Cohort, district and consent are those of one sheet and its people."""


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What is stored of a form. `columns` has the digest of each heading."""

    declaration: Mapping[str, Any]
    columns: Mapping[str, str | None]


def form_of(sheet: Sheet, blind: BlindIndex) -> bytes:
    """Returns the digest by which sheets of one form are known: that of their headings, in order."""
    return blind.heading("\n".join(sheet.headings))


def remembered(declaration: Declaration, blind: BlindIndex) -> SheetForm:
    """Returns what is proposed for the next sheet of the form."""
    declared = declaration.model_dump(mode="json", include=_REMEMBERED, exclude_none=True)
    columns = {blind.heading(heading).hex(): field for heading, field in declaration.columns.items()}
    return SheetForm(declared, columns)


def recalled(form: SheetForm, sheet: Sheet, blind: BlindIndex) -> Declaration:
    """Returns what was declared about a former sheet of this form."""
    keys = {heading: blind.heading(heading).hex() for heading in sheet.headings}
    columns = {heading: form.columns[key] for heading, key in keys.items() if key in form.columns}
    return Declaration.model_validate({**form.declaration, "columns": columns})


def revised(declaration: Declaration, by: Declaration) -> Declaration:
    """Returns the declaration with what the other one says, also that something is None.

    Raises `RejectedError` if both together are about more columns than a sheet may have.
    """
    columns = {**declaration.columns, **by.columns}
    if len(columns) > MAXIMUM_COLUMNS:
        raise RejectedError(_TOO_MANY_COLUMNS)
    said = {name: getattr(by, name) for name in by.model_fields_set}
    return declaration.model_copy(update={**said, "columns": columns})


def proposing(reading: Reading, former: Declaration, declaration: Declaration) -> Reading:
    """Returns the reading with what was declared about a former sheet as what its questions propose, and with a
    question about each other column that was declared to be something else, unless it is declared again."""
    questions = [_proposing(one, former) for one in reading.questions]
    asked = {*(normalized(one.title) for one in questions if one.kind is QuestionKind.COLUMN), *declaration.columns}
    return replace(reading, questions=(*questions, *_columns_asked(reading.parts, former, asked)))


def _proposing(question: Question, former: Declaration) -> Question:
    if question.kind is QuestionKind.COLUMN:
        heading = normalized(question.title)
        return _proposing_column(question, former, heading) if heading in former.columns else question
    value = getattr(former, question.kind)
    return question if value is None else replace(question, proposed=str(value), is_remembered=True)


def _proposing_column(question: Question, former: Declaration, heading: str) -> Question:
    field = former.columns[heading] or NOT_READ
    options = dict.fromkeys([*question.options, *({field} - {NOT_READ})])
    return replace(question, proposed=str(field), options=tuple(map(str, options)), is_remembered=True)


def _columns_asked(parts: Sequence[Part], former: Declaration, asked: Iterable[str]) -> Iterator[Question]:
    known = set(asked)
    for part in parts:
        for column in part.table.columns:
            heading = normalized(column.title)
            if heading not in known and former.columns.get(heading, column.field) is not column.field:
                known.add(heading)
                yield _proposing_column(_about(column, part), former, heading)


def _about(column: Column, part: Part) -> Question:
    options = (str(column.field),) if column.field else ()
    return Question(QuestionKind.COLUMN, column.number, column.title, options, rows=len(part.rows))


_TOO_MANY_COLUMNS = Rejection(
    "too_many_columns_declared",
    N_("More than %(most)s columns are declared for this sheet."),
    field="columns",
    remedy=N_("Declare only columns that the sheet has; to begin anew, discard it and send the file again."),
    values={"most": MAXIMUM_COLUMNS},
)
