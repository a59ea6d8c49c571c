"""What is stored of a sheet is encrypted, and erased when nobody needs it."""

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.enrollments.domain import ReviewDecision
from services.enrollment.imports import jobs
from services.enrollment.imports.service import ERASE_IMPORT, KEPT_WHILE_WAITING
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import a_cohort
from services.enrollment.tests.test_deciding import CONTRADICTING, decides_row
from services.enrollment.tests.test_imports import a_sheet, counts, imported, received, status
from services.enrollment.tests.test_reviews import known
from tests.support.sites import Site


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    cohort_id = await a_cohort(resources, capacity=500)
    await resources.pool.execute("UPDATE cohorts SET name = 'Cohorte A' WHERE cohort_id = $1", cohort_id)
    return cohort_id


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


async def test_rows_that_wait_for_a_decision_stay_until_somebody_decides(
    resources: EnrollmentResources, cohort: UUID
) -> None:
    """Of the rest of the sheet nothing is kept for longer."""
    row = await known(resources, cohort)
    job = await received(resources, a_sheet(row | CONTRADICTING, a_row(DNI="12", Cohorte="")), cohort)
    await jobs.run(resources, job)
    erase = Job(new_id(), ERASE_IMPORT, job.payload, 1)
    await resources.pool.execute("DELETE FROM jobs")

    await jobs.erase(resources, erase)

    found = await status(resources, job)
    assert (found.erased_at, found.expires_at) == (None, found.requested_at + KEPT_WHILE_WAITING)
    cells = "SELECT cells IS NOT NULL AS kept FROM import_rows WHERE import_id = $1 ORDER BY line"
    kept = await resources.pool.fetch(cells, UUID(job.payload["import_id"]))
    assert [row["kept"] for row in kept] == [True, False]
    assert await resources.pool.fetchval("SELECT count(*) FROM jobs WHERE kind = $1", ERASE_IMPORT) == 1

    await decides_row(resources, UUID(job.payload["import_id"]), ReviewDecision.SAME_PERSON)
    await jobs.erase(resources, erase)
    assert (await status(resources, job)).erased_at is not None


async def test_rows_about_which_nobody_decides_are_erased_in_the_end(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    row = await known(resources, cohort)
    job = await received(resources, a_sheet(row | CONTRADICTING), cohort)
    await jobs.run(resources, job)
    async with site.browser("coordinator") as coordinator:
        assert "más de dos semanas" not in (await coordinator.get("/cohorts")).text
        await resources.pool.execute("UPDATE imports SET requested_at = requested_at - interval '15 days'")
        for page in ("/cohorts", "/reviews"):
            assert "1 formulario o fila espera" in (await coordinator.get(page)).text
    await resources.pool.execute("UPDATE imports SET requested_at = requested_at - interval '166 days'")
    await jobs.erase(resources, Job(new_id(), ERASE_IMPORT, job.payload, 1))
    assert (await status(resources, job)).erased_at is not None


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
