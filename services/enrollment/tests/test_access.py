"""Who may what, both ways: a token, a role, and the data of others as if it were not there."""

import re
from typing import Any
from uuid import UUID

import pytest

from chassis.store.identifiers import new_id
from contracts.event import OrganizationType
from services.enrollment.access import ACCESS
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.organizations.commands import RegisterOrganization
from services.enrollment.organizations.service import register_organization
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies, unit_of_work
from tests.support.sites import Site

PATRIA, MESA = UUID("0197a000-0000-7000-8000-000000000001"), UUID("0197a000-0000-7000-8000-000000000002")
SOME_ID = "0197a000-0000-7000-8000-00000000ffff"
OTHER_ID = "0197a000-0000-7000-8000-00000000fffe"

COORDINATOR, STAFF = {"coordinator"}, {"coordinator", "facilitator-0601"}
OBSERVERS, FOLLOWERS = STAFF | {"auditor"}, {"coordinator", "delegate-patria-c"}
EVERYBODY = OBSERVERS | FOLLOWERS | {"communications", "operator"}
PUBLIC = EVERYBODY | {"nobody"}

# Written out here once more, so that no line of the service's table changes alone.
ROUTES = [
    ("GET", "/", OBSERVERS | FOLLOWERS),
    ("GET", "/api/public/programmes", PUBLIC),
    ("GET", f"/api/public/programmes/{SOME_ID}", PUBLIC),
    ("GET", f"/api/public/programmes/{SOME_ID}/cohorts", PUBLIC),
    ("GET", f"/api/public/programmes/{SOME_ID}/syllabus.pdf", PUBLIC),
    ("GET", f"/api/public/materials/{SOME_ID}", PUBLIC),
    ("GET", "/api/public/sessions", PUBLIC),
    ("GET", "/public/programmes", PUBLIC),
    ("GET", f"/public/programmes/{SOME_ID}", PUBLIC),
    ("GET", "/public/sessions", PUBLIC),
    ("POST", f"/join/{SOME_ID}/leave", PUBLIC),
    ("GET", "/privacy", PUBLIC),
    ("GET", "/my-data", PUBLIC),
    ("POST", "/my-data", PUBLIC),
    ("GET", "/my-data/shown", PUBLIC),
    ("POST", "/my-data/consents/training/withdraw", PUBLIC),
    ("POST", f"/my-data/offers/{SOME_ID}/accept", PUBLIC),
    ("POST", f"/my-data/offers/{SOME_ID}/decline", PUBLIC),
    ("GET", f"/my-data/materials/{SOME_ID}", PUBLIC),
    ("POST", "/my-data/language", PUBLIC),
    ("POST", "/my-data/leave", PUBLIC),
    ("GET", f"/my-data/correct/{SOME_ID}", PUBLIC),
    ("POST", f"/my-data/correct/{SOME_ID}", PUBLIC),
    ("GET", "/my-data/erase", PUBLIC),
    ("POST", "/my-data/erase", PUBLIC),
    ("GET", f"/join/{SOME_ID}", PUBLIC),
    ("POST", f"/join/{SOME_ID}", PUBLIC),
    ("GET", f"/join/{SOME_ID}/another", PUBLIC),
    ("GET", f"/join/{SOME_ID}/received/{SOME_ID}", PUBLIC),
    ("GET", f"/api/cohorts/{SOME_ID}/self-enrollment", COORDINATOR),
    ("POST", f"/api/cohorts/{SOME_ID}/self-enrollment/open", COORDINATOR),
    ("POST", f"/api/cohorts/{SOME_ID}/self-enrollment/stop", COORDINATOR),
    ("GET", f"/api/cohorts/{SOME_ID}/self-enrollment/qr.svg", COORDINATOR),
    ("GET", f"/api/cohorts/{SOME_ID}/self-enrollment/qr.png", COORDINATOR),
    ("GET", f"/api/cohorts/{SOME_ID}/self-enrollment/poster.pdf", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/self-enrollment/open", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/self-enrollment/stop", COORDINATOR),
    ("GET", "/api/programmes", OBSERVERS),
    ("POST", "/api/programmes", COORDINATOR),
    ("GET", f"/api/programmes/{SOME_ID}", OBSERVERS),
    ("POST", f"/api/programmes/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/api/programmes/{SOME_ID}/copy", COORDINATOR),
    ("GET", f"/api/programmes/{SOME_ID}/changes", OBSERVERS),
    ("POST", f"/api/programmes/{SOME_ID}/modules", COORDINATOR),
    ("GET", f"/api/programmes/{SOME_ID}/modules/{SOME_ID}", OBSERVERS),
    ("POST", f"/api/programmes/{SOME_ID}/modules/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/api/programmes/{SOME_ID}/materials", OBSERVERS),
    ("POST", f"/api/programmes/{SOME_ID}/materials", COORDINATOR),
    ("GET", f"/api/programmes/{SOME_ID}/materials/{SOME_ID}", OBSERVERS),
    ("GET", f"/api/programmes/{SOME_ID}/materials/{SOME_ID}/file", OBSERVERS),
    ("POST", f"/api/programmes/{SOME_ID}/materials/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/api/programmes/{SOME_ID}/materials/{SOME_ID}/remove", COORDINATOR),
    ("GET", "/programmes", OBSERVERS),
    ("GET", "/programmes/new", COORDINATOR),
    ("POST", "/programmes/new", COORDINATOR),
    ("GET", f"/programmes/{SOME_ID}", OBSERVERS),
    ("GET", f"/programmes/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/programmes/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/programmes/{SOME_ID}/copy", COORDINATOR),
    ("POST", f"/programmes/{SOME_ID}/copy", COORDINATOR),
    ("POST", f"/programmes/{SOME_ID}/modules", COORDINATOR),
    ("GET", f"/programmes/{SOME_ID}/materials/new", COORDINATOR),
    ("POST", f"/programmes/{SOME_ID}/materials/new", COORDINATOR),
    ("GET", f"/programmes/{SOME_ID}/materials/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/programmes/{SOME_ID}/materials/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/programmes/{SOME_ID}/materials/{SOME_ID}/remove", COORDINATOR),
    ("POST", f"/programmes/{SOME_ID}/materials/{SOME_ID}/remove", COORDINATOR),
    ("GET", f"/programmes/{SOME_ID}/modules/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/programmes/{SOME_ID}/modules/{SOME_ID}/correct", COORDINATOR),
    ("GET", "/api/targets", COORDINATOR | {"auditor"}),
    ("POST", "/api/targets", COORDINATOR),
    ("GET", f"/api/targets/{SOME_ID}", COORDINATOR | {"auditor"}),
    ("POST", f"/api/targets/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/api/targets/{SOME_ID}/changes", COORDINATOR | {"auditor"}),
    ("GET", "/targets", COORDINATOR | {"auditor"}),
    ("GET", "/targets/new", COORDINATOR),
    ("POST", "/targets/new", COORDINATOR),
    ("GET", f"/targets/{SOME_ID}", COORDINATOR | {"auditor"}),
    ("GET", f"/targets/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/targets/{SOME_ID}/correct", COORDINATOR),
    ("GET", "/api/consent-texts/training", COORDINATOR | {"auditor"}),
    ("POST", "/api/consent-texts/training", COORDINATOR),
    ("POST", "/api/consent-texts/training/approve", COORDINATOR),
    ("POST", "/api/consent-texts/training/discard", COORDINATOR),
    ("GET", "/consent-texts", COORDINATOR | {"auditor"}),
    ("GET", "/consent-texts/training", COORDINATOR | {"auditor"}),
    ("POST", "/consent-texts/training", COORDINATOR),
    ("POST", "/consent-texts/training/approve", COORDINATOR),
    ("POST", "/consent-texts/training/discard", COORDINATOR),
    ("GET", "/api/cohorts", OBSERVERS),
    ("POST", "/api/cohorts", COORDINATOR),
    ("POST", f"/api/cohorts/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/api/cohorts/{SOME_ID}/close", COORDINATOR),
    ("POST", f"/api/cohorts/{SOME_ID}/reopen", COORDINATOR),
    ("POST", f"/api/cohorts/{SOME_ID}/facilitators", COORDINATOR),
    ("DELETE", f"/api/cohorts/{SOME_ID}/facilitators/someone", COORDINATOR),
    ("GET", f"/api/cohorts/{SOME_ID}/changes", OBSERVERS),
    ("GET", f"/api/cohorts/{SOME_ID}/enrollments", STAFF),
    ("GET", f"/api/cohorts/{SOME_ID}/sessions/{SOME_ID}/list", STAFF),
    ("GET", f"/api/cohorts/{SOME_ID}/sessions/{SOME_ID}/list.pdf", STAFF),
    ("GET", f"/cohorts/{SOME_ID}/sessions/{SOME_ID}/list", STAFF),
    ("GET", "/cohorts", OBSERVERS),
    ("GET", "/cohorts/new", COORDINATOR),
    ("POST", "/cohorts/new", COORDINATOR),
    ("GET", f"/cohorts/{SOME_ID}", OBSERVERS),
    ("GET", f"/cohorts/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/cohorts/{SOME_ID}/close", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/close", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/reopen", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/facilitators", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/facilitators/someone/remove", COORDINATOR),
    ("POST", "/api/past-cohorts", COORDINATOR),
    ("POST", f"/api/past-cohorts/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/api/past-cohorts/{SOME_ID}/evidence", COORDINATOR | {"auditor"}),
    ("GET", "/past-cohorts/new", COORDINATOR),
    ("POST", "/past-cohorts/new", COORDINATOR),
    ("GET", f"/past-cohorts/{SOME_ID}/evidence", COORDINATOR | {"auditor"}),
    ("GET", f"/past-cohorts/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/past-cohorts/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/enrollments/{SOME_ID}/withdraw", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/enrollments/{SOME_ID}/reinstate", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/enrollments/{SOME_ID}/accept", COORDINATOR),
    ("GET", f"/cohorts/{SOME_ID}/enrollments/{SOME_ID}/transfer", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/enrollments/{SOME_ID}/transfer", COORDINATOR),
    ("POST", f"/api/enrollments/{SOME_ID}/transfer", COORDINATOR),
    ("POST", "/api/enrollments", STAFF),
    ("POST", f"/api/enrollments/{SOME_ID}/withdraw", COORDINATOR),
    ("POST", f"/api/enrollments/{SOME_ID}/reinstate", COORDINATOR),
    ("POST", f"/api/enrollments/{SOME_ID}/accept", COORDINATOR),
    ("GET", f"/cohorts/{SOME_ID}/enroll", STAFF),
    ("POST", f"/cohorts/{SOME_ID}/enroll", STAFF),
    ("POST", "/api/people/search", STAFF),
    ("POST", f"/api/people/{SOME_ID}/consents/training/withdraw", COORDINATOR),
    ("GET", f"/api/people/{SOME_ID}/record", COORDINATOR),
    ("POST", f"/api/people/{SOME_ID}/consents", COORDINATOR),
    ("POST", f"/api/people/{SOME_ID}/rectify", COORDINATOR),
    ("POST", f"/api/people/{SOME_ID}/erase", COORDINATOR),
    ("GET", "/people", STAFF),
    ("POST", "/people", STAFF),
    ("GET", f"/people/{SOME_ID}", COORDINATOR),
    ("POST", f"/people/{SOME_ID}/consents/training/withdraw", COORDINATOR),
    ("GET", f"/people/{SOME_ID}/rectify", COORDINATOR),
    ("POST", f"/people/{SOME_ID}/consents", COORDINATOR),
    ("POST", f"/people/{SOME_ID}/rectify", COORDINATOR),
    ("GET", f"/people/{SOME_ID}/erase", COORDINATOR),
    ("POST", f"/people/{SOME_ID}/erase", COORDINATOR),
    ("GET", "/api/data-requests", COORDINATOR),
    ("GET", f"/api/data-requests/{SOME_ID}", COORDINATOR),
    ("POST", f"/api/data-requests/{SOME_ID}/decide", COORDINATOR),
    ("GET", "/data-requests", COORDINATOR),
    ("GET", f"/data-requests/{SOME_ID}", COORDINATOR),
    ("POST", f"/data-requests/{SOME_ID}", COORDINATOR),
    ("GET", "/api/staff", COORDINATOR),
    ("GET", "/api/staff/names", OBSERVERS),
    ("GET", "/api/staff/absence", OBSERVERS),
    ("POST", "/api/staff", COORDINATOR),
    ("POST", f"/api/staff/{SOME_ID}/remove", COORDINATOR),
    ("GET", f"/api/staff/{SOME_ID}/absences", COORDINATOR),
    ("POST", f"/api/staff/{SOME_ID}/absences", COORDINATOR),
    ("POST", f"/api/staff/{SOME_ID}/absences/{OTHER_ID}/end", COORDINATOR),
    ("GET", "/staff", COORDINATOR),
    ("GET", "/staff/names", OBSERVERS),
    ("GET", "/staff/new", COORDINATOR),
    ("POST", "/staff/new", COORDINATOR),
    ("GET", f"/staff/{SOME_ID}", COORDINATOR),
    ("POST", f"/staff/{SOME_ID}/remove", COORDINATOR),
    ("POST", f"/staff/{SOME_ID}/absences", COORDINATOR),
    ("POST", f"/staff/{SOME_ID}/absences/{OTHER_ID}/end", COORDINATOR),
    ("GET", "/api/organizations", FOLLOWERS | {"auditor"}),
    ("POST", "/api/organizations", COORDINATOR),
    ("GET", f"/api/organizations/{SOME_ID}/members", FOLLOWERS),
    ("GET", f"/api/organizations/{SOME_ID}/completions", COORDINATOR | {"auditor"}),
    ("GET", f"/organizations/{SOME_ID}/completions", COORDINATOR | {"auditor"}),
    ("GET", f"/api/organizations/{SOME_ID}/contact", FOLLOWERS),
    ("POST", f"/api/organizations/{SOME_ID}/contact", COORDINATOR),
    ("POST", f"/api/organizations/{SOME_ID}/contact/erase", COORDINATOR),
    ("GET", f"/organizations/{SOME_ID}/contact", COORDINATOR),
    ("POST", f"/organizations/{SOME_ID}/contact", COORDINATOR),
    ("POST", f"/organizations/{SOME_ID}/contact/erase", COORDINATOR),
    ("GET", "/organizations", FOLLOWERS | {"auditor"}),
    ("GET", "/organizations/new", COORDINATOR),
    ("POST", "/organizations/new", COORDINATOR),
    ("GET", f"/organizations/{SOME_ID}", FOLLOWERS),
    ("POST", f"/api/organizations/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/api/organizations/{SOME_ID}/changes", COORDINATOR),
    ("GET", f"/organizations/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/organizations/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/api/enrollments/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/api/enrollments/{SOME_ID}/changes", COORDINATOR),
    ("GET", f"/cohorts/{SOME_ID}/enrollments/{SOME_ID}/correct", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/enrollments/{SOME_ID}/correct", COORDINATOR),
    ("GET", "/api/reviews", COORDINATOR),
    ("POST", f"/api/reviews/people/{SOME_ID}/{OTHER_ID}", COORDINATOR),
    ("POST", f"/api/reviews/rows/{SOME_ID}/{SOME_ID}/{SOME_ID}", COORDINATOR),
    ("POST", f"/api/reviews/people/{SOME_ID}/{OTHER_ID}/document", COORDINATOR),
    ("POST", f"/api/reviews/rows/{SOME_ID}/{SOME_ID}/{SOME_ID}/document", COORDINATOR),
    ("POST", f"/api/reviews/applications/{SOME_ID}", COORDINATOR),
    ("POST", f"/api/reviews/applications/{SOME_ID}/document", COORDINATOR),
    ("POST", f"/reviews/people/{SOME_ID}/{OTHER_ID}/document", COORDINATOR),
    ("POST", f"/reviews/rows/{SOME_ID}/{SOME_ID}/{SOME_ID}/document", COORDINATOR),
    ("GET", f"/reviews/applications/{SOME_ID}", COORDINATOR),
    ("POST", f"/reviews/applications/{SOME_ID}", COORDINATOR),
    ("POST", f"/reviews/applications/{SOME_ID}/document", COORDINATOR),
    ("GET", "/reviews", COORDINATOR),
    ("GET", f"/reviews/people/{SOME_ID}/{OTHER_ID}", COORDINATOR),
    ("POST", f"/reviews/people/{SOME_ID}/{OTHER_ID}", COORDINATOR),
    ("GET", f"/reviews/rows/{SOME_ID}/{SOME_ID}/{SOME_ID}", COORDINATOR),
    ("POST", f"/reviews/rows/{SOME_ID}/{SOME_ID}/{SOME_ID}", COORDINATOR),
    ("POST", "/api/imports", COORDINATOR),
    ("GET", "/api/imports/template", COORDINATOR),
    ("GET", f"/api/imports/{SOME_ID}", COORDINATOR),
    ("GET", f"/api/imports/{SOME_ID}/rows", COORDINATOR),
    ("GET", f"/api/imports/{SOME_ID}/preview", COORDINATOR),
    ("POST", f"/api/imports/{SOME_ID}/answers", COORDINATOR),
    ("POST", f"/api/imports/{SOME_ID}/commit", COORDINATOR),
    ("POST", f"/api/imports/{SOME_ID}/discard", COORDINATOR),
    ("POST", f"/api/imports/{SOME_ID}/rows/{SOME_ID}/{SOME_ID}", COORDINATOR),
    ("GET", f"/api/imports/{SOME_ID}/refused", COORDINATOR),
    ("GET", f"/api/imports/{SOME_ID}/undo", COORDINATOR),
    ("POST", f"/api/imports/{SOME_ID}/undo", COORDINATOR),
    ("GET", "/api/imports/template", COORDINATOR),
    ("GET", f"/stop/{SOME_ID}", PUBLIC),
    ("POST", f"/stop/{SOME_ID}", PUBLIC),
    ("GET", f"/stop/{SOME_ID}/done", PUBLIC),
    ("GET", f"/offers/{SOME_ID}", PUBLIC),
    ("POST", f"/offers/{SOME_ID}/accept", PUBLIC),
    ("POST", f"/offers/{SOME_ID}/decline", PUBLIC),
    ("GET", f"/api/cohorts/{SOME_ID}/nominated-seats", COORDINATOR),
    ("POST", f"/api/cohorts/{SOME_ID}/nominated-seats", COORDINATOR),
    ("GET", f"/cohorts/{SOME_ID}/nominated-seats", COORDINATOR),
    ("POST", f"/cohorts/{SOME_ID}/nominated-seats", COORDINATOR),
    ("GET", f"/api/organizations/{SOME_ID}/seats", FOLLOWERS),
    ("GET", f"/api/organizations/{SOME_ID}/substitutions", FOLLOWERS),
    ("POST", f"/api/organizations/{SOME_ID}/nominations", FOLLOWERS),
    ("POST", f"/api/organizations/{SOME_ID}/enrollments/{SOME_ID}/substitute", FOLLOWERS),
    ("GET", f"/organizations/{SOME_ID}/cohorts/{SOME_ID}/nominate", FOLLOWERS),
    ("POST", f"/organizations/{SOME_ID}/cohorts/{SOME_ID}/nominate", FOLLOWERS),
    ("GET", f"/organizations/{SOME_ID}/enrollments/{SOME_ID}/substitute", FOLLOWERS),
    ("POST", f"/organizations/{SOME_ID}/enrollments/{SOME_ID}/substitute", FOLLOWERS),
    ("POST", "/api/messages/reports", PUBLIC),
    ("GET", "/api/messages", COORDINATOR),
    ("GET", "/messages", COORDINATOR),
    ("GET", "/messages/texts", COORDINATOR),
    ("GET", f"/messages/texts/{SOME_ID}/{SOME_ID}", COORDINATOR),
    ("POST", f"/messages/texts/{SOME_ID}/{SOME_ID}", COORDINATOR),
    ("POST", f"/messages/texts/{SOME_ID}/{SOME_ID}/preview", COORDINATOR),
    ("GET", "/imports", COORDINATOR),
    ("GET", "/imports/new", COORDINATOR),
    ("POST", "/imports/new", COORDINATOR),
    ("GET", f"/imports/{SOME_ID}", COORDINATOR),
    ("GET", f"/imports/{SOME_ID}/progress", COORDINATOR),
    ("POST", f"/imports/{SOME_ID}/answers", COORDINATOR),
    ("POST", f"/imports/{SOME_ID}/discard", COORDINATOR),
    ("GET", f"/imports/{SOME_ID}/undo", COORDINATOR),
    ("POST", f"/imports/{SOME_ID}/undo", COORDINATOR),
    ("GET", f"/imports/{SOME_ID}/correct", COORDINATOR),
    ("GET", f"/imports/{SOME_ID}/correct/{SOME_ID}/{SOME_ID}", COORDINATOR),
    ("POST", f"/imports/{SOME_ID}/correct/{SOME_ID}/{SOME_ID}", COORDINATOR),
]


def test_every_line_of_the_table_is_here() -> None:
    lines = {re.sub(r"{[^}]*}", "x", line) for line in ACCESS}
    assert {
        f"{method} {re.sub(f'someone|training|{SOME_ID}|{OTHER_ID}', 'x', path)}" for method, path, _ in ROUTES
    } == lines


async def test_every_route_that_is_not_the_publics_asks_who_you_are(site: Site[EnrollmentResources]) -> None:
    async with site.browser() as nobody:
        answers = {(method, path): (await nobody.request(method, path)).status_code for method, path, _ in ROUTES}
    refused = {route for route, status in answers.items() if status == 401}
    assert refused == {(method, path) for method, path, allowed in ROUTES if "nobody" not in allowed}


@pytest.mark.parametrize("person", sorted(EVERYBODY))
async def test_every_route_is_for_its_roles(site: Site[EnrollmentResources], person: str) -> None:
    """Who may gets any other answer than 403: here mostly that something is missing or not there."""
    async with site.browser(person) as browser:
        answers = {(method, path): (await browser.request(method, path)).status_code for method, path, _ in ROUTES}
    refused = {route for route, status in answers.items() if status == 403}
    assert refused == {(method, path) for method, path, allowed in ROUTES if person not in allowed}


async def test_a_facilitator_sees_their_own_cohorts_only(site: Site[EnrollmentResources]) -> None:
    own, others = [await a_cohort(site.resources, facilitator=f"facilitator-060{n}") for n in (1, 2)]
    for cohort in (own, others):
        await applies(site.resources, an_application(cohort))

    async with site.browser("facilitator-0601") as facilitator:
        listed = (await facilitator.get("/api/cohorts")).json()["cohorts"]
        assert [cohort["cohort_id"] for cohort in listed] == [str(own)]
        assert (await facilitator.get(f"/api/cohorts/{own}/enrollments")).status_code == 200
        assert (await facilitator.get(f"/cohorts/{own}")).status_code == 200
        assert (await facilitator.get(f"/api/cohorts/{others}/enrollments")).status_code == 404
        assert (await facilitator.get(f"/cohorts/{others}")).status_code == 404
        assert (await facilitator.get(f"/cohorts/{others}/enroll")).status_code == 404
        found = (await facilitator.post("/api/people/search", json={"text": "quispe"})).json()["enrollments"]
        assert {entry["cohort_id"] for entry in found} == {str(own)}


async def test_a_facilitator_enrolls_into_their_own_cohorts_only(site: Site[EnrollmentResources]) -> None:
    own, others = [await a_cohort(site.resources, facilitator=f"facilitator-060{n}") for n in (1, 2)]
    async with site.browser("facilitator-0601") as facilitator:
        assert (await facilitator.post("/api/enrollments", json=a_person(own))).status_code == 201
        assert (await facilitator.post("/api/enrollments", json=a_person(others))).status_code == 404
        page = await facilitator.post(f"/cohorts/{others}/enroll", data={"cohort_id": str(others)}, headers=OWN_PAGE)
        assert page.status_code == 404


async def test_a_delegate_sees_their_own_organization_only(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    cohort = await a_cohort(site.resources)
    for organization in (PATRIA, MESA):
        await applies(site.resources, an_application(cohort, organization_id=organization))

    async with site.browser("delegate-patria-c") as delegate:
        listed = (await delegate.get("/api/organizations")).json()["organizations"]
        assert [one["organization_id"] for one in listed] == [str(PATRIA)]
        assert len((await delegate.get(f"/api/organizations/{PATRIA}/members")).json()["enrollments"]) == 1
        assert (await delegate.get(f"/organizations/{PATRIA}")).status_code == 200
        for other in (MESA, new_id()):
            assert (await delegate.get(f"/api/organizations/{other}/members")).status_code == 404
            assert (await delegate.get(f"/organizations/{other}")).status_code == 404


async def test_an_auditor_sees_seats_but_no_names(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    assert isinstance(await applies(site.resources, an_application(cohort)), Accepted)
    async with site.browser("auditor") as auditor:
        page = await auditor.get(f"/cohorts/{cohort}")
    assert page.status_code == 200
    assert "Quispe" not in page.text


OWN_PAGE = {"Origin": "http://127.0.0.1:8000"}


def a_person(cohort_id: UUID, **changed: Any) -> dict[str, Any]:
    application = an_application(cohort_id)
    return {
        "cohort_id": str(cohort_id),
        "document": {"type": "dni", "number": application.document.number},
        "given_names": "Rosa",
        "family_names": "Quispe",
        "district": {"scheme": "reniec", "code": "060101"},
        "consents": [{"purpose": "training"}],
        **changed,
    }


async def organizations(resources: EnrollmentResources) -> None:
    for organization_id, name in ((PATRIA, "PATRIA C"), (MESA, "Mesa de Concertación")):
        command = RegisterOrganization(
            organization_id=organization_id, name=name, organization_type=OrganizationType.CIVIL_ASSOCIATION
        )
        async with unit_of_work(resources, organization_id) as unit:
            await register_organization(unit, command)
