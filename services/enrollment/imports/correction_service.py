"""The rows that somebody has to correct or to compare: shown, downloaded, and judged again as they are corrected."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection
from chassis.store.database import Row as StoredRow
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.event import Profile
from services.enrollment.cohorts.service import named_cohorts
from services.enrollment.enrollments.domain import Application, Enrolled, Review, ReviewDecision, Ruling
from services.enrollment.imports.commands import CorrectRow
from services.enrollment.imports.correction_rows import CELL_UNKNOWN, RowToCorrect, columns_of
from services.enrollment.imports.correction_sheet import CorrectionSheet
from services.enrollment.imports.domain import WITHDRAWN
from services.enrollment.imports.evidence import Evidence, evidence_of
from services.enrollment.imports.faults import StoredFault, told
from services.enrollment.imports.row_service import RowOutcome, enroll_row, known_names, opened_row, stored_outcome
from services.enrollment.imports.service import Import, Opened, existing_import, opened_understanding
from services.enrollment.people.domain import EVERYBODY, Identity, Visibility
from services.enrollment.people.service import people_in_sight
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.cells import Cell, Row, as_typed, clean_text
from services.enrollment.sheets.disputed_documents import judged_anew
from services.enrollment.sheets.rows import NameIndex, RowParser

sql = queries(__package__)

CORRECTING = Work("imports.correct_row")

People: TypeAlias = Mapping[UUID, tuple[Identity, Profile]]
"""The people of rows to review whom the reader may see."""

ROWS_TO_CORRECT = Table(
    "rows_to_correct",
    N_("Rows to correct"),
    key="line",
    order="line",
    columns=(
        Column("line", N_("Line"), "code", read=lambda row: row.place),
        # The words of the sheet, in its own language.
        Column("headings", N_("Column to correct"), "code", read=lambda row: ", ".join(row.headings)),
        Column("reasons", N_("Reason")),
        Column("remedies", N_("What to do")),
    ),
)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row of an import: the number of its tab, from 0, and its line. The first of all is before (0, 0)."""

    tab: int = -1
    line: int = 0


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """What became of a row that was corrected. `version` is None if it is not to be corrected any more."""

    import_id: UUID
    place: RowPlace
    outcome: str
    enrollment_id: UUID | None
    faults: Sequence[StoredFault]
    version: str | None


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """What became of a row that was decided. `person_id` is of whoever has its document."""

    person_id: UUID
    outcome: Enrolled


@dataclass(frozen=True, slots=True)
class RowToReview:
    """A row that was read, and in what it contradicts whoever has its document."""

    row: RowToCorrect
    evidence: Evidence
    application: Application


@dataclass(frozen=True, slots=True)
class _StoredRow:
    """A row with its cells. `person_id` is of one to be reviewed."""

    row: Row
    person_id: UUID | None


async def rows_to_correct(
    reader: Reader,
    resources: EnrollmentResources,
    found: Import,
    visibility: Visibility,
    limit: int | None = None,
    after: RowPlace = RowPlace(),
) -> CorrectionSheet:
    """Returns the rows that were refused or need a review, with the evidence of those whose people somebody may see.

    Raises `RejectedError` once the rows were erased.
    """
    opened = await opened_understanding(reader, resources, found)
    if opened is None:
        return CorrectionSheet.empty()
    rows = await sql.rows_needing_attention.fetch(
        resources.pool, import_id=found.import_id, limit=limit, after_tab=after.tab, after_line=after.line
    )
    person_ids = [row["person_id"] for row in rows if row["person_id"]]
    people = await people_in_sight(reader, resources, person_ids, visibility) if person_ids else {}
    names = await known_names(resources.pool)
    to_correct = await asyncio.to_thread(lambda: [_row_to_correct(row, opened, people, names) for row in rows])
    reader.shows(to_correct, person_ids)
    cohorts = {one.cohort_id: one.name for one in await named_cohorts(resources.pool)}
    return CorrectionSheet(opened.understanding, to_correct, cohorts)


async def row_tag(connection: Connection, import_id: UUID, place: RowPlace) -> str:
    """Returns the entity tag of a row; `"0"` if it is not to be corrected."""
    version = await sql.row_version.value(connection, import_id=import_id, tab=place.tab, line=place.line)
    return f'"{version or 0}"'


async def require_cells(
    resources: EnrollmentResources, import_id: UUID, cells: Mapping[RowPlace, Collection[int]]
) -> None:
    """Raises `RejectedError` unless the import has these rows, and their tables these columns, counted from 0."""
    opened = await opened_understanding(CORRECTING, resources, await existing_import(resources.pool, import_id))
    places = {"tab": [one.tab for one in cells], "line": [one.line for one in cells]}
    rows = await sql.existing_rows.fetch(resources.pool, import_id=import_id, **places)
    if opened is None or len(rows) < len(cells):
        raise RejectedError(CELL_UNKNOWN)
    for place, columns in cells.items():
        _require_columns(opened, place, columns)


def _require_columns(opened: Opened, place: RowPlace, columns: Collection[int]) -> None:
    if not columns_of(opened.understanding, place.tab, place.line).issuperset(columns):
        raise RejectedError(CELL_UNKNOWN)


async def correct_row(
    unit: UnitOfWork, command: CorrectRow, import_id: UUID, place: RowPlace, resources: EnrollmentResources
) -> CorrectedRow:
    """Writes new texts into a row's cells and judges it again by what its sheet was understood as.

    The caller holds the lock of the import, so that of two who correct a row the second finds its outcome.
    """
    opened, stored = await _opened_row(unit.connection, import_id, place, resources)
    _require_columns(opened, place, [number - 1 for number in command.cells])
    row = _corrected(stored.row, command)
    outcome = await _enrolled(unit, resources, opened, row, import_id)
    if isinstance(outcome, Review):
        unit.concerns(outcome.person_id)
    return await _store(unit, opened, row, import_id, outcome)


async def decide_row(
    unit: UnitOfWork, decision: ReviewDecision, import_id: UUID, place: RowPlace, resources: EnrollmentResources
) -> DecidedRow:
    """Enrolls the person of a row that was to be reviewed, as whom it was decided. The caller holds the lock of the
    import.

    Raises `RejectedError` if the row is not to be reviewed, or if nobody can be enrolled by it: then it stays as it is.
    """
    opened, stored = await _opened_row(unit.connection, import_id, place, resources)
    if stored.person_id is None:
        raise RejectedError(ROW_DONE)
    outcome = await _enrolled(unit, resources, opened, stored.row, import_id, Ruling(decision, stored.person_id))
    if isinstance(outcome, tuple):
        raise RejectedError(outcome[0].rejection)
    if isinstance(outcome, Review):
        raise RejectedError(_ROW_DISPUTED)
    await _store(unit, opened, stored.row, import_id, outcome)
    return DecidedRow(stored.person_id, outcome)


async def row_to_review(
    reader: Reader, resources: EnrollmentResources, import_id: UUID, place: RowPlace
) -> RowToReview | None:
    """Returns a row beside whoever has its document; None if it is not to be reviewed any more."""
    found = await existing_import(resources.pool, import_id)
    before = replace(place, line=place.line - 1)
    sheet = await rows_to_correct(reader, resources, found, EVERYBODY, 1, before)
    row = next((one for one in sheet.rows if (one.tab, one.line) == (place.tab, place.line) and one.evidence), None)
    if row is None or row.evidence is None:
        return None
    parser = replace(row.understanding.parser_at(row.tab, row.line), names=await known_names(resources.pool))
    application = parser.read(row.as_row, row.evidence.person_id)
    return RowToReview(row, row.evidence, application) if isinstance(application, Application) else None


async def _opened_row(
    connection: Connection, import_id: UUID, place: RowPlace, resources: EnrollmentResources
) -> tuple[Opened, _StoredRow]:
    """Raises `RejectedError` unless the row waits for somebody to correct it or to decide about it."""
    found = await existing_import(connection, import_id)
    stored = await sql.row_to_correct.fetch_row(connection, import_id=import_id, tab=place.tab, line=place.line)
    if stored is None:
        raise RejectedError(_ROW_UNKNOWN)
    if found.state in WITHDRAWN:
        raise RejectedError(IMPORT_UNDONE)
    if stored["cells"] is None and not found.erased_at:
        raise RejectedError(ROW_DONE)
    opened = await opened_understanding(CORRECTING, resources, found)
    if opened is None:
        raise RejectedError(ROW_DONE)
    row = opened_row(opened.key, place.tab, place.line, stored["cells"])
    return opened, _StoredRow(row, stored["person_id"])


async def _store(unit: UnitOfWork, opened: Opened, row: Row, import_id: UUID, outcome: RowOutcome) -> CorrectedRow:
    parser = opened.understanding.parser_at(row.tab, row.line)
    columns = stored_outcome(opened.key, parser, row, outcome)
    version = await sql.correct_row.value(unit.connection, import_id=import_id, tab=row.tab, line=row.line, **columns)
    place, faults = RowPlace(row.tab, row.line), told(columns["faults"])
    return CorrectedRow(import_id, place, columns["outcome"], columns["enrollment_id"], faults, version)


async def _enrolled(
    unit: UnitOfWork,
    resources: EnrollmentResources,
    opened: Opened,
    row: Row,
    import_id: UUID,
    ruling: Ruling | None = None,
) -> RowOutcome:
    names = await known_names(unit.connection)
    parser = opened.understanding.parser_of(row.tab, row.line, names, day_of(unit.now))
    if parser.document_text(row) in parser.conventions.disputed_documents:
        parser = judged_anew(parser, row, await _others(unit, opened, row, import_id))
    return await enroll_row(unit, resources, parser, row, import_id, ruling)


async def _others(unit: UnitOfWork, opened: Opened, row: Row, import_id: UUID) -> list[tuple[RowParser, Row]]:
    """Returns the other rows that are to be corrected or compared, with their parsers."""
    stored = await sql.rows_needing_attention.fetch(
        unit.connection, import_id=import_id, limit=None, after_tab=-1, after_line=0
    )
    others = [one for one in stored if (one["tab"], one["line"]) != (row.tab, row.line)]
    return await asyncio.to_thread(lambda: [_with_parser(one, opened) for one in others])


def _with_parser(row: StoredRow, opened: Opened) -> tuple[RowParser, Row]:
    tab, line = row["tab"], row["line"]
    return opened.understanding.parser_at(tab, line), opened_row(opened.key, tab, line, row["cells"])


def _corrected(row: Row, command: CorrectRow) -> Row:
    """Returns the row with its new texts. A cell whose text is the same keeps its type."""
    cells: list[Cell] = [*row.cells, *[""] * (max(command.cells, default=0) - len(row.cells))]
    for number, text in command.cells.items():
        if text != as_typed(cells[number - 1]):
            cells[number - 1] = clean_text(text)
    return replace(row, cells=tuple(cells))


def _row_to_correct(row: StoredRow, opened: Opened, people: People, names: NameIndex) -> RowToCorrect:
    tab, line = row["tab"], row["line"]
    read = opened_row(opened.key, tab, line, row["cells"])
    found = RowToCorrect(opened.understanding, tab, line, read.cells, told(row["faults"]), row["version"])
    if found.faults:
        return found
    evidence = _evidence(row["person_id"], people, read, opened, names)
    faults = [REVIEW, *(evidence.faults(found.table) if evidence else ())]
    return replace(found, faults=faults, evidence=evidence)


def _evidence(person_id: UUID, people: People, row: Row, opened: Opened, names: NameIndex) -> Evidence | None:
    """Compares a row with its person; None if nobody may see them, or the row cannot be read any more."""
    if person_id not in people:
        return None
    identity, profile = people[person_id]
    parser = replace(opened.understanding.parser_at(row.tab, row.line), names=names)
    read = parser.read(row, person_id)
    return evidence_of(person_id, identity, profile.sex, read) if isinstance(read, Application) else None


REVIEW = StoredFault(
    column=None,
    field="document.number",
    code="review",
    detail=N_("The document is known with another name, birth date or sex."),
    remedy=N_(
        "Compare them with the card. Correct the row if it is wrong, or the person if they are the same; a number that"
        " is somebody else's is a mistake of the row."
    ),
)
_ROW_DISPUTED = Rejection(
    "row_disputed",
    N_("The row contradicts somebody else too who has its document."),
    Kind.CONFLICT,
    remedy=N_("Open the row again, and compare it with them."),
)
_ROW_UNKNOWN = Rejection("row_unknown", N_("This import has no such row."), Kind.MISSING)
ROW_DONE = Rejection(
    "row_not_to_correct",
    N_("There is nothing to correct in this row any more."),
    Kind.CONFLICT,
    remedy=N_("Look at what became of it."),
)
IMPORT_UNDONE = Rejection(
    "import_undone",
    N_("This import was undone, and enrolls nobody any more."),
    Kind.CONFLICT,
    remedy=N_("Download its rows, correct them and send them again."),
)
