"""Several applications in one transaction: they end as if each had come after the one before it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.rejections import Rejection
from chassis.store.identifiers import new_id
from contracts.enrollment import Purpose
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted, Application, Outcome, Waitlisted
from services.enrollment.enrollments.service import enroll_all
from services.enrollment.enrollments.situations import index_applications
from services.enrollment.identity.names import Names
from services.enrollment.people.cohort_pages import entries_of_cohort
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    AGREES,
    LOOKING,
    a_cohort,
    an_application,
    applies,
    event_bodies,
    event_names,
    seats,
    unit_of_work,
)

CONTACT = Agreement(Purpose.CONTACT, "2025-04")

Applying = Callable[[EnrollmentResources, Sequence[Application]], Awaitable[list[Outcome]]]


async def apply_together(resources: EnrollmentResources, applications: Sequence[Application]) -> list[Outcome]:
    indexed = await index_applications(applications, resources)
    async with unit_of_work(resources) as unit:
        return await enroll_all(unit, indexed, resources, EVERYBODY)


async def apply_in_turn(resources: EnrollmentResources, applications: Sequence[Application]) -> list[Outcome]:
    return [await applies(resources, one) for one in applications]


async def test_people_who_enroll_together_end_as_if_one_had_come_after_the_other(
    resources: EnrollmentResources,
) -> None:
    assert await a_mixed_story(resources, apply_together) == await a_mixed_story(resources, apply_in_turn)


async def a_mixed_story(resources: EnrollmentResources, apply: Applying) -> Any:
    """Two cohorts fill up, some are known, and some are refused: what became of each, and what was written."""
    before = len(await event_names(resources))
    first, second = await a_cohort(resources, capacity=4), await a_cohort(resources, capacity=2)
    known, seated, other = an_application(first), an_application(second), an_application(second)
    for one in (known, seated):
        await applies(resources, one)
    applications = [
        an_application(first, consents=(*AGREES, CONTACT), phone="976123456"),
        an_application(first, district="999999"),
        replace(known, enrollment_id=new_id()),
        replace(seated, enrollment_id=new_id(), cohort_id=first),
        other,
        an_application(first, consents=()),
        an_application(second),
        an_application(first, birth_date=date(2016, 5, 12)),
        an_application(first),
        an_application(first),
        an_application(new_id()),
        an_application(second, enrollment_id=seated.enrollment_id),
    ]
    outcomes = await apply(resources, applications)
    return (
        [_told(outcome) for outcome in outcomes],
        sorted((await event_names(resources))[before:]),
        [await counts(resources, cohort) for cohort in (first, second)],
    )


def _told(outcome: Outcome) -> tuple[Any, ...]:
    if isinstance(outcome, Rejection):
        return (outcome.code,)
    return outcome.outcome, outcome.new_person if isinstance(outcome, Accepted) else None


async def counts(resources: EnrollmentResources, cohort: UUID) -> tuple[int, int]:
    row = await resources.pool.fetchrow("SELECT taken, waiting FROM cohorts WHERE cohort_id = $1", cohort)
    assert row
    return row["taken"], row["waiting"]


async def test_the_waiting_list_has_the_order_of_the_applications(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    applications = [an_application(cohort) for _ in range(6)]
    await apply_together(resources, applications)

    entries = await entries_of_cohort(LOOKING, resources, cohort, EVERYBODY)
    places = {entry.enrollment_id: entry.waiting_place for entry in entries}
    assert [places[one.enrollment_id] for one in applications] == [None, 1, 2, 3, 4, 5]


async def test_everybody_is_found_by_their_own_document_and_names(resources: EnrollmentResources) -> None:
    """Whatever is written in arrays stays with its person."""
    cohort = await a_cohort(resources)
    named = [Names(given, "Chávez Díaz") for given in ("Ana", "José Luis Alberto", "Li")]
    applications = [an_application(cohort, names=names) for names in named]
    outcomes = await apply_together(resources, applications)

    again = [replace(one, cohort_id=await a_cohort(resources), enrollment_id=new_id()) for one in applications]
    found = await apply_together(resources, again)
    for former, later in zip(outcomes, found, strict=True):
        assert isinstance(former, Accepted) and isinstance(later, Accepted)
        assert (former.person_id, later.new_person) == (later.person_id, False)
    digests = await resources.pool.fetch("SELECT array_length(name_digests, 1) AS n FROM people ORDER BY person_id")
    assert sorted(row["n"] for row in digests) == [3, 3, 5]


async def test_each_consent_is_of_its_person(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    versions = ("2025-04", "2025-05", "2025-06")
    applications = [an_application(cohort, consents=(Agreement(Purpose.TRAINING, one),)) for one in versions]
    outcomes = await apply_together(resources, applications)

    people = [one.person_id for one in outcomes if isinstance(one, Accepted | Waitlisted)]
    given = await event_bodies(resources, "ConsentGiven")
    assert [(one["person_id"], one["text_version"]) for one in given] == list(
        zip(map(str, people), versions, strict=True)
    )
    stored = await resources.pool.fetch("SELECT person_id, text_version FROM consents ORDER BY text_version")
    assert [tuple(row) for row in stored] == list(zip(people, versions, strict=True))


async def test_two_applications_of_one_document_are_not_decided_together(resources: EnrollmentResources) -> None:
    known = an_application(await a_cohort(resources))
    await applies(resources, known)
    twins = [replace(known, cohort_id=await a_cohort(resources), enrollment_id=new_id()) for _ in range(2)]
    with pytest.raises(ValueError, match="one document"):
        await apply_together(resources, twins)
    assert [await seats(resources, one.cohort_id) for one in twins] == [{}, {}]
