"""The comparison itself: it sees what is wrong, what is missing, and refusals that are not true."""

from dataclasses import replace

import pytest

from tests.sheets.comparison import compared
from tests.sheets.generator import GeneratedSheet, generate
from tests.sheets.shown import Shown, Verdict
from tests.sheets.styles import Style


@pytest.fixture
def sheet() -> GeneratedSheet:
    return generate(3, Style(file="csv"))


def first(sheet: GeneratedSheet) -> Shown:
    return next(iter(sheet.rows.values()))


def test_a_sheet_is_the_same_each_time() -> None:
    assert [one.cells for one in generate(7).rows.values()] == [one.cells for one in generate(7).rows.values()]
    assert generate(7).style == generate(7).style != generate(8).style


def test_what_is_read_rightly_is_right(sheet: GeneratedSheet) -> None:
    found = compared(sheet)

    assert (found.wrong, found.untrue) == ([], [])
    assert found.tally.rows == found.tally.accepted == len(sheet.rows)


@pytest.mark.parametrize("name", ["document", "given_names", "birth_date", "sex", "district", "phone", "consents"])
def test_a_value_that_is_not_the_persons_is_wrong(sheet: GeneratedSheet, name: str) -> None:
    first(sheet).expected[name] = {"another"}
    found = compared(sheet)

    assert [one.split(": ")[1].split()[0] for one in found.wrong] == [name]
    assert (found.tally.wrong, found.tally.accepted) == (1, len(sheet.rows) - 1)


def test_a_row_that_no_clerk_accepts_is_wrong_when_it_is_accepted(sheet: GeneratedSheet) -> None:
    first(sheet).refuse("names")

    assert ["in spite of" in one for one in compared(sheet).wrong] == [True]


def test_a_row_that_vanishes_is_wrong(sheet: GeneratedSheet) -> None:
    sheet.rows[0, 999] = first(sheet)

    assert any("vanished" in one for one in compared(sheet).wrong)


def test_a_line_that_is_nobody_is_wrong_when_it_is_accepted(sheet: GeneratedSheet) -> None:
    del sheet.rows[next(iter(sheet.rows))]

    assert any("there is nobody" in one for one in compared(sheet).wrong)


def test_a_refusal_must_name_what_is_at_fault(sheet: GeneratedSheet) -> None:
    damaged = generate(3, replace(sheet.style, flaws=frozenset({"impossible date"})))
    at_fault = [one for one in damaged.rows.values() if one.verdict is Verdict.REFUSE]

    assert at_fault and compared(damaged).untrue == []
    for one in at_fault:
        one.at_fault.clear()
    assert len(compared(damaged).untrue) == len(at_fault)
