"""Has a sheet read in a process of its own, by `sheet_program`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog

from chassis.runtime.rejections import RejectedError
from chassis.runtime.sandbox import Limits, SandboxError, read_in_sandbox
from services.enrollment.sheets import sheet_program
from services.enrollment.sheets.cells import Row, cell_of_json
from services.enrollment.sheets.errors import TOO_DEMANDING
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.sheet import Kind, Sheet
from services.enrollment.sheets.sheet_program import LEFT_OUT, TABLES

LIMITS = Limits()
"""A sheet of 50,000 rows and 26 columns takes three quarters of the memory at most, and a fifth of the time."""

log = structlog.get_logger()


async def read_untrusted_sheet(content: bytes, limits: Limits = LIMITS) -> Sheet:
    """Reads the sheet as `read_sheet` does. A file that takes too much is rejected, and harms nothing else."""
    try:
        [kind, tabs, left_out], *values = await read_in_sandbox(sheet_program.__name__, content, limits)
    except SandboxError as error:
        log.warning("sheet ended its reader", reason=str(error))
        raise RejectedError(TOO_DEMANDING) from None
    return Sheet(Kind(kind), list(_parts(values)), tuple(tabs), LEFT_OUT.validate_python(left_out))


def _parts(values: Iterable[Sequence[Any]]) -> Iterator[Part]:
    """Yields each table, which is the only value of its line, with the rows that follow it."""
    rows: list[Row] = []
    for first, *cells in values:
        if isinstance(first, dict):
            table, rows = TABLES.validate_python(first), []
            yield Part(table, rows)
        else:
            rows.append(_row(table.tab, first, *cells))


def _row(tab: int, line: int, is_hidden: bool, has_broken_quotes: bool, *cells: Any) -> Row:
    return Row(line, tuple(map(cell_of_json, cells)), tab, is_hidden, has_broken_quotes)
