"""The jobs of an import. Rows are stored with their outcomes, so a restarted job continues after the last."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from chassis.runtime.jobs import Job, Jobs, add
from chassis.runtime.rejections import RejectedError
from chassis.runtime.retry import Backoff
from chassis.store.database import Pool, transaction
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Work
from contracts.days import day_of
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.batches import ImportEndedError, RunningImport, import_rows
from services.enrollment.imports.digests import DocumentDigests
from services.enrollment.imports.domain import ImportState
from services.enrollment.imports.faults import of_sheet
from services.enrollment.imports.preview_service import fail_and_erase
from services.enrollment.imports.previews import Preview, preview_of
from services.enrollment.imports.row_service import known_names
from services.enrollment.imports.service import (
    DISCARD_IMPORT,
    ERASE_IMPORT,
    FILE_FIELD,
    KEPT_WHILE_WAITING,
    PREVIEW_FIELD,
    PREVIEW_IMPORT,
    RETENTION,
    RUN_IMPORT,
    UNDERSTANDING_FIELD,
    fail,
    sql,
    state_of,
    with_columns,
)
from services.enrollment.imports.sheet_forms import SheetForm, form_of, proposing, recalled
from services.enrollment.imports.understanding import Understanding, as_json
from services.enrollment.imports.verdicts import verdicts_of
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.errors import INTERRUPTED, UNREADABLE
from services.enrollment.sheets.reading import Reading, read
from services.enrollment.sheets.rows import Fault, RowParser
from services.enrollment.sheets.sheet import Sheet
from services.enrollment.sheets.sheet_reader import read_untrusted_sheet

log = structlog.get_logger()

jobs: Jobs[EnrollmentResources] = Jobs()


@dataclass(frozen=True, slots=True)
class _PendingFile:
    declaration: Declaration
    columns: bytes | None
    preview: bytes | None
    content: bytes
    was_previewed: bool


@dataclass(frozen=True, slots=True)
class _OpenedFile:
    """What an import's sheet says, what was declared about it, whether somebody saw how it was understood, the
    import's key, and the digests of documents that are known from a former preview."""

    import_id: UUID
    key: SubjectKey
    declaration: Declaration
    sheet: Sheet
    digests: DocumentDigests
    was_previewed: bool


class _RefusedSheetError(Exception):
    """The sheet as a whole cannot be imported."""

    def __init__(self, faults: Sequence[Fault], key: SubjectKey) -> None:
        super().__init__()
        self.faults = faults
        self.key = key


async def give_up(resources: EnrollmentResources, job: Job) -> None:
    """Records that the import failed for good; the file may be what killed the process that read it."""
    import_id = UUID(job.payload["import_id"])
    rejection = UNREADABLE if await _was_never_read(resources.pool, import_id) else INTERRUPTED
    await fail(resources.pool, import_id, [of_sheet(rejection)])


@jobs.on(PREVIEW_IMPORT, give_up=give_up)
async def preview(resources: EnrollmentResources, job: Job) -> None:
    """Reads the sheet and judges its rows, and writes nothing but what is shown of it."""
    await _or_fail(resources, job, ImportState.READING, _preview)


@jobs.on(RUN_IMPORT, give_up=give_up)
async def run(resources: EnrollmentResources, job: Job) -> None:
    """Imports the rows that have no outcome yet. If the file as a whole cannot be imported, the import fails."""
    await _or_fail(resources, job, ImportState.RUNNING, _run)


@jobs.on(DISCARD_IMPORT, retries=Backoff())
async def discard(resources: EnrollmentResources, job: Job) -> None:
    """Gives the sheet up if nobody has committed it, and erases what is stored of it."""
    import_id = UUID(job.payload["import_id"])
    async with transaction(resources.pool, import_id) as connection:
        if await sql.is_uncommitted.value(connection, import_id=import_id, retention=RETENTION):
            await fail_and_erase(UnitOfWork(connection, datetime.now(UTC), DISCARD_IMPORT), import_id)


@jobs.on(ERASE_IMPORT, retries=Backoff())
async def erase(resources: EnrollmentResources, job: Job) -> None:
    """Destroys the import's key, and deletes what it encrypted. Idempotent, and tried until it succeeds.

    While rows wait for a decision, they alone are kept, and the job looks again the next day.
    """
    import_id = UUID(job.payload["import_id"])
    if await _waits(resources.pool, import_id, datetime.now(UTC)):
        return
    await resources.keyring.destroy(import_id)
    await sql.erase.execute(resources.pool, import_ids=[import_id])


async def _waits(pool: Pool, import_id: UUID, now: datetime) -> bool:
    async with transaction(pool) as connection:
        waits = await sql.keep_waiting.value(connection, import_id=import_id, kept=KEPT_WHILE_WAITING, now=now)
        if waits:
            await add(connection, ERASE_IMPORT, {"import_id": str(import_id)}, due_at=now + timedelta(days=1))
        return bool(waits)


async def _or_fail(
    resources: EnrollmentResources,
    job: Job,
    state: ImportState,
    work: Callable[[EnrollmentResources, _OpenedFile], Awaitable[None]],
) -> None:
    """Does the work on the file of an import that waits for it or is in this state."""
    import_id = UUID(job.payload["import_id"])
    try:
        opened = await _opened(resources, import_id, state)
        if opened is not None:
            await work(resources, opened)
    except RejectedError as error:
        await fail(resources.pool, import_id, [of_sheet(error.rejection)])
    except _RefusedSheetError as error:
        await fail(resources.pool, import_id, error.faults, error.key)
    except ImportEndedError:
        log.warning("import was ended meanwhile", import_id=str(import_id))


async def _opened(resources: EnrollmentResources, import_id: UUID, state: ImportState) -> _OpenedFile | None:
    states = [state] if state is ImportState.READING else [ImportState.QUEUED, state]
    pending = await sql.pending_file.first(resources.pool, _PendingFile, import_id=import_id, states=states)
    key = (await resources.keyring.fetch(Work(RUN_IMPORT), [import_id])).get(import_id)
    if pending is None or key is None:
        return None
    sheet = await read_untrusted_sheet(key.open(FILE_FIELD, pending.content))
    declaration = with_columns(key, pending.declaration, pending.columns)
    digests = await DocumentDigests.of(resources.blind, _former_digests(key, pending.preview))
    return _OpenedFile(import_id, key, declaration, sheet, digests, pending.was_previewed)


def _former_digests(key: SubjectKey, preview: bytes | None) -> Mapping[str, str]:
    return Preview.model_validate_json(key.open(PREVIEW_FIELD, preview)).digests if preview else {}


async def _preview(resources: EnrollmentResources, opened: _OpenedFile) -> None:
    now, digest = datetime.now(UTC), form_of(opened.sheet, resources.blind)
    form = await sql.remembered_form.first(resources.pool, SheetForm, form=digest)
    reading = await _reading(resources, opened.sheet, opened.declaration)
    if form is not None:
        reading = proposing(reading, recalled(form, opened.sheet, resources.blind), opened.declaration)
    verdicts = await verdicts_of(resources, reading, opened.import_id, opened.digests, now)
    digests = opened.digests.stored
    shown = preview_of(opened.sheet, reading, verdicts, digest, digests, is_remembered=form is not None)
    await sql.add_preview.execute(
        resources.pool,
        import_id=opened.import_id,
        preview=opened.key.seal(PREVIEW_FIELD, shown.model_dump_json().encode()),
        previewed_at=now,
    )


async def _run(resources: EnrollmentResources, opened: _OpenedFile) -> None:
    pool, import_id = resources.pool, opened.import_id
    reading = await _reading(resources, opened.sheet, opened.declaration)
    if refusals := reading.refusals if opened.was_previewed else reading.unanswered:
        raise _RefusedSheetError(refusals, opened.key)
    understanding = as_json(Understanding.of(opened.sheet, reading))
    await sql.start.execute(
        pool,
        import_id=import_id,
        rows=sum(len(rows) for _, rows in _parts(reading)),
        understanding=opened.key.seal(UNDERSTANDING_FIELD, understanding),
    )
    recorded = {(row["tab"], row["line"]) for row in await sql.recorded_rows.fetch(pool, import_id=import_id)}
    for parser, rows in _parts(reading):
        remaining = [row for row in rows if (row.tab, row.line) not in recorded]
        await import_rows(resources, RunningImport(import_id, opened.key, parser, opened.digests), remaining)
    await sql.finish.execute(pool, import_id=import_id)


async def _reading(resources: EnrollmentResources, sheet: Sheet, declaration: Declaration) -> Reading:
    """Reads the sheet in a thread, so that the loop goes on meanwhile."""
    names = await known_names(resources.pool)
    return await asyncio.to_thread(read, sheet, declaration, names, day_of(datetime.now(UTC)))


def _parts(reading: Reading) -> Iterator[tuple[RowParser, Sequence[Row]]]:
    for parser, part in zip(reading.parsers, reading.parts, strict=True):
        yield parser, part.rows


async def _was_never_read(pool: Pool, import_id: UUID) -> bool:
    """Tells whether every attempt ended while the file was being read, which may have killed the process."""
    return await state_of(pool, import_id) in {ImportState.QUEUED, ImportState.READING}
