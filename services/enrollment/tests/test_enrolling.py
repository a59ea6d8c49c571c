"""Enrolling on a real database: one person a document, one enrollment a cohort, one transaction."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from chassis.runtime.rejections import Rejection
from contracts.enrollment import EnrollmentStatus, Purpose
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted, AlreadyEnrolled, Review, Waitlisted
from services.enrollment.identity.names import Names
from services.enrollment.people import domain as people
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    LOOKING,
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


async def test_a_stranger_becomes_a_person_with_consent_and_a_seat(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))

    outcome = await applies(resources, application)

    assert isinstance(outcome, Accepted)
    assert outcome.new_person
    assert (await event_names(resources))[-3:] == ["PersonRegistered", "ConsentGiven", "EnrollmentAccepted"]
    (accepted,) = await event_bodies(resources, "EnrollmentAccepted")
    assert accepted["enrollment_id"] == str(application.enrollment_id)
    assert accepted["person_id"] == str(outcome.person_id)
    assert accepted["profile"] == {
        "district": "060101",
        "sex": "not_stated",
        "age_band": "30_44",
        "mother_tongue": "not_stated",
        "ethnicity": "not_stated",
        "organization_type": "not_stated",
    }


async def test_the_same_document_in_the_same_cohort_again_changes_nothing(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    first = await applies(resources, application)
    before = await event_names(resources)

    again = await applies(
        resources, replace(application, enrollment_id=an_application(application.cohort_id).enrollment_id)
    )

    assert isinstance(first, Accepted)
    assert again == AlreadyEnrolled(first.enrollment_id, first.person_id, EnrollmentStatus.ACCEPTED)
    assert await event_names(resources) == before


async def test_one_person_in_two_cohorts_counts_once(resources: EnrollmentResources) -> None:
    first = await applies(resources, an_application(await a_cohort(resources)))
    application = an_application(await a_cohort(resources))
    await applies(resources, application)
    other = await applies(resources, replace(an_application(await a_cohort(resources)), document=application.document))

    assert isinstance(first, Accepted)
    assert isinstance(other, Accepted)
    assert not other.new_person
    assert (await event_names(resources)).count("PersonRegistered") == 2


async def test_the_same_document_twice_at_once_makes_one_person(resources: EnrollmentResources) -> None:
    cohorts = [await a_cohort(resources) for _ in range(8)]
    document = an_application(cohorts[0]).document

    outcomes = await asyncio.gather(
        *(applies(resources, an_application(cohort, document=document)) for cohort in cohorts)
    )

    assert len({outcome.person_id for outcome in outcomes if isinstance(outcome, Accepted)}) == 1
    assert sum(outcome.new_person for outcome in outcomes if isinstance(outcome, Accepted)) == 1
    assert (await event_names(resources)).count("PersonRegistered") == 1


async def test_a_known_document_with_another_name_is_for_review(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    known = await applies(resources, application)
    before = await event_names(resources)

    outcome = await applies(
        resources, an_application(await a_cohort(resources), document=application.document, names=Names("Juan", "Díaz"))
    )

    assert isinstance(known, Accepted)
    assert outcome == Review(known.person_id)
    assert (await event_names(resources))[: len(before)] == before
    assert "EnrollmentAccepted" not in (await event_names(resources))[len(before) :]


async def test_without_consent_there_is_no_seat_and_nothing_is_kept(resources: EnrollmentResources) -> None:
    outcome = await applies(resources, an_application(await a_cohort(resources), consents=()))

    assert isinstance(outcome, Rejection)
    assert (outcome.field, outcome.code) == ("consents", "consent_missing")
    assert await resources.pool.fetchval("SELECT count(*) FROM people") == 0


async def test_a_consent_for_another_purpose_is_none_for_the_training(resources: EnrollmentResources) -> None:
    image = (Agreement(Purpose.IMAGE, "2025-04"),)
    outcome = await applies(resources, an_application(await a_cohort(resources), consents=image))
    assert isinstance(outcome, Rejection)


async def test_a_full_cohort_lets_people_wait(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    await applies(resources, an_application(cohort))

    outcome = await applies(resources, an_application(cohort))

    assert isinstance(outcome, Waitlisted)
    (waitlisted,) = await event_bodies(resources, "EnrollmentWaitlisted")
    assert waitlisted["accepted_at"] is None


async def test_a_freed_seat_goes_to_who_asked_first(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    holder, first, second = [an_application(cohort) for _ in range(3)]
    for application in (holder, first, second):
        await applies(resources, application)

    await withdraws(resources, holder.enrollment_id)

    assert await event_names(resources, holder.enrollment_id) == ["EnrollmentAccepted", "EnrollmentWithdrawn"]
    assert await event_names(resources, first.enrollment_id) == ["EnrollmentWaitlisted", "EnrollmentAccepted"]
    assert await event_names(resources, second.enrollment_id) == ["EnrollmentWaitlisted"]


async def test_withdrawing_again_changes_nothing(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    applications = [an_application(cohort) for _ in range(3)]
    for application in applications:
        await applies(resources, application)

    for _ in range(2):
        await withdraws(resources, applications[0].enrollment_id)

    assert await seats(resources, cohort) == {"withdrawn": 1, "accepted": 1, "waitlisted": 1}


async def test_taking_back_the_training_consent_ends_every_enrollment(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    outcome = await applies(resources, application)
    other = an_application(await a_cohort(resources), document=application.document)
    await applies(resources, other)
    assert isinstance(outcome, Accepted)

    await withdraws_consent(resources, outcome.person_id, Purpose.TRAINING)

    assert (await event_names(resources, application.enrollment_id))[-1] == "EnrollmentWithdrawn"
    assert (await event_names(resources, other.enrollment_id))[-1] == "EnrollmentWithdrawn"
    (taken_back,) = await event_bodies(resources, "ConsentWithdrawn")
    assert taken_back["given"] is False


async def test_an_old_sheet_does_not_give_back_a_consent_taken_back_since(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    await withdraws_consent(resources, outcome.person_id, Purpose.TRAINING)

    later = NOW + timedelta(days=7)
    old = an_application(await a_cohort(resources), document=application.document, enrolled_on=date(2025, 5, 2))
    fresh = an_application(await a_cohort(resources), document=application.document)

    refused = await applies(resources, old, later)
    assert isinstance(refused, Rejection)
    assert refused.code == "consent_withdrawn"
    assert isinstance(await applies(resources, fresh, later), Accepted)


async def test_contact_is_kept_with_consent_only_and_forgotten_when_it_is_taken_back(
    resources: EnrollmentResources,
) -> None:
    consents = (*an_application(await a_cohort(resources)).consents, Agreement(Purpose.CONTACT, "2025-04"))
    outcome = await applies(resources, an_application(await a_cohort(resources), phone="976000111", consents=consents))
    without = await applies(resources, an_application(await a_cohort(resources), phone="976000222"))
    assert isinstance(outcome, Accepted)
    assert isinstance(without, Accepted)
    assert await phone_of(resources, outcome) == "976000111"
    assert await phone_of(resources, without) is None

    await withdraws_consent(resources, outcome.person_id, Purpose.CONTACT)

    assert await phone_of(resources, outcome) is None
    assert "EnrollmentWithdrawn" not in await event_names(resources)


async def phone_of(resources: EnrollmentResources, outcome: Accepted) -> str | None:
    key = (await resources.keyring.fetch(LOOKING, [outcome.person_id]))[outcome.person_id]
    sealed = await resources.pool.fetchval("SELECT identity FROM people WHERE person_id = $1", outcome.person_id)
    return people.unseal(key, sealed).phone
