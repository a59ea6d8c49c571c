"""The form on which the questions about a sheet are answered, and its columns are set right. Pure."""

from typing import Any

from chassis.web.forms import Values
from services.enrollment.imports.preview_service import ShownPreview
from services.enrollment.imports.previews import ColumnPreview
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import NOT_READ, Question, QuestionKind
from services.enrollment.sheets.wordings import normalized

_DECLARED = tuple(name for name in Declaration.model_fields if name != "columns")


def field_of(question: Question) -> str:
    """Returns the name of the field that answers a question."""
    return _column(normalized(question.title)) if question.kind is QuestionKind.COLUMN else question.kind.value


def columns_of(shown: ShownPreview) -> dict[str, ColumnPreview]:
    """Returns the columns that can be set right by the names of their fields; one of no heading cannot."""
    columns = [column for table in shown.preview.tables for column in table.columns if column.heading]
    return {_column(column.heading): column for column in reversed(columns)}


def answered(shown: ShownPreview) -> list[QuestionKind]:
    """Returns what is declared about the whole sheet, and is not asked again."""
    asked = {one.kind for one in shown.preview.questions}
    declared = shown.declaration.model_dump(include=set(_DECLARED), exclude_none=True)
    return [kind for kind in QuestionKind if kind in declared and kind not in asked]


def present_values(shown: ShownPreview) -> dict[str, str]:
    """Returns what is declared and how the columns are understood now."""
    declared = shown.declaration.model_dump(mode="json", include=set(_DECLARED), exclude_none=True)
    columns = {name: column.field or NOT_READ for name, column in columns_of(shown).items()}
    return {name: str(value).lower() for name, value in declared.items()} | columns


def offered_values(shown: ShownPreview) -> Values:
    """Returns what the form offers: the present values, and what is proposed where a question is open."""
    proposed = {field_of(one): one.proposed for one in shown.preview.questions if one.proposed}
    return {**present_values(shown), **proposed}


def answers_of(sent: Values, shown: ShownPreview) -> dict[str, Any]:
    """Returns what the form says differently, and what it says where a question is open, as a declaration takes it."""
    asked = set(map(field_of, shown.preview.questions))
    present = {name: value for name, value in present_values(shown).items() if name not in asked}
    new = {name: value for name, value in sent.items() if value != present.get(name, "")}
    answers: dict[str, Any] = {name: new[name] or None for name in _DECLARED if name in new}
    columns = {name: value for name, value in new.items() if name in columns_of(shown) and value}
    if columns:
        answers["columns"] = {_heading(name): None if value == NOT_READ else value for name, value in columns.items()}
    return answers


def _column(heading: str) -> str:
    return f"columns.{heading}"


def _heading(name: str) -> str:
    return name.removeprefix("columns.")
