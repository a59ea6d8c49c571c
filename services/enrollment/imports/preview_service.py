"""A sheet that is shown before anything of it is written: answering its questions, committing and discarding it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader, Work
from chassis.web.texts import N_
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.domain import DISCARDED_CODE, ImportState
from services.enrollment.imports.faults import of_sheet
from services.enrollment.imports.previews import Preview
from services.enrollment.imports.service import (
    ERASE_IMPORT,
    PREVIEW_FIELD,
    PREVIEW_IMPORT,
    RETENTION,
    RUN_IMPORT,
    QueuedImport,
    add_job,
    check_declared,
    existing_import,
    fail,
    state_of,
    stored_declaration,
    with_columns,
)
from services.enrollment.imports.sheet_forms import remembered, revised
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.errors import COLUMN_UNKNOWN

sql = queries(__package__)

ANSWERING, COMMITTING = Work("imports.answer"), Work("imports.commit")


@dataclass(frozen=True, slots=True)
class PreviewedImport:
    """A sheet that waits to be committed, and what was declared about it. `columns` and `preview` are encrypted.

    `is_outdated` tells that something happened after its rows were looked at, by which some may be decided otherwise.
    """

    state: ImportState
    declaration: Declaration
    columns: bytes | None
    preview: bytes
    previewed_at: datetime
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """What was understood of a sheet under what was declared about it, and when; see `PreviewedImport`."""

    declaration: Declaration
    preview: Preview
    previewed_at: datetime
    is_outdated: bool


async def show_preview(reader: Reader, resources: EnrollmentResources, import_id: UUID) -> ShownPreview:
    """Returns what was understood of a sheet. Raises `RejectedError` if it does not wait to be committed."""
    _, shown = await _opened(reader, resources, resources.pool, import_id)
    reader.shows(range(sum(table.rows for table in shown.preview.tables)), shown.preview.people)
    return shown


async def answer_questions(
    unit: UnitOfWork, answers: Declaration, import_id: UUID, resources: EnrollmentResources
) -> QueuedImport:
    """Adds to what was declared about a sheet, and has it judged again, also if nothing is added; an answer of None
    takes an earlier one back.

    Raises `RejectedError` for an unknown cohort, and for a column that the sheet does not have.
    """
    key, shown = await _opened(ANSWERING, resources, unit.connection, import_id)
    await check_declared(unit, answers)
    _require_columns(answers, shown.preview)
    declared = stored_declaration(key, revised(shown.declaration, answers))
    await sql.read_again.execute(unit.connection, import_id=import_id, **declared)
    return QueuedImport(import_id, await add_job(unit, PREVIEW_IMPORT, import_id), ImportState.READING)


async def commit_import(unit: UnitOfWork, import_id: UUID, resources: EnrollmentResources) -> QueuedImport:
    """Has a sheet imported as it was previewed, and remembers what was declared for the next sheet of its form.

    Raises `RejectedError` while something holds all its rows back.
    """
    _, shown = await _opened(COMMITTING, resources, unit.connection, import_id)
    if shown.preview.refusals:
        raise RejectedError(_NOT_READY)
    form = remembered(shown.declaration, resources.blind)
    await sql.remember_form.execute(
        unit.connection, form=bytes.fromhex(shown.preview.form), declaration=form.declaration, columns=form.columns
    )
    expires_at = unit.now + RETENTION
    await sql.commit.execute(unit.connection, import_id=import_id, expires_at=expires_at)
    await add_job(unit, ERASE_IMPORT, import_id, expires_at)
    return QueuedImport(import_id, await add_job(unit, RUN_IMPORT, import_id), ImportState.QUEUED)


async def discard_import(unit: UnitOfWork, import_id: UUID) -> None:
    """Gives a sheet up that was not committed, and has all erased that is stored of it."""
    if await state_of(unit.connection, import_id) is not ImportState.PREVIEWED:
        raise await _not_previewed(unit.connection, import_id)
    await fail_and_erase(unit, import_id)


async def fail_and_erase(unit: UnitOfWork, import_id: UUID) -> None:
    """Records that nobody committed the sheet, and has its key destroyed."""
    await fail(unit.connection, import_id, [of_sheet(_DISCARDED)])
    await add_job(unit, ERASE_IMPORT, import_id)


def _require_columns(answers: Declaration, preview: Preview) -> None:
    """Raises `RejectedError` for the headings that the sheet does not have."""
    known = set(preview.headings)
    unknown = tuple(f"columns.{heading}" for heading in answers.columns if heading not in known)
    if unknown:
        raise RejectedError(replace(COLUMN_UNKNOWN, field=unknown[0], fields=unknown))


async def _previewed(connection: Connection | Pool, import_id: UUID) -> PreviewedImport:
    found = await sql.previewed.first(connection, PreviewedImport, import_id=import_id)
    if found is None:
        raise await _not_previewed(connection, import_id)
    return found


async def _not_previewed(connection: Connection | Pool, import_id: UUID) -> RejectedError:
    """Returns why a sheet does not wait to be confirmed. Raises `RejectedError` if there is none."""
    found = await existing_import(connection, import_id)
    return RejectedError(_BEING_READ if found.state is ImportState.READING else _NOT_PREVIEWED)


async def _opened(
    reader: Reader, resources: EnrollmentResources, connection: Connection | Pool, import_id: UUID
) -> tuple[SubjectKey, ShownPreview]:
    found = await _previewed(connection, import_id)
    key = (await resources.keyring.fetch(reader, [import_id]))[import_id]
    preview = Preview.model_validate_json(key.open(PREVIEW_FIELD, found.preview))
    declaration = with_columns(key, found.declaration, found.columns)
    return key, ShownPreview(declaration, preview, found.previewed_at, found.is_outdated)


_BEING_READ = Rejection(
    "import_being_read",
    N_("This sheet is being read."),
    Kind.LATER,
    remedy=N_("Send this again in a moment."),
)
_NOT_PREVIEWED = Rejection(
    "import_not_previewed",
    N_("This sheet does not wait to be confirmed."),
    Kind.CONFLICT,
    remedy=N_("Look at how far it is; if it was discarded, send the file again."),
)
_NOT_READY = Rejection(
    "import_not_ready",
    N_("Something is open that concerns all rows of the sheet."),
    Kind.CONFLICT,
    remedy=N_("Answer the questions, or correct the sheet and send it again."),
)
_DISCARDED = Rejection(
    DISCARDED_CODE,
    N_("The sheet was discarded before anything of it was written."),
    field="file",
    remedy=N_("Send the file again if its rows are to be imported."),
)
