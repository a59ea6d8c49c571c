"""Sheets of fixed forms: what a clerk accepts goes in, nothing is wrong, and refusals name true faults."""

import pytest

from tests.sheets.comparison import compared
from tests.sheets.named import STYLES, named_sheet


@pytest.mark.parametrize("name", STYLES)
def test_a_sheet_of_this_form_goes_in(name: str) -> None:
    found = compared(named_sheet(name))

    assert found.wrong == []
    assert found.untrue == []
    assert found.tally.share >= 0.9, found.refused
