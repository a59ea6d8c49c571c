"""Lists are read page by page, sorted, filtered and saved, and show nobody what they must not see."""

import html
from uuid import uuid4

import httpx

from contracts.event import OrganizationType
from services.enrollment.cohorts.service import existing_cohort
from services.enrollment.organizations.commands import RegisterOrganization
from services.enrollment.organizations.service import register_organization
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies, unit_of_work
from services.enrollment.tests.test_access import PATRIA, organizations
from tests.support.sites import Site

LISTS = ["cohorts", "programmes", "organizations", "imports"]


async def saved(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8-sig")


async def test_the_interface_gives_every_cohort_once_page_by_page(site: Site[EnrollmentResources]) -> None:
    cohorts = {str(await a_cohort(site.resources)) for _ in range(5)}
    seen: list[str] = []
    async with site.browser("coordinator") as coordinator:
        cursor: str | None = ""
        while cursor is not None:
            page = (await coordinator.get("/api/cohorts", params={"limit": 2, "after": cursor})).json()
            seen += [cohort["cohort_id"] for cohort in page["cohorts"]]
            cursor = page["next"]
    assert len(seen) == len(cohorts)
    assert set(seen) == cohorts


async def test_a_parameter_that_a_list_does_not_know_is_refused(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        answers = [await coordinator.get(f"/api/{name}?number=1") for name in LISTS[:3]]
    assert [answer.json().get("code") for answer in answers] == ["unknown_parameter"] * 3


async def test_neither_does_what_has_no_pages_ignore_one_but_a_file_that_others_lead_to(
    site: Site[EnrollmentResources],
) -> None:
    async with site.browser("coordinator") as coordinator:
        listed = await coordinator.get("/api/consent-texts/training?limit=10")
        file = await coordinator.get(f"/api/public/programmes/{uuid4()}/syllabus.pdf?fbclid=of-their-own")
    assert (listed.status_code, listed.json().get("code"), file.status_code) == (400, "unknown_parameter", 404)


async def test_cohorts_of_one_programme(site: Site[EnrollmentResources]) -> None:
    own, _other = [await a_cohort(site.resources) for _ in range(2)]
    programme = await site.resources.pool.fetchval("SELECT programme_id FROM cohorts WHERE cohort_id = $1", own)
    async with site.browser("coordinator") as coordinator:
        found = (await coordinator.get(f"/api/cohorts?programme_id={programme}")).json()["cohorts"]
    assert [cohort["cohort_id"] for cohort in found] == [str(own)]


async def test_every_list_is_shown_and_saved(site: Site[EnrollmentResources]) -> None:
    await a_cohort(site.resources)
    await organizations(site.resources)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        for name in LISTS:
            assert (await coordinator.get(f"/{name}")).status_code == 200
            assert (await saved(coordinator, f"/{name}?format=csv")).count("\n") >= 1
        assert "PATRIA C" in await saved(coordinator, "/organizations?q=patria&format=csv")


async def test_names_are_sorted_searched_and_saved(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources, capacity=1)
    for application in (an_application(cohort), an_application(cohort)):
        await applies(site.resources, application)
    async with site.browser("facilitator-0601", Accept="text/html") as facilitator:
        waiting = await saved(facilitator, f"/cohorts/{cohort}?status=waitlisted&format=csv")
        nobody = await saved(facilitator, f"/cohorts/{cohort}?q=chuquimango&format=csv")
    assert waiting.splitlines()[0] == '"Apellidos y nombres","Documento","Estado","Desde"'
    assert waiting.splitlines()[1].startswith('"Quispe Huamán, Rosa Elena","…')
    assert len(waiting.splitlines()) == 2
    assert len(nobody.splitlines()) == 1


async def test_an_auditor_saves_no_names(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await applies(site.resources, an_application(cohort))
    async with site.browser("auditor", Accept="text/html") as auditor:
        answer = await auditor.get(f"/cohorts/{cohort}?format=csv")
    assert answer.headers["content-type"].startswith("text/html")
    assert "Quispe" not in answer.text


async def test_a_delegate_reads_the_cohorts_of_those_who_agreed_to_be_followed(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    names = []
    for is_shown in (True, False):
        cohort = await a_cohort(site.resources)
        names.append((await existing_cohort(site.resources.pool, cohort)).name)
        await applies(site.resources, an_application(cohort, organization_id=PATRIA, shown_to_organization=is_shown))
    followed, withheld = names
    async with site.browser("delegate-patria-c", Accept="text/html") as delegate:
        members = await saved(delegate, f"/organizations/{PATRIA}?sort=cohort&format=csv")
        page = await saved(delegate, f"/organizations/{PATRIA}")
        found = await saved(delegate, f"/organizations/{PATRIA}?q={withheld.partition(' ')[2]}&format=csv")
    assert "Quispe" in members and followed in members and withheld not in members
    assert ":" not in members  # the minute in which somebody enrolled
    assert followed in page and withheld not in page and "/enrollment/cohorts/" not in page
    assert "waitlisted" not in found and found.count("\n") <= 1, "nobody is found by a cohort that is not shown"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        assert withheld in await saved(coordinator, f"/organizations/{PATRIA}?sort=cohort&format=csv")


async def test_members_are_followed_page_by_page(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    cohort = await a_cohort(site.resources)
    for _ in range(3):
        await applies(site.resources, an_application(cohort, organization_id=PATRIA))
    async with site.browser("delegate-patria-c", Accept="text/html") as delegate:
        first = await saved(delegate, f"/organizations/{PATRIA}?limit=2")
        following = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])
        second = await saved(delegate, f"/organizations/{PATRIA}{following}")
    assert (first.count('scope="row"'), second.count('scope="row"')) == (2, 1)
    assert 'rel="next"' not in second


async def test_the_districts_of_organizations_are_shown_by_name(site: Site[EnrollmentResources]) -> None:
    command = RegisterOrganization(
        name="Ronda de Chetilla", organization_type=OrganizationType.PEASANT_PATROL, district="060104"
    )
    async with unit_of_work(site.resources, command.organization_id) as unit:
        await register_organization(unit, command)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        page = (await coordinator.get("/organizations")).text
    assert "Cospán" in page or "Chetilla" in page
    assert "060104" not in page
