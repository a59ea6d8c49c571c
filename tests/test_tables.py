"""The page and the file of every declared table tell the same."""

from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chassis.web import locale
from chassis.web.tables import Column, Table
from tests.support.readings import modules_of

TABLES = {
    f"{module.__name__}.{name}": table
    for module in modules_of("chassis", "services")
    for name, table in vars(module).items()
    if isinstance(table, Table)
}
INSTANTS = [
    datetime(2025, 6, 2, 12, tzinfo=UTC),
    datetime(2025, 6, 2, 12, 0, 30, tzinfo=UTC),
    datetime(2025, 6, 2, 12, 1, tzinfo=UTC),
    datetime(2025, 6, 3, 3, tzinfo=UTC),
    datetime(2025, 6, 3, 6, tzinfo=UTC),
]
VALUES: dict[str, list[Any]] = {"date": [*INSTANTS, date(2025, 6, 2), date(2025, 6, 3)], "instant": INSTANTS}


@pytest.mark.parametrize("name", TABLES)
def test_a_file_tells_no_more_than_the_page(name: str) -> None:
    with locale.using(locale.Locale("es-PE", ZoneInfo("America/Lima"))):
        for column in TABLES[name].shown:
            shown = [(column.text(row), column.cell(row)) for row in rows_of(column)]
            for (text, cell), (other_text, other_cell) in combinations(shown, 2):
                assert (text == other_text) is (cell == other_cell), f"{column.name}: {cell}, {other_cell}"


def rows_of(column: Column) -> list[Any]:
    """Rows that differ in this column alone, by a little and by much."""
    return [type("Row", (), {column.name: value}) for value in VALUES.get(column.type, [])]
