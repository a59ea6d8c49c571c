"""Two commands about the same seats or the same person end as if the second had come after the first had ended.

The first holds its transaction open until the second waits for it. Then everything that the second had read before it
had its locks is outdated: seats are given twice, or somebody moves up who was withdrawn.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.store.identifiers import new_id
from chassis.store.unit_of_work import UnitOfWork
from contracts.enrollment import Purpose
from services.enrollment.cohorts.changes import close_cohort
from services.enrollment.cohorts.commands import CloseCohort
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.enrollments.domain import Accepted, Application, Waitlisted
from services.enrollment.enrollments.reinstatement import reinstate
from services.enrollment.enrollments.service import enroll, withdraw, withdraw_consent
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import ErasePerson
from services.enrollment.rights.service import erase_person
from services.enrollment.tests.stories import NOW, a_cohort, an_application, applies, event_names, unit_of_work
from services.enrollment.tests.stories import withdraws as withdraws_at_once
from tests.support.sites import Site
from tests.support.waiting import wait_until

HOLDER, FIRST, SECOND, NEWCOMER, ANOTHER = "holder", "first", "second", "newcomer", "another"
ELSEWHERE, AGAIN = "elsewhere", "again"
"""The applications of the holder for another cohort, and for the same once more."""


@dataclass
class Story:
    """A cohort with some of these people; `elsewhere` is another cohort. Commands name people by their roles."""

    resources: EnrollmentResources
    cohort: UUID
    elsewhere: UUID
    applications: dict[str, Application]
    people: dict[str, UUID] = field(default_factory=dict)

    async def state(self) -> dict[str, Any]:
        """What somebody sees who knows the roles, but not the ids."""
        statuses = {
            role: (
                await self.resources.pool.fetchval(
                    "SELECT status FROM enrollments WHERE enrollment_id = $1", one.enrollment_id
                ),
                await event_names(self.resources, one.enrollment_id),
            )
            for role, one in self.applications.items()
        }
        people = {role: await event_names(self.resources, person_id) for role, person_id in self.people.items()}
        cohorts = await self.resources.pool.fetch(
            "SELECT taken, waiting, status FROM cohorts WHERE cohort_id = ANY($1) ORDER BY cohort_id",
            [self.cohort, self.elsewhere],
        )
        documents = await self.resources.pool.fetchval(
            "SELECT count(DISTINCT person_id) FROM enrollments WHERE cohort_id = ANY($1)",
            [self.cohort, self.elsewhere],
        )
        return {
            "enrollments": statuses,
            "people": people,
            "cohorts": [tuple(row) for row in cohorts],
            "closing": await event_names(self.resources, self.cohort),
            "different people": documents,
        }


async def a_story(resources: EnrollmentResources, capacity: int, *enrolled: str) -> Story:
    cohort, elsewhere = await a_cohort(resources, capacity), await a_cohort(resources, capacity)
    applications = {role: an_application(cohort) for role in (HOLDER, FIRST, SECOND, NEWCOMER, ANOTHER)}
    applications[ELSEWHERE] = replace(applications[HOLDER], cohort_id=elsewhere, enrollment_id=new_id())
    applications[AGAIN] = replace(applications[HOLDER], enrollment_id=new_id())
    story = Story(resources, cohort, elsewhere, applications)
    for role in enrolled:
        outcome = await applies(resources, applications[role])
        assert isinstance(outcome, Accepted | Waitlisted)
        story.people[role] = outcome.person_id
    return story


@dataclass(frozen=True)
class Command:
    """A command about a story: within a transaction, with the locks that its caller takes, and over the interface."""

    in_transaction: Callable[[UnitOfWork, Story], Awaitable[object]]
    over_http: Callable[[httpx.AsyncClient, Story], Awaitable[httpx.Response]]
    locks: Callable[[Story], list[UUID | str]] = lambda _story: []


def enrolls(role: str) -> Command:
    def body(story: Story) -> dict[str, Any]:
        one = story.applications[role]
        return {
            "enrollment_id": str(one.enrollment_id),
            "cohort_id": str(one.cohort_id),
            "document": {"number": one.document.number},
            "given_names": one.names.given,
            "family_names": one.names.family,
            "district": {"scheme": "inei", "code": one.district},
            "birth_date": str(one.birth_date),
            "consents": [{"purpose": "training"}],
        }

    return Command(
        lambda unit, story: enroll(unit, story.applications[role], story.resources, EVERYBODY),
        lambda browser, story: browser.post("/api/enrollments", json=body(story)),
    )


def withdraws(role: str) -> Command:
    return Command(
        lambda unit, story: withdraw(unit, story.applications[role].enrollment_id),
        lambda browser, story: browser.post(f"/api/enrollments/{story.applications[role].enrollment_id}/withdraw"),
    )


def reinstates(role: str) -> Command:
    return Command(
        lambda unit, story: reinstate(unit, story.applications[role].enrollment_id),
        lambda browser, story: browser.post(f"/api/enrollments/{story.applications[role].enrollment_id}/reinstate"),
    )


def withdraws_consent(role: str) -> Command:
    return Command(
        lambda unit, story: withdraw_consent(
            unit, WithdrawConsent(person_id=story.people[role], purpose=Purpose.TRAINING), story.resources
        ),
        lambda browser, story: browser.post(f"/api/people/{story.people[role]}/consents/training/withdraw"),
    )


def erases(role: str) -> Command:
    asked = {"reason": "person_asked", "confirmed": True}
    return Command(
        lambda unit, story: erase_person(unit, ErasePerson.model_validate(asked), story.resources, story.people[role]),
        lambda browser, story: browser.post(f"/api/people/{story.people[role]}/erase", json=asked),
    )


CLOSES = Command(
    lambda unit, story: close_cohort(unit, CloseCohort(), story.cohort),
    lambda browser, story: browser.post(f"/api/cohorts/{story.cohort}/close"),
    lambda story: [story.cohort, seat_lock(story.cohort)],
)
CLOSES_ON_ITS_PAGE = replace(CLOSES, over_http=lambda browser, story: browser.post(f"/cohorts/{story.cohort}/close"))

# Of a full cohort: one has the only seat, two wait.
FULL = {
    "enrolls a newcomer": enrolls(NEWCOMER),
    "withdraws the holder": withdraws(HOLDER),
    "withdraws who waits first": withdraws(FIRST),
    "withdraws the holder's consent": withdraws_consent(HOLDER),
    "erases who waits first": erases(FIRST),
    "closes the cohort": CLOSES,
}
# Of a cohort with one free seat.
FREE = {
    "enrolls a newcomer": enrolls(NEWCOMER),
    "enrolls another": enrolls(ANOTHER),
    "closes the cohort": CLOSES,
    "closes the cohort on its page": CLOSES_ON_ITS_PAGE,
}
# Of one person and two cohorts.
PERSON = {
    "enrolls the holder elsewhere": enrolls(ELSEWHERE),
    "withdraws the holder's consent": withdraws_consent(HOLDER),
    "erases the holder": erases(HOLDER),
}

# Of a cohort with one seat, which the holder gave back: whoever comes first has it.
COMES_BACK = {
    "enrolls the holder again": enrolls(AGAIN),
    "reinstates the holder": reinstates(HOLDER),
}
GIVEN_BACK = {
    **COMES_BACK,
    "enrolls a newcomer": enrolls(NEWCOMER),
    "withdraws the holder's consent": withdraws_consent(HOLDER),
    "erases the holder": erases(HOLDER),
    "closes the cohort": CLOSES,
}

WAITS = """
    SELECT locktype FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()
"""

Stories = Callable[[], Awaitable[Story]]


def begun(story: Story, command: Command) -> AbstractAsyncContextManager[UnitOfWork]:
    return unit_of_work(story.resources, *command.locks(story))


async def sent(browser: httpx.AsyncClient, story: Story, command: Command) -> httpx.Response:
    """The answer; whoever is told to send it again does so."""
    answer = await command.over_http(browser, story)
    if answer.status_code == 409 and answer.json()["code"] == "person_changed":
        return await command.over_http(browser, story)
    return answer


async def what_it_waits_for(resources: EnrollmentResources, work: "asyncio.Task[Any]") -> str | None:
    return "nothing" if work.done() else await resources.pool.fetchval(WAITS)


async def at_once(site: Site[EnrollmentResources], story: Story, first: Command, second: Command) -> tuple[int, Any]:
    """The second's status, and the state in the end, where the second is sent before the first has ended."""
    async with site.browser("coordinator") as browser:
        async with begun(story, first) as unit:
            await first.in_transaction(unit, story)
            work = asyncio.ensure_future(sent(browser, story, second))
            waits_for = await wait_until(partial(what_it_waits_for, story.resources, work), pause=0.005)
            assert waits_for == "advisory", "the second takes its locks before anything else"
        return (await work).status_code, await story.state()


async def in_turn(site: Site[EnrollmentResources], story: Story, first: Command, second: Command) -> tuple[int, Any]:
    async with site.browser("coordinator") as browser:
        async with begun(story, first) as unit:
            await first.in_transaction(unit, story)
        return (await sent(browser, story, second)).status_code, await story.state()


async def assert_order_is_kept(
    site: Site[EnrollmentResources], stories: Stories, first: Command, others: dict[str, Command]
) -> None:
    for name, second in others.items():
        assert await at_once(site, await stories(), first, second) == await in_turn(
            site, await stories(), first, second
        ), name


@pytest.mark.parametrize("first", FULL)
async def test_seats_of_a_full_cohort(site: Site[EnrollmentResources], first: str) -> None:
    stories = partial(a_story, site.resources, 1, HOLDER, FIRST, SECOND)
    await assert_order_is_kept(site, stories, FULL[first], FULL)


@pytest.mark.parametrize("first", FREE)
async def test_the_last_free_seat(site: Site[EnrollmentResources], first: str) -> None:
    stories = partial(a_story, site.resources, 2, HOLDER)
    await assert_order_is_kept(site, stories, FREE[first], FREE)


async def a_story_of_one_who_withdrew(resources: EnrollmentResources) -> Story:
    story = await a_story(resources, 1, HOLDER)
    await withdraws_at_once(resources, story.applications[HOLDER].enrollment_id, NOW - timedelta(hours=1))
    return story


@pytest.mark.parametrize("first", GIVEN_BACK)
async def test_a_seat_that_was_given_back(site: Site[EnrollmentResources], first: str) -> None:
    stories = partial(a_story_of_one_who_withdrew, site.resources)
    seconds = GIVEN_BACK if first in COMES_BACK else COMES_BACK
    await assert_order_is_kept(site, stories, GIVEN_BACK[first], seconds)


@pytest.mark.parametrize("first", PERSON)
async def test_one_person_in_two_cohorts(site: Site[EnrollmentResources], first: str) -> None:
    stories = partial(a_story, site.resources, 2, HOLDER)
    await assert_order_is_kept(site, stories, PERSON[first], PERSON)
