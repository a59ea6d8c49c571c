"""The program that reads a sheet in the sandbox. It imports little, because each sheet starts it anew."""

import sys
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from chassis.runtime.sandbox import answer
from services.enrollment.sheets.cells import json_of_cell
from services.enrollment.sheets.layout.left_out import LeftOut
from services.enrollment.sheets.layout.tables import Table
from services.enrollment.sheets.sheet import read_sheet

TABLES = TypeAdapter(Table)
LEFT_OUT = TypeAdapter(tuple[LeftOut, ...])


def sheet_values(content: bytes) -> Iterator[Any]:
    """Yields what the file is, and then each table followed by its rows, as values of JSON."""
    sheet = read_sheet(content)
    yield [sheet.kind, sheet.tabs, LEFT_OUT.dump_python(sheet.left_out, mode="json")]
    for part in sheet.parts:
        yield [TABLES.dump_python(part.table, mode="json")]
        for row in part.rows:
            yield row.line, row.is_hidden, row.has_broken_quotes, *map(json_of_cell, row.cells)


if __name__ == "__main__":
    sys.exit(answer(sheet_values))
