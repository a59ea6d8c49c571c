"""The jobs of an import. Each row and its outcome have a transaction, so a restarted job continues after the last."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import structlog

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.rejections import RejectedError, Rejection
from chassis.runtime.retry import Backoff
from chassis.store.database import TRANSIENT, Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Work
from contracts.days import day_of
from contracts.territory import Scheme
from services.enrollment.cohorts.service import named_cohorts
from services.enrollment.enrollments.domain import Accepted, Outcome, Review
from services.enrollment.enrollments.service import enroll
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.domain import ImportState
from services.enrollment.imports.service import (
    ERASE_IMPORT,
    FILE_FIELD,
    HEADINGS_FIELD,
    ROW_FIELD,
    RUN_IMPORT,
    existing_import,
    sql,
)
from services.enrollment.organizations.service import named_organizations
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.cells import Cell, Row
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.errors import INTERRUPTED, SEVERAL_SHEETS, UNEXPECTED, UNREADABLE
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.rows import NameIndex, RowParser, name_index_of
from services.enrollment.sheets.sheet_reader import read_untrusted_sheet

jobs: Jobs[EnrollmentResources] = Jobs()
log = structlog.get_logger()

ROWS_PER_BATCH = 100
"""Rows whose keys are created together, and that share one connection."""


@dataclass(frozen=True, slots=True)
class _PendingFile:
    cohort_id: UUID | None
    ubigeo_scheme: Scheme | None
    content: bytes


@dataclass(frozen=True, slots=True)
class _RunningImport:
    import_id: UUID
    key: SubjectKey
    parser: RowParser


async def give_up(resources: EnrollmentResources, job: Job) -> None:
    """Records that the import failed for good; the file may be what killed the process that read it."""
    import_id = UUID(job.payload["import_id"])
    rejection = UNREADABLE if await _was_never_read(resources.pool, import_id) else INTERRUPTED
    await _fail(resources.pool, import_id, rejection)


@jobs.on(RUN_IMPORT, give_up=give_up)
async def run(resources: EnrollmentResources, job: Job) -> None:
    """Imports the rows that have no outcome yet. If the file as a whole cannot be imported, the import fails."""
    import_id = UUID(job.payload["import_id"])
    try:
        await _run(resources, import_id)
    except RejectedError as error:
        await _fail(resources.pool, import_id, error.rejection)


@jobs.on(ERASE_IMPORT, retries=Backoff())
async def erase(resources: EnrollmentResources, job: Job) -> None:
    """Destroys the import's key, and deletes what it encrypted. Idempotent, and tried until it succeeds."""
    import_id = UUID(job.payload["import_id"])
    await resources.keyring.destroy(import_id)
    await sql.erase.execute(resources.pool, import_ids=[import_id])


async def _run(resources: EnrollmentResources, import_id: UUID) -> None:
    pool = resources.pool
    pending = await sql.pending_file.first(pool, _PendingFile, import_id=import_id)
    key = (await resources.keyring.fetch(Work(RUN_IMPORT), [import_id])).get(import_id)
    if pending is None or key is None:
        return
    sheet = await read_untrusted_sheet(key.open(FILE_FIELD, pending.content))
    declaration = Declaration(cohort_id=pending.cohort_id, ubigeo_scheme=pending.ubigeo_scheme)
    reading = read(sheet, declaration, await _name_index(pool), day_of(datetime.now(UTC)))
    if len({part.table.tab for part in reading.parts}) > 1:
        raise RejectedError(SEVERAL_SHEETS)
    if reading.refusals:
        raise RejectedError(reading.refusals[0].rejection)
    parts = list(zip(reading.parsers, (part.rows for part in reading.parts), strict=True))
    titles = [column.title for column in sheet.parts[0].table.columns]
    headings = key.seal(HEADINGS_FIELD, json.dumps(titles).encode())
    await sql.start.execute(pool, import_id=import_id, rows=sum(len(rows) for _, rows in parts), headings=headings)
    recorded = {row["line"] for row in await sql.recorded_lines.fetch(pool, import_id=import_id)}
    for parser, rows in parts:
        remaining = [row for row in rows if row.line not in recorded]
        await _import_rows(resources, _RunningImport(import_id, key, parser), remaining)
    await sql.finish.execute(pool, import_id=import_id)


async def _name_index(pool: Pool) -> NameIndex:
    cohorts, organizations = await named_cohorts(pool), await named_organizations(pool)
    return name_index_of(
        [(cohort.name, cohort.cohort_id) for cohort in cohorts],
        [(organization.name, organization.organization_id) for organization in organizations],
    )


async def _import_rows(resources: EnrollmentResources, running: _RunningImport, rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), ROWS_PER_BATCH):
        batch = rows[start : start + ROWS_PER_BATCH]
        await resources.keyring.prepare(len(batch))
        async with resources.pool.acquire() as connection:
            for row in batch:
                await _import_row(connection, resources, running, row)


async def _import_row(
    connection: Connection, resources: EnrollmentResources, running: _RunningImport, row: Row
) -> None:
    """Imports one row in a transaction of its own. An unexpected error refuses this row, and the others go on."""
    try:
        async with connection.transaction():
            unit = UnitOfWork(connection, datetime.now(UTC), RUN_IMPORT)
            outcome = await _outcome(unit, resources, running.parser, row)
            await _record(connection, running, row, outcome)
    except TRANSIENT:
        raise
    except Exception as error:
        log.error("row failed", import_id=str(running.import_id), line=row.line, error=type(error).__name__)
        await _record(connection, running, row, UNEXPECTED)


async def _outcome(unit: UnitOfWork, resources: EnrollmentResources, parser: RowParser, row: Row) -> Outcome:
    application = parser.read(row, new_id())
    if isinstance(application, tuple):
        return application[0].rejection
    return await enroll(unit, application, resources, EVERYBODY)


async def _record(connection: Connection, running: _RunningImport, row: Row, outcome: Outcome) -> None:
    rejection = outcome if isinstance(outcome, Rejection) else None
    await sql.add_row.execute(
        connection,
        import_id=running.import_id,
        line=row.line,
        outcome="refused" if isinstance(outcome, Rejection) else outcome.outcome,
        new_person=isinstance(outcome, Accepted) and outcome.new_person,
        enrollment_id=None if isinstance(outcome, Rejection | Review) else outcome.enrollment_id,
        person_id=None if isinstance(outcome, Rejection) else outcome.person_id,
        column_number=rejection and running.parser.table.column_of(rejection.field or ""),
        field=rejection and rejection.field,
        code=rejection and rejection.code,
        detail=rejection and rejection.detail,
        remedy=rejection and rejection.remedy,
        cells=running.key.seal(ROW_FIELD, _as_json(row)) if isinstance(outcome, Rejection | Review) else None,
    )


def _as_json(row: Row) -> bytes:
    return json.dumps([_json_value(cell) for cell in row.cells]).encode()


def _json_value(cell: Cell) -> str | float:
    return cell.isoformat() if isinstance(cell, date) else cell


async def _was_never_read(pool: Pool, import_id: UUID) -> bool:
    """Tells whether every attempt ended while the file was being read, which may have killed the process."""
    return (await existing_import(pool, import_id)).state is ImportState.QUEUED


async def _fail(pool: Pool, import_id: UUID, rejection: Rejection) -> None:
    failure = {
        "field": rejection.field,
        "code": rejection.code,
        "detail": rejection.detail,
        "remedy": rejection.remedy,
    }
    await sql.fail.execute(pool, import_id=import_id, failure=failure)
