"""Undoing a whole import: what it gave is withdrawn by the usual events, unless something depends on it by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.runtime.retry import Backoff
from chassis.store.database import Connection, Pool, transaction
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.enrollments.service import withdraw_imported
from services.enrollment.imports.batches import batches_of
from services.enrollment.imports.commands import UndoImport
from services.enrollment.imports.domain import UNDOABLE, ImportState, Obstacle
from services.enrollment.imports.labels import OBSTACLES
from services.enrollment.imports.service import Import, add_job, existing_import
from services.enrollment.people.domain import person_lock
from services.enrollment.resources import EnrollmentResources

jobs: Jobs[EnrollmentResources] = Jobs()
sql = queries(__package__)

UNDO_IMPORT = "imports.undo"
"""The kind of the job."""

UNDOING = Work("imports.undo")

SHOWN_OBSTACLES = 500
"""Obstacles that an answer and a page tell one by one."""

OBSTACLES_TABLE = Table(
    "obstacles",
    N_("What stands in the way"),
    key="line",
    order="line",
    columns=(
        Column("line", N_("Line"), "code", read=lambda row: row.line),
        Column("obstacle", N_("What stands in the way"), labels=OBSTACLES),
        Column("link", N_("Where to look"), drawn=True, read=lambda row: row.person_id),
    ),
)


@dataclass(frozen=True, slots=True)
class RowToUndo:
    """A row of an import that gave a seat or a place, or that is of the list of a past cohort (`is_stated`).

    The digest is None once the person was erased.
    """

    tab: int
    line: int
    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    status: EnrollmentStatus
    is_stated: bool
    document_digest: bytes | None

    @property
    def is_waiting(self) -> bool:
        return self.status is EnrollmentStatus.WAITLISTED


@dataclass(frozen=True, slots=True)
class RowObstacle:
    """What stands in the way of undoing a row. `attendance_id` names the attendance, where it is one."""

    tab: int
    line: int
    enrollment_id: UUID
    person_id: UUID
    obstacle: Obstacle
    attendance_id: UUID | None
    cohort_id: UUID

    def link(self, prefix: str) -> str:
        """Returns the page that shows it; `prefix` is that of this service."""
        match self.obstacle:
            case Obstacle.ATTENDANCE:
                return f"/sessions/corrections/{self.attendance_id}"
            case Obstacle.COMPLETION:
                return f"/sessions/cohorts/{self.cohort_id}"
            case _:
                return f"{prefix}/people/{self.person_id}"


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What is undone with an import, and what stands in the way of the rest. People are undone with all their rows.

    `recorded_since` is what sessions recorded of rows before it learned that they were undone.
    """

    found: Import
    rows: Sequence[RowToUndo]
    obstacles: Sequence[RowObstacle]
    recorded_since: Sequence[RowObstacle]
    consents: int

    @property
    def undoable(self) -> list[RowToUndo]:
        return _without(self.rows, self.obstacles)

    @property
    def shown_obstacles(self) -> list[RowObstacle]:
        return list(self.obstacles[:SHOWN_OBSTACLES])

    @property
    def shown_recorded_since(self) -> list[RowObstacle]:
        return list(self.recorded_since[:SHOWN_OBSTACLES])

    @property
    def obstructed(self) -> int:
        return len(self.rows) - len(self.undoable)

    @property
    def accepted(self) -> int:
        return sum(not row.is_waiting for row in self.undoable)

    @property
    def stated(self) -> int:
        return sum(row.is_stated for row in self.undoable)

    @property
    def waiting(self) -> int:
        return sum(row.is_waiting for row in self.undoable)


@dataclass(frozen=True, slots=True)
class RequestedUndo:
    """An import that is undone by a job, or was."""

    import_id: UUID
    state: ImportState


async def plan_undo(reader: Reader, connection: Connection | Pool, import_id: UUID) -> UndoPlan:
    """Returns what undoing the import does, as far as is known by now. Raises `RejectedError` while it writes rows."""
    found = await existing_import(connection, import_id)
    if found.state not in UNDOABLE:
        raise RejectedError(_NOT_WRITTEN)
    rows = await sql.rows_to_undo.all(connection, RowToUndo, import_id=import_id, person_ids=None)
    obstacles = await sql.obstacles.all(connection, RowObstacle, import_id=import_id, person_ids=None)
    recorded_since = await recorded_since_undone(connection, import_id)
    kept = [one.person_id for one in obstacles]
    consents = await sql.consents_to_undo.value(connection, import_id=import_id, kept=kept)
    plan = UndoPlan(found, rows, obstacles, recorded_since, consents)
    reader.shows([*plan.shown_obstacles, *plan.shown_recorded_since])
    return plan


async def recorded_since_undone(connection: Connection | Pool, import_id: UUID) -> list[RowObstacle]:
    """Returns the attendance and completion that were heard of rows which are undone already."""
    return await sql.recorded_since_undone.all(connection, RowObstacle, import_id=import_id)


async def request_undo(unit: UnitOfWork, command: UndoImport, import_id: UUID) -> RequestedUndo:
    """Adds the job that undoes the import, or what nothing depends on, if that was asked for. Idempotent.

    The caller holds the lock of the import. Raises `RejectedError` if something stands in the way.
    """
    plan = await plan_undo(UNDOING, unit.connection, import_id)
    if plan.found.state is ImportState.UNDOING:
        return RequestedUndo(import_id, ImportState.UNDOING)
    if plan.obstacles and not command.partly:
        raise RejectedError(_OBSTRUCTED)
    if plan.found.state is ImportState.UNDONE and not plan.undoable:
        return RequestedUndo(import_id, ImportState.UNDONE)
    unit.concerns(*{row.person_id for row in plan.undoable})
    await sql.begin_undoing.execute(unit.connection, import_id=import_id)
    await add_job(unit, UNDO_IMPORT, import_id)
    return RequestedUndo(import_id, ImportState.UNDOING)


@jobs.on(UNDO_IMPORT, retries=Backoff())
async def undo(resources: EnrollmentResources, job: Job) -> None:
    """Undoes the rows that were not undone yet. A row is left as it is if something came to depend on it meanwhile."""
    import_id = UUID(job.payload["import_id"])
    if (await existing_import(resources.pool, import_id)).state is not ImportState.UNDOING:
        return
    rows = await sql.rows_to_undo.all(resources.pool, RowToUndo, import_id=import_id, person_ids=None)
    for batch in batches_of(rows):
        async with transaction(resources.pool, *locks_of(batch)) as connection:
            await undo_batch(UnitOfWork(connection, datetime.now(UTC), UNDO_IMPORT), resources, import_id, batch)
    await sql.finish_undoing.execute(resources.pool, import_id=import_id)


async def undo_batch(
    unit: UnitOfWork, resources: EnrollmentResources, import_id: UUID, batch: Sequence[RowToUndo]
) -> None:
    """Undoes rows in one transaction, as they are now that the locks of their people and cohorts are held."""
    person_ids = [row.person_id for row in batch]
    found = await sql.rows_to_undo.all(unit.connection, RowToUndo, import_id=import_id, person_ids=person_ids)
    obstacles = await sql.obstacles.all(unit.connection, RowObstacle, import_id=import_id, person_ids=person_ids)
    enrollment_ids = {row.enrollment_id for row in batch}
    undone = [row for row in _without(found, obstacles) if row.enrollment_id in enrollment_ids]
    await withdraw_imported(
        unit, import_id, [row.enrollment_id for row in undone], [row.person_id for row in undone], resources
    )
    places = {"tab": [row.tab for row in undone], "line": [row.line for row in undone]}
    await sql.undo_rows.execute(unit.connection, import_id=import_id, **places)


def _without(rows: Sequence[RowToUndo], obstacles: Sequence[RowObstacle]) -> list[RowToUndo]:
    """Leaves people out of whom something depends on any row: the consents of all their rows are theirs together."""
    kept = {one.person_id for one in obstacles}
    return [row for row in rows if row.person_id not in kept]


def locks_of(rows: Sequence[RowToUndo]) -> set[str]:
    """Names the locks of the people and of the seats. Who was erased is left as they are, and who gets another document
    meanwhile was corrected."""
    people = {person_lock(row.document_digest) for row in rows if row.document_digest}
    return people | {seat_lock(row.cohort_id) for row in rows}


_NOT_WRITTEN = Rejection(
    "import_not_written",
    N_("This import has not written its rows yet."),
    Kind.CONFLICT,
    remedy=N_("Wait until it has ended, or discard it."),
)
_OBSTRUCTED = Rejection(
    "undo_obstructed",
    N_("Something depends on this import by now, so nothing of it was undone."),
    Kind.CONFLICT,
    remedy=N_("Look at what stands in the way, and ask to undo the rest, if that is wanted."),
)
