"""The pages of a past cohort lead to its list, say who completed, and speak of no seats and of no waiting list."""

from uuid import UUID

import pytest

from services.enrollment.enrollments.domain import Accepted
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.past_cohorts import a_list, a_listed_row, a_past_cohort, a_past_programme
from services.enrollment.tests.previewed_sheets import id_of, sent
from services.enrollment.tests.stories import a_cohort, an_application, applies
from tests.support.sites import Site

HTML = {"Accept": "text/html"}


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_past_cohort(resources)


async def page(site: Site[EnrollmentResources], address: str) -> str:
    async with site.browser("coordinator") as coordinator:
        return (await coordinator.get(address, headers=HTML)).text


async def imports(site: Site[EnrollmentResources], cohort: UUID) -> UUID:
    """The id of a list with somebody who completed and somebody who did not."""
    rows = a_list(a_listed_row(**{"Fecha de culminación": "20/06/2023"}), a_listed_row(Completó="No"))
    async with site.browser("coordinator") as coordinator:
        return id_of(await sent(coordinator, site.resources, rows, cohort_id=str(cohort)))


async def test_the_page_leads_to_the_import_into_this_cohort(site: Site[EnrollmentResources], cohort: UUID) -> None:
    address = f"/imports/new?cohort_id={cohort}"
    assert f'href="/enrollment{address}"' in await page(site, f"/cohorts/{cohort}")
    assert f'<option value="{cohort}" selected>' in await page(site, address)


async def test_the_page_says_who_completed_and_has_no_waiting_list(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    await imports(site, cohort)
    shown = await page(site, f"/cohorts/{cohort}")
    assert "20 jun. 2023" in shown and "Culminó" in shown
    assert "Registrada" in shown and "Con vacante" not in shown and "En espera" not in shown
    assert "Puesto en la lista de espera" not in shown and "Vacante ofrecida hasta" not in shown
    await applies(site.resources, an_application(now := await a_cohort(site.resources)))
    assert "Puesto en la lista de espera" in await page(site, f"/cohorts/{now}")


async def test_the_list_of_cohorts_tells_the_past_ones(site: Site[EnrollmentResources], cohort: UUID) -> None:
    await a_cohort(site.resources)
    past, now = await page(site, "/cohorts?is_past=yes"), await page(site, "/cohorts?is_past=no")
    assert str(cohort) in past and str(cohort) not in now
    assert "Nadie todavía" not in past, "nobody shall facilitate it"


async def test_its_correction_asks_for_no_seats(site: Site[EnrollmentResources], cohort: UUID) -> None:
    shown = await page(site, f"/cohorts/{cohort}/correct")
    assert "Personas del padrón" in shown and "Días para aceptar" not in shown and "seats_changed" not in shown
    sent_form = {
        "name": "Celendín 2023",
        "province": "0603",
        "capacity": "41",
        "days_to_accept": "3",
        "starts_on": "2023-03-06",
        "ends_on": "2023-06-30",
        "reason": "mistake_found",
    }
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post(f"/cohorts/{cohort}/correct", data=sent_form, headers=HTML)
    assert answer.status_code == 303, answer.text


async def test_undoing_its_import_promises_no_seat_to_anybody(site: Site[EnrollmentResources], cohort: UUID) -> None:
    shown = await page(site, f"/imports/{await imports(site, cohort)}/undo")
    assert "2 personas de cohortes anteriores dejan de estar registradas." in shown
    assert "vacante" not in shown and "listas de espera" not in shown


async def test_nobody_is_said_to_prefer_not_to_say_what_a_list_did_not_tell(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    await imports(site, cohort)
    shown = await page(site, f"/people/{await site.resources.pool.fetchval('SELECT person_id FROM people LIMIT 1')}")
    assert "Sin especificar" in shown and "Prefiere no decirlo" not in shown


async def test_what_a_list_says_is_a_column_of_those_alone_who_are_on_one(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    await imports(site, cohort)
    listed = await site.resources.pool.fetchval("SELECT person_id FROM people LIMIT 1")
    seated = await applies(site.resources, an_application(await a_cohort(site.resources)))
    assert isinstance(seated, Accepted)
    assert "Según padrón anterior" in await page(site, f"/people/{listed}")
    assert "Según padrón anterior" not in await page(site, f"/people/{seated.person_id}")


async def test_a_programme_is_chosen_by_its_code(site: Site[EnrollmentResources]) -> None:
    """A copy of a programme for another year may have the same title."""
    await a_past_programme(site.resources)
    code = await site.resources.pool.fetchval("SELECT code FROM programmes")
    for address in ("/past-cohorts/new", "/cohorts/new", "/targets/new"):
        assert f">{code} · " in await page(site, address), address
