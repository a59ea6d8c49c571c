"""Somebody asks to have their data corrected or erased, and the coordination answers beside what is stored."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.enrollment.data_requests.domain import answer_by
from services.enrollment.enrollments.domain import Accepted, Application
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import ErasePerson
from services.enrollment.rights.domain import ErasureReason
from services.enrollment.rights.service import erase_person, rectifiable
from services.enrollment.tests.stories import LOOKING, unit_of_work
from services.enrollment.tests.test_own_data import looks, shown, somebody
from tests.support.sites import Site

HTML = {"Accept": "text/html"}
RIGHT = {
    "given_names": "Yma Ch'aska",
    "family_names": "Ñahuincopa",
    "birth_date": "13/05/1987",
    "sex": "female",
    "district": "060301",
    "phone": "976 543 210",
}
STORED = {"given_names": "Yma", "birth_date": "12/05/1987", "sex": "not_stated", "district": "060101"}
OTHER_PHONE = RIGHT | STORED | {"phone": "987 654 321"}


@pytest.fixture
async def nobody(site: Site[EnrollmentResources]) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser() as browser:
        yield browser


@pytest.fixture
async def coordinator(site: Site[EnrollmentResources]) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser("coordinator") as browser:
        yield browser


async def asking(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, path: str, form: dict[str, Any]
) -> tuple[Application, Accepted]:
    """Somebody with a seat who was recognized and asks for something."""
    application, outcome = await somebody(site)
    await looks(nobody, application)
    asked = await nobody.post(path, data=form, headers=HTML)
    assert (asked.status_code, asked.headers["location"]) == (303, "/enrollment/my-data/shown"), asked.text
    return application, outcome


async def waiting(coordinator: httpx.AsyncClient) -> dict[str, Any]:
    [request] = (await coordinator.get("/api/data-requests?state=waiting")).json()["requests"]
    return dict(request)


async def decides(coordinator: httpx.AsyncClient, request_id: str, reason: str, **headers: str) -> httpx.Response:
    return await coordinator.post(f"/api/data-requests/{request_id}/decide", json={"reason": reason}, headers=headers)


async def test_a_correction_is_asked_for_compared_and_made(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    _, outcome = await asking(site, nobody, "/my-data/correct/0", RIGHT)
    request = await waiting(coordinator)
    compared = (await coordinator.get(f"/api/data-requests/{request['request_id']}")).json()["facts"]
    page = await coordinator.get(f"/data-requests/{request['request_id']}", headers=HTML)
    before = await shown(nobody)
    decided = await decides(coordinator, request["request_id"], "document_agrees")
    identity, profile = await rectifiable(LOOKING, site.resources.pool, site.resources, outcome.person_id)

    assert request["fields"] == ["given_names", "birth_date", "sex", "district"]
    assert compared[0] == {"field": "given_names", "stored": "Yma", "asked": "Yma Ch'aska"}
    for told in ("Yma Ch&#39;aska", "13 de mayo de 1987", "Mujer"):
        assert told in page.text
    asked, enrollments, _rest = before.partition("<h2>Sus inscripciones</h2>")
    assert "Lo que usted pidió" in asked and "Por responder" in asked, "the answer is looked for first"
    assert enrollments and "Yma Ch" not in asked
    assert (decided.status_code, decided.json()["state"]) == (200, "granted")
    assert identity is not None
    assert (identity.names.given, identity.names.family) == ("Yma Ch'aska", "Ñahuincopa")
    assert (identity.birth_date, identity.phone) == (date(1987, 5, 13), "+51976543210")
    assert (profile.sex, profile.district) == ("female", "060301")
    assert "Concedida" in await shown(nobody)


async def test_an_answer_is_told_to_who_agreed_to_be_contacted_and_does_not_say_what_it_is(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    """Also where the cohort is over."""
    await asking(site, nobody, "/my-data/correct/0", RIGHT)
    await decides(coordinator, (await waiting(coordinator))["request_id"], "not_the_person")
    kinds = [row["kind"] for row in await site.resources.pool.fetch("SELECT kind FROM messages ORDER BY queued_at")]
    assert kinds[-1] == "request_answered"


async def test_what_is_asked_for_is_kept_encrypted_and_until_the_answer_alone(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    await asking(site, nobody, "/my-data/correct/0", RIGHT)
    stored = await site.resources.pool.fetchval("SELECT asked FROM data_requests")
    assert b"aska" not in stored
    await decides(coordinator, (await waiting(coordinator))["request_id"], "document_contradicts")
    assert await site.resources.pool.fetchval("SELECT asked FROM data_requests") is None


async def test_a_refusal_changes_nothing_and_says_why(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    await asking(site, nobody, "/my-data/correct/0", RIGHT)
    request_id = (await waiting(coordinator))["request_id"]
    await decides(coordinator, request_id, "document_contradicts")
    again = await decides(coordinator, request_id, "document_agrees")
    told = await shown(nobody)
    assert "Denegada" in told and "El documento de identidad dice lo que ya está guardado." in told
    assert "Yma Ch" not in told
    assert (again.status_code, again.json()["code"]) == (409, "data_request_decided")


@pytest.mark.parametrize(
    ("path", "asked", "reason"),
    [
        ("/my-data/erase", {"confirmed": "yes"}, "document_contradicts"),
        ("/my-data/correct/0", RIGHT, "law_requires"),
        ("/my-data/correct/0", OTHER_PHONE, "document_contradicts"),
    ],
    ids=["erasure", "correction", "correction of what stands on no document"],
)
async def test_a_request_is_refused_for_a_reason_of_its_own_kind(
    site: Site[EnrollmentResources],
    nobody: httpx.AsyncClient,
    coordinator: httpx.AsyncClient,
    path: str,
    asked: dict[str, str],
    reason: str,
) -> None:
    await asking(site, nobody, path, asked)
    request_id = (await waiting(coordinator))["request_id"]
    page = await coordinator.get(f"/data-requests/{request_id}", headers=HTML)
    refused = await decides(coordinator, request_id, reason)
    assert f'value="{reason}"' not in page.text and 'value="not_the_person"' in page.text
    assert refused.status_code == 422
    assert refused.json()["code"] == "reason_of_another_kind"
    assert refused.json()["field"] == "reason"


async def test_an_erasure_that_is_granted_erases(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    application, outcome = await asking(site, nobody, "/my-data/erase", {"confirmed": "yes"})
    await decides(coordinator, (await waiting(coordinator))["request_id"], "document_agrees")
    record = (await coordinator.get(f"/api/people/{outcome.person_id}/record")).json()
    row = await site.resources.pool.fetchrow("SELECT state, reason, decided_by FROM data_requests")
    assert (record["identity"], record["erasure"]["reason"]) == (None, "person_asked")
    assert row is not None and tuple(row) == ("granted", "document_agrees", "coordinator")
    assert (await looks(nobody, application)).status_code == 422


async def test_an_erasure_answers_whatever_the_person_asked_for(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    _, outcome = await asking(site, nobody, "/my-data/correct/0", RIGHT)
    async with unit_of_work(site.resources, outcome.person_id) as unit:
        command = ErasePerson(reason=ErasureReason.STORED_BY_MISTAKE, confirmed=True)
        await erase_person(unit, command, site.resources, outcome.person_id)
    row = await site.resources.pool.fetchrow("SELECT request_id, state, reason, asked FROM data_requests")
    assert row is not None and tuple(row)[1:] == ("granted", "erased", None)
    page = await coordinator.get(f"/data-requests/{row['request_id']}", headers=HTML)
    assert page.status_code == 200 and "Los datos se borraron." in page.text


async def test_nobody_decides_on_what_the_person_has_corrected_meanwhile(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    await asking(site, nobody, "/my-data/correct/0", RIGHT)
    request = await waiting(coordinator)
    opened = await coordinator.get(f"/api/data-requests/{request['request_id']}")
    await nobody.post("/my-data/correct/0", data=RIGHT | {"district": "060101"}, headers=HTML)
    outdated = await decides(
        coordinator, request["request_id"], "document_agrees", **{"If-Match": opened.headers["etag"]}
    )
    now = await waiting(coordinator)
    assert outdated.status_code == 412
    assert (now["request_id"], now["answer_by"]) == (request["request_id"], request["answer_by"])
    assert now["fields"] == ["given_names", "birth_date", "sex"]


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("/my-data/correct/0", {"given_names": "<b>"}, "given_names"),
        ("/my-data/correct/0", {"birth_date": "mayo"}, "birth_date"),
        ("/my-data/correct/0", {"district": "999999"}, "district"),
        ("/my-data/correct/0", {"phone": "1"}, "phone"),
        ("/my-data/erase", {}, "confirmed"),
    ],
)
async def test_a_mistake_is_told_at_its_field(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, path: str, form: dict[str, str], field: str
) -> None:
    application, _ = await somebody(site)
    await looks(nobody, application)
    answer = await nobody.post(path, data=(RIGHT if "correct" in path else {}) | form, headers=HTML)
    assert answer.status_code == 422 and f'href="#{field}"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert await site.resources.pool.fetchval("SELECT count(*) FROM data_requests") == 0


async def test_what_is_stored_already_is_no_request(site: Site[EnrollmentResources], nobody: httpx.AsyncClient) -> None:
    application, _ = await somebody(site)
    await looks(nobody, application)
    form = await nobody.get("/my-data/correct/0", headers=HTML)
    assert 'value="Yma"' in form.text and 'value="12/05/1987"' in form.text
    stored = RIGHT | {"given_names": "Yma", "birth_date": "12/05/1987", "sex": "not_stated", "district": "060101"}
    answer = await nobody.post("/my-data/correct/0", data=stored, headers=HTML)
    assert answer.status_code == 422 and "Eso es lo que ya está guardado." in answer.text


async def test_nobody_asks_without_being_recognized_or_about_another_record(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient
) -> None:
    application, _ = await somebody(site)
    for path in ("/my-data/correct/0", "/my-data/erase"):
        sent = await nobody.post(path, data=RIGHT, headers=HTML)
        for answer in (sent, await nobody.get(path, headers=HTML)):
            assert (answer.status_code, answer.headers["location"]) == (303, "/enrollment/my-data")
    await looks(nobody, application)
    assert (await nobody.get("/my-data/correct/1", headers=HTML)).status_code == 404
    assert (await nobody.post("/my-data/correct/1", data=RIGHT, headers=HTML)).status_code == 404
    assert await site.resources.pool.fetchval("SELECT count(*) FROM data_requests") == 0


async def test_a_page_answers_a_request(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    await asking(site, nobody, "/my-data/correct/0", RIGHT)
    listed = (await coordinator.get("/data-requests", headers=HTML)).text
    assert "Ñahuincopa, Yma" in listed, "nobody has to open a person to know who asks"
    [address] = re.findall(r'href="/enrollment(/data-requests/[0-9a-f-]{36})"', listed)
    without_reason = await coordinator.post(address, data={}, headers=HTML)
    answered = await coordinator.post(address, data={"reason": "document_agrees"}, headers=HTML)
    assert without_reason.status_code == 422 and 'href="#reason"' in without_reason.text
    assert answered.headers["location"] == "/enrollment/data-requests"
    assert UUID(address.rpartition("/")[2])


async def test_who_looks_at_a_request_reads_the_person_and_the_trail_has_it(
    site: Site[EnrollmentResources], nobody: httpx.AsyncClient, coordinator: httpx.AsyncClient
) -> None:
    """Also where keys are asked for after it is known what is shown."""
    _, outcome = await asking(site, nobody, "/my-data/correct/0", RIGHT)
    request = await waiting(coordinator)
    await coordinator.get(f"/data-requests/{request['request_id']}", headers=HTML)
    query = "SELECT shown, people FROM audit_trail WHERE action = 'show_data_request'"
    [read] = await site.resources.pool.fetch(query)
    assert (read["shown"], read["people"]) == (1, [outcome.person_id])


@pytest.mark.parametrize(
    ("asked_on", "days", "last"),
    [
        (date(2026, 11, 30), 10, date(2026, 12, 14)),
        (date(2026, 12, 4), 1, date(2026, 12, 7)),
        (date(2026, 12, 5), 1, date(2026, 12, 7)),
    ],
)
def test_an_answer_is_due_after_working_days(asked_on: date, days: int, last: date) -> None:
    assert answer_by(asked_on, days) == last
