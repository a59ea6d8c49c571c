"""Somebody reads their own data without an account, and a guesser reads nothing and learns nothing."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import httpx
import pytest

from chassis.runtime.jobs import Job
from contracts.enrollment import Purpose
from services.enrollment.app import service
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted, Application, ReviewDecision
from services.enrollment.identity.names import Names
from services.enrollment.own_data.jobs import forget_tries
from services.enrollment.own_data.service import TRIES
from services.enrollment.people.domain import PUBLIC, Visibility
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.commands import DecideReview
from services.enrollment.reviews.domain import ReviewReason
from services.enrollment.reviews.service import decide_people
from services.enrollment.rights.commands import ErasePerson
from services.enrollment.rights.domain import ErasureReason
from services.enrollment.rights.service import erase_person
from services.enrollment.tests.stories import a_cohort, an_application, applies, seats, unit_of_work
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

HTML = {"Accept": "text/html"}
NOT_FOUND = "No encontramos a nadie con este documento y esta fecha de nacimiento."
AGREED = (Agreement(Purpose.TRAINING), Agreement(Purpose.CONTACT))


@pytest.fixture
async def nobody(site: Site[EnrollmentResources]) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser() as browser:
        yield browser


async def somebody(site: Site[EnrollmentResources]) -> tuple[Application, Accepted]:
    """Somebody with a seat, who may be called."""
    cohort = await a_cohort(site.resources)
    application = an_application(cohort, consents=AGREED, phone="+51976543210", names=Names("Yma", "Ñahuincopa"))
    outcome = await applies(site.resources, application)
    assert isinstance(outcome, Accepted)
    return application, outcome


async def looks(nobody: httpx.AsyncClient, application: Application, born: str = "12/05/1987") -> httpx.Response:
    form = {"document.type": "dni", "document.number": application.document.number, "birth_date": born}
    return await nobody.post("/my-data", data=form, headers=HTML)


async def shown(nobody: httpx.AsyncClient) -> str:
    return (await nobody.get("/my-data/shown", headers=HTML)).text


async def test_somebody_sees_how_their_enrollment_stands_and_the_card_for_the_door(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    application, outcome = await somebody(site)
    answer = await looks(nobody, application)
    page = await nobody.get("/my-data/shown", headers=HTML)

    assert (answer.status_code, answer.headers["location"]) == (303, "/enrollment/my-data/shown")
    for told in ("Ñahuincopa", application.document.number, "+51976543210", "Con vacante"):
        assert told in page.text
    [card] = re.findall(r'<section class="panel">.*?</section>', page.text, re.DOTALL)
    assert str(outcome.enrollment_id) in card and "data:image/svg+xml" in card
    assert "Ñahuincopa" not in card and application.document.number not in card
    assert page.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/enrollment/my-data" in cookie
    assert application.document.number not in cookie
    entries = await site.resources.pool.fetch("SELECT * FROM audit_trail WHERE action = 'show_own_data'")
    assert [(entry["author"], entry["people"]) for entry in entries] == [("public", [outcome.person_id])]


async def test_a_guesser_is_told_the_same_of_every_document(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    known, _ = await somebody(site)
    without_day = an_application(known.cohort_id, birth_date=None)
    await applies(site.resources, without_day)
    erased = an_application(known.cohort_id)
    outcome = await applies(site.resources, erased)
    assert isinstance(outcome, Accepted)
    command = ErasePerson(reason=ErasureReason.PERSON_ASKED, confirmed=True)
    async with unit_of_work(site.resources, outcome.person_id) as unit:
        await erase_person(unit, command, site.resources, outcome.person_id)

    unknown = an_application(known.cohort_id)
    answers = [
        await looks(nobody, unknown),
        await looks(nobody, known, "13/05/1987"),
        await looks(nobody, without_day),
        await looks(nobody, erased),
    ]
    told = {answer.text.partition('id="errors-title"')[2].partition("</section>")[0] for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(told) == 1 and NOT_FOUND in told.pop()
    assert (await nobody.get("/my-data/shown", headers=HTML)).headers["location"] == "/enrollment/my-data"


async def test_a_document_is_tried_ten_times_a_day_whoever_has_it(fresh_databases: FreshDatabases) -> None:
    environment = fresh_databases.variables("enrollment") | {"MINKA_ENROLLMENT_RATE_FACTOR": "1"}
    async with serving(service, environment) as site, site.browser() as guesser:
        known, _ = await somebody(site)
        for application in (known, an_application(known.cohort_id)):
            tried = [await looks(guesser, application, f"{day}/01/1990") for day in range(1, TRIES + 1)]
            assert {answer.status_code for answer in tried} == {422}
            assert (await looks(guesser, application)).status_code == 429
        assert (await looks(guesser, an_application(known.cohort_id))).status_code == 422


async def test_tries_count_in_every_process_and_after_a_restart(fresh_databases: FreshDatabases) -> None:
    environment = fresh_databases.variables("enrollment") | {"MINKA_ENROLLMENT_RATE_FACTOR": "1"}
    async with serving(service, environment) as site, site.browser() as guesser:
        known, _ = await somebody(site)
        tried = [await looks(guesser, known, f"{day}/01/1990") for day in range(1, TRIES + 1)]
    async with serving(service, environment) as again, again.browser() as guesser:
        one_more = await looks(guesser, known)
        await again.resources.pool.execute("UPDATE own_data_tries SET forgotten_at = clock_timestamp()")
        next_day = await looks(guesser, known)
    assert {answer.status_code for answer in tried} == {422}
    assert (one_more.status_code, next_day.status_code) == (429, 303)
    assert 86_000 < int(one_more.headers["retry-after"]) <= 86_400


async def test_which_documents_were_looked_for_is_forgotten(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    known, _ = await somebody(site)
    for application in (known, an_application(known.cohort_id)):
        await looks(nobody, application)
    first = "UPDATE own_data_tries SET forgotten_at = clock_timestamp() WHERE document_digest = $1"
    await site.resources.pool.execute(first, await site.resources.blind.document(known.document))
    await forget_tries(site.resources, Job(UUID(int=1), "own_data.forget_tries", {}, attempts=1))
    assert await site.resources.pool.fetchval("SELECT count(*) FROM own_data_tries") == 1


async def test_a_birth_date_that_somebody_made_up_shows_nothing_of_the_owner_of_the_document(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    """Also not after the coordination has taken the made-up record for a typing mistake and counts both as one."""
    victim, outcome = await somebody(site)
    made_up = replace(victim, enrollment_id=UUID(int=7), birth_date=date(1990, 1, 1))
    apart = await applies(site.resources, made_up, visibility=PUBLIC)
    assert isinstance(apart, Accepted) and apart.person_id != outcome.person_id
    before = await looks(nobody, victim, "01/01/1990")
    async with unit_of_work(site.resources, outcome.person_id, apart.person_id) as unit:
        command = DecideReview(decision=ReviewDecision.SAME_PERSON, reason=ReviewReason.CARDS_COMPARED)
        await decide_people(unit, command, site.resources, outcome.person_id, apart.person_id)
    after = [await looks(nobody, victim, day) for day in ("01/01/1990", "12/05/1987")]
    assert (before.status_code, [answer.status_code for answer in after]) == (303, [422, 422])


async def test_nothing_is_shown_or_taken_back_without_being_recognized(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    application, _ = await somebody(site)
    for cookie in ("", "WyIwMTk3YTAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ.aaaa.bbbb"):
        nobody.cookies.set("minka_own_data", cookie, path="/enrollment/my-data")
        assert (await nobody.get("/my-data/shown", headers=HTML)).status_code == 303
        assert (await nobody.post("/my-data/consents/training/withdraw")).headers["location"] == "/enrollment/my-data"
    assert await seats(site.resources, application.cohort_id) == {"accepted": 1}


async def test_a_consent_is_taken_back_and_the_seat_with_it(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    application, _ = await somebody(site)
    await looks(nobody, application)
    await nobody.post("/my-data/consents/contact/withdraw", headers=HTML)
    assert "+51976543210" not in await shown(nobody)
    assert await seats(site.resources, application.cohort_id) == {"accepted": 1}
    await nobody.post("/my-data/consents/training/withdraw", headers=HTML)
    assert "data:image/svg+xml" not in await shown(nobody)
    assert await seats(site.resources, application.cohort_id) == {"withdrawn": 1}
    written = await site.resources.pool.fetch("SELECT author FROM audit_trail WHERE action = 'withdraw_own_consent'")
    assert [entry["author"] for entry in written] == ["public", "public"]


async def test_somebody_chooses_the_language_of_their_messages(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    application, outcome = await somebody(site)
    assert (await nobody.post("/my-data/language", data={"language": "en"})).headers["location"].endswith("/my-data")
    await looks(nobody, application)
    for language, status in (("en", 303), ("fr", 422), ("x" * 5000, 422), ("", 422)):
        assert (await nobody.post("/my-data/language", data={"language": language})).status_code == status
    kept = await site.resources.pool.fetchval("SELECT language FROM people WHERE person_id = $1", outcome.person_id)
    page = await shown(nobody)
    assert kept == "en" and re.search(r'value="en" checked', page)


async def test_the_next_user_of_the_phone_sees_nothing(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    application, _ = await somebody(site)
    await looks(nobody, application)
    await nobody.post("/my-data/leave", headers=HTML)
    assert (await nobody.get("/my-data/shown", headers=HTML)).status_code == 303


async def test_a_person_with_two_records_reads_both(site: Site[EnrollmentResources], nobody: httpx.AsyncClient) -> None:
    """A facilitator who did not see the person registered them apart."""
    application, _ = await somebody(site)
    other = await a_cohort(site.resources)
    rows = "SELECT name FROM cohorts WHERE cohort_id = $1"
    apart = replace(application, enrollment_id=UUID(int=7), cohort_id=other)
    await applies(site.resources, apart, visibility=Visibility(facilitator="somebody"))
    await looks(nobody, application)
    page = await shown(nobody)
    for cohort in (application.cohort_id, other):
        assert await site.resources.pool.fetchval(rows, cohort) in page
