"""Imports: uploading a sheet, and following what becomes of its rows. Names and cells are stored encrypted under the
import's own key."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

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
from services.enrollment.imports.correction_sheet import CorrectionSheet, RowToCorrect
from services.enrollment.imports.domain import ImportState, file_name_names_person, names_person
from services.enrollment.imports.labels import OUTCOMES, STATE_BADGES, STATES
from services.enrollment.people.domain import Identity
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.sheet import kind_of

sql = queries(__package__)

RUN_IMPORT, ERASE_IMPORT = "imports.run", "imports.erase"
"""Kinds of jobs."""

RETENTION = timedelta(days=30)
"""Time after which nobody can read the file and the rows that were not imported."""

FILE_FIELD, NAME_FIELD, HEADINGS_FIELD, ROW_FIELD = "imports.file", "imports.name", "imports.headings", "imports.row"
"""What each ciphertext is bound to, besides the import."""


@dataclass(frozen=True, slots=True)
class QueuedImport:
    """The ids of an import and of its job."""

    import_id: UUID
    job_id: UUID


@dataclass(frozen=True, slots=True)
class Import:
    """How far an import is. `name` and `headings` are encrypted; `rows` is None until the file was read."""

    import_id: UUID
    state: ImportState
    cohort: str | None
    name: bytes | None
    headings: bytes | None
    failure: Mapping[str, str] | None
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


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An import in the list. `name` is that of the file, encrypted; `file_name` is empty once it was erased."""

    import_id: UUID
    state: ImportState
    name: bytes | None
    requested_at: datetime
    rows: int | None
    accepted: int
    refused: int
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """An import whose rows can still be read, until it expires."""

    import_id: UUID
    requested_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row. `column_number` is counted from 0; `detail` and `remedy` are message ids."""

    line: int
    outcome: str
    enrollment_id: UUID | None
    column_number: int | None
    field: str | None
    code: str | None
    detail: str | None
    remedy: str | None


IMPORTS = Table(
    "imports",
    N_("Imports"),
    key="import_id",
    order="-requested_at",
    columns=(
        Column("requested_at", N_("Sent"), "instant", link="/imports/{row.import_id}"),
        Column("file_name", N_("File"), sortable=False, drawn=True),
        Column("state", N_("State"), labels=STATES, badges=STATE_BADGES, filtered=True),
        Column("rows", N_("Rows"), "number"),
        Column("accepted", N_("Accepted"), "number"),
        Column("refused", N_("Refused"), "number"),
        Column("import_id", N_("Import"), "identifier", shown=False),
    ),
)
ROW_OUTCOMES = Table(
    "outcomes",
    N_("Rows"),
    key="line",
    order="line",
    columns=(
        Column("line", N_("Line"), "number"),
        Column("outcome", N_("Outcome"), labels=OUTCOMES, filtered=True),
    ),
    rows=200,
)
ROWS_TO_CORRECT = Table(
    "rows_to_correct",
    N_("Rows to correct"),
    key="line",
    order="line",
    columns=(
        Column("line", N_("Line"), "number"),
        Column("heading", N_("Column to correct"), "code"),  # the words of the sheet, in its own language
        Column("detail", N_("Reason"), read=lambda row: _(row.detail)),
        Column("remedy", N_("What to do"), read=lambda row: _(row.remedy)),
    ),
)


async def upload_sheet(unit: UnitOfWork, sheet: UploadedSheet, resources: EnrollmentResources) -> QueuedImport:
    """Stores the file and adds the job that imports it, and the one that erases it in the end.

    Raises `RejectedError` for an unknown cohort, and for a file that cannot be a sheet.
    """
    kind_of(sheet.content)
    declared = sheet.declaration
    if declared.cohort_id:
        await existing_cohort(unit.connection, declared.cohort_id)
    import_id, expires_at = new_id(), unit.now + RETENTION
    key = (await resources.keyring.create([import_id]))[import_id]
    await sql.add_import.execute(
        unit.connection,
        cohort_id=declared.cohort_id,
        ubigeo_scheme=declared.ubigeo_scheme,
        import_id=import_id,
        requested_by=unit.author,
        name=key.seal(NAME_FIELD, sheet.name.encode()),
        requested_at=unit.now,
        expires_at=expires_at,
    )
    await sql.add_file.execute(unit.connection, import_id=import_id, content=key.seal(FILE_FIELD, sheet.content))
    payload = {"import_id": str(import_id)}
    await jobs.add(unit.connection, ERASE_IMPORT, payload, due_at=expires_at)
    return QueuedImport(import_id, await jobs.add(unit.connection, RUN_IMPORT, payload))


async def existing_import(connection: Connection | Pool, import_id: UUID) -> Import:
    """Returns the import with its counts. Raises `RejectedError` if it does not exist."""
    found = await sql.import_status.first(connection, Import, import_id=import_id)
    if found is None:
        raise RejectedError(_IMPORT_UNKNOWN)
    return found


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


async def list_outcomes(connection: Connection | Pool, view: View, import_id: UUID) -> Page[RowOutcome]:
    """Returns a page of the rows' outcomes. Raises `RejectedError` if the import does not exist."""
    await existing_import(connection, import_id)
    return await fetch_page(connection, sql.outcomes, view, RowOutcome, import_id=import_id)


async def rows_needing_attention(
    reader: Reader, resources: EnrollmentResources, found: Import, limit: int | None = None
) -> CorrectionSheet:
    """Returns the rows that were refused or need a review. Raises `RejectedError` once they were erased."""
    if found.headings is None and found.erased_at is None:
        return CorrectionSheet([], [])
    key = (await resources.keyring.fetch(reader, [found.import_id])).get(found.import_id)
    if key is None or found.headings is None:
        raise RejectedError(_IMPORT_ERASED)
    titles: list[str] = json.loads(key.open(HEADINGS_FIELD, found.headings))
    rows = await sql.rows_needing_attention.fetch(resources.pool, import_id=found.import_id, limit=limit)
    to_correct = [_row_to_correct(row, titles, key) for row in rows]
    return CorrectionSheet(titles, reader.shows(to_correct, [row["person_id"] for row in rows if row["person_id"]]))


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
    found = {row["import_id"] for row in rows if row["is_known"] or _row_names_any(row, keys, identities)}
    found |= {sheet["import_id"] for sheet in sheets if _sheet_names_any(sheet, keys, identities)}
    return [
        StoredSheet(sheet["import_id"], sheet["requested_at"], sheet["expires_at"])
        for sheet in sheets
        if sheet["import_id"] in found
    ]


async def erase_sheets(unit: UnitOfWork, sheets: Sequence[StoredSheet]) -> None:
    """Deletes what these imports still store. The caller has their keys destroyed after the transaction."""
    await sql.erase.execute(unit.connection, import_ids=[sheet.import_id for sheet in sheets])


async def require_all_read(connection: Connection) -> None:
    """Raises `RejectedError` while a sheet is being read, because nobody can tell yet whom it names."""
    if await sql.is_under_way.value(connection):
        raise RejectedError(_IMPORT_UNDER_WAY)


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
    headings = json.loads(key.open(HEADINGS_FIELD, sheet["headings"])) if sheet["headings"] else []
    return any(
        file_name_names_person(file_name, identity) or names_person(headings, identity) for identity in identities
    )


def _decrypted_name(key: SubjectKey | None, sealed: bytes | None) -> str:
    return key.open(NAME_FIELD, sealed).decode() if key and sealed else ""


def _row_to_correct(row: Row, titles: list[str], key: SubjectKey) -> RowToCorrect:
    column = row["column_number"]
    return RowToCorrect(
        line=row["line"],
        heading=titles[column] if column is not None and column < len(titles) else "",
        detail=row["detail"] or REVIEW_DETAIL,
        remedy=row["remedy"] or REVIEW_REMEDY,
        cells=json.loads(key.open(ROW_FIELD, row["cells"])),
    )


REVIEW_DETAIL = N_("The document is known with another name, birth date or sex.")
REVIEW_REMEDY = N_("Compare them with the card; correct the row if the number is wrong, else tell the coordinator.")
_IMPORT_UNKNOWN = Rejection("import_unknown", N_("There is no such import."), Kind.MISSING)
_IMPORT_ERASED = Rejection("import_erased", N_("The rows of this import were erased."), Kind.GONE)
_IMPORT_UNDER_WAY = Rejection(
    "import_under_way",
    N_("A sheet is being read, and may name this person."),
    Kind.LATER,
    remedy=N_("Wait until no import is under way, and send this again."),
)
