"""What is told of an import besides its counts: the lines that were left out, and what was not kept of rows that were
taken."""

from dataclasses import dataclass
from uuid import UUID

from chassis.store.database import Pool, Row
from chassis.web.reads import Reader
from services.enrollment.imports.faults import StoredFault
from services.enrollment.imports.previews import FaultyRows, LeftOutPreview, left_out_rows
from services.enrollment.imports.service import Import, opened_understanding, sql
from services.enrollment.imports.understanding import Understanding
from services.enrollment.imports.verdicts import MAXIMUM_PLACES, TAKEN
from services.enrollment.resources import EnrollmentResources


@dataclass(frozen=True, slots=True)
class ImportResults:
    """`tabs` and `left_out` are empty until the rows are read, and once the import was erased."""

    not_kept: tuple[FaultyRows, ...] = ()
    tabs: tuple[str, ...] = ()
    left_out: tuple[LeftOutPreview, ...] = ()


async def results_of(reader: Reader, resources: EnrollmentResources, found: Import) -> ImportResults:
    """Returns what is told of an import that has ended; nothing before."""
    if found.finished_at is None:
        return ImportResults()
    not_kept = await _not_kept(resources.pool, found.import_id)
    opened = None if found.erased_at else await opened_understanding(reader, resources, found)
    if opened is None:
        return ImportResults(not_kept)
    understood = opened.understanding
    headed = tuple(_with_heading(one, understood) for one in not_kept)
    return ImportResults(headed, understood.tabs, left_out_rows(understood.left_out))


async def _not_kept(pool: Pool, import_id: UUID) -> tuple[FaultyRows, ...]:
    rows = await sql.noted_rows.fetch(pool, import_id=import_id, outcomes=TAKEN, most=MAXIMUM_PLACES)
    return tuple(map(_faulty_rows, rows))


def _faulty_rows(row: Row) -> FaultyRows:
    return FaultyRows(fault=StoredFault.model_validate(row["fault"]), rows=row["rows"], places=row["places"])


def _with_heading(one: FaultyRows, understood: Understanding) -> FaultyRows:
    tab, line = one.places[0]
    titles = {column.number: column.title for column in understood.parser_at(tab - 1, line).table.columns}
    heading = "" if one.fault.column is None else titles.get(one.fault.column, "")
    return one.model_copy(update={"fault": one.fault.model_copy(update={"heading": heading})})
