"""Contact people of organizations: stored encrypted, shown to who may see them, corrected with history, and erased."""

from typing import Any

import httpx
import pytest

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.organizations.contacts import DESTROY_KEY
from services.enrollment.organizations.jobs import destroy_key
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.test_access import MESA, PATRIA, organizations
from tests.support.page_forms import read_page
from tests.support.sites import Site

CONTACT = f"/api/organizations/{PATRIA}/contact"
PAGE = f"/organizations/{PATRIA}/contact"
ROSA = {"name": "Rosa Quispe Huamán", "function": "Presidenta", "phone": "976 123 456", "email": "rosa@example.org"}


async def told(reader: httpx.AsyncClient) -> list[tuple[Any, ...]]:
    answer = await reader.get(CONTACT)
    return [tuple(one[name] for name in ("name", "function", "phone", "email")) for one in answer.json()["contacts"]]


async def test_a_contact_is_stored_encrypted_and_corrected_with_its_history(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    async with site.browser("coordinator") as coordinator:
        for _ in range(2):
            assert (await coordinator.post(CONTACT, json=ROSA)).status_code == 204
        await coordinator.post(CONTACT, json={"name": "Luis Díaz", "phone": "076362345"})
        found = await told(coordinator)
        page = (await coordinator.get(PAGE)).text
    assert found == [
        ("Luis Díaz", None, "+5176362345", None),
        ("Rosa Quispe Huamán", "Presidenta", "+51976123456", "rosa@example.org"),
    ]
    assert "Rosa Quispe Huamán" in page
    stored = await site.resources.pool.fetchval(
        "SELECT string_agg(organization_contacts::text, '') FROM organization_contacts"
    )
    assert not any(word in stored for word in ("Rosa", "Luis", "976123456", "example"))
    assert "Rosa" not in await site.resources.pool.fetchval("SELECT string_agg(payload::text, '') FROM outbox")


async def test_only_the_delegates_of_the_organization_and_the_office_see_it(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    async with site.browser("coordinator") as coordinator:
        await coordinator.post(CONTACT, json=ROSA)
    async with site.browser("delegate-patria-c", Accept="text/html") as own:
        assert "Rosa Quispe Huamán" in (await own.get(f"/organizations/{PATRIA}")).text
        assert (await own.get(PAGE)).status_code == 403
    async with site.browser("delegate-mesa") as other:
        assert (await other.get(CONTACT)).status_code == 404
        assert "Rosa" not in (await other.get(f"/organizations/{MESA}")).text


async def erase_button(coordinator: httpx.AsyncClient) -> dict[str, str]:
    """What the button of the page sends."""
    forms, _links = read_page((await coordinator.get(PAGE)).text)
    [button] = [form for form in forms if form.action.endswith("/erase")]
    return button.values


@pytest.mark.parametrize(("field", "value"), [("phone", "12"), ("email", "rosa"), ("name", "R")])
async def test_what_cannot_be_used_is_refused_at_its_field(
    site: Site[EnrollmentResources], field: str, value: str
) -> None:
    await organizations(site.resources)
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post(CONTACT, json=ROSA | {field: value})
        assert (answer.status_code, await told(coordinator)) == (422, [])
    assert field in answer.text


async def test_a_page_does_not_erase_a_contact_that_it_does_not_show(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        await coordinator.post(CONTACT, json=ROSA)
        shown = await erase_button(coordinator)
        written = await coordinator.post(CONTACT, json={"name": "Luis Díaz"})
        refused = await coordinator.post(f"{PAGE}/erase", data=shown)
        assert (refused.status_code, [one[0] for one in await told(coordinator)][:1]) == (412, ["Luis Díaz"])
        shown = await erase_button(coordinator)
        assert shown["if_match"] == written.headers["etag"]
        assert (await coordinator.post(f"{PAGE}/erase", data=shown)).status_code == 303


async def test_an_erased_contact_is_gone_with_its_history_and_its_key(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    async with site.browser("coordinator") as coordinator:
        await coordinator.post(CONTACT, json=ROSA)
        await coordinator.post(CONTACT, json=ROSA | {"function": "Tesorera"})
        assert (await coordinator.post(f"{PAGE}/erase")).status_code == 303
        assert await told(coordinator) == []
    payloads = await site.resources.pool.fetch("SELECT payload FROM jobs WHERE kind = $1", DESTROY_KEY)
    [payload] = [row["payload"] for row in payloads]
    await destroy_key(site.resources, Job(new_id(), DESTROY_KEY, payload, attempts=1))
    await destroy_key(site.resources, Job(new_id(), DESTROY_KEY, payload, attempts=2))
