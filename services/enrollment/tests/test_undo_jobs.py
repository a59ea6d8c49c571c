"""An import is undone in batches: after a kill, by two workers at once, with few statements."""

import asyncio
from functools import partial
from uuid import UUID

import pytest
from asyncpg.connection import LoggedQuery

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.imports import undo
from services.enrollment.imports.commands import UndoImport
from services.enrollment.imports.service import existing_import
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import (
    a_cohort,
    an_application,
    applies,
    event_names,
    seats,
    unit_of_work,
)
from services.enrollment.tests.test_imports import a_sheet, a_worker, imported
from services.enrollment.tests.test_kept_counts import assert_counts_are_exact
from tests.support.waiting import wait_until

Resources = EnrollmentResources


async def test_a_process_killed_again_and_again_undoes_each_row_once(
    resources: Resources, environment: dict[str, str]
) -> None:
    cohort = await a_cohort(resources, capacity=500)
    found = await imported(resources, a_sheet(*(a_row(Cohorte="") for _ in range(350))), cohort)
    job = Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(found.import_id)}, attempts=1)
    async with unit_of_work(resources, found.import_id) as unit:
        await undo.request_undo(unit, UndoImport(), found.import_id)

    for at_least in (1, 150):
        worker = await a_worker(job, environment, "undo")
        await wait_until(partial(has_undone, resources, found.import_id, at_least), pause=0.002)
        worker.kill()
        await worker.wait()
    await undo.undo(resources, job)

    assert await seats(resources, cohort) == {"withdrawn": 350}
    names = await event_names(resources)
    assert (names.count("EnrollmentWithdrawn"), names.count("ConsentWithdrawn")) == (350, 350)
    await assert_counts_are_exact(resources.pool)


async def has_undone(resources: Resources, import_id: UUID, rows: int) -> bool:
    return (await existing_import(resources.pool, import_id)).undone >= rows


async def test_two_workers_undo_each_row_once(resources: Resources) -> None:
    cohort = await a_cohort(resources, capacity=500)
    found = await imported(resources, a_sheet(*(a_row(Cohorte="") for _ in range(150))), cohort)
    async with unit_of_work(resources, found.import_id) as unit:
        await undo.request_undo(unit, UndoImport(), found.import_id)
    job = Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(found.import_id)}, attempts=1)

    await asyncio.gather(*(undo.undo(resources, job) for _ in range(3)))

    assert (await event_names(resources)).count("EnrollmentWithdrawn") == 150
    await assert_counts_are_exact(resources.pool)


STATEMENTS = 12
"""Rows, obstacles, consents with their events, contacts that the rows gave, enrollments, their withdrawal, who moves
up, their events and what they are told, and outcomes; the locks are taken before."""


@pytest.mark.parametrize("rows", [1, 40])
async def test_a_batch_takes_few_statements_however_many_rows_it_has(resources: Resources, rows: int) -> None:
    cohort = await a_cohort(resources, capacity=rows)
    found = await imported(resources, a_sheet(*(a_row(Cohorte="") for _ in range(rows))), cohort)
    for _ in range(rows):
        await applies(resources, an_application(cohort))
    asked: list[str] = []

    def note(query: LoggedQuery) -> None:
        if query.query.startswith("-- Why"):  # a new connection's look-ups of types are not ours
            asked.append(query.query)

    batch = await undo.sql.rows_to_undo.all(resources.pool, undo.RowToUndo, import_id=found.import_id, person_ids=None)
    async with unit_of_work(resources, *undo.locks_of(batch)) as unit:
        with unit.connection.query_logger(note):
            await undo.undo_batch(unit, resources, found.import_id, batch)

    assert len(asked) == STATEMENTS
    assert await seats(resources, cohort) == {"withdrawn": rows, "accepted": rows}


async def test_a_batch_undoes_its_own_rows_alone(resources: Resources) -> None:
    """A person's other row is in a batch of its own, after everybody who waits."""
    first, second = [await a_cohort(resources) for _ in range(2)]
    for number, cohort in enumerate((first, second)):
        await resources.pool.execute("UPDATE cohorts SET name = $1 WHERE cohort_id = $2", f"Cohorte {number}", cohort)
    person = a_row()
    found = await imported(resources, a_sheet({**person, "Cohorte": "Cohorte 0"}, {**person, "Cohorte": "Cohorte 1"}))
    rows = await undo.sql.rows_to_undo.all(resources.pool, undo.RowToUndo, import_id=found.import_id, person_ids=None)
    async with unit_of_work(resources, *undo.locks_of(rows[:1])) as unit:
        await undo.undo_batch(unit, resources, found.import_id, rows[:1])
    assert [await seats(resources, one) for one in (first, second)] == [{"withdrawn": 1}, {"accepted": 1}]
