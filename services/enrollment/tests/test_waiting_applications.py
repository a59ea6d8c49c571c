"""A form that contradicts somebody known waits until somebody decides, and nothing that was typed is lost."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.applications.domain import KEPT_FOR
from services.enrollment.applications.jobs import erase
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import LOOKING, a_cohort, seats
from services.enrollment.tests.test_access import a_person
from services.enrollment.tests.test_interface import made
from tests.support.sites import Site

ANOTHER = {"given_names": "Juan", "family_names": "Díaz", "birth_date": "1990-01-31"}
RIGHT = {"type": "dni", "number": "47110815"}


async def sends(site: Site[EnrollmentResources], **changed: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Somebody known, and the answer to a form that says another name of their document."""
    known = a_person(await a_cohort(site.resources))
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **known)
        body = known | ANOTHER | changed
        answer = await coordinator.post("/api/enrollments", json=body)
    assert answer.status_code == 201, answer.text
    return body, answer.json()


async def asks(site: Site[EnrollmentResources], path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    async with site.browser("coordinator") as coordinator:
        return await coordinator.post(f"/api/reviews/applications/{path}", json=body, headers=headers)


async def decides(site: Site[EnrollmentResources], answer: dict[str, Any], decision: str) -> dict[str, Any]:
    body = {"decision": decision, "reason": "cards_compared"}
    decided = await asks(site, answer["application_id"], body)
    assert decided.status_code == 200, decided.text
    reply: dict[str, Any] = decided.json()
    return reply


async def corrects(
    site: Site[EnrollmentResources], answer: dict[str, Any], whose: str, document: dict[str, str]
) -> httpx.Response:
    return await asks(site, f"{answer['application_id']}/document", {"whose": whose, "document": document})


async def names(site: Site[EnrollmentResources], cohort: str) -> set[str]:
    async with site.browser("coordinator") as coordinator:
        listed = (await coordinator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
    return {f"{one['given_names']} {one['family_names']}" for one in listed if one["status"] == "accepted"}


async def open_reviews(site: Site[EnrollmentResources]) -> list[str]:
    async with site.browser("coordinator") as coordinator:
        return [one["address"] for one in (await coordinator.get("/api/reviews")).json()["reviews"]]


async def stored(resources: EnrollmentResources) -> int:
    count: int = await resources.pool.fetchval("SELECT count(*) FROM waiting_applications")
    return count


async def test_a_form_that_contradicts_somebody_waits_for_a_decision(site: Site[EnrollmentResources]) -> None:
    body, answer = await sends(site)

    assert (answer["outcome"], answer["status"], answer["person_id"]) == ("review", "requested", None)
    assert await names(site, body["cohort_id"]) == {"Rosa Quispe"}, "nobody has a seat by it yet"
    assert await open_reviews(site) == [f"/reviews/applications/{answer['application_id']}"]
    sealed = await site.resources.pool.fetchval("SELECT application FROM waiting_applications")
    assert "Díaz".encode() not in sealed


async def test_a_form_that_is_sent_again_waits_once(site: Site[EnrollmentResources]) -> None:
    sent_as = str(new_id())
    body, answer = await sends(site, enrollment_id=sent_as)
    async with site.browser("coordinator") as coordinator:
        again = (await coordinator.post("/api/enrollments", json=body)).json()
        assert again == answer
        await decides(site, answer, "other_person")
        decided = (await coordinator.post("/api/enrollments", json=body)).json()
    assert (decided["outcome"], decided["enrollment_id"]) == ("already_enrolled", sent_as)
    assert await stored(site.resources) == 0


async def test_a_form_that_was_put_right_waits_no_more(site: Site[EnrollmentResources]) -> None:
    sent_as = str(new_id())
    body, answer = await sends(site, enrollment_id=sent_as)
    async with site.browser("coordinator") as coordinator:
        right = (await coordinator.post("/api/enrollments", json=body | {"document": RIGHT})).json()
    assert right["outcome"] == "accepted"
    assert await open_reviews(site) == []
    assert (await corrects(site, answer, "one", RIGHT)).status_code == 404


@pytest.mark.parametrize("wrong", [{"district": {"scheme": "inei", "code": "150101"}}, {"enrolled_on": "2019-05-12"}])
async def test_a_form_that_enrolls_nobody_does_not_wait(site: Site[EnrollmentResources], wrong: dict[str, Any]) -> None:
    known = a_person(await a_cohort(site.resources))
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **known)
        assert (await coordinator.post("/api/enrollments", json=known | ANOTHER | wrong)).status_code == 422
    assert await stored(site.resources) == 0


@pytest.mark.parametrize(
    ("decision", "outcome", "enrolled"),
    [
        ("same_person", "already_enrolled", {"Rosa Quispe"}),
        ("other_person", "accepted", {"Rosa Quispe", "Juan Díaz"}),
        ("discard", "discarded", {"Rosa Quispe"}),
    ],
)
async def test_whoever_decides_enrolls_the_right_person(
    site: Site[EnrollmentResources], decision: str, outcome: str, enrolled: set[str]
) -> None:
    body, answer = await sends(site)
    decided = await decides(site, answer, decision)
    assert decided["outcome"] == outcome
    assert await names(site, body["cohort_id"]) == enrolled
    assert f"/reviews/applications/{answer['application_id']}" not in await open_reviews(site)
    assert await stored(site.resources) == 0


async def test_the_same_person_gets_a_seat_in_another_cohort_by_what_was_typed(
    site: Site[EnrollmentResources],
) -> None:
    other = await a_cohort(site.resources)
    _body, answer = await sends(site, cohort_id=str(other))
    decided = await decides(site, answer, "same_person")
    assert decided["outcome"] == "accepted"
    assert await seats(site.resources, other) == {"accepted": 1}
    assert await names(site, str(other)) == {"Rosa Quispe"}


async def test_a_number_mistyped_in_the_form_is_put_right_where_it_is_decided(
    site: Site[EnrollmentResources],
) -> None:
    body, answer = await sends(site)
    decided = await corrects(site, answer, "one", RIGHT)
    assert decided.json()["outcome"] == "accepted", decided.text
    assert await names(site, body["cohort_id"]) == {"Rosa Quispe", "Juan Díaz"}
    assert await open_reviews(site) == []


async def test_a_number_that_is_known_too_leaves_the_form_waiting(site: Site[EnrollmentResources]) -> None:
    body, answer = await sends(site)
    third = a_person(UUID(body["cohort_id"]), given_names="Luz", family_names="Chilón", document=RIGHT)
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **third)
    decided = await corrects(site, answer, "one", RIGHT)
    assert decided.json()["outcome"] == "review", decided.text
    assert await open_reviews(site) == [f"/reviews/applications/{answer['application_id']}"]
    async with site.browser("coordinator") as coordinator:
        page = (await coordinator.get(f"/reviews/applications/{answer['application_id']}")).text
    assert "Chilón" in page and "Quispe" not in page, "it is compared with whoever has the number now"


async def test_a_number_mistyped_of_the_person_is_put_right_where_it_is_decided(
    site: Site[EnrollmentResources],
) -> None:
    body, answer = await sends(site)
    decided = await corrects(site, answer, "other", RIGHT)
    assert decided.json()["outcome"] == "accepted", decided.text
    async with site.browser("coordinator") as coordinator:
        for number, family_names in ((RIGHT["number"], "Quispe"), (body["document"]["number"], "Díaz")):
            found = (await coordinator.post("/api/people/search", json={"text": number})).json()["enrollments"]
            assert [one["family_names"] for one in found] == [family_names]


async def test_the_same_number_again_is_refused_at_its_field(site: Site[EnrollmentResources]) -> None:
    body, answer = await sends(site)
    refused = await corrects(site, answer, "other", body["document"])
    assert (refused.status_code, refused.json()["field"]) == (422, "document.number")
    assert await open_reviews(site) == [f"/reviews/applications/{answer['application_id']}"]


async def test_an_application_is_erased_with_the_person_whom_it_contradicts(site: Site[EnrollmentResources]) -> None:
    body, answer = await sends(site)
    async with site.browser("coordinator") as coordinator:
        [entry] = (await coordinator.get(f"/api/cohorts/{body['cohort_id']}/enrollments")).json()["enrollments"]
        person = f"/people/{entry['person_id']}"
        record = (await coordinator.get(f"/api{person}/record")).json()
        assert [one["application_id"] for one in record["applications"]] == [answer["application_id"]]
        assert answer["application_id"] in (await coordinator.get(f"{person}/erase")).text
        erasure = {"reason": "person_asked", "confirmed": True}
        assert (await coordinator.post(f"/api{person}/erase", json=erasure)).status_code == 200
    assert await stored(site.resources) == 0


async def test_an_application_about_which_nobody_decides_is_erased(site: Site[EnrollmentResources]) -> None:
    _body, answer = await sends(site)
    due = "SELECT payload, due_at - added_at AS after FROM jobs WHERE kind = 'applications.erase'"
    [row] = await site.resources.pool.fetch(due)
    assert row["after"] > KEPT_FOR - timedelta(days=1)
    await erase(site.resources, Job(new_id(), "", {"application_id": answer["application_id"]}, 1))
    assert await stored(site.resources) == 0
    assert await site.resources.keyring.fetch(LOOKING, [UUID(answer["application_id"])]) == {}


async def test_of_two_who_decide_the_second_is_told(site: Site[EnrollmentResources]) -> None:
    _body, answer = await sends(site)
    await decides(site, answer, "discard")
    late = await asks(site, answer["application_id"], {"decision": "other_person", "reason": "person_asked"})
    assert (late.status_code, late.json()["code"]) == (404, "application_done")


async def test_of_two_who_correct_the_number_the_second_compares_anew(site: Site[EnrollmentResources]) -> None:
    body, answer = await sends(site)
    third = a_person(UUID(body["cohort_id"]), given_names="Luz", family_names="Chilón", document=RIGHT)
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **third)
    await corrects(site, answer, "one", RIGHT)
    late = await asks(
        site, answer["application_id"], {"decision": "same_person", "reason": "person_asked"}, **{"If-Match": '"0"'}
    )
    assert late.status_code == 412


async def test_a_facilitator_is_told_that_it_waits_and_where(site: Site[EnrollmentResources]) -> None:
    known = a_person(cohort := await a_cohort(site.resources))
    form = {
        "cohort_id": str(cohort), "document.type": "dni", "document.number": known["document"]["number"],
        "district.scheme": "inei", "district.code": "060101", "consents": "training", **ANOTHER,
    }  # fmt: skip
    async with site.browser("facilitator-0601") as facilitator:
        await made(facilitator, "/api/enrollments", **known)
        sent = await facilitator.post(f"/cohorts/{cohort}/enroll", data=form)
        assert (sent.status_code, sent.headers["location"].partition("?")[0]) == (
            303, f"/enrollment/cohorts/{cohort}",
        ), sent.text  # fmt: skip
        page = (await facilitator.get(f"/cohorts/{cohort}")).text
        assert "1 solicitud espera" in page
        [address] = await open_reviews(site)
        assert (await facilitator.get(address)).status_code == 403


async def test_a_coordinator_is_led_to_the_decision_and_decides_by_pages(site: Site[EnrollmentResources]) -> None:
    known = a_person(cohort := await a_cohort(site.resources))
    form = {
        "cohort_id": str(cohort), "document.type": "dni", "document.number": known["document"]["number"],
        "district.scheme": "inei", "district.code": "060101", "consents": "training", **ANOTHER,
    }  # fmt: skip
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **known)
        sent = await coordinator.post(f"/cohorts/{cohort}/enroll", data=form)
        address = sent.headers["location"].removeprefix("/enrollment").partition("?")[0]
        assert address.startswith("/reviews/applications/")
        page = (await coordinator.get(address)).text
        assert "Díaz" in page and "Quispe" in page
        wrong = await coordinator.post(f"{address}/document", data={"whose": "one", "document.number": "123"})
        assert wrong.status_code == 422 and 'value="123"' in wrong.text
        right = {"whose": "one", "document.type": "dni", "document.number": RIGHT["number"]}
        done = await coordinator.post(f"{address}/document", data=right)
        assert done.headers["location"].partition("?")[0] == "/enrollment/reviews", done.text
    assert await names(site, str(cohort)) == {"Rosa Quispe", "Juan Díaz"}
