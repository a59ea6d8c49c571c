"""The work on a sheet: each row in a transaction of its own, with its outcome; so a restart goes on where it was."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import structlog

from chassis.runtime.jobs import MAXIMUM_ATTEMPTS, Job, Jobs
from chassis.store.database import TRANSIENT, Connection, Pool
from chassis.store.identifiers import new_id
from contracts.days import day_of
from contracts.territory import Scheme
from services.enrollment.applications import Accepted, AlreadyEnrolled, Outcome, Review, Waitlisted
from services.enrollment.encryption import SubjectKey
from services.enrollment.enrolling import enroll
from services.enrollment.imports.cells import Cell, Row
from services.enrollment.imports.faults import INTERRUPTED, UNEXPECTED, UNREADABLE
from services.enrollment.imports.judging import Directory, Judge, Terms, directory_of, judge_of
from services.enrollment.imports.reading import read_sheet
from services.enrollment.imports.receiving import ERASE, FILE, HEADINGS, ROW, RUN, sql
from services.enrollment.refusals import Refused, Unacceptable
from services.enrollment.resources import EnrollmentResources

log = structlog.get_logger()

AT_ONCE = 100
"""Rows for which keys are made together, and one connection is held."""


def declare(jobs: Jobs[EnrollmentResources]) -> None:
    """Declares the kinds of job that imports need."""
    jobs.on(RUN)(run)
    jobs.on(ERASE)(erase)


async def run(resources: EnrollmentResources, job: Job) -> None:
    """Judges the rows that have no outcome yet. A file that cannot be taken as a whole fails with its reason."""
    import_id = UUID(job.payload["import_id"])
    if job.attempts > MAXIMUM_ATTEMPTS and await _was_never_read(resources.pool, import_id):
        return await _fail(resources.pool, import_id, UNREADABLE)
    try:
        await _run(resources, import_id)
    except Unacceptable as error:
        await _fail(resources.pool, import_id, error.refusal)
    except Exception:
        if job.attempts >= MAXIMUM_ATTEMPTS:
            await _fail(resources.pool, import_id, INTERRUPTED)
        raise


async def erase(resources: EnrollmentResources, job: Job) -> None:
    """Destroys the import's key, and removes what it sealed."""
    import_id = UUID(job.payload["import_id"])
    await resources.keyring.destroy(import_id)
    await resources.pool.execute(sql.import_erase.text, import_id)


@dataclass(frozen=True, slots=True)
class _Work:
    import_id: UUID
    key: SubjectKey
    judge: Judge


async def _run(resources: EnrollmentResources, import_id: UUID) -> None:
    pool = resources.pool
    found = await pool.fetchrow(sql.import_file.text, import_id)
    key = (await resources.keyring.fetch([import_id])).get(import_id)
    if found is None or key is None:
        return
    sheet = await asyncio.to_thread(read_sheet, key.open(FILE, found["content"]))
    scheme = Scheme(found["ubigeo_scheme"]) if found["ubigeo_scheme"] else None
    judge = judge_of(sheet, await _directory(pool), Terms(found["cohort_id"], scheme, day_of(datetime.now(UTC))))
    titles = key.seal(HEADINGS, json.dumps(sheet.headings.titles).encode())
    await pool.execute(sql.import_start.text, import_id, len(sheet.rows), titles)
    judged = {row["line"] for row in await pool.fetch(sql.import_judged_lines.text, import_id)}
    await _judge(resources, _Work(import_id, key, judge), [row for row in sheet.rows if row.line not in judged])
    await pool.execute(sql.import_finish.text, import_id)


async def _directory(pool: Pool) -> Directory:
    cohorts, organizations = await pool.fetch(sql.import_cohorts.text), await pool.fetch(sql.import_organizations.text)
    return directory_of(
        [(row["name"], row["cohort_id"]) for row in cohorts],
        [(row["name"], row["organization_id"]) for row in organizations],
    )


async def _judge(resources: EnrollmentResources, work: _Work, rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        await resources.keyring.prepare(len(some))
        async with resources.pool.acquire() as connection:
            for row in some:
                await _take(connection, resources, work, row)


async def _take(connection: Connection, resources: EnrollmentResources, work: _Work, row: Row) -> None:
    """One row's transaction. What nobody foresaw is the row's own misfortune, and the others go on."""
    try:
        async with connection.transaction():
            outcome = await _outcome(connection, resources, work.judge, row)
            await _record(connection, work, row, outcome)
    except TRANSIENT:
        raise
    except Exception as error:
        log.error("row failed", import_id=str(work.import_id), line=row.line, error=type(error).__name__)
        await _record(connection, work, row, UNEXPECTED)


async def _outcome(connection: Connection, resources: EnrollmentResources, judge: Judge, row: Row) -> Outcome:
    try:
        application = judge.application(row, new_id())
    except Unacceptable as error:
        return error.refusal
    return await enroll(connection, resources, application, datetime.now(UTC))


async def _record(connection: Connection, work: _Work, row: Row, outcome: Outcome) -> None:
    column = work.judge.headings.column_of(outcome.field) if isinstance(outcome, Refused) else None
    cells = work.key.seal(ROW, _as_json(row)) if isinstance(outcome, Refused | Review) else None
    await connection.execute(
        sql.import_add_row.text, work.import_id, row.line, *_told(outcome), column, *_reason(outcome), cells
    )


def _told(outcome: Outcome) -> tuple[str, bool, UUID | None, UUID | None]:
    """Outcome, whether one more person counts, enrollment and person."""
    match outcome:
        case Accepted(enrollment_id, person_id, new_person):
            return "accepted", new_person, enrollment_id, person_id
        case Waitlisted(enrollment_id, person_id):
            return "waitlisted", False, enrollment_id, person_id
        case AlreadyEnrolled(enrollment_id, person_id):
            return "already_enrolled", False, enrollment_id, person_id
        case Review(person_id):
            return "review", False, None, person_id
        case Refused():
            return "refused", False, None, None


def _reason(outcome: Outcome) -> tuple[str | None, str | None, str | None, str | None]:
    if isinstance(outcome, Refused):
        return outcome.field, outcome.code, outcome.detail, outcome.remedy
    return None, None, None, None


def _as_json(row: Row) -> bytes:
    return json.dumps([_plain(cell) for cell in row.cells]).encode()


def _plain(cell: Cell) -> str | float:
    return cell.isoformat() if isinstance(cell, date) else cell


async def _was_never_read(pool: Pool, import_id: UUID) -> bool:
    """A file that ends the process which reads it is tried no more."""
    status = await pool.fetchrow(sql.import_status.text, import_id)
    return status is not None and status["state"] == "queued"


async def _fail(pool: Pool, import_id: UUID, refused: Refused) -> None:
    await pool.execute(sql.import_fail.text, import_id, asdict(refused))
