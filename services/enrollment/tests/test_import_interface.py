"""Sheets over HTTP and on pages: who may send them, and what is shown of them."""

import io
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.imports import jobs
from services.enrollment.imports.service import RUN_IMPORT
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.sheets import a_row, table, xlsx_of
from services.enrollment.tests.stories import a_cohort
from services.enrollment.tests.test_imports import a_sheet, counts, imported, received
from tests.support.sites import Site


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    cohort_id = await a_cohort(resources, capacity=500)
    await resources.pool.execute("UPDATE cohorts SET name = 'Cohorte A' WHERE cohort_id = $1", cohort_id)
    return cohort_id


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
