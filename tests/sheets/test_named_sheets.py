"""Sheets of fixed forms: what a clerk accepts goes in, nothing is wrong, and refusals name true faults."""

import pytest

from tests.sheets.comparison import compared
from tests.sheets.named import STYLES, named_sheet

NOT_REACHED = frozenset(
    {
        "bars",
        "OpenDocument",
        "OpenDocument of LibreOffice with ticks",
        "old Excel",
        "old Excel with merged places",
        "everything above, nothing beside",
        "a tab for each province",
        "date in three columns",
        "all of it over three lines",
        "family names first, no comma",
        "given names first, no comma",
        "family names first in a CSV",
        "hidden rows of people who withdrew",
        "rows hidden by a filter",
        "days swapped by an American Excel",
        "days from 1904",
        "days up to twelve",
        "only M",
        "lost values",
        "stray signs in a CSV",
    }
)
"""Forms that are not understood yet. The list only gets shorter."""


@pytest.mark.parametrize("name", [name for name in STYLES if name not in NOT_REACHED])
def test_a_sheet_of_this_form_goes_in(name: str) -> None:
    found = compared(named_sheet(name))

    assert found.wrong == []
    assert found.untrue == []
    assert found.tally.share >= 0.9, found.refused
