"""A consent that somebody gives after they enrolled: it is recorded, and what it permits is kept from then on."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.days import day_of
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies, event_bodies
from tests.support.sites import Site

HTML = {"Accept": "text/html"}
TODAY = day_of(datetime.now(UTC))
LATER = date(2025, 7, 1)


async def somebody(site: Site[EnrollmentResources]) -> UUID:
    """Somebody who agreed to take part, and to nothing else."""
    outcome = await applies(site.resources, an_application(await a_cohort(site.resources)))
    assert isinstance(outcome, Accepted)
    return outcome.person_id


async def agrees(
    coordinator: httpx.AsyncClient, person_id: UUID, day: date, purpose: str = "contact"
) -> httpx.Response:
    body = {"purpose": purpose, "given_on": day.isoformat()}
    return await coordinator.post(f"/api/people/{person_id}/consents", json=body)


async def record(coordinator: httpx.AsyncClient, person_id: UUID) -> Any:
    return (await coordinator.get(f"/api/people/{person_id}/record")).json()


async def test_somebody_agrees_later_and_their_telephone_is_kept(site: Site[EnrollmentResources]) -> None:
    person_id = await somebody(site)
    async with site.browser("coordinator") as coordinator:
        answers = [await agrees(coordinator, person_id, LATER) for _ in range(2)]
        identity = (await record(coordinator, person_id))["identity"]
        right = {
            "document": {"type": identity["document_type"], "number": identity["document_number"]},
            "reason": "person_asked",
            "phone": "987654321",
        }
        right |= {name: identity[name] for name in ("given_names", "family_names", "birth_date")}
        corrected = await coordinator.post(f"/api/people/{person_id}/rectify", json=right)
        stored = await record(coordinator, person_id)
    assert ([answer.status_code for answer in answers], corrected.status_code) == ([201, 201], 200), corrected.text
    assert [one["purpose"] for one in stored["consents"]] == ["training", "contact"]
    assert stored["consents"][1]["given_at"].startswith("2025-07-01")
    assert stored["identity"]["phone"] == "+51987654321"
    told = await event_bodies(site.resources, "ConsentGiven")
    assert [(one["purpose"], one["text_version"]) for one in told] == [("training", "2025-04"), ("contact", "2025-04")]


async def test_a_consent_is_recorded_on_the_page_until_it_stands(site: Site[EnrollmentResources]) -> None:
    person_id = await somebody(site)
    async with site.browser("coordinator") as coordinator:
        here = f"/people/{person_id}"
        form = (await coordinator.get(here, headers=HTML)).text
        wrong = await coordinator.post(f"{here}/consents", data={"purpose": "image", "given_on": ""}, headers=HTML)
        sent = {"purpose": "image", "given_on": "2025-06-02"}
        done = await coordinator.post(f"{here}/consents", data=sent, headers=HTML)
        page = (await coordinator.get(here, headers=HTML)).text
    assert 'value="image"' in form and 'value="contact"' in form
    assert wrong.status_code == 422 and "Qué día" in wrong.text and "<details open>" in wrong.text
    assert done.status_code == 303
    assert 'value="image"' not in page and 'value="contact"' in page


@pytest.mark.parametrize("day", [date(2021, 12, 31), TODAY + timedelta(days=1)])
async def test_a_day_on_which_nobody_agreed_is_refused(site: Site[EnrollmentResources], day: date) -> None:
    person_id = await somebody(site)
    async with site.browser("coordinator") as coordinator:
        answer = await agrees(coordinator, person_id, day)
    assert (answer.status_code, answer.json()["field"]) == (422, "given_on")


async def test_what_was_taken_back_is_not_given_by_an_older_paper(site: Site[EnrollmentResources]) -> None:
    person_id = await somebody(site)
    async with site.browser("coordinator") as coordinator:
        await agrees(coordinator, person_id, LATER)
        await coordinator.post(f"/api/people/{person_id}/consents/contact/withdraw")
        older = await agrees(coordinator, person_id, LATER)
        await site.resources.pool.execute("UPDATE consents SET withdrawn_at = now() - interval '2 days'")
        anew = await agrees(coordinator, person_id, TODAY)
        stored = [one["withdrawn_at"] is None for one in (await record(coordinator, person_id))["consents"]]
    assert (older.status_code, older.json()["code"], anew.status_code) == (422, "consent_withdrawn", 201)
    assert stored.count(True) == 1


@pytest.mark.parametrize("purpose", ["training", "guardian", "rosa"])
async def test_what_a_seat_requires_is_agreed_to_by_an_application(
    site: Site[EnrollmentResources], purpose: str
) -> None:
    person_id = await somebody(site)
    async with site.browser("coordinator") as coordinator:
        answer = await agrees(coordinator, person_id, LATER, purpose)
    assert answer.status_code == 422


async def test_nobody_agrees_for_somebody_unknown_or_erased(site: Site[EnrollmentResources]) -> None:
    person_id = await somebody(site)
    async with site.browser("coordinator") as coordinator:
        await coordinator.post(f"/api/people/{person_id}/erase", json={"reason": "person_asked", "confirmed": True})
        answers = [await agrees(coordinator, one, LATER) for one in (person_id, uuid4())]
    assert [answer.status_code for answer in answers] == [410, 404]
