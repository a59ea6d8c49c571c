"""Somebody who withdrew from a cohort and applies again: the same enrollment has a seat or a place once more."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from chassis.store.identifiers import new_id
from contracts.enrollment import Purpose
from services.enrollment.enrollments.domain import Accepted, AlreadyEnrolled, Application, Outcome, Waitlisted
from services.enrollment.people.domain import Visibility
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    NOW,
    a_cohort,
    an_application,
    applies,
    event_bodies,
    event_names,
    seats,
    withdraws,
    withdraws_consent,
)
from services.enrollment.tests.test_access import a_person
from tests.support.sites import Site

FACILITATORS = Visibility(facilitator="facilitator-0601")
LATER, LATER_STILL = NOW + timedelta(days=7), NOW + timedelta(days=14)


async def applies_again(resources: EnrollmentResources, application: Application) -> Outcome:
    return await applies(resources, replace(application, enrollment_id=new_id(), district="060301"), LATER)


async def test_the_same_enrollment_has_a_seat_again(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    first = await applies(resources, application)
    await withdraws(resources, application.enrollment_id)

    again = await applies_again(resources, application)

    assert isinstance(first, Accepted)
    assert again == Accepted(application.enrollment_id, first.person_id, new_person=True)
    assert await event_names(resources, application.enrollment_id) == [
        "EnrollmentAccepted", "EnrollmentWithdrawn", "EnrollmentAccepted",
    ]  # fmt: skip
    before, now = await event_bodies(resources, "EnrollmentAccepted")
    assert (before["accepted_at"], now["accepted_at"]) == ("2025-05-20T15:00:00Z", "2025-05-27T15:00:00Z")
    assert now["profile"]["district"] == "060301"
    assert (await event_names(resources)).count("PersonRegistered") == 1
    row = await resources.pool.fetchval("SELECT (status, withdrawn_at, accepted_at) FROM enrollments")
    assert row == ("accepted", None, LATER)


async def test_a_consent_that_was_withdrawn_is_given_again(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    first = await applies(resources, application)
    assert isinstance(first, Accepted)
    await withdraws_consent(resources, first.person_id, Purpose.TRAINING)

    assert isinstance(await applies_again(resources, application), Accepted)

    events = await event_names(resources)
    assert events[-2:] == ["ConsentGiven", "EnrollmentAccepted"]
    assert events.count("ConsentGiven") == 2


async def test_whoever_applies_again_waits_behind_all_others(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    first, second, third = [an_application(cohort) for _ in range(3)]
    for application in (first, second, third):
        await applies(resources, application)
    await withdraws(resources, first.enrollment_id)

    assert isinstance(await applies_again(resources, first), Waitlisted)

    assert (await event_bodies(resources, "EnrollmentWaitlisted"))[-1]["accepted_at"] is None
    await withdraws(resources, second.enrollment_id, LATER_STILL)
    assert await event_names(resources, third.enrollment_id) == ["EnrollmentWaitlisted", "EnrollmentAccepted"]
    assert await seats(resources, cohort) == {"accepted": 1, "waitlisted": 1, "withdrawn": 1}


async def test_of_two_records_of_one_document_the_one_that_takes_part_is_looked_at(
    resources: EnrollmentResources,
) -> None:
    """Otherwise somebody has two seats who withdrew, and was enrolled by a facilitator who could not see them."""
    application = an_application(await a_cohort(resources))
    first = await applies(resources, application)
    assert isinstance(first, Accepted)
    await withdraws_consent(resources, first.person_id, Purpose.TRAINING)
    apart = replace(application, enrollment_id=new_id())
    assert isinstance(await applies(resources, apart, LATER, FACILITATORS), Accepted)

    again = await applies(resources, replace(application, enrollment_id=new_id()), LATER_STILL)

    assert isinstance(again, AlreadyEnrolled)
    assert again.enrollment_id == apart.enrollment_id


async def test_twice_at_once_is_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    application = an_application(cohort)
    await applies(resources, application)
    await withdraws(resources, application.enrollment_id)

    outcomes = await asyncio.gather(*(applies_again(resources, application) for _ in range(6)))

    assert sorted(type(one).__name__ for one in outcomes) == ["Accepted", *["AlreadyEnrolled"] * 5]
    assert await seats(resources, cohort) == {"accepted": 1}


async def test_the_request_of_before_the_withdrawal_enrolls_nobody(site: Site[EnrollmentResources]) -> None:
    """A queue may send it again at any time: by its key for a week, by its id for ever."""
    cohort = await a_cohort(site.resources)
    first, second = a_person(cohort, enrollment_id=str(new_id())), a_person(cohort, enrollment_id=str(new_id()))
    second["document"] = first["document"]
    third = second | {"enrollment_id": str(new_id())}
    async with site.browser("coordinator") as coordinator:

        async def sent(body: dict[str, object]) -> tuple[str, str]:
            reply = (await coordinator.post("/api/enrollments", json=body)).json()
            assert reply["enrollment_id"] == first["enrollment_id"]
            return reply["outcome"], reply["status"]

        assert await sent(first) == ("accepted", "accepted")
        assert await sent(second) == ("already_enrolled", "accepted")
        await coordinator.post(f"/api/enrollments/{first['enrollment_id']}/withdraw")
        assert await sent(first) == ("already_enrolled", "withdrawn")
        assert await sent(second) == ("already_enrolled", "withdrawn")
        assert await sent(third) == ("accepted", "accepted")
        await coordinator.post(f"/api/enrollments/{first['enrollment_id']}/withdraw")
        assert await sent(third) == ("already_enrolled", "withdrawn")
    assert await seats(site.resources, cohort) == {"withdrawn": 1}


async def test_the_same_key_is_answered_as_before_the_withdrawal(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    body = a_person(cohort)
    async with site.browser("coordinator") as coordinator:
        sent = [await coordinator.post("/api/enrollments", json=body, headers={"Idempotency-Key": "a-key-of-its-own"})]
        await coordinator.post(f"/api/enrollments/{sent[0].json()['enrollment_id']}/withdraw")
        sent.append(
            await coordinator.post("/api/enrollments", json=body, headers={"Idempotency-Key": "a-key-of-its-own"})
        )
    assert sent[0].json() == sent[1].json()
    assert await seats(site.resources, cohort) == {"withdrawn": 1}
