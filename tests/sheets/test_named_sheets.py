"""Sheets of fixed forms: what a clerk accepts goes in, nothing is wrong, and refusals name true faults."""

import pytest

from tests.sheets.comparison import compared
from tests.sheets.named import STYLES, named_sheet

NOT_REACHED = frozenset(
    {
        "all of it over three lines in a CSV",
        "lost values",
    }
)
"""Forms that are not understood yet. The list only gets shorter."""


@pytest.mark.parametrize("name", [name for name in STYLES if name not in NOT_REACHED])
def test_a_sheet_of_this_form_goes_in(name: str) -> None:
    found = compared(named_sheet(name))

    assert found.wrong == []
    assert found.untrue == []
    assert found.tally.share >= 0.9, found.refused
