"""The rows that somebody has to correct or to compare: shown, downloaded, and judged again as they are corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Row as StoredRow
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.days import day_of
from services.enrollment.cohorts.service import named_cohorts
from services.enrollment.imports.commands import CorrectRow
from services.enrollment.imports.correction_sheet import CorrectionSheet, RowToCorrect
from services.enrollment.imports.domain import WITHDRAWN
from services.enrollment.imports.faults import StoredFault, told
from services.enrollment.imports.row_service import RowOutcome, enroll_row, known_names, opened_row, stored_outcome
from services.enrollment.imports.service import Import, Opened, existing_import, opened_understanding
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.cells import Cell, Row, clean_text, text_of
from services.enrollment.sheets.disputed_documents import judged_anew
from services.enrollment.sheets.rows import RowParser

sql = queries(__package__)

CORRECTING = Work("imports.correct_row")

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
    """What became of a row that was corrected."""

    import_id: UUID
    place: RowPlace
    outcome: str
    enrollment_id: UUID | None
    faults: Sequence[StoredFault]


async def rows_to_correct(
    reader: Reader,
    resources: EnrollmentResources,
    found: Import,
    limit: int | None = None,
    after: RowPlace = RowPlace(),
) -> CorrectionSheet:
    """Returns the rows that were refused or need a review. Raises `RejectedError` once they were erased."""
    opened = await opened_understanding(reader, resources, found)
    if opened is None:
        return CorrectionSheet.empty()
    rows = await sql.rows_needing_attention.fetch(
        resources.pool, import_id=found.import_id, limit=limit, after_tab=after.tab, after_line=after.line
    )
    to_correct = [_row_to_correct(row, opened) for row in rows]
    reader.shows(to_correct, [row["person_id"] for row in rows if row["person_id"]])
    cohorts = {one.cohort_id: one.name for one in await named_cohorts(resources.pool)}
    return CorrectionSheet(opened.understanding, to_correct, cohorts)


async def correct_row(
    unit: UnitOfWork, command: CorrectRow, import_id: UUID, place: RowPlace, resources: EnrollmentResources
) -> CorrectedRow:
    """Writes new texts into a row's cells and judges it again by what its sheet was understood as.

    The caller holds the lock of the import, so that of two who correct a row the second finds its outcome.
    """
    found = await existing_import(unit.connection, import_id)
    stored = await sql.row_to_correct.fetch_row(unit.connection, import_id=import_id, tab=place.tab, line=place.line)
    if stored is None:
        raise RejectedError(_ROW_UNKNOWN)
    if found.state in WITHDRAWN:
        raise RejectedError(_IMPORT_UNDONE)
    if stored["cells"] is None and not found.erased_at:
        raise RejectedError(_ROW_DONE)
    opened = await opened_understanding(CORRECTING, resources, found)
    if opened is None or not opened.understanding.parsers:
        raise RejectedError(_ROW_OF_FORMER_RELEASE)
    row = _corrected(opened_row(opened.key, place.tab, place.line, stored["cells"]), command)
    outcome = await _enrolled(unit, resources, opened, row, import_id)
    parser = opened.understanding.parser_at(row.tab, row.line)
    columns = stored_outcome(opened.key, parser, row, outcome)
    await sql.correct_row.execute(unit.connection, import_id=import_id, tab=row.tab, line=row.line, **columns)
    return _told(import_id, place, columns)


async def _enrolled(
    unit: UnitOfWork, resources: EnrollmentResources, opened: Opened, row: Row, import_id: UUID
) -> RowOutcome:
    names = await known_names(unit.connection)
    parser = opened.understanding.parser_of(row.tab, row.line, names, day_of(unit.now))
    if parser.document_text(row) in parser.conventions.disputed_documents:
        parser = judged_anew(parser, row, await _others(unit, opened, row, import_id))
    return await enroll_row(unit, resources, parser, row, import_id)


async def _others(unit: UnitOfWork, opened: Opened, row: Row, import_id: UUID) -> list[tuple[RowParser, Row]]:
    """Returns the other rows that are to be corrected or compared, with their parsers."""
    stored = await sql.rows_needing_attention.fetch(
        unit.connection, import_id=import_id, limit=None, after_tab=-1, after_line=0
    )
    rows = [opened_row(opened.key, one["tab"], one["line"], one["cells"]) for one in stored]
    others = [one for one in rows if (one.tab, one.line) != (row.tab, row.line)]
    return [(opened.understanding.parser_at(one.tab, one.line), one) for one in others]


def _corrected(row: Row, command: CorrectRow) -> Row:
    """Returns the row with its new texts. A cell whose text is the same keeps its type."""
    cells: list[Cell] = [*row.cells, *[""] * (max(command.cells, default=0) - len(row.cells))]
    for number, text in command.cells.items():
        if text != text_of(cells[number - 1]):
            cells[number - 1] = clean_text(text)
    return replace(row, cells=tuple(cells))


def _row_to_correct(row: StoredRow, opened: Opened) -> RowToCorrect:
    tab, line = row["tab"], row["line"]
    faults = told(row["faults"]) or [REVIEW]
    cells = opened_row(opened.key, tab, line, row["cells"]).cells
    return RowToCorrect(opened.understanding, tab, line, cells, faults)


def _told(import_id: UUID, place: RowPlace, columns: Mapping[str, Any]) -> CorrectedRow:
    return CorrectedRow(import_id, place, columns["outcome"], columns["enrollment_id"], told(columns["faults"]))


REVIEW = StoredFault(
    column=None,
    field="document.number",
    code="review",
    detail=N_("The document is known with another name, birth date or sex."),
    remedy=N_("Compare them with the card; correct the row if the number is wrong, else tell the coordinator."),
)
_ROW_UNKNOWN = Rejection("row_unknown", N_("This import has no such row."), Kind.MISSING)
_ROW_DONE = Rejection(
    "row_not_to_correct",
    N_("There is nothing to correct in this row any more."),
    Kind.CONFLICT,
    remedy=N_("Look at what became of it."),
)
_IMPORT_UNDONE = Rejection(
    "import_undone",
    N_("This import was undone, and enrolls nobody any more."),
    Kind.CONFLICT,
    remedy=N_("Download its rows, correct them and send them again."),
)
_ROW_OF_FORMER_RELEASE = Rejection(
    "row_not_understood",
    N_("This sheet was imported before rows could be corrected here."),
    Kind.CONFLICT,
    remedy=N_("Download its rows, correct them and send them again."),
)
