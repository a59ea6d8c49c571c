"""A sheet that is sent without a preview is refused as a whole while it leaves a question open that nobody answered."""

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter

from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.tests.previewed_sheets import sent
from services.enrollment.tests.stories import a_cohort, seats
from tests.support.sites import Site

HEADINGS = ("DNI", "Nombre completo", "Fecha de nacimiento", "Sexo", "Distrito", "Provincia", "Consentimiento")
LETTERS = "ABCDEFGH"
DECLARED = {
    "name_order": "family_first",
    "date_order": "day_first",
    "sex_letters": "m_is_female",
    "hidden_rows": "false",
}


def a_person(number: int) -> list[str]:
    """Somebody of whom nothing shows where the names and the days begin."""
    name = f"Xanco Yupa {LETTERS[number]}nis {LETTERS[number]}lin"
    return [f"7100000{number}", name, f"0{number}/04/1987", "M", "Celendín", "Celendín", "Sí"]


def a_workbook(people: Sequence[Sequence[Any]], hidden: int) -> bytes:
    """A workbook in which the row of one person, counted from 0, is hidden."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        for number, line in enumerate([HEADINGS, *people]):
            sheet.write_row(number, 0, line)
        sheet.set_row(hidden + 1, options={"hidden": True})
    return content.getvalue()


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources)


@pytest.fixture
def content() -> bytes:
    return a_workbook([a_person(number) for number in range(1, 5)], hidden=1)


async def test_all_that_would_be_asked_is_refused_at_once(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID, content: bytes
) -> None:
    async with site.browser("coordinator") as coordinator:
        address = await sent(coordinator, resources, content)
        found = (await coordinator.get(address)).json()
        assert found["state"] == "failed"
        assert {one["field"] for one in found["failure"]["faults"]} == {*DECLARED, "cohort_id"}
        declared = {"cohort_id": str(cohort), **DECLARED}
        del declared["hidden_rows"]
        address = await sent(coordinator, resources, content, **declared)
        [fault] = (await coordinator.get(address)).json()["failure"]["faults"]
    assert (fault["code"], fault["field"]) == ("hidden_rows_undeclared", "hidden_rows")
    assert "hidden_rows=true" in fault["remedy"]
    assert await seats(resources, cohort) == {}


async def test_a_sheet_of_which_all_is_declared_is_imported(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID, content: bytes
) -> None:
    async with site.browser("coordinator") as coordinator:
        address = await sent(coordinator, resources, content, cohort_id=str(cohort), **DECLARED)
        found = (await coordinator.get(address)).json()
    assert (found["state"], found["rows"], found["accepted"]) == ("done", 3, 3)


@pytest.mark.parametrize("kind", QuestionKind)
def test_each_question_says_how_it_is_answered_without_a_preview(kind: QuestionKind) -> None:
    unanswered = Question(kind).unanswered
    assert unanswered.field == ("columns" if kind is QuestionKind.COLUMN else _FIELDS.get(kind, kind.value))
    assert unanswered.remedy


_FIELDS = {QuestionKind.CONSENT: "consents"}
"""Rejections that name the column instead, which is another remedy."""
