"""A sheet goes in: its job, its counts, what comes back, and what a crash in the middle leaves."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.jobs import Job
from chassis.store.database import TRANSIENT
from services.enrollment.enrollments.service import enroll_all
from services.enrollment.imports import batches, jobs
from services.enrollment.imports.commands import UploadedSheet
from services.enrollment.imports.service import RUN_IMPORT, Import, existing_import, upload_sheet
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import a_cohort, event_bodies, seats, unit_of_work
from tests.support.waiting import wait_until


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    cohort_id = await a_cohort(resources, capacity=500)
    await resources.pool.execute("UPDATE cohorts SET name = 'Cohorte A' WHERE cohort_id = $1", cohort_id)
    return cohort_id


def a_sheet(*rows: dict[str, Any]) -> bytes:
    return csv_of(table(rows))


async def received(
    resources: EnrollmentResources, content: bytes, cohort_id: UUID | None = None, name: str = "hoja.csv"
) -> Job:
    """The job of a sheet that was sent just now."""
    sheet = UploadedSheet(content, name, Declaration(cohort_id=cohort_id))
    async with unit_of_work(resources, now=datetime.now(UTC)) as unit:
        queued = await upload_sheet(unit, sheet, resources)
    return Job(queued.job_id, RUN_IMPORT, {"import_id": str(queued.import_id)}, attempts=1)


async def imported(
    resources: EnrollmentResources, content: bytes, cohort_id: UUID | None = None, name: str = "hoja.csv"
) -> Import:
    """A sheet's import once its job has run."""
    job = await received(resources, content, cohort_id, name)
    await jobs.run(resources, job)
    return await status(resources, job)


async def status(resources: EnrollmentResources, job: Job) -> Import:
    return await existing_import(resources.pool, UUID(job.payload["import_id"]))


COUNTS = ("done", "accepted", "accepted_new_people", "already_enrolled", "waitlisted", "review", "refused")


def counts(found: Import) -> dict[str, int]:
    """The counts that are not zero."""
    return {name: getattr(found, name) for name in COUNTS if getattr(found, name)}


async def test_good_rows_are_enrolled_and_bad_ones_do_not_hold_them_back(
    resources: EnrollmentResources, cohort: UUID
) -> None:
    twin = a_row()
    found = await imported(
        resources,
        a_sheet(
            twin, a_row(DNI="123"), a_row(Consentimiento="No"), twin, a_row(**{"Fecha de nacimiento": "1987"}), a_row()
        ),
    )

    assert found.state == "done"
    assert counts(found) == {"done": 6, "accepted": 2, "accepted_new_people": 2, "already_enrolled": 1, "refused": 3}
    assert await seats(resources, cohort) == {"accepted": 2}


async def test_the_same_file_twice_changes_nothing(resources: EnrollmentResources, cohort: UUID) -> None:
    content = a_sheet(*(a_row() for _ in range(8)))
    await imported(resources, content)
    events = await resources.pool.fetchval("SELECT count(*) FROM outbox")

    again = await imported(resources, content)

    assert counts(again) == {"done": 8, "already_enrolled": 8}
    assert await resources.pool.fetchval("SELECT count(*) FROM outbox") == events


async def test_somebody_with_a_seat_elsewhere_is_accepted_but_is_no_new_person(
    resources: EnrollmentResources, cohort: UUID
) -> None:
    other, person = await a_cohort(resources), a_row(Cohorte="")
    await imported(resources, a_sheet(person), other)

    found = await imported(resources, a_sheet(person), cohort)

    assert counts(found) == {"done": 1, "accepted": 1}


async def test_a_known_document_with_another_name_is_kept_for_review(
    resources: EnrollmentResources, cohort: UUID
) -> None:
    person = a_row()
    await imported(resources, a_sheet(person))

    found = await imported(resources, a_sheet({**person, "Nombres": "Segundo Wilmer", "Apellidos": "Chávez Díaz"}))

    assert counts(found) == {"done": 1, "review": 1}
    assert await resources.pool.fetchval("SELECT count(*) FROM import_rows WHERE cells IS NOT NULL") == 1


async def test_who_finds_no_seat_waits(resources: EnrollmentResources) -> None:
    small = await a_cohort(resources, capacity=2)

    found = await imported(resources, a_sheet(*(a_row(Cohorte="") for _ in range(5))), small)

    assert counts(found) == {"done": 5, "accepted": 2, "accepted_new_people": 2, "waitlisted": 3}


async def test_a_job_that_dies_at_any_row_goes_on_where_it_was(
    resources: EnrollmentResources, cohort: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ROWS_PER_BATCH", 4)
    rows = [a_row() for _ in range(40)] + [a_row(DNI="1")]
    job = await received(resources, a_sheet(*rows))

    for _ in range(6):
        done = (await status(resources, job)).done
        work = asyncio.ensure_future(jobs.run(resources, job))
        while not work.done() and (await status(resources, job)).done < done + 5:
            await asyncio.sleep(0)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    await jobs.run(resources, job)

    found = await status(resources, job)
    assert found.state == "done"
    assert counts(found) == {"done": 41, "accepted": 40, "accepted_new_people": 40, "refused": 1}
    assert await seats(resources, cohort) == {"accepted": 40}


async def test_a_process_killed_again_and_again_counts_nobody_twice(
    resources: EnrollmentResources, cohort: UUID, environment: dict[str, str]
) -> None:
    job = await received(resources, a_sheet(*(a_row() for _ in range(300))))

    for _ in range(3):
        done = (await status(resources, job)).done
        worker = await a_worker(job, environment)
        await wait_until(partial(_has_done, resources, job, done + 20))
        worker.kill()
        await worker.wait()
    assert (await status(resources, job)).state == "running"
    worker = await a_worker(job, environment)
    assert await worker.wait() == 0

    found = await status(resources, job)
    assert found.state == "done"
    assert counts(found) == {"done": 300, "accepted": 300, "accepted_new_people": 300}
    assert await seats(resources, cohort) == {"accepted": 300}
    assert len(await event_bodies(resources, "EnrollmentAccepted")) == 300


async def a_worker(job: Job, environment: dict[str, str], work: str = "run") -> asyncio.subprocess.Process:
    """A process that does nothing but this job."""
    command = (sys.executable, "-m", "services.enrollment.tests.import_process", job.payload["import_id"], work)
    return await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment})


async def _has_done(resources: EnrollmentResources, job: Job, rows: int) -> bool:
    return bool((await status(resources, job)).done >= rows)


async def test_two_workers_at_the_same_sheet_count_each_row_once(resources: EnrollmentResources, cohort: UUID) -> None:
    job = await received(resources, a_sheet(*(a_row() for _ in range(20))))

    await asyncio.gather(jobs.run(resources, job), jobs.run(resources, job), return_exceptions=True)
    await jobs.run(resources, job)

    assert counts(await status(resources, job)) == {"done": 20, "accepted": 20, "accepted_new_people": 20}


async def test_a_row_that_fails_in_a_way_nobody_foresaw_is_refused_alone(
    resources: EnrollmentResources,
    cohort: UUID,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What the error says may name the person, so the log has its type alone."""
    unlucky = a_row(Nombres="Desdichada")

    async def breaks_on_one(unit: Any, applications: Any, *others: Any) -> Any:
        for one in applications:
            if one.application.names.given == "Desdichada":
                raise RuntimeError(one.application.names.given)
        return await enroll_all(unit, applications, *others)

    monkeypatch.setattr(batches, "enroll_all", breaks_on_one)
    found = await imported(resources, a_sheet(*(a_row() for _ in range(4)), unlucky, *(a_row() for _ in range(6))))

    assert counts(found) == {"done": 11, "accepted": 10, "accepted_new_people": 10, "refused": 1}
    logs = "".join(capfd.readouterr()) + caplog.text  # wherever earlier tests have sent them
    assert "RuntimeError" in logs and "Desdichada" not in logs


async def test_a_row_whose_outcome_was_not_stored_is_imported_when_the_job_runs_again(
    resources: EnrollmentResources, cohort: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hiccup refuses no row, and neither it nor a death leaves somebody enrolled without the row's outcome."""
    for error in (*TRANSIENT, asyncio.CancelledError):
        job = await received(resources, a_sheet(a_row(), a_row()))
        with monkeypatch.context() as patched:
            patched.setattr(batches, "_record", _raises_once(error, batches._record))
            await asyncio.gather(asyncio.ensure_future(jobs.run(resources, job)), return_exceptions=True)
        assert counts(await status(resources, job)) == {}, error

        await jobs.run(resources, job)

        assert counts(await status(resources, job)) == {"done": 2, "accepted": 2, "accepted_new_people": 2}, error


def _raises_once(error: type[BaseException], otherwise: Callable[..., Awaitable[None]]) -> Any:
    failing = [error]

    async def raises(*arguments: Any) -> None:
        if failing:
            raise failing.pop()("planted")
        await otherwise(*arguments)

    return raises


async def test_a_resumed_import_looks_at_no_row_again(
    resources: EnrollmentResources, cohort: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [a_row() for _ in range(5)]
    job = await received(resources, a_sheet(*rows))
    seen: list[list[str]] = []

    async def dies_in_the_second_batch(unit: Any, applications: Any, *others: Any) -> Any:
        seen.append([one.application.document.number for one in applications])
        if len(seen) == 2:
            raise ConnectionError
        return await enroll_all(unit, applications, *others)

    monkeypatch.setattr(batches, "enroll_all", dies_in_the_second_batch)
    monkeypatch.setattr(batches, "ROWS_PER_BATCH", 2)
    for _ in range(2):
        await asyncio.gather(asyncio.ensure_future(jobs.run(resources, job)), return_exceptions=True)

    first, second, third = [row["DNI"] for row in rows[:2]], [row["DNI"] for row in rows[2:4]], [rows[4]["DNI"]]
    assert seen == [first, second, second, third]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (
            [["DNI", "Apellidos", "Nombres", "UBIGEO", "Cohorte"], ["1", "A", "B", "060101", "C"]],
            "ubigeo_scheme_undeclared",
        ),
        ([["DNI", "Apellidos", "Nombres", "UBIGEO INEI"], ["1", "A", "B", "060101"]], "cohort_undeclared"),
        ([["uno", "dos", "tres"], ["1", "2", "3"]], "headings_not_found"),
    ],
)
async def test_a_sheet_that_cannot_be_taken_fails_with_its_reason(
    resources: EnrollmentResources, lines: list[list[str]], code: str
) -> None:
    found = await imported(resources, csv_of(lines))

    assert found.state == "failed"
    assert found.failure
    assert found.failure.code == code
    assert found.failure.remedy


async def test_a_file_that_kills_its_reader_is_given_up(resources: EnrollmentResources) -> None:
    job = await received(resources, a_sheet(a_row()))

    await jobs.give_up(resources, job)

    failure = (await status(resources, job)).failure
    assert failure and failure.code == "file_unreadable"


async def test_an_import_that_had_begun_is_given_up_as_interrupted(resources: EnrollmentResources) -> None:
    job = await received(resources, a_sheet(a_row()))
    await resources.pool.execute("UPDATE imports SET state = 'running'")

    await jobs.give_up(resources, job)

    failure = (await status(resources, job)).failure
    assert failure and failure.code == "import_interrupted"


async def test_an_import_that_has_ended_is_not_given_up(resources: EnrollmentResources, cohort: UUID) -> None:
    job = await received(resources, a_sheet(a_row()))
    await jobs.run(resources, job)

    await jobs.give_up(resources, job)

    found = await status(resources, job)
    assert (found.state, found.failure, counts(found)["accepted"]) == ("done", None, 1)
