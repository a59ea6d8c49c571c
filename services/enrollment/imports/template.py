"""A workbook to fill in: columns with lists to choose from, instructions beside them, and a page to print."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from chassis.web.texts import N_, _
from contracts.event import OrganizationType
from contracts.labels import ETHNICITY_ANSWERS, MOTHER_TONGUE_ANSWERS, ORGANIZATION_TYPE_ANSWERS, SEX_ANSWERS, Labels
from contracts.territory import districts
from services.enrollment.enrollments.dates import FIRST_DAY
from services.enrollment.identity.labels import DOCUMENT_TYPES
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.layout.tables import Field

ROWS = 200
"""Rows that are prepared; rows that are written below them are read as well."""

_YES_OR_NO: Labels = {"yes": N_("Yes"), "no": N_("No")}
_ORGANIZATION_TYPES: Labels = {**ORGANIZATION_TYPE_ANSWERS, OrganizationType.NONE: N_("No organization")}
"""«None» is what programs write into an empty cell."""

_EARLIEST_BIRTH = date(1900, 1, 1)
_TABS = (N_("People"), N_("Instructions"), N_("Lists"))
_GENERAL = (
    N_("One row for each person, below the headings. The cells with a list show it when they are selected."),
    N_("Send the file on the page of imports. Nothing is written before you have seen what was understood."),
    N_("Printed, it can be filled in by hand and copied into the workbook later."),
)
_BORDER = {"border": 1, "border_color": "#999999"}
_HEADING = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8EEF4", **_BORDER}
_PRINTED_ROWS = 30
_TITLE_CHARACTERS = 32
"""Excel's limit of the title of what is shown while a cell is selected."""

_A4 = 9
"""Excel's number of this size of paper."""


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column, what its instructions say, its width in characters, and the answers that it offers, if any."""

    field: Field
    heading: str
    instructions: str
    width: int = 14
    answers: Labels | None = None
    first_day: date | None = None


COLUMNS = (
    TemplateColumn(Field.DOCUMENT_TYPE, N_("Document type"), N_("DNI, if nothing is chosen."), answers=DOCUMENT_TYPES),
    TemplateColumn(
        Field.DOCUMENT, N_("Document number"), N_("Required. The DNI has 8 digits; its zeros at the start count.")
    ),
    TemplateColumn(Field.FAMILY_NAMES, N_("Family names"), N_("Required. As on the document, both of them."), 24),
    TemplateColumn(Field.GIVEN_NAMES, N_("Given names"), N_("Required. As on the document."), 24),
    TemplateColumn(
        Field.BIRTH_DATE,
        N_("Birth date (dd/mm/yyyy)"),
        N_("Day, month and year. Below 14 years, a guardian's consent is needed too. Leave it empty if not known."),
        first_day=_EARLIEST_BIRTH,
    ),
    TemplateColumn(Field.SEX, N_("Sex"), N_("As the person states it."), answers=SEX_ANSWERS),
    TemplateColumn(
        Field.MOTHER_TONGUE, N_("Mother tongue"), N_("The language learnt first."), answers=MOTHER_TONGUE_ANSWERS
    ),
    TemplateColumn(
        Field.ETHNICITY, N_("Ethnic self-identification"), N_("As the person states it."), 16, ETHNICITY_ANSWERS
    ),
    TemplateColumn(Field.PROVINCE, N_("Province"), N_("Required. Where the person lives."), 16),
    TemplateColumn(
        Field.DISTRICT, N_("District"), N_("Required. Choose the province first: the list shows its districts."), 20
    ),
    TemplateColumn(
        Field.ORGANIZATION_TYPE,
        N_("Type of organization"),
        N_("Of the organization for which the person takes part."),
        22,
        _ORGANIZATION_TYPES,
    ),
    TemplateColumn(Field.PHONE, N_("Mobile phone"), N_("Kept only if the person agrees to be contacted.")),
    TemplateColumn(
        Field.CONSENT,
        N_("Consent to the training"),
        N_("Required. Yes only if the person signed it."),
        answers=_YES_OR_NO,
    ),
    TemplateColumn(
        Field.CONSENT_CONTACT, N_("Consent to be contacted"), N_("Yes if the person agrees."), answers=_YES_OR_NO
    ),
    TemplateColumn(
        Field.CONSENT_IMAGE, N_("Consent to the use of images"), N_("Yes if the person agrees."), answers=_YES_OR_NO
    ),
    TemplateColumn(
        Field.CONSENT_GUARDIAN,
        N_("Guardian's consent"),
        N_("Yes if the mother, the father or the guardian agrees; needed below 14 years."),
        answers=_YES_OR_NO,
    ),
    TemplateColumn(
        Field.ENROLLED_ON,
        N_("Enrollment date (dd/mm/yyyy)"),
        N_("The day on which the person enrolled; the day of the import, if it is empty."),
        first_day=FIRST_DAY,
    ),
)


def template_workbook() -> bytes:
    """Returns the workbook in the reader's language: a tab to fill in, its instructions, and hidden lists."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        people, instructions, lists = (workbook.add_worksheet(_(name)) for name in _TABS)
        lists.hide()
        _write_people(workbook, people, _write_lists(lists))
        _write_instructions(workbook, instructions)
    return content.getvalue()


def _write_people(workbook: xlsxwriter.Workbook, sheet: Worksheet, sources: Mapping[Field, str]) -> None:
    """Writes the headings and the empty rows. Documents and phones are text, so that no zero is lost."""
    text = workbook.add_format({"num_format": "@", **_BORDER})
    day = workbook.add_format({"num_format": "dd/mm/yyyy", **_BORDER})
    heading = workbook.add_format(_HEADING)
    sheet.set_row(0, 45)
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, _(column.heading), heading)
        for line in range(1, ROWS + 1):
            sheet.write_blank(line, number, None, day if column.first_day else text)
        sheet.data_validation(1, number, ROWS, number, _validation(column, sources))
    _prepare_printing(sheet)


def _validation(column: TemplateColumn, sources: Mapping[Field, str]) -> dict[str, Any]:
    """Returns what a cell of the column takes. Its instructions are shown while it is selected."""
    shown: dict[str, Any] = {
        "input_title": _(column.heading)[:_TITLE_CHARACTERS],
        "input_message": _(column.instructions),
    }
    if column.first_day:
        return shown | {"validate": "date", "criteria": ">=", "value": column.first_day}
    if source := sources.get(column.field):
        return shown | {"validate": "list", "source": source}
    return shown | {"validate": "any"}


def _prepare_printing(sheet: Worksheet) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, _PRINTED_ROWS, len(COLUMNS) - 1)
    sheet.set_footer("&P / &N")


def _write_lists(sheet: Worksheet) -> dict[Field, str]:
    """Writes the answers to choose from, and returns where those of each field stand. The list of districts has those
    of the province that the row names."""
    places = sorted((tokens(one.full_name), one.province, one.name) for one in districts().values())
    by_province = sorted(places, key=lambda place: tokens(place[1]))
    provinces = _write_list(sheet, 0, [province for _words, province, _name in by_province])
    names = _write_list(sheet, 1, [name for _words, _province, name in by_province])
    answers = {Field.PROVINCE: list(dict.fromkeys(province for _words, province, _name in by_province))}
    answers |= {one.field: list(map(_, one.answers.values())) for one in COLUMNS if one.answers}
    found = {field: _write_list(sheet, number, texts) for number, (field, texts) in enumerate(answers.items(), 2)}
    return found | {Field.DISTRICT: _districts_of_row(provinces, names)}


def _write_list(sheet: Worksheet, number: int, texts: Sequence[str]) -> str:
    """Writes a column, and returns its range as a formula."""
    sheet.write_column(0, number, texts)
    cells = xl_range_abs(0, number, len(texts) - 1, number)
    return f"={quote_sheetname(sheet.name)}!{cells}"


def _districts_of_row(provinces: str, names: str) -> str:
    """Returns the formula of a list: as many districts as the province of the row has, from its first on."""
    province = next(
        xl_col_to_name(number, col_abs=True) for number, one in enumerate(COLUMNS) if one.field is Field.PROVINCE
    )
    all_provinces, first = provinces.removeprefix("="), names.removeprefix("=").partition(":")[0]
    chosen = f"{province}2"
    return f"=OFFSET({first},MATCH({chosen},{all_provinces},0)-1,0,COUNTIF({all_provinces},{chosen}),1)"


def _write_instructions(workbook: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    bold, wrapped = workbook.add_format({"bold": True, "valign": "top"}), workbook.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 80)
    for line, text in enumerate(_GENERAL):
        sheet.write_string(line, 1, _(text), wrapped)
    for line, column in enumerate(COLUMNS, len(_GENERAL) + 1):
        sheet.write_string(line, 0, _(column.heading), bold)
        sheet.write_string(line, 1, _(column.instructions), wrapped)
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
