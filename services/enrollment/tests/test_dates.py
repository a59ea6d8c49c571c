"""Dates, which are looked at as a column."""

from datetime import date

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import Cell
from services.enrollment.sheets.values.date_columns import DateColumn, DateWitnesses, date_column
from services.enrollment.sheets.values.dates import DateOrder, DateWindow

WINDOW = DateWindow(date(1920, 1, 1), date(2026, 1, 15))
DAY_FIRST, MONTH_FIRST = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
WRITTEN: list[Cell] = ["25/12/1987", "13/05/1990", "28/02/1975"]
EXCHANGED: list[Cell] = [date(1987, 5, 12), date(1990, 11, 2), date(1975, 3, 3)]
"""What an American Excel makes of 05/12/1987, 11/02/1990 and 03/03/1975 is not what was written."""


def column(*cells: Cell, title: str = "", declared: DateOrder | None = None) -> DateColumn:
    return date_column(title, DateWitnesses.of(cells), declared)


def read(found: DateColumn, *cells: Cell) -> list[date | str]:
    """The day of each cell, or the code of its refusal."""
    return [_outcome(found, cell) for cell in cells]


def _outcome(found: DateColumn, cell: Cell) -> date | str:
    try:
        return found.read(cell, WINDOW)
    except RejectedError as error:
        return error.rejection.code


def test_days_beside_texts_that_could_not_be_days_are_doubtful() -> None:
    found = column(*WRITTEN, *EXCHANGED)
    assert read(found, *WRITTEN, *EXCHANGED) == [
        date(1987, 12, 25), date(1990, 5, 13), date(1975, 2, 28), "date_exchanged", "date_exchanged", date(1975, 3, 3),
    ]  # fmt: skip
    assert [found.needs_order(cell) for cell in [*WRITTEN, *EXCHANGED]] == [False] * 3 + [True, True, False]


def test_whoever_confirms_the_order_has_such_days_exchanged_back() -> None:
    found = column(*WRITTEN, *EXCHANGED, declared=DAY_FIRST)
    assert read(found, *EXCHANGED) == [date(1987, 12, 5), date(1990, 2, 11), date(1975, 3, 3)]
    against = column(*WRITTEN, *EXCHANGED, declared=MONTH_FIRST)
    assert read(against, *EXCHANGED)[:2] == ["date_exchanged", "date_exchanged"]
    assert not against.is_open


@pytest.mark.parametrize(
    "other",
    [date(1987, 5, 13), "05/12/1987", "12/25/1987"],
    ids=["a day that no month is", "a text that could be a day", "a text of the other order"],
)
def test_any_sign_that_no_program_did_it_leaves_days_as_they_are(other: Cell) -> None:
    found = column(*WRITTEN, *EXCHANGED, other)
    assert read(found, *EXCHANGED) == EXCHANGED


@pytest.mark.parametrize("text", ["25.12.1987", "25 de diciembre de 1987", "31/06/1985", "ayer"])
def test_texts_that_no_program_takes_for_days_tell_nothing(text: str) -> None:
    assert read(column(text, text, *EXCHANGED), *EXCHANGED) == EXCHANGED


def test_where_few_cells_tell_nobody_is_asked() -> None:
    for declared in (None, DAY_FIRST):
        found = column(WRITTEN[0], EXCHANGED[0], declared=declared)
        assert read(found, EXCHANGED[0]) == ["date_exchanged"]
        assert not found.needs_order(EXCHANGED[0])


def test_a_year_or_an_age_in_a_cell_of_days_is_no_day() -> None:
    cells: list[Cell] = [
        date(1905, 6, 9),
        date(1909, 6, 10),
        date(1900, 2, 14),
        date(1925, 6, 9),
        45,
        "45",
        "45 años",
        1987,
    ]
    assert read(column(), *cells) == [
        "date_incomplete", "date_incomplete", "date_is_number", date(1925, 6, 9), "date_is_number", "date_is_number",
        "date_is_number", "date_incomplete",
    ]  # fmt: skip


def test_a_declared_order_settles_only_what_the_column_leaves_open() -> None:
    assert read(column(declared=MONTH_FIRST), "05/12/1987") == [date(1987, 5, 12)]
    assert read(column("25/12/1987", declared=MONTH_FIRST), "05/12/1987") == [date(1987, 12, 5)]
    both = column("25/12/1987", "12/25/1987", declared=MONTH_FIRST)
    assert read(both, "05/12/1987") == ["date_ambiguous"] and not both.needs_order("05/12/1987")


def test_a_heading_that_the_column_contradicts_settles_nothing() -> None:
    found = column("12/25/1987", title="Fecha (dd/mm/aaaa)")
    assert read(found, "05/12/1987", "12/25/1987") == ["date_ambiguous", date(1987, 12, 25)]


def test_what_is_asked_is_what_could_mean_two_days() -> None:
    found = column("05/12/1987", "05/05/1987")
    assert [found.needs_order(cell) for cell in ("05/12/1987", "05/05/1987", "1987-05-12", date(1987, 5, 12))] == [
        True, False, False, False,
    ]  # fmt: skip


def test_one_program_wrote_all_tables_of_a_file() -> None:
    alone, with_others = (
        date_column("", DateWitnesses.of(EXCHANGED), None),
        date_column("", DateWitnesses.of(EXCHANGED), None, same_field=DateWitnesses.of([*WRITTEN, *EXCHANGED])),
    )
    assert read(alone, *EXCHANGED) == EXCHANGED
    assert read(with_others, EXCHANGED[0]) == ["date_exchanged"]
    settled = date_column("", DateWitnesses.of(["05/12/1987"]), None, elsewhere={DAY_FIRST})
    assert read(settled, "05/12/1987") == [date(1987, 12, 5)]


def test_a_day_that_does_not_exist_proves_no_order() -> None:
    assert read(column("12/25/1987", "31/06/1985"), "05/12/1987", "31/06/1985") == [
        date(1987, 5, 12),
        "date_impossible",
    ]
