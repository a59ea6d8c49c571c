"""What a question means: its months, its instants, and the cells that answer it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from services.reporting.answers.domain import Question, instant_of, month_that_ends, month_that_starts
from services.reporting.counting.domain import Cell
from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import ALL, Slice
from services.reporting.tests.stories import PROGRAMME

JUNE = Question(INDICATORS["enrolled"], by=("sex",), first="2025-06", last="2025-06")


def understood(read: Callable[[str], Any], text: str) -> Any:
    """What is read from the text; None where it is refused."""
    try:
        return read(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-05-12", "2025-05-12T23:59:59.999999-05:00"),
        ("2025-05-12T14:00:00Z", "2025-05-12T14:00:00+00:00"),
        ("2000-01-01", "2000-01-01T23:59:59.999999-05:00"),
        ("2099-12-31T23:59:59Z", "2099-12-31T23:59:59+00:00"),
        ("2025-05-12T14:00:00", None),
        ("1999-12-31T23:59:59Z", None),
        ("2100-01-01T00:00:00Z", None),
        ("2025-02-29", None),
    ],
)
def test_an_instant_has_its_offset_and_a_day_is_over_at_midnight(text: str, instant: str | None) -> None:
    assert understood(instant_of, text) == (instant and datetime.fromisoformat(instant))


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("2025-02", "2025-02", "2025-02"),
        ("2025-02-01", "2025-02", None),
        ("2025-02-28", None, "2025-02"),
        ("2024-02-28", None, None),
        ("2024-02-29", None, "2024-02"),
        ("2025-13", None, None),
    ],
)
def test_a_month_is_named_or_begins_or_ends(text: str, starts: str | None, ends: str | None) -> None:
    assert (understood(month_that_starts, text), understood(month_that_ends, text)) == (starts, ends)


@pytest.mark.parametrize(("month", "is_within"), [("2025-05", False), ("2025-06", True), ("2025-07", False)])
def test_a_period_has_its_first_and_its_last_month(month: str, is_within: bool) -> None:
    cell = Cell("enrolled", ALL, Slice(month, sex="female"))

    assert JUNE.row_of(cell) == (("female",) if is_within else None)


def test_a_cell_answers_in_its_own_scope_alone() -> None:
    everybody, ours = (Cell("enrolled", scope, Slice("2025-06", sex="female")) for scope in (ALL, str(PROGRAMME)))
    questions = (JUNE, replace(JUNE, programme=str(PROGRAMME)), replace(JUNE, by=("programme",)))

    assert [one.row_of(everybody) is not None for one in questions] == [True, False, False]
    assert [one.row_of(ours) is not None for one in questions] == [False, True, True]
    assert JUNE.row_of(everybody._replace(measure="trained")) is None
