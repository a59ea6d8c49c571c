"""Whatever was entered of organizations, enrollments and people is corrected: with reason, author and history, and
figures follow."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, event_bodies, withdraws
from services.enrollment.tests.test_access import MESA, PATRIA, a_person, organizations
from services.enrollment.tests.test_interface import made
from tests.support.page_forms import KEY, read_page
from tests.support.sites import Site

ORGANIZATION = {"name": "Red de Jóvenes", "organization_type": "youth", "district": "060101"}


async def form_with(browser: httpx.AsyncClient, path: str, field: str) -> dict[str, Any]:
    """What the page's form with this field sends, without its key and what was chosen from lists."""
    forms, _links = read_page((await browser.get(path)).text)
    [form] = [one.values for one in forms if field in one.values]
    return {name: value for name, value in form.items() if name != KEY}


async def changes(browser: httpx.AsyncClient, path: str) -> dict[str, tuple[Any, Any]]:
    found = (await browser.get(f"/api{path}/changes")).json()["changes"]
    return {one["field"]: (one["former"], one["corrected"]) for one in found}


async def a_member(browser: httpx.AsyncClient, site: Site[EnrollmentResources], **changed: Any) -> dict[str, Any]:
    """Somebody who is enrolled, with what was sent."""
    stated = {"birth_date": "1987-05-12", "district": {"scheme": "inei", "code": "060101"}} | changed
    body = a_person(await a_cohort(site.resources), **stated)
    return body | await made(browser, "/api/enrollments", **body)


async def profiles(resources: EnrollmentResources, name: str = "EnrollmentAccepted") -> list[dict[str, Any]]:
    return [one["profile"] for one in await event_bodies(resources, name)]


# Organizations -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "followed"), [("mistake_found", "women"), ("changed_since", "youth")])
async def test_the_kind_of_an_organization_follows_in_enrollments_where_it_was_a_mistake(
    site: Site[EnrollmentResources], reason: str, followed: str
) -> None:
    async with site.browser("coordinator") as coordinator:
        organization = await made(coordinator, "/api/organizations", **ORGANIZATION)
        await a_member(coordinator, site, organization_id=organization["organization_id"])
        here = f"/organizations/{organization['organization_id']}"
        body = ORGANIZATION | {"organization_type": "women", "reason": reason}
        assert (await coordinator.post(f"/api{here}/correct", json=body)).status_code == 200
        assert await changes(coordinator, here) == {"organization_type": ("youth", "women")}
    assert (await event_bodies(site.resources, "OrganizationRegistered"))[-1]["organization_type"] == "women"
    assert (await profiles(site.resources))[-1]["organization_type"] == followed


async def test_an_organization_is_corrected_by_page_with_its_history_beside_it(
    site: Site[EnrollmentResources],
) -> None:
    async with site.browser("coordinator") as coordinator:
        organization = await made(coordinator, "/api/organizations", **ORGANIZATION)
        here = f"/organizations/{organization['organization_id']}"
        assert f"{here}/correct" in (await coordinator.get(here)).text
        form = await form_with(coordinator, f"{here}/correct", "name")
        assert form["name"] == "Red de Jóvenes" and form["if_match"]
        sent = form | {"name": "Red Juvenil", "organization_type": "youth", "reason": "mistake_found"}
        assert (await coordinator.post(f"{here}/correct", data=sent)).status_code == 303
        page = (await coordinator.get(f"{here}/correct")).text
        assert "Red de Jóvenes" in page and "Red Juvenil" in page, "the history stands below the form"
        late = await coordinator.post(f"{here}/correct", data=sent | {"name": "Otra red"})
        assert late.status_code == 412 and 'value="Otra red"' in late.text
        assert re.search(r'<a href="/enrollment/organizations/[^"]+/correct">Abrir la página de nuevo</a>', late.text)
    async with site.browser("delegate-patria-c") as delegate:
        assert (await delegate.get(f"/api{here}/changes")).status_code == 403


async def test_no_two_organizations_have_one_name(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/organizations", **ORGANIZATION)
        other = await made(coordinator, "/api/organizations", **ORGANIZATION | {"name": "Mesa"})
        body = ORGANIZATION | {"reason": "mistake_found"}
        taken = await coordinator.post(f"/api/organizations/{other['organization_id']}/correct", json=body)
    assert (taken.status_code, taken.json()["field"]) == (409, "name")


async def test_who_facilitated_a_cohort_is_kept_with_whoever_assigned_it(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    here = f"/api/cohorts/{cohort}"
    async with site.browser("coordinator") as coordinator:
        await coordinator.post(f"{here}/facilitators", json={"facilitator_id": "facilitator-0602"})
        await coordinator.delete(f"{here}/facilitators/facilitator-0601")
        told = (await coordinator.get(f"{here}/changes")).json()["changes"]
        page = (await coordinator.get(f"/cohorts/{cohort}")).text
    one, other = "facilitator-0601", "facilitator-0602"
    assert [(entry["former"], entry["corrected"], entry["reason"]) for entry in reversed(told)] == [
        ([], [one], "assigned"), ([one], [one, other], "assigned"), ([one, other], [other], "taken_off"),
    ]  # fmt: skip
    assert "Se asignó la cohorte" in page


# Enrollments ---------------------------------------------------------------------------------------------------------


async def test_an_enrollment_is_corrected_and_told_as_of_its_day(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    async with site.browser("coordinator") as coordinator:
        member = await a_member(coordinator, site, enrolled_on="2025-05-05", organization_id=str(PATRIA))
        here = f"/enrollments/{member['enrollment_id']}"
        body = {"enrolled_on": "2025-04-20", "organization_id": str(MESA), "shown_to_organization": True}
        sent = body | {"reason": "mistake_found"}
        for _ in range(2):
            assert (await coordinator.post(f"/api{here}/correct", json=sent)).status_code == 200
        told = await changes(coordinator, here)
    assert told["enrolled_on"] == ("2025-05-05", "2025-04-20")
    assert told["shown_to_organization"] == (False, True)
    assert "organization" in told
    *_, event = accepted = await event_bodies(site.resources, "EnrollmentAccepted")
    assert len(accepted) == 2, "a correction that changes nothing is told once"
    assert (event["occurred_at"][:10], event["accepted_at"][:10]) == ("2025-04-20", "2025-04-20")
    assert event["organization_id"] == str(MESA)
    kind = await site.resources.pool.fetchval(
        "SELECT organization_type FROM organizations WHERE organization_id = $1", MESA
    )
    assert event["profile"]["organization_type"] == kind


async def test_a_seat_given_later_than_told_is_not_there_in_between(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        member = await a_member(coordinator, site, enrolled_on="2025-05-05")
        body = {"enrolled_on": "2025-05-15", "reason": "mistake_found"}
        await coordinator.post(f"/api/enrollments/{member['enrollment_id']}/correct", json=body)
    [requested] = await event_bodies(site.resources, "EnrollmentRequested")
    assert (requested["occurred_at"][:10], requested["accepted_at"]) == ("2025-05-05", None)
    *_, accepted = await event_bodies(site.resources, "EnrollmentAccepted")
    assert accepted["occurred_at"][:10] == "2025-05-15"


async def test_a_withdrawn_enrollment_is_told_as_both_again(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        member = await a_member(coordinator, site, enrolled_on="2025-05-05")
        await withdraws(site.resources, UUID(member["enrollment_id"]))
        body = {"enrolled_on": "2025-04-20", "reason": "mistake_found"}
        await coordinator.post(f"/api/enrollments/{member['enrollment_id']}/correct", json=body)
    names = await site.resources.pool.fetch(
        "SELECT type FROM outbox WHERE aggregateid = $1 ORDER BY aggregateversion", member["enrollment_id"]
    )
    assert [one["type"].split(".")[2] for one in names] == [
        "EnrollmentAccepted", "EnrollmentWithdrawn", "EnrollmentAccepted", "EnrollmentWithdrawn",
    ]  # fmt: skip
    assert (await event_bodies(site.resources, "EnrollmentWithdrawn"))[-1]["accepted_at"][:10] == "2025-04-20"


@pytest.mark.parametrize(
    ("capacity", "body", "status", "field"),
    [
        (30, {"enrolled_on": "2019-01-01"}, 422, "enrolled_on"),
        (30, {"organization_id": "0197a000-0000-7000-8000-00000000ffff"}, 422, "organization_id"),
        (1, {"enrolled_on": "2025-05-05"}, 409, "enrolled_on"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    site: Site[EnrollmentResources], capacity: int, body: dict[str, Any], status: int, field: str
) -> None:
    cohort = await a_cohort(site.resources, capacity)
    async with site.browser("coordinator") as coordinator:
        for _ in range(2):
            member = await made(coordinator, "/api/enrollments", **a_person(cohort))
        address = f"/api/enrollments/{member['enrollment_id']}/correct"
        refused = await coordinator.post(address, json=body | {"reason": "mistake_found"})
    assert (refused.status_code, refused.json()["field"]) == (status, field)


async def test_an_enrollment_is_corrected_by_page(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        member = await a_member(coordinator, site, enrolled_on="2025-05-05")
        here = f"/cohorts/{member['cohort_id']}/enrollments/{member['enrollment_id']}/correct"
        assert here in (await coordinator.get(f"/cohorts/{member['cohort_id']}")).text
        form = await form_with(coordinator, here, "enrolled_on")
        assert form["enrolled_on"] == "2025-05-05"
        sent = form | {"enrolled_on": "2025-05-04", "reason": "person_asked"}
        assert (await coordinator.post(here, data=sent)).status_code == 303
        page = (await coordinator.get(here)).text
        assert "05/05/2025" in page and "04/05/2025" in page and "Coordinación (demostración)" in page
        late = await coordinator.post(here, data=sent | {"enrolled_on": "2025-05-03"})
        assert late.status_code == 412 and 'value="2025-05-03"' in late.text


# People --------------------------------------------------------------------------------------------------------------


def rectified(member: dict[str, Any], **changed: Any) -> dict[str, Any]:
    same = {name: member[name] for name in ("document", "given_names", "family_names", "birth_date")}
    return same | {"reason": "mistake_found"} | changed


@pytest.mark.parametrize(("applies_to", "district"), [("all_enrollments", "060201"), ("from_now_on", "060101")])
async def test_what_was_entered_wrong_follows_in_enrollments(
    site: Site[EnrollmentResources], applies_to: str, district: str
) -> None:
    async with site.browser("coordinator") as coordinator:
        member = await a_member(coordinator, site)
        told = rectified(
            member,
            district="060201",
            sex="male",
            birth_date="1950-05-12",
            applies_to=applies_to,
        )
        answer = await coordinator.post(f"/api/people/{member['person_id']}/rectify", json=told)
        assert answer.status_code == 200, answer.text
        record = (await coordinator.get(f"/api/people/{member['person_id']}/record")).json()
    assert record["profile"]["district"] == "060201"
    *_, counted = await profiles(site.resources)
    assert counted["district"] == district
    assert (counted["age_band"] == "60_plus") is (applies_to == "all_enrollments"), counted
    corrected = {one["field"]: (one["former"], one["corrected"]) for one in record["corrections"]}
    assert corrected["district"] == ("060101", "060201")
    assert corrected["birth_date"] == (member["birth_date"], "1950-05-12")
    assert {(one["reason"], one["changed_by"]) for one in record["corrections"]} == {("mistake_found", "coordinator")}


async def test_what_was_another_answer_on_its_day_stays(site: Site[EnrollmentResources]) -> None:
    """The person moved between two enrollments; where they live now was entered wrong."""
    async with site.browser("coordinator") as coordinator:
        member = await a_member(coordinator, site)
        moved = a_person(
            await a_cohort(site.resources), document=member["document"], district={"scheme": "inei", "code": "060301"}
        )
        await made(coordinator, "/api/enrollments", **moved)
        told = rectified(member, district="060201", applies_to="all_enrollments")
        await coordinator.post(f"/api/people/{member['person_id']}/rectify", json=told)
    rows = await site.resources.pool.fetch("SELECT profile FROM enrollments ORDER BY application_number")
    assert [row["profile"]["district"] for row in rows] == ["060201", "060301"]


async def test_the_history_of_a_person_is_sealed_and_erased_with_them(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        member = await a_member(coordinator, site)
        here = f"/people/{member['person_id']}"
        told = rectified(member, family_names="Quispe Huamán")
        assert (await coordinator.post(f"/api{here}/rectify", json=told)).status_code == 200
        page = (await coordinator.get(f"{here}/rectify")).text
        assert "Quispe Huamán" in page and "Apellidos" in page
        stored = await site.resources.pool.fetchval("SELECT identity FROM former_identities")
        assert b"Quispe" not in stored
        await coordinator.post(f"/api{here}/erase", json={"reason": "person_asked", "confirmed": True})
        assert (await coordinator.get(f"/api{here}/record")).json()["corrections"] == []
    assert await site.resources.pool.fetchval("SELECT count(*) FROM former_identities") == 0
