"""The directory: whoever signs in is in it by name, others are entered, and cohorts are assigned by name."""

from uuid import UUID, uuid4

import httpx
import pytest

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.jobs import destroy_key
from services.enrollment.staff.service import DESTROY_KEY
from services.enrollment.staff.visits import NOTICED_AGAIN_SECONDS
from services.enrollment.tests.stories import LOOKING, a_cohort
from tests.support.sites import Site

NAME = "Facilitación Cajabamba (demostración)"
"""Of `facilitator-0602`, as the issuer says it."""


async def enters(coordinator: httpx.AsyncClient, user_id: str, name: str) -> UUID:
    """The id of a facilitator who was entered."""
    body = {"user_id": user_id, "name": name, "role": "facilitator"}
    answer = await coordinator.post("/api/staff", json=body)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["staff_id"])


async def test_programs_read_the_directory_page_by_page(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        for number, name in enumerate(("Zoila Paz", "Ángel Rojas", "Bruno Díaz")):
            await enters(coordinator, f"colleague-{number}", name)
        everybody = (await coordinator.get("/api/staff")).json()
        page = await coordinator.get("/api/staff", params={"limit": 1})
        seen = page.json()["staff"]
        while after := page.json()["next"]:
            page = await coordinator.get("/api/staff", params={"limit": 1, "after": after})
            seen += page.json()["staff"]
        found = (await coordinator.get("/api/staff", params={"q": "diaz"})).json()["staff"]
    assert (seen, everybody["next"]) == (everybody["staff"], None)
    names = [one["name"] for one in seen]
    assert [name for name in names if name[:3] in {"Zoi", "Áng", "Bru"}] == ["Ángel Rojas", "Bruno Díaz", "Zoila Paz"]
    assert [one["name"] for one in found] == ["Bruno Díaz"]


@pytest.mark.parametrize("user_id", ["public", "absences.apply"])
async def test_nobody_is_entered_under_a_name_of_the_audit_trail(site: Site[EnrollmentResources], user_id: str) -> None:
    body = {"user_id": user_id, "name": "Ana Chávez", "role": "facilitator"}
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post("/api/staff", json=body)
        page = await coordinator.post("/staff/new", data=body)
    assert (answer.status_code, page.status_code) == (422, 422)
    assert (answer.json()["code"], answer.json()["field"]) == ("user_reserved", "user_id")
    assert "con el que esta persona inicia sesión" in page.text


async def test_whoever_signs_in_is_in_the_directory_with_the_name_of_their_account(
    site: Site[EnrollmentResources],
) -> None:
    for _ in range(2):
        async with site.browser("facilitator-0602") as facilitator:
            await facilitator.get("/cohorts")
    async with site.browser("coordinator") as coordinator:
        told = (await coordinator.get("/api/staff")).json()["staff"]
    found = {one["user_id"]: (one["name"], one["roles"]) for one in told}
    assert found["facilitator-0602"] == (NAME, ["facilitator"])
    assert len(told) == 2, "the coordinator is the other one"
    stored = await site.resources.pool.fetchval("SELECT string_agg(staff::text, '') FROM staff")
    assert "Cajabamba" not in stored


async def test_the_account_counts_once_somebody_signs_in_who_was_entered(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        staff_id = await enters(coordinator, "facilitator-0602", "Rosa Quispe")
        again = {"user_id": "facilitator-0602", "name": "Ana", "role": "facilitator"}
        taken = await coordinator.post("/api/staff", json=again)
        async with site.browser("facilitator-0602") as facilitator:
            await facilitator.get("/cohorts")
        page = (await coordinator.get(f"/staff/{staff_id}")).text
    assert (taken.status_code, taken.json()["field"]) == (409, "user_id")
    assert NAME in page
    assert "Rosa Quispe" not in page


async def test_a_cohort_is_assigned_by_a_name_that_is_chosen(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        await enters(coordinator, "facilitator-0602", "Rosa Quispe")
        form = (await coordinator.get(f"/cohorts/{cohort}")).text
        sent = {"facilitator_id": "facilitator-0602"}
        await coordinator.post(f"/cohorts/{cohort}/facilitators", data=sent)
        page, listed = [(await coordinator.get(path)).text for path in (f"/cohorts/{cohort}", "/cohorts")]
        staff = (await coordinator.get("/staff")).text
    assert '<option value="facilitator-0602">Rosa Quispe</option>' in form
    assert '<option value="coordinator"' not in form, "only who facilitates is offered"
    assert '<option value="facilitator-0602"' not in page, "nobody is offered twice"
    assert "Rosa Quispe" in page
    assert "Rosa Quispe" in listed
    assert "/staff/new?user_id=facilitator-0601" in staff, "whoever has a cohort and no name is named"


async def test_namesakes_are_told_apart_by_their_users(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        for user_id in ("rosa-1", "rosa-2"):
            await enters(coordinator, user_id, "Rosa Quispe")
        form = (await coordinator.get(f"/cohorts/{cohort}")).text
    assert '<option value="rosa-1">Rosa Quispe (rosa-1)</option>' in form
    assert '<option value="rosa-2">Rosa Quispe (rosa-2)</option>' in form


async def test_the_name_of_whoever_left_is_erased_once_nothing_is_theirs(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        staff_id = await enters(coordinator, "facilitator-0601", "Rosa Quispe")
        remove = f"/api/staff/{staff_id}/remove"
        refused = await coordinator.post(remove)
        await coordinator.delete(f"/api/cohorts/{cohort}/facilitators/facilitator-0601")
        removed, gone = await coordinator.post(remove), await coordinator.post(remove)
        told = (await coordinator.get("/api/staff")).json()["staff"]
    assert [one.status_code for one in (refused, removed, gone)] == [409, 204, 404]
    assert [one["user_id"] for one in told] == ["coordinator"]
    payload = await site.resources.pool.fetchval("SELECT payload FROM jobs WHERE kind = $1", DESTROY_KEY)
    await destroy_key(site.resources, Job(new_id(), DESTROY_KEY, payload, attempts=1))
    assert await site.resources.keyring.fetch(LOOKING, [staff_id]) == {}


async def test_somebody_who_was_removed_and_works_on_is_in_the_directory_again(
    site: Site[EnrollmentResources],
) -> None:
    async with site.browser("coordinator") as coordinator, site.browser("facilitator-0602") as facilitator:
        await facilitator.get("/cohorts")
        told = (await coordinator.get("/api/staff")).json()["staff"]
        [staff_id] = [one["staff_id"] for one in told if one["user_id"] == "facilitator-0602"]
        await coordinator.post(f"/api/staff/{staff_id}/remove")
        for principal in site.resources.noticed:
            site.resources.noticed[principal] -= NOTICED_AGAIN_SECONDS
        await facilitator.get("/cohorts")
        told = (await coordinator.get("/api/staff")).json()["staff"]
    assert NAME in [one["name"] for one in told]


@pytest.mark.parametrize("reader", ["coordinator", "facilitator-0601", "auditor"])
async def test_a_colleague_is_named_to_whoever_reads_their_work(site: Site[EnrollmentResources], reader: str) -> None:
    """And nobody else with them."""
    async with site.browser("facilitator-0602") as facilitator:
        await facilitator.get("/cohorts")
    async with site.browser(reader) as browser:
        asked = {"users": "facilitator-0602,scans.decide"}
        answer = await browser.get("/api/staff/names", params=asked)
        page = await browser.get("/staff/names", params=asked, headers={"Accept": "text/html"})
        unasked = await browser.get("/staff/names", headers={"Accept": "text/html"})
    assert unasked.status_code == 200 and "<code>" not in unasked.text
    assert f"<code>facilitator-0602</code></dt><dd>{NAME}</dd>" in page.text
    assert answer.json()["names"] == {"facilitator-0602": NAME, "scans.decide": "scans.decide"}


async def test_nobody_learns_of_the_directory_but_the_coordination(site: Site[EnrollmentResources]) -> None:
    async with site.browser("facilitator-0601") as facilitator:
        answers = [await facilitator.get(path) for path in ("/staff", "/api/staff", f"/staff/{uuid4()}")]
    assert [one.status_code for one in answers] == [403] * 3
