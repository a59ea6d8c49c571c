"""Rows are written many at a time, and end as if one had come after the other, whoever works beside it and whenever a
process dies."""

import asyncio
import threading
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.jobs import Job
from chassis.store.queries import Query
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.imports import batches, jobs
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.rows import RowParser
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.previewed_sheets import previewed
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import a_cohort, an_application, applies, event_bodies, seats
from services.enrollment.tests.test_imports import a_sheet, counts, imported, received, status
from services.enrollment.tests.undone_imports import undone
from tests.support.sites import Site
from tests.support.waiting import wait_until

ROWS = 12


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ROWS_PER_BATCH", 4)


def rows(number: int = ROWS) -> list[dict[str, Any]]:
    return [a_row(Cohorte="") for _ in range(number)]


async def lines(resources: EnrollmentResources, job: Job) -> dict[int, str]:
    """The outcome of each line."""
    found = await resources.pool.fetch(
        "SELECT line, outcome FROM import_rows WHERE import_id = $1", UUID(job.payload["import_id"])
    )
    return {row["line"]: row["outcome"] for row in found}


async def test_a_job_that_dies_at_any_statement_goes_on_where_it_was(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The n-th time it dies at its n-th statement, until it has none left to die at."""
    cohort = await a_cohort(resources, capacity=ROWS - 2)
    job = await received(resources, a_sheet(*rows()), cohort)

    async def read_here(content: bytes) -> Any:
        return read_sheet(content)

    monkeypatch.setattr(jobs, "read_untrusted_sheet", read_here)
    deaths = 0
    for attempt in count(1):
        with monkeypatch.context() as mortal:
            _dies_at(attempt, mortal)
            [ended] = await asyncio.gather(asyncio.ensure_future(jobs.run(resources, job)), return_exceptions=True)
        if ended is None:
            break
        deaths += 1
        assert sum((await seats(resources, cohort)).values()) == len(await lines(resources, job))

    assert deaths > 12, "each statement of a batch was one to die at"
    found = await status(resources, job)
    assert (found.state, counts(found)) == (
        "done", {"done": ROWS, "accepted": ROWS - 2, "accepted_new_people": ROWS - 2, "waitlisted": 2},
    )  # fmt: skip
    assert len(await event_bodies(resources, "PersonRegistered")) == ROWS
    assert [line for line, outcome in sorted((await lines(resources, job)).items()) if outcome == "waitlisted"] == [
        ROWS,
        ROWS + 1,
    ]


def _dies_at(statement: int, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count(1)
    for name in ("execute", "fetch", "fetch_row", "value"):
        otherwise = getattr(Query, name)

        async def dies(*arguments: Any, otherwise: Any = otherwise, **values: Any) -> Any:
            if next(numbers) == statement:
                raise asyncio.CancelledError
            return await otherwise(*arguments, **values)

        monkeypatch.setattr(Query, name, dies)


async def test_one_file_in_two_imports_at_once_enrolls_everybody_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    content = a_sheet(*rows())
    both = [await received(resources, content, cohort) for _ in range(2)]

    await asyncio.gather(*(jobs.run(resources, job) for job in both))

    found = [await status(resources, job) for job in both]
    assert [one.done for one in found] == [ROWS, ROWS]
    assert [sum(getattr(one, name) for one in found) for name in ("accepted", "already_enrolled")] == [ROWS, ROWS]
    assert await seats(resources, cohort) == {"accepted": ROWS}
    assert len(await event_bodies(resources, "EnrollmentAccepted")) == ROWS


async def test_forms_beside_an_import_get_the_seats_that_are_left(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=14)
    sheet = rows()
    job = await received(resources, a_sheet(*sheet), cohort)
    same = Document(DocumentType.DNI, sheet[-1]["DNI"])
    forms = [an_application(cohort) for _ in range(5)] + [an_application(cohort, document=same)]

    await asyncio.gather(jobs.run(resources, job), *(applies(resources, one) for one in forms))

    assert await seats(resources, cohort) == {"accepted": 14, "waitlisted": 3}
    assert (await status(resources, job)).done == ROWS


async def test_rows_of_one_document_in_a_batch_are_decided_one_after_the_other(
    resources: EnrollmentResources,
) -> None:
    """The first row of a document gets the last seat, and the second learns it; the next person waits."""
    cohort, (first, second, third) = await a_cohort(resources, capacity=2), rows(3)
    job = await received(resources, a_sheet(first, second, second, third), cohort)

    await jobs.run(resources, job)

    assert await lines(resources, job) == {2: "accepted", 3: "accepted", 4: "already_enrolled", 5: "waitlisted"}


async def test_somebody_with_two_rows_of_one_batch_is_one_new_person(resources: EnrollmentResources) -> None:
    one, other = await a_cohort(resources), await a_cohort(resources)
    names = [await _name(resources, cohort, name) for cohort, name in ((one, "Cohorte Uno"), (other, "Cohorte Dos"))]
    person = a_row()

    found = await imported(resources, a_sheet(*({**person, "Cohorte": name} for name in names)))

    assert counts(found) == {"done": 2, "accepted": 2, "accepted_new_people": 1}
    assert len(await event_bodies(resources, "PersonRegistered")) == 1


async def _name(resources: EnrollmentResources, cohort: UUID, name: str) -> str:
    await resources.pool.execute("UPDATE cohorts SET name = $2 WHERE cohort_id = $1", cohort, name)
    return name


async def test_a_row_that_cannot_even_be_read_is_refused_alone(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort, sheet = await a_cohort(resources), rows(6)
    read = RowParser.read

    def breaks_on_one(parser: RowParser, row: Any, enrollment_id: UUID) -> Any:
        if sheet[2]["DNI"] in row.cells:
            raise RuntimeError
        return read(parser, row, enrollment_id)

    monkeypatch.setattr(RowParser, "read", breaks_on_one)
    job = await received(resources, a_sheet(*sheet), cohort)
    await jobs.run(resources, job)

    assert await lines(resources, job) == {line: "refused" if line == 4 else "accepted" for line in range(2, 8)}


async def test_a_worker_that_lost_its_job_writes_nothing_into_an_undone_import(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is held before its second batch, until somebody has undone the import that was given up."""
    cohort = await a_cohort(resources)
    job = await received(resources, a_sheet(*rows()), cohort)
    written, is_held, is_released = count(1), asyncio.Event(), asyncio.Event()
    import_batch = batches._import

    async def held(*arguments: Any) -> None:
        if next(written) == 2:
            is_held.set()
            await is_released.wait()
        await import_batch(*arguments)

    monkeypatch.setattr(batches, "_import", held)
    running = asyncio.ensure_future(jobs.run(resources, job))
    await is_held.wait()
    await jobs.give_up(resources, job)
    assert (await undone(resources, UUID(job.payload["import_id"]))).state == "undone"
    is_released.set()
    await running

    found = await status(resources, job)
    assert (found.state, found.done, found.undone) == ("undone", 4, 4)
    assert await seats(resources, cohort) == {"withdrawn": 4}


@pytest.mark.parametrize("is_previewed", [True, False])
async def test_the_loop_goes_on_while_rows_are_read(
    site: Site[EnrollmentResources],
    resources: EnrollmentResources,
    monkeypatch: pytest.MonkeyPatch,
    is_previewed: bool,
) -> None:
    cohort = await a_cohort(resources)
    is_called, is_free = threading.Event(), threading.Event()
    went_on: list[bool] = []
    read = RowParser.read

    def waits(*of: Any) -> Any:
        is_called.set()
        went_on.append(is_free.wait(20))
        return read(*of)

    monkeypatch.setattr(RowParser, "read", waits)
    async with site.browser("coordinator") as coordinator:
        sent = (
            previewed(coordinator, resources, a_sheet(*rows(1)), cohort_id=str(cohort))
            if is_previewed
            else imported(resources, a_sheet(*rows(1)), cohort)
        )
        working = asyncio.create_task(sent)
        await wait_until(is_called.is_set)
        is_free.set()
        await working
    assert all(went_on), "nothing else ran on the loop"
