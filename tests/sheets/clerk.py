"""A careful clerk: answers what is asked about a sheet, as its paper says."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.sheets.wordings import normalized
from tests.sheets.columns import Column
from tests.sheets.generator import GeneratedSheet


def answered(
    sheet: GeneratedSheet, before: Declaration, questions: Iterable[Question], unread: Iterable[str], cohort: UUID
) -> Declaration:
    """Returns the declaration with the clerk's answers. What the sheet shows nobody cannot be answered.

    The preview tells of the headings that are not read; the clerk says what those columns are that say something.
    """
    answers: dict[str, Any] = {}
    columns: dict[str, str | None] = {
        normalized(title): field for title in unread if (field := _field_of(sheet, title))
    }
    columns |= {one: field and field.value for one, field in before.columns.items()}
    for question in questions:
        if question.kind is QuestionKind.COLUMN:
            columns[normalized(question.title)] = _field_of(sheet, question.title)
        else:
            answers[question.kind.value] = _answer(sheet, question.kind, cohort)
    return Declaration.model_validate(before.model_dump() | answers | {"columns": columns})


def _answer(sheet: GeneratedSheet, kind: QuestionKind, cohort: UUID) -> object:
    style = sheet.style
    district = next(iter(sheet.rows.values())).person.district.inei
    return {
        QuestionKind.COHORT: cohort,
        QuestionKind.UBIGEO_SCHEME: "reniec" if style.place == "UBIGEO RENIEC" else "inei",
        QuestionKind.DISTRICT: district if style.place in ("nowhere", "letterhead") else None,
        QuestionKind.CONSENT: True if style.consent == "declared" else None,
        QuestionKind.NAME_ORDER: "given_first" if style.names == "given first" else "family_first",
        QuestionKind.DATE_ORDER: "month_first" if style.birth == "American" else "day_first",
        QuestionKind.SEX_LETTERS: _meaning_of_m(sheet),
        QuestionKind.HIDDEN_ROWS: "hidden people" in style.extras,
    }[kind]


def _meaning_of_m(sheet: GeneratedSheet) -> str:
    person = next(iter(sheet.rows.values())).person
    style = sheet.style.sex
    return "m_is_male" if style == "M/F" or (style == "only M" and person.sex.value == "male") else "m_is_female"


def _field_of(sheet: GeneratedSheet, title: str) -> str | None:
    """Returns what the column says that has this heading, with or without the headings over it."""
    asked = normalized(title)
    found = (one.field for one in sheet.columns if asked in _headings(one))
    return next(found, None)


def _headings(column: Column) -> set[str]:
    lines = (*column.over, column.title)
    return {normalized(" ".join(lines[start:])) for start in range(len(lines))}
