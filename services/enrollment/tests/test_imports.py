"""A sheet goes in: its job, its counts, what comes back, and what a crash in the middle leaves."""

import asyncio
import io
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from python_calamine import CalamineWorkbook

from chassis.runtime.jobs import Job
from chassis.store.database import TRANSIENT
from chassis.store.identifiers import new_id
from services.enrollment.enrollments.service import enroll_all
from services.enrollment.imports import batches, jobs
from services.enrollment.imports.commands import UploadedSheet
from services.enrollment.imports.service import ERASE_IMPORT, RUN_IMPORT, Import, existing_import, upload_sheet
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from services.enrollment.tests.stories import a_cohort, event_bodies, seats, unit_of_work
from tests.support.sites import Site
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


async def ciphertexts(resources: EnrollmentResources) -> set[str]:
    """The columns of bytes of the imports' tables that are not empty."""
    columns = await resources.pool.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_name LIKE 'import%' AND data_type = 'bytea'"
    )
    return {
        ".".join(column)
        for column in columns
        if await resources.pool.fetchval(f"SELECT count({column[1]}) FROM {column[0]}")
    }


async def test_what_a_sheet_leaves_is_deleted_as_soon_as_nobody_needs_it(
    resources: EnrollmentResources, cohort: UUID
) -> None:
    """The file until the import has ended, and all the rest for thirty days."""
    taken = {"imports.name", "imports.understanding", "import_rows.cells"}
    content = a_sheet(a_row(), a_row(DNI="12"))
    for ends, kept in ((jobs.run, taken), (jobs.give_up, {"imports.name"}), (None, None)):
        job = await received(resources, content)
        assert await ciphertexts(resources) == {"imports.name", "import_files.content"}
        if ends and kept:
            await ends(resources, job)
            assert await ciphertexts(resources) == kept
        due = await resources.pool.fetch("SELECT due_at FROM jobs WHERE kind = $1", ERASE_IMPORT)
        found = await status(resources, job)
        assert [row["due_at"] for row in due] == [found.expires_at] == [found.requested_at + timedelta(days=30)]

        await jobs.erase(resources, Job(new_id(), ERASE_IMPORT, job.payload, 1))

        assert await ciphertexts(resources) == set()
        assert (await status(resources, job)).erased_at is not None
        await resources.pool.execute("DELETE FROM jobs")


async def test_rows_of_an_erased_import_are_gone_and_not_empty(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    job = await received(resources, a_sheet(a_row(DNI="12")))
    await jobs.run(resources, job)
    await jobs.erase(resources, Job(new_id(), ERASE_IMPORT, job.payload, 1))
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        gone = await coordinator.get(f"/api/imports/{job.payload['import_id']}/refused")
        page = await coordinator.get(f"/imports/{job.payload['import_id']}")
    assert gone.status_code == 410
    assert page.status_code == 200


async def test_rows_for_review_are_among_those_to_correct(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    person = a_row()
    await imported(resources, a_sheet(person))
    job = await received(resources, a_sheet({**person, "Nombres": "Segundo", "Apellidos": "Chávez"}, a_row(DNI="1")))
    await jobs.run(resources, job)
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.get(f"/api/imports/{job.payload['import_id']}/refused")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[:2] for line in lines[1:]] == [[person["DNI"], "Chávez"], ["1", "Quispe Huamán"]]
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_that_was_sent_is_stored_in_clear(resources: EnrollmentResources, cohort: UUID) -> None:
    await imported(resources, a_sheet(a_row(Apellidos="Zzyzx", DNI="12"), a_row(Apellidos="Zzyzx")))

    for name in ("imports", "import_files", "import_rows", "jobs"):
        stored = await resources.pool.fetchval(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {name} t")
        for secret in ("Zzyzx", "hoja", b"Zzyzx".hex(), b"hoja".hex()):
            assert secret not in stored


async def test_after_thirty_days_only_the_counts_are_left(resources: EnrollmentResources, cohort: UUID) -> None:
    job = await received(resources, a_sheet(a_row(), a_row(DNI="12")))
    import_id = UUID(job.payload["import_id"])
    sealed = await resources.pool.fetchval("SELECT content FROM import_files")
    await jobs.run(resources, job)

    await jobs.erase(resources, Job(new_id(), ERASE_IMPORT, job.payload, 1))

    found = await status(resources, job)
    assert counts(found) == {"done": 2, "accepted": 1, "accepted_new_people": 1, "refused": 1}
    assert await resources.pool.fetchval("SELECT count(*) FROM import_files") == 0
    assert await resources.pool.fetchval("SELECT count(cells) FROM import_rows") == 0
    another = (await resources.keyring.create([import_id]))[import_id]
    with pytest.raises(InvalidTag):
        another.open("imports.file", sealed)


async def test_the_interface_takes_a_sheet_and_tells_what_came_of_it(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    content = a_sheet(a_row(), a_row(Notas="=cmd|'a'!A", Consentimiento="quizás"))
    async with site.browser("coordinator") as coordinator:
        sent = await coordinator.post("/api/imports", files={"file": ("hoja.csv", content)})
        assert (sent.status_code, sent.json()["status"]) == (202, "queued")
        address = sent.headers["Location"].removeprefix("/enrollment")
        assert (await coordinator.get(address)).json()["rows"] is None

        await jobs.run(
            resources, Job(UUID(sent.json()["job_id"]), RUN_IMPORT, {"import_id": sent.json()["import_id"]}, 1)
        )

        found = (await coordinator.get(address)).json()
        assert (found["state"], found["rows"], found["accepted_new_people"], found["refused"]) == ("done", 2, 1, 1)
        [good, bad] = (await coordinator.get(f"{address}/rows")).json()["rows"]
        assert (good["line"], good["outcome"]) == (2, "accepted")
        [fault] = bad["faults"]
        assert (bad["tab"], bad["line"], fault["column"], fault["field"]) == (1, 3, 7, "consents")
        assert (fault["code"], fault["remedy"]) == ("answer_unclear", "Escriba Sí o No.")

        as_csv = (await coordinator.get(f"{address}/refused?format=csv")).content.decode("utf-8-sig")
        assert ";'=cmd|" in as_csv
        workbook = (await coordinator.get(f"{address}/refused?format=xlsx")).content
        [titles, row] = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
        assert titles[-2:] == ["Notas", "Qué corregir (Minka)"]
        assert row[-1] == "Consentimiento: Esto no es ni un sí ni un no claros. Escriba Sí o No."
        assert "=cmd|'a'!A" in row


async def test_what_is_not_kept_of_a_row_that_is_taken_is_told(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    job = await received(resources, a_sheet(a_row(Celular="9.87E+08", **{"Consentimiento de contacto": "Sí"})))
    await jobs.run(resources, job)
    async with site.browser("coordinator") as coordinator:
        [row] = (await coordinator.get(f"/api/imports/{job.payload['import_id']}/rows")).json()["rows"]
    assert row["outcome"] == "accepted"
    assert [(one["column"], one["field"], one["code"]) for one in row["faults"]] == [(9, "phone", "phone_unusable")]


async def test_the_refused_rows_can_be_corrected_and_sent_again(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    job = await received(resources, xlsx_of(table([a_row(DNI=61234567, Consentimiento="tal vez")])))
    await jobs.run(resources, job)
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.get(f"/api/imports/{job.payload['import_id']}/refused?format=csv")

    found = await imported(resources, answer.content.replace(b"tal vez", "Sí".encode()))

    assert counts(found) == {"done": 1, "accepted": 1, "accepted_new_people": 1}


async def test_who_may(site: Site[EnrollmentResources], resources: EnrollmentResources) -> None:
    files = {"file": ("hoja.csv", a_sheet(a_row()))}
    for person, expected in ((None, 401), ("auditor", 403), ("facilitator-0601", 403)):
        async with site.browser(person) as somebody:
            assert (await somebody.post("/api/imports", files=files)).status_code == expected
    async with site.browser("coordinator") as coordinator:
        assert (await coordinator.get(f"/api/imports/{new_id()}")).status_code == 404
        unknown = await coordinator.post("/api/imports", files=files, data={"cohort_id": str(new_id())})
        assert unknown.status_code == 404
        wrong = await coordinator.post("/api/imports", files={"file": ("acta.pdf", b"%PDF-1.7 acta")})
        assert (wrong.status_code, wrong.json().get("code")) == (415, "file_wrong_type")


async def test_a_request_sent_twice_makes_one_import(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    files = {"file": ("hoja.csv", a_sheet(a_row()))}
    async with site.browser("coordinator", **{"Idempotency-Key": "sheet-of-the-office"}) as coordinator:
        first, second = [(await coordinator.post("/api/imports", files=files)).json() for _ in range(2)]
    assert first == second
    assert await resources.pool.fetchval("SELECT count(*) FROM imports") == 1


async def test_the_pages_send_follow_and_show(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        assert "Aún" in (await coordinator.get("/imports")).text
        assert (await coordinator.get("/imports/new")).status_code == 200
        nothing = await coordinator.post("/imports/new", data={"cohort_id": ""})
        assert (nothing.status_code, "Elija un archivo." in nothing.text) == (422, True)

        sent = await coordinator.post("/imports/new", files={"file": ("hoja.csv", a_sheet(a_row(), a_row(DNI="1")))})
        assert sent.status_code == 303
        address = sent.headers["Location"].removeprefix("/enrollment")
        waiting = (await coordinator.get(address)).text
        assert 'http-equiv="refresh"' in waiting
        assert (await coordinator.get(f"{address}/progress")).json() == {"status": "waiting", "done": 0, "total": 0}

        job = Job(new_id(), "", {"import_id": address.rsplit("/", 1)[1]}, 1)
        await jobs.preview(resources, job)
        assert "Importar 2 filas" in (await coordinator.get(address)).text
        await coordinator.post(f"{address}/answers", data={"then": "commit"})
        await jobs.run(resources, job)

        done = (await coordinator.get(address)).text
        assert "El DNI tiene exactamente 8 dígitos." in done
        assert 'http-equiv="refresh"' not in done
        assert "hoja.csv" in (await coordinator.get("/imports")).text
