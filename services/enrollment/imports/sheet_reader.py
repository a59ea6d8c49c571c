"""Reads a sheet in a process of its own. The worker calls this module, and the child runs it as its program."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import structlog
from pydantic import TypeAdapter

from chassis.runtime.rejections import RejectedError
from chassis.runtime.sandbox import Limits, SandboxError, answer, read_in_sandbox
from services.enrollment.imports.cells import Cell, Row
from services.enrollment.imports.errors import TOO_DEMANDING
from services.enrollment.imports.headings import Headings
from services.enrollment.imports.sheet import Kind, Sheet, read_sheet

LIMITS = Limits()
"""A sheet of 50,000 rows and 26 columns takes three fifths of the memory and a third of the processor time."""

PROGRAM = "services.enrollment.imports.sheet_reader"

log = structlog.get_logger()


async def read_untrusted_sheet(content: bytes, limits: Limits = LIMITS) -> Sheet:
    """Reads the sheet as `read_sheet` does. A file that takes too much is rejected, and harms nothing else."""
    try:
        (kind, headings), *rows = await read_in_sandbox(PROGRAM, content, limits)
    except SandboxError as error:
        log.warning("sheet ended its reader", reason=str(error))
        raise RejectedError(TOO_DEMANDING) from None
    return Sheet(Kind(kind), TypeAdapter(Headings).validate_python(headings), [_row(*row) for row in rows])


def sheet_values(content: bytes) -> Iterator[Any]:
    """Yields the kind and headings of the sheet and then each row, as values of JSON. It runs in the child."""
    sheet = read_sheet(content)
    yield sheet.kind, asdict(sheet.headings)
    for row in sheet.rows:
        yield row.line, *(_json_value(cell) for cell in row.cells)


def _json_value(cell: Cell) -> object:
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def _row(line: int, *cells: Any) -> Row:
    return Row(line, tuple(date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell for cell in cells))


if __name__ == "__main__":
    sys.exit(answer(sheet_values))
