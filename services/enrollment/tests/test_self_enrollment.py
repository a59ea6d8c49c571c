"""People enroll themselves: what they are answered, which tells nobody who was known, and what a family shares."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts.enrollment import Purpose
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted, Application
from services.enrollment.identity.names import Names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.self_enrollment.domain import Answer
from services.enrollment.tests.stories import (
    AGREES,
    a_cohort,
    an_application,
    applies,
    event_names,
    seats,
    withdraws,
    withdraws_consent,
)
from services.enrollment.tests.test_pages import hidden
from services.enrollment.tests.test_public_programmes import LIGHT
from tests.support.sites import Site

HTML = {"Accept": "text/html"}
CHILD = date(2022, 1, 1)
"""The birth date of somebody who is under 14 until 2036."""

KNOWN: dict[str, dict[str, Any]] = {
    "unknown": {},
    "known elsewhere": {"elsewhere": True},
    "enrolled": {"here": True},
    "enrolled without a birth date": {"here": True, "birth_date": None},
    "enrolled with another name": {"here": True, "names": Names("Juan", "Terán Cueva")},
    "enrolled with another birth date": {"here": True, "birth_date": date(1990, 1, 1)},
    "withdrawn": {"here": True, "withdrawn": True},
    "without consent": {"here": True, "consent_withdrawn": True},
}


async def an_address(site: Site[EnrollmentResources], capacity: int = 30) -> tuple[UUID, str]:
    """A cohort in which people enroll themselves, and the path of its address."""
    cohort = await a_cohort(site.resources, capacity)
    await site.resources.pool.execute("UPDATE cohorts SET ends_on = '2099-12-31' WHERE cohort_id = $1", cohort)
    async with site.browser("coordinator") as coordinator:
        opened = await coordinator.post(f"/api/cohorts/{cohort}/self-enrollment/open")
    assert opened.status_code == 200, opened.text
    return cohort, opened.json()["address"].partition("/enrollment")[2]


def filled_in(application: Application, **changed: Any) -> dict[str, Any]:
    """The form of somebody, as a phone sends it."""
    return {
        "document.type": application.document.type,
        "document.number": application.document.number,
        "given_names": application.names.given,
        "family_names": application.names.family,
        "birth_date": f"{application.birth_date:%d/%m/%Y}" if application.birth_date else "",
        "district": application.district,
        "consents": ["training"],
        **changed,
    }


async def asks(nobody: httpx.AsyncClient, path: str, form: dict[str, Any]) -> httpx.Response:
    """What the public is answered to the form."""
    return await nobody.post(path, data=form, headers=HTML)


@pytest.fixture
async def nobody(site: Site[EnrollmentResources]) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser() as browser:
        yield browser


async def test_somebody_enrolls_at_the_address_that_the_cohort_shares(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    quyllur = an_application(cohort, names=Names("Quyllur Ch'aska", "Ñahuincopa Güimac"))
    answer = await asks(nobody, path, filled_in(quyllur, birth_date="12 de setiembre de 1987"))
    told = (await nobody.get(answer.headers["location"].removeprefix("/enrollment"), headers=HTML)).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"/enrollment{path}/received/seat")
    assert "Hay una vacante para esta persona." in told and "Ñahuincopa" not in told
    assert await seats(site.resources, cohort) == {"accepted": 1}
    [entry] = await site.resources.pool.fetch("SELECT * FROM audit_trail WHERE action = 'enroll_yourself'")
    assert (entry["author"], len(entry["people"])) == ("public", 1)
    async with site.browser("coordinator") as coordinator:
        assert "Ñahuincopa Güimac" in (await coordinator.get(f"/cohorts/{cohort}", headers=HTML)).text


async def a_story(site: Site[EnrollmentResources], cohort: UUID, application: Application, **known: Any) -> None:
    """What was known of the document of an application before it was sent."""
    if not known:
        return
    stated = {name: known[name] for name in ("names", "birth_date") if name in known}
    there = cohort if known.get("here") else await a_cohort(site.resources)
    outcome = await applies(site.resources, replace(application, cohort_id=there, **stated))
    assert isinstance(outcome, Accepted)
    if known.get("withdrawn"):
        await withdraws(site.resources, outcome.enrollment_id)
    if known.get("consent_withdrawn"):
        await withdraws_consent(site.resources, outcome.person_id, Purpose.TRAINING)


@pytest.mark.parametrize("is_full", [False, True], ids=["with seats", "full"])
async def test_the_answer_does_not_tell_who_was_known(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, is_full: bool
) -> None:
    answers = {}
    for name, known in KNOWN.items():
        cohort, path = await an_address(site, capacity=2)
        application = an_application(cohort)
        await a_story(site, cohort, application, **known)
        while is_full and (await seats(site.resources, cohort)).get("accepted", 0) < 2:
            await applies(site.resources, an_application(cohort))
        answer = await asks(nobody, path, filled_in(application))
        answers[name] = answer.status_code, answer.headers.get("location", "").rpartition("/")[2], answer.text
    assert set(answers.values()) == {(303, "waiting" if is_full else "seat", "")}


async def test_somebody_is_written_to_in_the_language_of_the_form(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    await nobody.post(path, data=filled_in(an_application(cohort)), headers=HTML | {"Accept-Language": "en"})
    assert await site.resources.pool.fetchval("SELECT language FROM people") == "en"


async def test_a_page_of_another_site_enrolls_nobody(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    """It would make the visitor's browser remember a foreign telephone for the next person of the family."""
    cohort, path = await an_address(site)
    form = filled_in(an_application(cohort))
    foreign = {"Origin": "http://sub.evil.example"}
    refused = [await nobody.post(one, data=form, headers=HTML | foreign) for one in (path, "/my-data")]
    assert [(one.status_code, one.headers.get("set-cookie")) for one in refused] == [(403, None)] * 2
    assert await seats(site.resources, cohort) == {}


async def test_whoever_is_enrolled_takes_no_second_seat(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    application = an_application(cohort)
    for _ in range(2):
        assert (await asks(nobody, path, filled_in(application))).status_code == 303
    assert await seats(site.resources, cohort) == {"accepted": 1}
    assert (await event_names(site.resources)).count("EnrollmentAccepted") == 1


async def test_a_name_that_does_not_agree_is_registered_apart_for_the_office_to_compare(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    application = an_application(cohort)
    await applies(site.resources, application)
    await asks(nobody, path, filled_in(application, given_names="Juan", family_names="Terán Cueva"))
    async with site.browser("coordinator") as coordinator:
        [review] = (await coordinator.get("/api/reviews")).json()["reviews"]
    assert await seats(site.resources, cohort) == {"accepted": 2}
    assert review["address"].startswith("/reviews/people/")


async def test_a_missing_consent_is_told_with_the_other_mistakes(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    sent = filled_in(an_application(cohort), given_names="", consents=[])
    page = await asks(nobody, path, sent)
    assert page.status_code == 422
    assert "Nombres: complete este campo." in page.text
    assert "sin su consentimiento para la capacitación" in page.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"consents": ["contact"]}, "consents"),
        ({"birth_date": f"{CHILD:%d/%m/%Y}"}, "consents"),
        ({"birth_date": "01/01/2100"}, "birth_date"),
        ({"birth_date": "mayo"}, "birth_date"),
        ({"document.number": "1234567"}, "document.number"),
        ({"district": "999999"}, "district"),
        ({"website": "https://example.org"}, "website"),
    ],
)
async def test_a_mistake_is_told_the_same_whoever_was_known(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, changed: dict[str, Any], field: str
) -> None:
    """Also for a child whose guardian agreed before, and for whoever agreed to the training before."""
    cohort, path = await an_address(site)
    told = []
    for is_known in (True, False):
        application = an_application(cohort)
        if is_known:
            agreed = (*AGREES, Agreement(Purpose.GUARDIAN, "2025-04"))
            born = CHILD if "birth_date" in changed else application.birth_date
            await applies(site.resources, replace(application, consents=agreed, birth_date=born))
        before = await seats(site.resources, cohort)
        answer = await asks(nobody, path, filled_in(application, **changed))
        assert f'href="#{field}"' in answer.text
        assert await seats(site.resources, cohort) == before
        told.append((answer.status_code, answer.text.partition('id="errors-title"')[2].partition("</section>")[0]))
    assert told[0] == told[1] and told[0][0] == 422


async def test_a_child_enrolls_with_the_consent_of_the_guardian(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    form = filled_in(an_application(cohort, birth_date=CHILD), consents=["training", "guardian"])
    assert (await asks(nobody, path, form)).status_code == 303
    rows = await site.resources.pool.fetch("SELECT purpose FROM consents ORDER BY purpose")
    assert [row["purpose"] for row in rows] == ["guardian", "training"]


async def test_the_next_person_of_the_family_keeps_district_and_contact_alone(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    first = filled_in(an_application(cohort), phone="976 543 210", consents=["training", "contact"], district="060301")
    before = (await nobody.get(f"{path}/another", headers=HTML)).text
    answer = await asks(nobody, path, first)
    next_form = await nobody.get(f"{path}/another", headers=HTML)

    assert "976 543 210" not in before
    assert 'value="976 543 210"' in next_form.text and '<option value="060301" selected>' in next_form.text
    assert "Quispe" not in next_form.text and first["document.number"] not in next_form.text
    assert "976 543 210" not in (await nobody.get(path, headers=HTML)).text
    assert next_form.headers["cache-control"] == "no-store"
    assert "HttpOnly" in answer.headers["set-cookie"] and "Path=/enrollment/join/" in answer.headers["set-cookie"]


async def test_the_next_user_of_the_phone_is_shown_nothing_of_the_family(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    await asks(nobody, path, filled_in(an_application(cohort), phone="976 543 210", consents=["training", "contact"]))
    left = await nobody.post(f"{path}/leave", headers=HTML)
    assert left.headers["location"].startswith("/enrollment/public/programmes/")
    assert "976 543 210" not in (await nobody.get(f"{path}/another", headers=HTML)).text


async def test_a_form_that_is_sent_twice_is_one_application(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    form = hidden((await nobody.get(path, headers=HTML)).text) | filled_in(an_application(cohort))
    answers = [await nobody.post(path, data=form, headers=HTML) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert await seats(site.resources, cohort) == {"accepted": 1}


async def test_the_last_seat_is_given_and_told_once(site: Site[EnrollmentResources], nobody: httpx.AsyncClient) -> None:
    cohort, path = await an_address(site, capacity=1)
    answers = [await asks(nobody, path, filled_in(an_application(cohort))) for _ in range(2)]
    found = [answer.headers["location"].rpartition("/")[2] for answer in answers]
    assert found == [Answer.SEAT, Answer.WAITING]
    told = (await nobody.get(f"{path}/received/waiting", headers=HTML)).text
    assert "queda en la lista de espera" in told and "Quien ya tenía una vacante la conserva." in told


@pytest.mark.parametrize("end", ["stop", "close", "over"])
async def test_where_nobody_can_enroll_the_address_says_so(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, end: str
) -> None:
    cohort, path = await an_address(site)
    application = an_application(cohort)
    await applies(site.resources, application)
    form = hidden((await nobody.get(path, headers=HTML)).text)
    async with site.browser("coordinator") as coordinator:
        if end == "over":
            await site.resources.pool.execute("UPDATE cohorts SET ends_on = '2025-12-31'")
        else:
            ending = "self-enrollment/stop" if end == "stop" else "close"
            assert (await coordinator.post(f"/api/cohorts/{cohort}/{ending}")).status_code == 200
    page = await nobody.get(path, headers=HTML)
    answers = [
        await nobody.post(path, data=form | filled_in(one), headers=HTML)
        for one in (application, an_application(cohort))
    ]
    for shown in (page, *answers):
        assert (
            "Por ahora nadie puede inscribirse aquí" in shown.text and "<form" not in shown.text.partition("<main")[2]
        )
    assert [answer.status_code for answer in (page, *answers)] == [200, 409, 409]
    assert await seats(site.resources, cohort) == {"accepted": 1}


async def test_an_address_stays_the_same_and_can_be_typed_in_capitals(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    cohort, path = await an_address(site)
    async with site.browser("coordinator") as coordinator:
        await coordinator.post(f"/api/cohorts/{cohort}/self-enrollment/stop")
        again = (await coordinator.post(f"/api/cohorts/{cohort}/self-enrollment/open")).json()
        here = f"/api/cohorts/{cohort}/self-enrollment"
        pictures = [await coordinator.get(f"{here}/qr.{kind}") for kind in ("svg", "png")]
        page = (await coordinator.get(f"/cohorts/{cohort}", headers=HTML)).text
    code = path.rpartition("/")[2]
    assert again["address"].endswith(path) and again["address"] in page
    assert [one.content[:4] for one in pictures] == [b"<?xm", b"\x89PNG"]
    assert (await nobody.get(f"/join/{code.upper()}", headers=HTML)).status_code == 200
    assert (await nobody.get("/join/abcdefghjk", headers=HTML)).status_code == 404


async def test_a_closed_cohort_is_not_opened_to_everybody(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        never = await coordinator.post(f"/api/cohorts/{cohort}/self-enrollment/stop")
        await coordinator.post(f"/api/cohorts/{cohort}/close")
        closed = await coordinator.post(f"/api/cohorts/{cohort}/self-enrollment/open")
    assert (never.status_code, closed.status_code) == (404, 409)


async def test_the_form_is_light_without_compression_and_needs_no_script(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    _, path = await an_address(site)
    page = await nobody.get(path, headers=HTML)
    assets = site.app.state.pages.assets.contents
    assert "<script" not in page.text
    assert len(page.content) + sum(len(assets[name]) for name in ("style.css", "minka.svg", "weave.svg")) < LIGHT
