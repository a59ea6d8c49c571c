"""Imports: uploading a sheet, and following what becomes of its rows. Names and cells are stored encrypted under the
import's own key."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from chassis.runtime import jobs
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, Row
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from chassis.web.views import View
from services.enrollment.cohorts.service import existing_cohort
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.imports.commands import UploadedSheet
from services.enrollment.imports.domain import (
    DISCARDED,
    DISCARDED_CODE,
    ImportState,
    file_name_names_person,
    names_person,
)
from services.enrollment.imports.faults import StoredFailure
from services.enrollment.imports.labels import OUTCOMES, STATE_BADGES, STATES
from services.enrollment.imports.understanding import Understanding, from_json
from services.enrollment.people.domain import Identity
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration, DeclaredColumns
from services.enrollment.sheets.rows import Fault
from services.enrollment.sheets.sheet import kind_of

sql = queries(__package__)

PREVIEW_IMPORT, RUN_IMPORT = "imports.preview", "imports.run"
DISCARD_IMPORT, ERASE_IMPORT = "imports.discard", "imports.erase"
"""Kinds of jobs."""

RETENTION = timedelta(days=30)
"""Time after which nobody can read the file and the rows that were not imported."""

KEPT_WHILE_WAITING = timedelta(days=180)
"""The same of rows that wait for somebody who decides whose they are."""

TIME_TO_COMMIT = timedelta(days=1)
"""The same of a sheet that was previewed, until it is committed."""

FILE_FIELD, NAME_FIELD, ROW_FIELD = "imports.file", "imports.name", "imports.row"
PREVIEW_FIELD, UNDERSTANDING_FIELD = "imports.preview", "imports.understanding"
COLUMNS_FIELD, FAILURE_HEADINGS_FIELD = "imports.columns", "imports.failure_headings"
"""What each ciphertext is bound to, besides the import."""

_COLUMNS, _HEADINGS = TypeAdapter(DeclaredColumns), TypeAdapter(list[str])


@dataclass(frozen=True, slots=True)
class QueuedImport:
    """The ids of an import and of its job, and what it waits for."""

    import_id: UUID
    job_id: UUID
    state: ImportState


@dataclass(frozen=True, slots=True)
class Import:
    """How far an import is. `name`, `understanding` and `failure_headings` (of the failure's faults) are encrypted;
    `rows` is None until the file was read."""

    import_id: UUID
    state: ImportState
    cohort: str | None
    name: bytes | None
    understanding: bytes | None
    failure: StoredFailure | None
    failure_headings: bytes | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    erased_at: datetime | None
    rows: int | None
    done: int
    accepted: int
    accepted_new_people: int
    already_enrolled: int
    waitlisted: int
    review: int
    refused: int
    undone: int

    @property
    def told_state(self) -> str:
        """The state as people are told it."""
        return DISCARDED if self.failure and self.failure.code == DISCARDED_CODE else self.state

    @property
    def progress(self) -> tuple[int, int]:
        """How many rows are looked at, or undone, and of how many."""
        if self.state is ImportState.UNDOING:
            return self.undone, self.undone + self.accepted + self.waitlisted
        return self.done, self.rows or 0


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An import in the list. `state` is as people are told it. `name` is that of the file, encrypted; `file_name` is
    empty once it was erased."""

    import_id: UUID
    state: str
    name: bytes | None
    requested_at: datetime
    rows: int | None
    accepted: int
    already_enrolled: int
    waitlisted: int
    review: int
    refused: int
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """An import whose rows can still be read, until it expires."""

    import_id: UUID
    requested_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UnreadSheet:
    """An import that is being read or waits to be committed."""

    import_id: UUID
    state: ImportState
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """An import's key, and by what its rows were read."""

    key: SubjectKey
    understanding: Understanding


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """What became of a row of a tab, counted from 0. `place` orders the rows of all tabs; `faults` are as stored.

    `version` is that of a row to correct.
    """

    place: int
    tab: int
    line: int
    outcome: str
    enrollment_id: UUID | None
    person_id: UUID | None
    faults: Sequence[Mapping[str, Any]]
    version: str | None


IMPORTS = Table(
    "imports",
    N_("Imports"),
    key="import_id",
    order="-requested_at",
    columns=(
        Column(
            "file_name",
            N_("File"),
            sortable=False,
            link="/imports/{row.import_id}",
            read=lambda row: row.file_name or _("erased"),
        ),
        Column("requested_at", N_("Sent"), "instant"),
        Column("state", N_("State"), labels=STATES, badges=STATE_BADGES, filtered=True),
        Column("rows", N_("Rows"), "number"),
        Column("accepted", N_("Accepted"), "number"),
        Column("already_enrolled", N_("Already enrolled"), "number"),
        Column("waitlisted", N_("On the waiting list"), "number"),
        Column("review", N_("To be reviewed"), "number"),
        Column("refused", N_("Refused"), "number"),
        Column("import_id", N_("Import"), "identifier", shown=False),
    ),
)
ROW_OUTCOMES = Table(
    "outcomes",
    N_("Rows"),
    key="place",
    order="place",
    columns=(
        Column("place", N_("Place"), "number", shown=False),
        Column("line", N_("Line"), "number"),
        Column("outcome", N_("Outcome"), labels=OUTCOMES, filtered=True),
    ),
    rows=200,
)


async def upload_sheet(unit: UnitOfWork, sheet: UploadedSheet, resources: EnrollmentResources) -> QueuedImport:
    """Stores the file and adds the job that previews or imports it, and those that discard and erase it in the end.

    Raises `RejectedError` for an unknown cohort, and for a file that cannot be a sheet.
    """
    kind_of(sheet.content)
    await check_declared(unit, sheet.declaration)
    import_id, expires_at = new_id(), unit.now + (TIME_TO_COMMIT if sheet.preview else RETENTION)
    state = ImportState.READING if sheet.preview else ImportState.QUEUED
    key = (await resources.keyring.create([import_id]))[import_id]
    await sql.add_import.execute(
        unit.connection,
        import_id=import_id,
        requested_by=unit.author,
        state=state,
        **stored_declaration(key, sheet.declaration),
        name=key.seal(NAME_FIELD, sheet.name.encode()),
        requested_at=unit.now,
        expires_at=expires_at,
    )
    await sql.add_file.execute(unit.connection, import_id=import_id, content=key.seal(FILE_FIELD, sheet.content))
    await add_job(unit, DISCARD_IMPORT if sheet.preview else ERASE_IMPORT, import_id, expires_at)
    job_id = await add_job(unit, PREVIEW_IMPORT if sheet.preview else RUN_IMPORT, import_id)
    return QueuedImport(import_id, job_id, state)


async def check_declared(unit: UnitOfWork, declared: Declaration) -> None:
    """Raises `RejectedError` if the declared cohort does not exist."""
    if declared.cohort_id:
        await existing_cohort(unit.connection, declared.cohort_id)


def stored_declaration(key: SubjectKey, declaration: Declaration) -> dict[str, Any]:
    """Returns the columns of what was declared. A heading can name a person, and is encrypted."""
    columns = declaration.columns
    return {
        "cohort_id": declaration.cohort_id,
        "declaration": declaration.model_dump(mode="json", exclude={"columns"}, exclude_none=True),
        "columns": key.seal(COLUMNS_FIELD, _COLUMNS.dump_json(columns)) if columns else None,
    }


def with_columns(key: SubjectKey, declaration: Declaration, sealed: bytes | None) -> Declaration:
    """Returns a stored declaration with what was declared of columns."""
    if sealed is None:
        return declaration
    return declaration.model_copy(update={"columns": _COLUMNS.validate_json(key.open(COLUMNS_FIELD, sealed))})


async def fail(
    connection: Connection | Pool, import_id: UUID, faults: Sequence[Fault], key: SubjectKey | None = None
) -> None:
    """Records why a file as a whole was not imported. Faults about headings need the import's key."""
    headings = _HEADINGS.dump_json([fault.heading for fault in faults])
    await sql.fail.execute(
        connection,
        import_id=import_id,
        failure=StoredFailure.of_all(faults).in_clear(),
        headings=key and key.seal(FAILURE_HEADINGS_FIELD, headings),
    )


async def add_job(unit: UnitOfWork, kind: str, import_id: UUID, due_at: datetime | None = None) -> UUID:
    """Adds a job of the import."""
    return await jobs.add(unit.connection, kind, {"import_id": str(import_id)}, due_at=due_at)


async def existing_import(connection: Connection | Pool, import_id: UUID) -> Import:
    """Returns the import with its counts. Raises `RejectedError` if it does not exist."""
    found = await sql.import_status.first(connection, Import, import_id=import_id)
    if found is None:
        raise RejectedError(_IMPORT_UNKNOWN)
    return found


async def shown_import(reader: Reader, resources: EnrollmentResources, import_id: UUID) -> Import:
    """Returns the import as `existing_import` does, and the headings that its failure is about."""
    found = await existing_import(resources.pool, import_id)
    if found.failure is None or found.failure_headings is None:
        return found
    key = (await resources.keyring.fetch(reader, [import_id])).get(import_id)
    headings = _failure_headings(key, found.failure_headings)
    return replace(found, failure=found.failure.with_headings(headings)) if headings else found


async def state_of(connection: Connection | Pool, import_id: UUID) -> ImportState | None:
    """Returns how far an import is; None once it was erased."""
    state = await sql.import_state.value(connection, import_id=import_id)
    return ImportState(state) if state else None


async def list_imports(reader: Reader, resources: EnrollmentResources, view: View) -> Page[ImportSummary]:
    """Returns a page of the imports."""
    page = await fetch_page(resources.pool, sql.imports, view, ImportSummary)
    keys = await resources.keyring.fetch(reader, [row.import_id for row in page.rows])
    rows = [replace(row, file_name=_decrypted_name(keys.get(row.import_id), row.name)) for row in page.rows]
    return replace(page, rows=rows)


async def file_name(reader: Reader, resources: EnrollmentResources, found: Import) -> str:
    """Decrypts the name of the import's file; it is empty once it was erased."""
    keys = await resources.keyring.fetch(reader, [found.import_id])
    return _decrypted_name(keys.get(found.import_id), found.name)


async def list_outcomes(
    reader: Reader, connection: Connection | Pool, view: View, import_id: UUID
) -> Page[StoredOutcome]:
    """Returns a page of the rows' outcomes. Raises `RejectedError` if the import does not exist."""
    await existing_import(connection, import_id)
    page = await fetch_page(connection, sql.outcomes, view, StoredOutcome, import_id=import_id)
    reader.shows(page.rows)
    return page


async def opened_understanding(reader: Reader, resources: EnrollmentResources, found: Import) -> Opened | None:
    """Returns by what the rows were read, with the import's key; None while none was read. Raises `RejectedError` once
    the import was erased."""
    key = (await resources.keyring.fetch(reader, [found.import_id])).get(found.import_id)
    if key is None or found.erased_at:
        raise RejectedError(_IMPORT_ERASED)
    return Opened(key, _understanding(key, found.understanding)) if found.understanding else None


async def sheets_naming(
    reader: Reader,
    connection: Connection | Pool,
    resources: EnrollmentResources,
    person_ids: Sequence[UUID],
    identities: Sequence[Identity],
) -> list[StoredSheet]:
    """Returns the imports that name one of these people by one of these identities: in the name of the file, in its
    headings, by the outcome of a row or in a row that was not imported."""
    if not identities:
        return []
    sheets = await sql.stored_sheets.fetch(connection)
    keys = await resources.keyring.fetch(reader, [sheet["import_id"] for sheet in sheets])
    rows = await sql.stored_rows.fetch(connection, person_ids=person_ids)
    found = await asyncio.to_thread(_naming, sheets, rows, keys, identities)
    return [
        StoredSheet(sheet["import_id"], sheet["requested_at"], sheet["expires_at"])
        for sheet in sheets
        if sheet["import_id"] in found
    ]


async def erase_sheets(unit: UnitOfWork, sheets: Sequence[StoredSheet]) -> None:
    """Deletes what these imports still store. The caller has their keys destroyed after the transaction."""
    await sql.erase.execute(unit.connection, import_ids=[sheet.import_id for sheet in sheets])


async def imports_under_way(connection: Connection | Pool) -> list[UnreadSheet]:
    """Returns the imports of which nobody can tell yet whom they name, the first that was sent first."""
    return await sql.under_way.all(connection, UnreadSheet)


async def require_all_read(connection: Connection) -> None:
    """Raises `RejectedError` for the first sheet of which nobody can tell yet whom it names."""
    if under_way := await imports_under_way(connection):
        first = under_way[0]
        rejection = _PREVIEW_WAITS if first.state is ImportState.PREVIEWED else _IMPORT_UNDER_WAY
        raise RejectedError(replace(rejection, values={"import_id": first.import_id}))


def _naming(
    sheets: Sequence[Row], rows: Sequence[Row], keys: Mapping[UUID, SubjectKey], identities: Sequence[Identity]
) -> set[UUID]:
    found = {row["import_id"] for row in rows if row["is_known"] or _row_names_any(row, keys, identities)}
    return found | {sheet["import_id"] for sheet in sheets if _sheet_names_any(sheet, keys, identities)}


def _row_names_any(row: Row, keys: Mapping[UUID, SubjectKey], identities: Sequence[Identity]) -> bool:
    key = keys.get(row["import_id"])
    if key is None or row["cells"] is None:
        return False
    cells = json.loads(key.open(ROW_FIELD, row["cells"]))
    return any(names_person(cells, identity) for identity in identities)


def _sheet_names_any(sheet: Row, keys: Mapping[UUID, SubjectKey], identities: Sequence[Identity]) -> bool:
    key = keys.get(sheet["import_id"])
    if key is None:
        return False
    file_name = _decrypted_name(key, sheet["name"])
    understood = _understanding(key, sheet["understanding"]).texts if sheet["understanding"] else ()
    texts = [*understood, *_failure_headings(key, sheet["failure_headings"])]
    return any(file_name_names_person(file_name, identity) or names_person(texts, identity) for identity in identities)


def _decrypted_name(key: SubjectKey | None, sealed: bytes | None) -> str:
    return key.open(NAME_FIELD, sealed).decode() if key and sealed else ""


def _failure_headings(key: SubjectKey | None, sealed: bytes | None) -> list[str]:
    return _HEADINGS.validate_json(key.open(FAILURE_HEADINGS_FIELD, sealed)) if key and sealed else []


def _understanding(key: SubjectKey, sealed: bytes) -> Understanding:
    return from_json(key.open(UNDERSTANDING_FIELD, sealed))


_IMPORT_UNKNOWN = Rejection("import_unknown", N_("There is no such import."), Kind.MISSING)
_IMPORT_ERASED = Rejection("import_erased", N_("The rows of this import were erased."), Kind.GONE)
_IMPORT_UNDER_WAY = Rejection(
    "import_under_way",
    N_("A sheet is being read, and may name this person: import %(import_id)s."),
    Kind.LATER,
    remedy=N_("Wait until it is done, and send this again."),
)
_PREVIEW_WAITS = replace(
    _IMPORT_UNDER_WAY,
    detail=N_("A sheet waits to be confirmed, and may name this person: import %(import_id)s."),
    remedy=N_("Confirm or discard it, and send this again."),
)
