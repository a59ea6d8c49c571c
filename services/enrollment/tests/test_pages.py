"""The console as a browser without scripts uses it."""

import re
from html import unescape
from uuid import UUID

import httpx

from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.names import Names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies, event_names, seats
from services.enrollment.tests.test_access import MESA, organizations
from tests.support.sites import Site

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_ERROR_LINK = re.compile(r'<li><a href="#([^"]+)">')


def hidden(page: str) -> dict[str, str]:
    """A page's hidden fields; of one that stands in several forms, the last."""
    return dict(_HIDDEN.findall(page))


async def sends(browser: httpx.AsyncClient, path: str, form: dict[str, str]) -> httpx.Response:
    """The form, as a browser sends it from our own page."""
    origin = f"{browser.base_url.scheme}://{browser.base_url.netloc.decode()}"
    return await browser.post(path, data=form, headers={"Origin": origin, "Accept": "text/html"})


def filled_in(cohort_id: UUID, page: str) -> dict[str, str]:
    application = an_application(cohort_id)
    return hidden(page) | {
        "document.type": "dni",
        "document.number": application.document.number,
        "given_names": "Ñusta",
        "family_names": "Chuquimango",
        "district.code": "060301",
        "consents": "training",
    }


async def test_enrolling_one_person(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("facilitator-0601") as facilitator:
        form = filled_in(cohort, (await facilitator.get(f"/cohorts/{cohort}/enroll")).text)
        answer = await sends(facilitator, f"/cohorts/{cohort}/enroll", form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/enrollment/cohorts/{cohort}")
        page = await facilitator.get(f"/cohorts/{cohort}")
    assert "Chuquimango" in page.text


async def test_sent_twice_it_is_done_once(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        form = filled_in(cohort, (await coordinator.get(f"/cohorts/{cohort}/enroll")).text)
        for _ in range(2):
            assert (await sends(coordinator, f"/cohorts/{cohort}/enroll", form)).status_code == 303
    assert await seats(site.resources, cohort) == {"accepted": 1}


async def test_what_was_typed_is_kept_and_the_mistake_is_named(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        form = filled_in(cohort, (await coordinator.get(f"/cohorts/{cohort}/enroll")).text)
        answer = await sends(coordinator, f"/cohorts/{cohort}/enroll", form | {"consents": ""})
        assert answer.status_code == 422
        assert _ERROR_LINK.findall(answer.text) == ["consents"]
        assert 'value="Chuquimango"' in unescape(answer.text)
        assert (await sends(coordinator, f"/cohorts/{cohort}/enroll", form)).status_code == 303


async def test_every_mistake_of_a_form_has_its_place(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        answer = await sends(coordinator, "/programmes/new", {"starts_on": "2025-04-01", "ends_on": "2025-03-01"})
    assert answer.status_code == 422
    for field in _ERROR_LINK.findall(answer.text):
        assert f'id="{field}"' in answer.text
    assert set(_ERROR_LINK.findall(answer.text)) == {"code", "title", "ends_on"}


async def test_a_coordinator_makes_everything_by_forms(site: Site[EnrollmentResources]) -> None:
    dates = {"starts_on": "2025-04-01", "ends_on": "2025-12-31"}
    async with site.browser("coordinator") as coordinator:
        programme = await sends(coordinator, "/programmes/new", {"code": "ABC-1", "title": "Programa", **dates})
        programme_id = programme.headers["location"].rpartition("/")[2]
        module = {"title": "Audiencias", "mechanism": "public_hearings", "hours": "4", "languages": "qu"}
        await sends(coordinator, f"/programmes/{programme_id}/modules", module)
        cohort = {"programme_id": programme_id, "name": "Jaén", "province": "0608", "capacity": "30", **dates}
        opened = await sends(coordinator, "/cohorts/new", cohort)
        here = opened.headers["location"].removeprefix("/enrollment")
        await sends(coordinator, f"{here}/facilitators", {"facilitator_id": "facilitator-0608"})
        await sends(coordinator, f"{here}/facilitators/facilitator-0608/remove", {})
        await sends(coordinator, "/organizations/new", {"name": "Ronda de Jaén", "organization_type": "peasant_patrol"})
        await sends(coordinator, f"{here}/close", {})
        again = await sends(coordinator, "/organizations/new", {"name": "Ronda de Jaén", "organization_type": "youth"})
        assert (again.status_code, _ERROR_LINK.findall(again.text)) == (409, ["name"])
    assert await event_names(site.resources) == [
        "ProgrammePublished",
        "ProgrammeAnnounced",
        "ModulePublished",
        "CohortOpened",
        "FacilitatorAssigned",
        "FacilitatorUnassigned",
        "OrganizationRegistered",
        "CohortClosed",
    ]


async def test_withdrawing_on_the_page_moves_the_next_one_up(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources, capacity=1)
    holder = an_application(cohort)
    for application in (holder, an_application(cohort)):
        await applies(site.resources, application)
    async with site.browser("coordinator") as coordinator:
        await sends(coordinator, f"/cohorts/{cohort}/enrollments/{holder.enrollment_id}/withdraw", {})
    assert await seats(site.resources, cohort) == {"withdrawn": 1, "accepted": 1}


async def test_searching(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await applies(site.resources, an_application(cohort))
    async with site.browser("coordinator") as coordinator:
        found = await sends(coordinator, "/people", {"text": "quispe ros"})
        nobody = await sends(coordinator, "/people", {"text": "zzz"})
        too_short = await sends(coordinator, "/people", {"text": "q"})
    assert "Quispe Huamán" in found.text
    assert (nobody.status_code, too_short.status_code) == (200, 422)


async def test_a_person_is_compared_with_whoever_is_found(site: Site[EnrollmentResources]) -> None:
    """Also with somebody whom nothing makes look alike: a person who goes by another name now."""
    cohort = await a_cohort(site.resources)
    one, other = [
        await applies(site.resources, an_application(cohort, names=Names("Rosa", family)))
        for family in ("Quispe", "Malca")
    ]
    assert isinstance(one, Accepted) and isinstance(other, Accepted)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        page = (await coordinator.get(f"/people/{one.person_id}")).text
        [search] = re.findall(r'href="/enrollment(/people\?compare=[^"]+)"', page)
        form = (await coordinator.get(search)).text
        found = (await sends(coordinator, search, {"text": "rosa"})).text
        side_by_side = await coordinator.get(f"/reviews/people/{one.person_id}/{other.person_id}")
    assert f'action="/enrollment{search}"' in form and "Malca, Rosa" in found
    assert "Quispe, Rosa" not in found, "nobody is compared with themselves"
    assert f"/enrollment/reviews/people/{one.person_id}/{other.person_id}" in found
    assert side_by_side.status_code == 200


async def test_each_begins_with_their_own_work(site: Site[EnrollmentResources]) -> None:
    await begins_at(site, {"coordinator": "cohorts", "delegate-mesa": "organizations"})
    await organizations(site.resources)
    await begins_at(site, {"delegate-mesa": f"organizations/{MESA}"})


async def begins_at(site: Site[EnrollmentResources], starts: dict[str, str]) -> None:
    for person, start in starts.items():
        async with site.browser(person) as browser:
            assert (await browser.get("/")).headers["location"] == f"/enrollment/{start}"
