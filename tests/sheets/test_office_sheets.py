"""Sheets written by hand as offices write theirs: whom a clerk accepts is enrolled as they are, and nobody else."""

from collections.abc import Mapping

import pytest

from services.enrollment.enrollments.domain import Application
from tests.sheets.offices import OfficeSheet, office_sheets
from tests.sheets.reader import Again, Taken, import_content
from tests.sheets.test_kinds import clerk

SHEETS = office_sheets()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_who_is_in_a_sheet_of_an_office(sheet: OfficeSheet) -> None:
    result = import_content(sheet.content, clerk(sheet.columns, **sheet.said))
    enrolled = {place: one.application for place, one in result.outcomes.items() if isinstance(one, Taken | Again)}

    assert [one.code for one in result.refusals] == []
    assert {place: _values(enrolled.get(place), person) for place, person in sheet.people.items()} == sheet.people
    assert enrolled.keys() - sheet.unclear == sheet.people.keys()


def test_each_sheet_has_a_name_of_its_own() -> None:
    assert len({one.name for one in SHEETS}) == len(SHEETS) >= 80


def _values(application: Application | None, person: Mapping[str, object]) -> dict[str, object]:
    """Returns what is stored of the fields that are known of the person."""
    if application is None:
        return {}
    known = {
        "number": application.document.number,
        "document": application.document.type.value,
        "family": application.names.family,
        "given": application.names.given,
        "phone": application.phone or "",
        "consents": sorted(one.purpose.value for one in application.consents),
    }
    stored = {field: known[field] if field in known else getattr(application, field) for field in person}
    return {field: "" if value is None else value for field, value in stored.items()}
