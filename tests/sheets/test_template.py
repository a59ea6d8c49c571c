"""The template that offices download: it offers only what is understood, and goes in as it is filled in."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from random import Random
from xml.sax.saxutils import escape

import pytest

from chassis.web import locale
from chassis.web.locale import Locale
from chassis.web.texts import _, catalogue
from contracts.territory import TIME_ZONE
from services.enrollment.imports.template import COLUMNS, ROWS, template_workbook
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.headings import read_heading
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import Question, QuestionKind
from tests.sheets.comparison import differences
from tests.sheets.people import Person, people
from tests.sheets.reader import COHORT_ID, Result, Taken, import_content
from tests.sheets.shown import shown
from tests.sheets.styles import Style

LANGUAGES = ("es", "en")
STYLE = Style(
    document="with type",
    extras=frozenset({"tongue and ethnicity", "consents to image and contact", "organizations"}),
    birth="cells",
)


def in_language(language: str) -> Locale:
    return Locale(language, TIME_ZONE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_heading_is_understood(language: str) -> None:
    translate = catalogue(language).translations.gettext
    found = [read_heading(translate(one.heading)) for one in COLUMNS]
    assert [one and one.field for one in found] == [one.field for one in COLUMNS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_filled_in_it_goes_in_completely(language: str) -> None:
    everybody = people(Random(14), 30)
    with locale.using(in_language(language)):
        content = _filled(template_workbook(), [_cells(one) for one in everybody])

    result = _imported(content)

    assert [one.kind for one in result.questions] == [QuestionKind.COHORT]
    assert result.refusals == []
    assert len(result.outcomes) == len(everybody)
    for (_tab, line), outcome in result.outcomes.items():
        row = shown(Random(0), STYLE, everybody[line - 2], date(2025, 5, 20))
        assert isinstance(outcome, Taken), outcome
        assert list(differences(row, outcome.application)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_that_it_offers_is_understood(language: str) -> None:
    person = people(Random(1), 1)[0]
    answers = [(one.field, answer) for one in COLUMNS for answer in (one.answers or {}).values()]
    with locale.using(in_language(language)):
        rows = [_cells(person) | {field: _(answer)} for field, answer in answers]
        content = _filled(template_workbook(), rows)

    codes = [getattr(outcome, "rejections", ()) for outcome in _imported(content).outcomes.values()]

    assert len(codes) == len(rows)
    assert {one.field for some in codes for one in some} <= {"document.number", "consents"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_that_is_typed_as_text_has_its_day_first(language: str) -> None:
    with locale.using(in_language(language)):
        content = _filled(template_workbook(), [_cells(people(Random(1), 1)[0]) | {Field.BIRTH_DATE: "05/06/1990"}])
        (outcome,) = _imported(content).outcomes.values()

    assert isinstance(outcome, Taken), outcome
    assert outcome.application.birth_date == date(1990, 6, 5)


def test_left_empty_it_has_no_people() -> None:
    assert [one.code for one in _imported(template_workbook()).refusals] == ["no_rows"]


def test_lists_hold_all_rows_and_all_districts() -> None:
    with zipfile.ZipFile(io.BytesIO(template_workbook())) as archive:
        people, lists = (archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 3))

    offered = re.findall(rf'<dataValidation type="list"[^>]* sqref="[A-Z]2:[A-Z]{ROWS + 1}"', people)
    assert len(offered) == sum(bool(one.answers) for one in COLUMNS) + 2
    assert '<dimension ref="A1:' in lists and lists.count('<c r="B') == 127


def _imported(content: bytes) -> Result:
    def answer(before: Declaration, asked: Sequence[Question], _unread: Sequence[str]) -> Declaration:
        return before.model_copy(update={"cohort_id": COHORT_ID}) if asked else before

    return import_content(content, answer)


def _cells(person: Person) -> dict[Field, str | date]:
    """What an office writes about a person, in the words of the lists where there are any."""
    chosen = {
        Field.DOCUMENT_TYPE: person.document,
        Field.SEX: person.sex,
        Field.MOTHER_TONGUE: person.tongue,
        Field.ETHNICITY: person.ethnicity,
        Field.ORGANIZATION_TYPE: person.organization,
        Field.CONSENT: "yes",
        Field.CONSENT_CONTACT: "yes" if "contact" in person.consents else "no",
        Field.CONSENT_IMAGE: "yes" if "image" in person.consents else "no",
        Field.CONSENT_GUARDIAN: "yes" if "guardian" in person.consents else "no",
    }
    return {
        Field.DOCUMENT: person.number,
        Field.FAMILY_NAMES: person.family,
        Field.GIVEN_NAMES: person.given,
        Field.BIRTH_DATE: person.born_on,
        Field.PROVINCE: person.district.province,
        Field.DISTRICT: person.district.name,
        Field.PHONE: person.phone,
        Field.ENROLLED_ON: person.enrolled_on,
        **{one.field: _(one.answers[chosen[one.field]]) for one in COLUMNS if one.answers},
    }


def _filled(content: bytes, rows: Sequence[dict[Field, str | date]]) -> bytes:
    """Writes rows into the empty cells of the template's first tab, as a spreadsheet program does."""
    filled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(filled, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, _with_rows(part.decode(), rows) if name.endswith("/sheet1.xml") else part)
    return filled.getvalue()


def _with_rows(sheet: str, rows: Sequence[dict[Field, str | date]]) -> str:
    for line, row in enumerate(rows, 2):
        for number, column in enumerate(COLUMNS):
            place = f'<c r="{chr(ord("A") + number)}{line}"'
            sheet = re.sub(rf'{place} s="(\d+)"/>', rf'{place} s="\1"{_value(row[column.field])}</c>', sheet)
    return sheet


def _value(cell: str | date) -> str:
    if isinstance(cell, date):
        return f"><v>{(cell - date(1899, 12, 30)).days}</v>"
    return f' t="inlineStr"><is><t>{escape(cell)}</t></is>'
