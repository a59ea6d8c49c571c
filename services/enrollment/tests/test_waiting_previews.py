"""A preview that is read or waits: what can be asked of it, until when it is stored, and what it holds up."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from chassis.web.formats import date_time
from chassis.web.locale import Locale, using
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.imports import jobs
from services.enrollment.imports.service import DISCARD_IMPORT, ERASE_IMPORT, existing_import
from services.enrollment.imports.template import template_workbook
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.previewed_sheets import address_of, id_of, previewed, sent, shown, works
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import a_cohort, an_application, applies
from tests.support.sites import Site


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources)


SHEET = csv_of(table([a_row(Cohorte="")]))


@pytest.mark.parametrize(("path", "body"), [("answers", {"consent": True}), ("commit", None), ("discard", None)])
async def test_what_is_asked_of_a_sheet_that_is_being_read_can_be_sent_again(
    site: Site[EnrollmentResources], resources: EnrollmentResources, path: str, body: dict[str, bool] | None
) -> None:
    async with site.browser("coordinator") as coordinator:
        files = {"file": ("hoja.csv", SHEET)}
        address = address_of(await coordinator.post("/api/imports", files=files, data={"preview": "true"}))
        early = await coordinator.post(f"{address}/{path}", json=body)
        await works(resources)
        late = await coordinator.post(f"{address}/{path}", json=body)
    assert (early.status_code, early.json()["code"]) == (409, "import_being_read")
    assert early.headers.get("Retry-After") == "1"
    assert late.status_code in (200, 202) or late.json()["code"] == "import_not_ready"


async def test_a_preview_is_stored_for_a_day_and_a_committed_sheet_for_thirty(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """And each page says until when."""
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        new = (await coordinator.get("/imports/new")).text
        address = await previewed(coordinator, resources, csv_of(table([a_row(DNI="1")])), cohort_id=str(cohort))
        waiting = await existing_import(resources.pool, id_of(address))
        page = (await coordinator.get(address.removeprefix("/api"))).text
        await coordinator.post(f"{address}/commit")
        committed = await existing_import(resources.pool, id_of(address))
        due = await resources.pool.fetch("SELECT kind, due_at FROM jobs")
    assert waiting.expires_at == waiting.requested_at + timedelta(days=1)
    assert committed.expires_at >= waiting.requested_at + timedelta(days=30)
    assert {(DISCARD_IMPORT, waiting.expires_at), (ERASE_IMPORT, committed.expires_at)} < {tuple(one) for one in due}
    assert "Si nadie la confirma, se borra el " in new and "a los 30 días" not in new
    assert f"Si nadie la confirma, se borra el {spoken(waiting.expires_at)}" in page


async def test_a_sheet_that_could_not_be_read_for_its_preview_is_erased_as_early(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        files = {"file": ("hoja.csv", csv_of([["uno", "dos"], ["1", "2"]]))}
        address = address_of(await coordinator.post("/api/imports", files=files, data={"preview": "true"}))
        await works(resources)
        await jobs.discard(resources, Job(new_id(), DISCARD_IMPORT, {"import_id": str(id_of(address))}, 1))
        await works(resources)
        found = await existing_import(resources.pool, id_of(address))
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert found.failure and found.failure.code == "headings_not_found", "the reason stays"
    assert found.erased_at and found.name is None
    assert f"se borraron el {spoken(found.erased_at).split(',')[0]}" in page


async def test_an_erasure_that_a_preview_holds_up_names_it(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    outcome = await applies(resources, an_application(cohort))
    assert isinstance(outcome, Accepted)
    page = f"/people/{outcome.person_id}/erase"
    form = {"reason": "person_asked", "confirmed": "true"}
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, SHEET, cohort_id=str(cohort))
        shown = (await coordinator.get(page)).text
        refused = await coordinator.post(page, data=form)
        await coordinator.post(f"{address}/discard")
        after = (await coordinator.get(page)).text
    assert f'href="/enrollment/imports/{id_of(address)}"' in shown
    named = f"por confirmar en la que puede estar esta persona: importación {id_of(address)}."
    assert (refused.status_code, named in refused.text) == (409, True)
    assert str(id_of(address)) not in after


async def test_a_sheet_without_rows_asks_nothing_and_says_what_to_do(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, template_workbook())
        preview = await shown(coordinator, address)
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert ([one["code"] for one in preview["faults"]], preview["questions"]) == (["no_rows"], [])
    assert "Escriba una fila por persona debajo de los encabezados" in page
    assert 'name="then"' not in page


async def test_a_type_of_organization_that_is_not_read_is_told(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    rows = [
        a_row(Cohorte="", **{"Organización": named, "Tipo de organización": stated})
        for named, stated in (("Comité de regantes", "Ronda campesina"), ("Ronda campesina", "Ronda campesina"))
    ]
    async with site.browser("coordinator") as coordinator:
        address = await sent(coordinator, resources, csv_of(table(rows)), cohort_id=str(cohort))
        told = [row["faults"] for row in (await coordinator.get(f"{address}/rows")).json()["rows"]]
    assert [[(one["code"], one["column"]) for one in faults] for faults in told] == [[("organization_not_read", 9)], []]


def spoken(when: datetime) -> str:
    """The instant as a page shows it in Spanish."""
    with using(Locale("es-PE", ZoneInfo("America/Lima"))):
        return date_time(when)


async def test_the_list_leads_to_each_sheet_by_its_name_and_tells_what_became_of_its_rows(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    """And does not say that one was not taken that somebody discarded."""
    cohort, known = await a_cohort(resources, capacity=1), a_row(Cohorte="")
    rows = [known, known, a_row(Cohorte=""), {**known, "Apellidos": "Chávez Díaz"}, a_row(Cohorte="", DNI="12")]
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        taken = await sent(coordinator, resources, csv_of(table(rows)), cohort_id=str(cohort))
        discarded = await previewed(coordinator, resources, SHEET, cohort_id=str(cohort))
        await coordinator.post(f"{discarded}/discard")
        listed = (await coordinator.get("/imports")).text
        filtered = (await coordinator.get("/imports?state=discarded")).text
        page = (await coordinator.get(discarded.removeprefix("/api"))).text
    assert f'<a href="/enrollment/imports/{id_of(taken)}">hoja.csv</a>' in listed
    for label in ("Aceptadas", "Ya inscritas", "En lista de espera", "Por revisar", "Rechazadas"):
        assert f'class="number" data-label="{label}">1</td>' in listed
    for text in (listed, filtered, page):
        assert "Hoja descartada</span>" in text and 'class="badge bad"' not in text
    assert str(id_of(taken)) not in filtered and str(id_of(discarded)) in filtered


async def test_rows_that_are_not_counted_yet_are_not_told(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        files = {"file": ("hoja.csv", SHEET)}
        address = address_of(await coordinator.post("/api/imports", files=files, data={"preview": "true"}))
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert '<p aria-live="polite" hidden>' in page and '<progress id="progress"></progress>' in page


async def test_a_row_to_review_says_why(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    known = a_row(Cohorte="")
    other = {**known, "Apellidos": "Chávez Díaz", "Nombres": "Segundo"}
    async with site.browser("coordinator") as coordinator:
        address = await sent(coordinator, resources, csv_of(table([known, other])), cohort_id=str(cohort))
        [_, row] = (await coordinator.get(f"{address}/rows")).json()["rows"]
        again = (await coordinator.post(f"{address}/rows/1/3", json={"cells": {"2": "Chávez Días"}})).json()
    for one in (row, again):
        assert (one["outcome"], [fault["code"] for fault in one["faults"]]) == ("review", ["review"])
        assert one["faults"][0]["remedy"]
