"""Every address of a person says once they were erased that they were, and never that they are unknown."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.store.identifiers import new_id
from services.enrollment.access import ACCESS
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies
from services.enrollment.tests.test_rights import RIGHT
from tests.support.sites import Site

HTML = {"Accept": "text/html"}
RIGHTS = RIGHT | {"birth_date": RIGHT["birth_date"].isoformat()}
ERASE = {"reason": "person_asked", "confirmed": True}
DECIDE = {"decision": "same_person", "reason": "cards_compared"}
AGREED = {"purpose": "contact", "given_on": "2025-07-01"}
DOCUMENT = {"whose": "one", "document": RIGHT["document"]}

ANSWERS: dict[str, tuple[int, dict[str, Any]]] = {
    "GET /api/people/{person_id}/record": (200, {}),
    "POST /api/people/{person_id}/erase": (200, ERASE),
    "POST /api/people/{person_id}/rectify": (410, RIGHTS),
    "POST /api/people/{person_id}/consents": (410, AGREED),
    "POST /api/people/{person_id}/consents/{purpose}/withdraw": (410, {}),
    "POST /api/reviews/people/{person_id}/{other_id}": (410, DECIDE),
    "POST /api/reviews/people/{person_id}/{other_id}/document": (410, DOCUMENT),
    "GET /people/{person_id}": (200, {}),
    "GET /people/{person_id}/rectify": (303, {}),
    "GET /people/{person_id}/erase": (303, {}),
    "POST /people/{person_id}/rectify": (303, RIGHTS),
    "POST /people/{person_id}/erase": (303, ERASE),
    "POST /people/{person_id}/consents": (410, AGREED),
    "POST /people/{person_id}/consents/{purpose}/withdraw": (410, {}),
    "GET /reviews/people/{person_id}/{other_id}": (410, {}),
    "POST /reviews/people/{person_id}/{other_id}": (410, DECIDE),
    "POST /reviews/people/{person_id}/{other_id}/document": (410, DOCUMENT),
}
"""The status and what is sent. A form that has nothing to ask any more leads to the person's page (303)."""


async def enrolled(resources: EnrollmentResources) -> UUID:
    outcome = await applies(resources, an_application(await a_cohort(resources)))
    assert isinstance(outcome, Accepted)
    return outcome.person_id


def test_every_address_of_a_person_is_asked() -> None:
    assert ANSWERS.keys() == {route for route in ACCESS if "{person_id}" in route}


@pytest.mark.parametrize("route", ANSWERS)
async def test_an_address_of_an_erased_person_says_so(site: Site[EnrollmentResources], route: str) -> None:
    erased, other = await enrolled(site.resources), await enrolled(site.resources)
    status, body = ANSWERS[route]
    method, template = route.split(" ")

    async def ask(person_id: UUID) -> httpx.Response:
        path = template.format(person_id=person_id, other_id=other, purpose="training")
        sent: dict[str, Any] = {"json": body} if path.startswith("/api") else {"data": _form(body), "headers": HTML}
        return await coordinator.request(method, path, **sent)

    async with site.browser("coordinator") as coordinator:
        await coordinator.post(f"/api/people/{erased}/erase", json=ERASE)
        answer = await ask(erased)
        assert answer.status_code == status, answer.text
        assert answer.headers.get("location") == (f"/enrollment/people/{erased}" if status == 303 else None)
        assert (await ask(new_id())).status_code == 404, "somebody whom nobody knows"


def _form(body: dict[str, Any]) -> dict[str, Any]:
    """The same as a form sends it."""
    document = {f"document.{name}": value for name, value in body.get("document", {}).items()}
    return {name: value for name, value in body.items() if name != "document"} | document
