"""Reads a sheet in a process of its own. The worker calls this module, and the child runs it as its program."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog
from pydantic import TypeAdapter

from chassis.runtime.rejections import RejectedError
from chassis.runtime.sandbox import Limits, SandboxError, answer, read_in_sandbox
from services.enrollment.sheets.cells import Row, cell_of_json, json_of_cell
from services.enrollment.sheets.errors import TOO_DEMANDING
from services.enrollment.sheets.layout.left_out import LeftOut
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import Table
from services.enrollment.sheets.sheet import Kind, Sheet, read_sheet

LIMITS = Limits()
"""A sheet of 50,000 rows and 26 columns takes three quarters of the memory at most, and a fifth of the time."""

_TABLES = TypeAdapter(Table)
_LEFT_OUT = TypeAdapter(tuple[LeftOut, ...])

PROGRAM = "services.enrollment.sheets.sheet_reader"

log = structlog.get_logger()


async def read_untrusted_sheet(content: bytes, limits: Limits = LIMITS) -> Sheet:
    """Reads the sheet as `read_sheet` does. A file that takes too much is rejected, and harms nothing else."""
    try:
        [kind, tabs, left_out], *values = await read_in_sandbox(PROGRAM, content, limits)
    except SandboxError as error:
        log.warning("sheet ended its reader", reason=str(error))
        raise RejectedError(TOO_DEMANDING) from None
    return Sheet(Kind(kind), list(_parts(values)), tuple(tabs), _LEFT_OUT.validate_python(left_out))


def sheet_values(content: bytes) -> Iterator[Any]:
    """Yields what the file is, and then each table followed by its rows, as values of JSON. It runs in the child."""
    sheet = read_sheet(content)
    yield [sheet.kind, sheet.tabs, _LEFT_OUT.dump_python(sheet.left_out, mode="json")]
    for part in sheet.parts:
        yield [_TABLES.dump_python(part.table, mode="json")]
        for row in part.rows:
            yield row.line, row.is_hidden, row.has_broken_quotes, *map(json_of_cell, row.cells)


def _parts(values: Iterable[Sequence[Any]]) -> Iterator[Part]:
    """Yields each table, which is the only value of its line, with the rows that follow it."""
    rows: list[Row] = []
    for first, *cells in values:
        if isinstance(first, dict):
            table, rows = _TABLES.validate_python(first), []
            yield Part(table, rows)
        else:
            rows.append(_row(table.tab, first, *cells))


def _row(tab: int, line: int, is_hidden: bool, has_broken_quotes: bool, *cells: Any) -> Row:
    return Row(line, tuple(map(cell_of_json, cells)), tab, is_hidden, has_broken_quotes)


if __name__ == "__main__":
    sys.exit(answer(sheet_values))
