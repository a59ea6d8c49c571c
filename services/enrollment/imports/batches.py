"""Imports rows by the hundred: a batch is one transaction, and the next batch is read while it is written."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar
from uuid import UUID

import structlog

from chassis.store.database import TRANSIENT, Connection
from chassis.store.unit_of_work import UnitOfWork
from services.enrollment.enrollments.domain import Application
from services.enrollment.enrollments.service import enroll_all
from services.enrollment.enrollments.situations import IndexedApplication
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.digests import DocumentDigests
from services.enrollment.imports.faults import of_sheet
from services.enrollment.imports.row_service import RowOutcome, read_row, row_outcome, stored_outcome
from services.enrollment.imports.service import RUN_IMPORT, sql
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.errors import UNEXPECTED
from services.enrollment.sheets.rows import Fault, RowParser

log = structlog.get_logger()

T = TypeVar("T")

ROWS_PER_BATCH = 100
"""Rows of one transaction. A form of the same cohort waits for its locks, which are held for some 40 ms."""

Said: TypeAlias = IndexedApplication | tuple[Fault, ...]
"""What a row applies for, or all that is wrong with it."""


@dataclass(frozen=True, slots=True)
class RunningImport:
    """An import whose rows are written, its key, the parser of the table that the rows stand in, and the digests of
    its documents that are known."""

    import_id: UUID
    key: SubjectKey
    parser: RowParser
    digests: DocumentDigests


@dataclass(frozen=True, slots=True)
class _ReadRow:
    """A row and what it says."""

    row: Row
    said: Said


class ImportEndedError(Exception):
    """The import is not running any more, so none of its rows is written."""


async def import_rows(resources: EnrollmentResources, running: RunningImport, rows: Sequence[Row]) -> None:
    """Imports the rows in their order."""
    async with aclosing(_read_ahead(resources, running, batches_of(rows))) as batches:
        async for batch in batches:
            await resources.keyring.prepare(len(batch))
            async with resources.pool.acquire() as connection:
                for part in _parts_without_twins(batch):
                    await _import(connection, resources, running, part)


def batches_of(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Splits rows into batches, whose locks are held for as long as one is written."""
    for start in range(0, len(rows), ROWS_PER_BATCH):
        yield rows[start : start + ROWS_PER_BATCH]


async def _read_ahead(
    resources: EnrollmentResources, running: RunningImport, batches: Iterable[Sequence[Row]]
) -> AsyncGenerator[list[_ReadRow], None]:
    """Yields what each batch says, while the next one is read already."""
    ahead: asyncio.Task[list[_ReadRow]] | None = None
    try:
        for batch in batches:
            read, ahead = ahead, asyncio.create_task(_read(resources, running, batch))
            if read:
                yield await read
        if ahead:
            yield await ahead
    finally:
        if ahead:
            ahead.cancel()


async def _read(resources: EnrollmentResources, running: RunningImport, rows: Sequence[Row]) -> list[_ReadRow]:
    read = await asyncio.to_thread(lambda: [_application(running, row) for row in rows])
    indexed = iter(await running.digests.index([one for one in read if isinstance(one, Application)]))
    said = (next(indexed) if isinstance(one, Application) else one for one in read)
    return list(map(_ReadRow, rows, said))


def _application(running: RunningImport, row: Row) -> Application | tuple[Fault, ...]:
    """Reads the row. An unexpected error refuses it, and the others go on."""
    try:
        return read_row(running.parser, row, running.import_id)
    except Exception as error:
        return _unexpected(running, row, error)


def _parts_without_twins(batch: Sequence[_ReadRow]) -> Iterator[Sequence[_ReadRow]]:
    """Splits the batch before each row whose document is in the part already: it is decided by what became of that."""
    part: list[_ReadRow] = []
    documents: set[bytes] = set()
    for row in batch:
        digest = row.said.document_digest if isinstance(row.said, IndexedApplication) else None
        if digest in documents:
            yield part
            part, documents = [], set()
        part.append(row)
        documents |= {digest} if digest else set()
    yield part


async def _import(
    connection: Connection, resources: EnrollmentResources, running: RunningImport, rows: Sequence[_ReadRow]
) -> None:
    """Imports rows in one transaction. After an unexpected error each half of them has its own, until it has one row,
    which is refused alone."""
    try:
        async with connection.transaction():
            unit = UnitOfWork(connection, datetime.now(UTC), RUN_IMPORT)
            await _record(connection, running, rows, await _outcomes(unit, resources, running, rows))
    except (ImportEndedError, *TRANSIENT):
        raise
    except Exception as error:
        if len(rows) == 1:
            async with connection.transaction():
                await _record(connection, running, rows, [_unexpected(running, rows[0].row, error)])
        else:
            for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
                await _import(connection, resources, running, half)


async def _outcomes(
    unit: UnitOfWork, resources: EnrollmentResources, running: RunningImport, rows: Sequence[_ReadRow]
) -> list[RowOutcome]:
    applications = [one.said for one in rows if isinstance(one.said, IndexedApplication)]
    enrolled = iter(await enroll_all(unit, applications, resources, EVERYBODY))
    return [
        row_outcome(running.parser, next(enrolled)) if isinstance(one.said, IndexedApplication) else one.said
        for one in rows
    ]


async def _record(
    connection: Connection, running: RunningImport, rows: Sequence[_ReadRow], outcomes: Sequence[RowOutcome]
) -> None:
    """Stores the outcomes. Raises `ImportEndedError`, so that nothing of the transaction is written, if another process
    ended the import meanwhile. The row of the import is read last of all and held, so that the import ends after it."""
    if await sql.running_import.value(connection, import_id=running.import_id) is None:
        raise ImportEndedError
    stored = []
    for row, outcome in zip((one.row for one in rows), outcomes, strict=True):
        columns = stored_outcome(running.key, running.parser, row, outcome)
        place = {"import_id": running.import_id, "tab": row.tab, "line": row.line}
        stored.append({**place, **columns, "faults": json.dumps(columns["faults"])})
    await sql.add_rows.execute_rows(connection, stored)


def _unexpected(running: RunningImport, row: Row, error: Exception) -> tuple[Fault, ...]:
    log.error("row failed", import_id=str(running.import_id), tab=row.tab, line=row.line, error=type(error).__name__)
    return (of_sheet(UNEXPECTED),)
