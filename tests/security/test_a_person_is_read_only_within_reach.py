"""A person's data are read by those only who may see the person, whatever they write."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from chassis.web.auth.principal import Principal
from contracts.enrollment import Purpose
from services.enrollment.app import service
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.names import Names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.conftest import environment, resources, site  # noqa: F401
from services.enrollment.tests.stories import (
    a_cohort,
    an_application,
    applies,
    event_bodies,
    event_names,
    withdraws_consent,
)
from services.enrollment.tests.test_access import PATRIA, a_person, organizations
from services.enrollment.visibility import facilitator_of, visible_organization
from tests.support.roundtrips import counted
from tests.support.sites import Site, serving

ROSALINDA = Names("Rosalinda Hermelinda", "Quispe Chuquimango")
THE_OTHER = "facilitator-0602"
"""Facilitates another cohort than Rosalinda's."""

GUESSES: dict[str, dict[str, Any]] = {
    "nothing agreed to": {"consents": []},
    "other names": {"given_names": "Zzz", "family_names": "Xxx"},
    "initials": {"given_names": "R", "family_names": "C"},
    "other names, nothing agreed to": {"given_names": "Zzz", "family_names": "Xxx", "consents": []},
    "a word of each": {"given_names": "Rosalinda", "family_names": "Quispe"},
    "all names": {"given_names": ROSALINDA.given, "family_names": ROSALINDA.family},
    "another birth date": {"given_names": "Rosalinda", "family_names": "Quispe", "birth_date": "1990-01-01"},
    "a child's birth date": {"given_names": "Rosalinda", "family_names": "Quispe", "birth_date": "2015-01-01"},
    "a form that is no form": {"district": {"scheme": "inei", "code": "999999"}},
}


async def rosalinda(resources: EnrollmentResources, **changed: Any) -> str:  # noqa: F811
    """The number of the document of somebody in a cohort of facilitator-0601."""
    application = an_application(await a_cohort(resources), names=ROSALINDA, **changed)
    assert isinstance(await applies(resources, application), Accepted)
    return application.document.number


def asked_about(number: str, cohort: UUID, **guess: Any) -> dict[str, Any]:
    return a_person(cohort, document={"type": "dni", "number": number}, enrollment_id=str(new_id()), **guess)


async def told(facilitator: httpx.AsyncClient, body: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
    """The whole answer, without what differs between any two answers: ids, and the time that the work took."""
    answer = await facilitator.post("/api/enrollments", json=body)
    reply = answer.json()
    ids = {name: "some id" for name in ("enrollment_id", "person_id", "reference", "application_id") if reply.get(name)}
    headers = {name: value for name, value in answer.headers.items() if name in {"content-type", "content-length"}}
    return answer.status_code, reply | ids, headers


@pytest.mark.parametrize("guess", GUESSES)
async def test_a_known_document_is_answered_as_an_unknown_one(
    site: Site[EnrollmentResources],  # noqa: F811
    guess: str,
) -> None:
    known, unknown = await rosalinda(site.resources), an_application(new_id()).document.number
    cohorts = [await a_cohort(site.resources, capacity=1, facilitator=THE_OTHER) for _ in range(2)]

    async with site.browser(THE_OTHER) as facilitator:
        answers = [
            [await told(facilitator, asked_about(number, cohort, **GUESSES[guess])) for _ in range(2)]
            for number, cohort in zip((known, unknown), cohorts, strict=True)
        ]
        found = [(await facilitator.post("/api/people/search", json={"text": one})).json() for one in (known, unknown)]
        lists = [(await facilitator.get(f"/api/cohorts/{cohort}/enrollments")).json() for cohort in cohorts]

    assert answers[0] == answers[1]
    assert without_ids(lists[0]) == without_ids(lists[1]) == without_ids(found[0]) == without_ids(found[1])


async def test_no_row_of_guesses_tells_a_known_document_from_an_unknown_one(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    known, unknown = await rosalinda(site.resources), an_application(new_id()).document.number
    cohorts = [await a_cohort(site.resources, facilitator=THE_OTHER) for _ in range(4)]
    hidden = [{"given_names": "Hermelinda"}, {"given_names": "Rosalinda", "birth_date": "1987-05-12"}, {"sex": "male"}]
    async with site.browser(THE_OTHER) as facilitator:
        answers = [
            [
                await told(facilitator, asked_about(number, cohort, **guess))
                for guess in [GUESSES["a word of each"], *hidden, *GUESSES.values()]
                for cohort in pair
            ]
            for number, pair in ((known, cohorts[:2]), (unknown, cohorts[2:]))
        ]
    assert answers[0] == answers[1]
    assert {201, 422} == {status for status, *_ in answers[0]}


def without_ids(listed: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in entry.items() if not name.endswith("_id")} for entry in listed["enrollments"]
    ]


async def test_no_loop_over_initials_comes_to_a_name(site: Site[EnrollmentResources]) -> None:  # noqa: F811
    known = await rosalinda(site.resources)
    cohort = await a_cohort(site.resources, facilitator=THE_OTHER)
    async with site.browser(THE_OTHER) as facilitator:
        statuses = [
            (await told(facilitator, asked_about(known, cohort, given_names=given, family_names=family, consents=[])))[
                0
            ]
            for given in "MRJHA"
            for family in "CRVQ"
        ]
        listed = (await facilitator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
        page = (await facilitator.get(f"/cohorts/{cohort}")).text
    assert set(statuses) == {422}
    assert listed == []
    assert "Hermelinda" not in page


async def test_the_list_of_the_other_cohort_shows_what_was_written_there(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    known = await rosalinda(site.resources)
    (registered,) = await event_bodies(site.resources, "PersonRegistered")
    cohort = await a_cohort(site.resources, facilitator=THE_OTHER)
    async with site.browser(THE_OTHER) as facilitator:
        guess = asked_about(known, cohort, given_names="Rosalinda", family_names="Quispe")
        reply = (await facilitator.post("/api/enrollments", json=guess)).json()
        (entry,) = (await facilitator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
        by_hidden_name = await facilitator.post("/api/people/search", json={"text": "hermelinda"})
    assert (entry["given_names"], entry["family_names"]) == ("Rosalinda", "Quispe")
    assert by_hidden_name.json()["enrollments"] == []
    assert registered["person_id"] not in {reply["person_id"], entry["person_id"]}


async def test_who_matches_is_counted_once_and_who_does_not_is_compared(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    known = await rosalinda(site.resources)
    cohort = await a_cohort(site.resources, facilitator=THE_OTHER)
    other = await a_cohort(site.resources, facilitator="facilitator-0603")
    async with site.browser(THE_OTHER) as one, site.browser("facilitator-0603") as another:
        matching = asked_about(known, cohort, given_names="Rosalinda", family_names="Quispe")
        await one.post("/api/enrollments", json=matching)
        assert await compared(site) == []
        await another.post("/api/enrollments", json=asked_about(known, other, given_names="R", family_names="Q"))
    rosalinda_registered, apart, _initials = await event_bodies(site.resources, "PersonRegistered")
    (merged,) = await event_bodies(site.resources, "PersonMerged")
    assert (merged["person_id"], merged["counted_as"]) == (apart["person_id"], rosalinda_registered["person_id"])
    assert await compared(site) == ["R", ROSALINDA.given]


async def compared(site: Site[EnrollmentResources]) -> list[str]:  # noqa: F811
    async with site.browser("coordinator") as coordinator:
        reviews = (await coordinator.get("/api/reviews")).json()["reviews"]
        pages = [(await coordinator.get(review["address"])).text for review in reviews]
    return [name for page in pages for name in ("R", ROSALINDA.given) if f">{name}<" in page]


async def test_both_documents_take_the_same_number_of_round_trips(environment: dict[str, str]) -> None:  # noqa: F811
    names = ("MINKA_ENROLLMENT_DATABASE_URL", "MINKA_ENROLLMENT_KEYS_DATABASE_URL")
    async with (
        counted(environment[names[0]]) as (data_url, data),
        counted(environment[names[1]]) as (keys_url, keys),
        serving(service, environment | dict(zip(names, (data_url, keys_url), strict=True))) as proxied,
        proxied.browser(THE_OTHER) as facilitator,
    ):
        cohort = await a_cohort(proxied.resources, capacity=99, facilitator=THE_OTHER)

        async def trips(number: str, **guess: Any) -> tuple[int, int]:
            before = data.count, keys.count
            await facilitator.post("/api/enrollments", json=asked_about(number, cohort, **guess))
            return data.count - before[0], keys.count - before[1]

        for guess in GUESSES.values():
            known = [await rosalinda(proxied.resources) for _ in range(2)]
            unknown = [an_application(new_id()).document.number for _ in range(2)]
            await proxied.resources.keyring.prepare(10)
            for warms_up in (known[0], unknown[0]):
                await trips(warms_up, **guess)
            of_known, of_unknown = await trips(known[1], **guess), await trips(unknown[1], **guess)
            assert of_known == of_unknown > (0, 0)


async def test_a_second_cohort_takes_a_fresh_consent_or_a_coordinator(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    first, second = [await a_cohort(site.resources) for _ in range(2)]
    body = a_person(first)
    again = body | {"cohort_id": str(second), "consents": []}
    async with site.browser("facilitator-0601") as facilitator, site.browser("coordinator") as coordinator:
        assert (await facilitator.post("/api/enrollments", json=body)).status_code == 201
        refused = await facilitator.post("/api/enrollments", json=again)
        assert (refused.status_code, refused.json()["code"]) == (422, "consent_missing")
        assert (await coordinator.post("/api/enrollments", json=again)).status_code == 201


async def test_names_vanish_with_the_consent_for_all_but_the_coordination(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    cohort = await a_cohort(site.resources)
    application = an_application(cohort, names=ROSALINDA)
    outcome = await applies(site.resources, application)
    assert isinstance(outcome, Accepted)
    assert await reads_name(site, "facilitator-0601", f"cohorts/{cohort}")

    await withdraws_consent(site.resources, outcome.person_id, Purpose.TRAINING)

    assert not await reads_name(site, "facilitator-0601", f"cohorts/{cohort}")
    assert await reads_name(site, "coordinator", f"cohorts/{cohort}")
    for text in ("quispe", application.document.number):
        async with site.browser("facilitator-0601") as facilitator:
            found = await facilitator.post("/api/people/search", json={"text": text})
        assert found.json() == {"enrollments": []}


@pytest.mark.parametrize("guess", GUESSES)
async def test_who_withdrew_is_answered_as_an_unknown_document(
    site: Site[EnrollmentResources],  # noqa: F811
    guess: str,
) -> None:
    cohorts = [await a_cohort(site.resources) for _ in range(2)]
    applications = [an_application(cohort, names=ROSALINDA) for cohort in cohorts]
    withdrew = await applies(site.resources, applications[0])
    assert isinstance(withdrew, Accepted)
    await withdraws_consent(site.resources, withdrew.person_id, Purpose.TRAINING)

    async with site.browser("facilitator-0601") as facilitator:
        answers = [
            [await told(facilitator, asked_about(one.document.number, cohort, **GUESSES[guess])) for _ in range(2)]
            for one, cohort in zip(applications, cohorts, strict=True)
        ]
    assert answers[0] == answers[1]


async def test_who_withdrew_comes_back_with_a_fresh_consent_and_is_counted_once(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    cohort = await a_cohort(site.resources)
    application = an_application(cohort, names=ROSALINDA)
    withdrew = await applies(site.resources, application)
    assert isinstance(withdrew, Accepted)
    await withdraws_consent(site.resources, withdrew.person_id, Purpose.TRAINING)

    again = asked_about(application.document.number, cohort, given_names="Rosalinda", family_names="Quispe")
    async with site.browser("facilitator-0601") as facilitator:
        reply = (await facilitator.post("/api/enrollments", json=again)).json()
        listed = (await facilitator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
    assert reply["outcome"] == "accepted"
    (merged,) = await event_bodies(site.resources, "PersonMerged")
    assert (merged["person_id"], merged["counted_as"]) == (reply["person_id"], str(withdrew.person_id))
    assert {entry["person_id"] for entry in listed} == {None, reply["person_id"]}


async def test_a_delegate_reads_no_name_that_somebody_else_wrote_into_the_organization(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    await organizations(site.resources)
    cohort = await a_cohort(site.resources)
    async with site.browser("facilitator-0601") as facilitator:
        written = await facilitator.post("/api/enrollments", json=a_person(cohort, organization_id=str(PATRIA)))
    assert written.status_code == 201
    assert not await reads_name(site, "delegate-patria-c", f"organizations/{PATRIA}")
    assert await reads_name(site, "coordinator", f"organizations/{PATRIA}")


async def test_a_delegate_reads_the_names_of_those_who_agreed_until_they_withdraw(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    await organizations(site.resources)
    body = a_person(await a_cohort(site.resources), organization_id=str(PATRIA), shown_to_organization=True)
    async with site.browser("facilitator-0601") as facilitator:
        enrolled = (await facilitator.post("/api/enrollments", json=body)).json()
    assert await reads_name(site, "delegate-patria-c", f"organizations/{PATRIA}")

    await withdraws_consent(site.resources, UUID(enrolled["person_id"]), Purpose.TRAINING)

    assert not await reads_name(site, "delegate-patria-c", f"organizations/{PATRIA}")


async def reads_name(site: Site[EnrollmentResources], person: str, path: str) -> bool:  # noqa: F811
    """Tells whether all of page, saved list and interface show the name; a test fails if they differ."""
    interface = f"/api/{path}/{'enrollments' if path.startswith('cohorts') else 'members'}"
    async with site.browser(person, Accept="text/html") as browser:
        answers = [
            await browser.get(f"/{path}"),
            await browser.get(f"/{path}?format=csv"),
            await browser.get(interface),
        ]
    assert {answer.status_code for answer in answers} == {200}
    (shown,) = {"Quispe" in answer.content.decode("utf-8-sig") for answer in answers}
    (entry,) = answers[2].json()["enrollments"]
    assert (entry["person_id"] is not None) == shown
    return shown


async def test_a_withdrawal_reaches_the_record_that_was_registered_apart(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    known = await rosalinda(site.resources)
    cohort = await a_cohort(site.resources, facilitator=THE_OTHER)
    async with site.browser(THE_OTHER) as facilitator, site.browser("coordinator") as coordinator:
        matching = asked_about(known, cohort, given_names="Rosalinda", family_names="Quispe")
        apart = (await facilitator.post("/api/enrollments", json=matching)).json()
        await coordinator.post(f"/api/people/{apart['person_id']}/consents/training/withdraw")
    assert (await event_names(site.resources)).count("EnrollmentWithdrawn") == 2
    assert (await event_names(site.resources)).count("ConsentWithdrawn") == 2


async def test_the_import_matches_people_by_the_same_rule(resources: EnrollmentResources) -> None:  # noqa: F811
    application = an_application(await a_cohort(resources), names=ROSALINDA)
    await applies(resources, application)
    initials = an_application(await a_cohort(resources), document=application.document, names=Names("R.", "C."))
    assert (await applies(resources, initials)).outcome == "review"  # type: ignore[union-attr]


async def test_a_delegate_of_no_organization_sees_none_whatever_its_id(
    site: Site[EnrollmentResources],  # noqa: F811
) -> None:
    nobody = Principal("somebody", frozenset({"delegate"}), "", None)
    async with site.browser("coordinator") as coordinator:
        body = {"organization_id": str(UUID(int=0)), "name": "Nadie", "organization_type": "youth"}
        assert (await coordinator.post("/api/organizations", json=body)).status_code == 201
    with pytest.raises(RejectedError):
        await visible_organization(site.resources.pool, nobody, UUID(int=0))


@pytest.mark.parametrize(
    ("roles", "limited"),
    [({"auditor", "facilitator"}, True), ({"auditor"}, False), ({"coordinator", "facilitator"}, False)],
)
def test_an_auditor_who_facilitates_reads_names_of_their_own_cohorts_only(roles: set[str], limited: bool) -> None:
    principal = Principal("somebody", frozenset(roles), "", None)
    assert facilitator_of(principal) == ("somebody" if limited else None)
