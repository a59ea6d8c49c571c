"""Seats: never more than there are, and who asked first moves up first, in whatever order things happen."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chassis.store.identifiers import new_id
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.enrollments.domain import Application
from services.enrollment.people.cohort_pages import entries_of_cohort
from services.enrollment.people.domain import EVERYBODY, person_lock
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import LOOKING, NOW, a_cohort, an_application, applies, event_names, withdraws
from services.enrollment.tests.stories import seats as seats_of


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(capacity=1, moves=[None, None, None, 0, None, 2, 1])
@example(capacity=2, moves=[None, None, None, None, None, 3, 0, None, 1])
@example(capacity=1, moves=[None, None, 0, 0, 1, 0, 1])
@example(capacity=2, moves=[None, None, None, 2, 0, 2, 0, 1])
@given(capacity=st.integers(1, 3), moves=st.lists(st.one_of(st.none(), st.integers(0, 6)), max_size=12))
async def test_never_above_capacity_and_nobody_overtakes(
    resources: EnrollmentResources, capacity: int, moves: list[int | None]
) -> None:
    """A move is somebody asking (None), or whoever asked n-th giving back; if they did, they ask again, as the last."""
    cohort, asked, line = await a_cohort(resources, capacity), list[Application](), list[UUID]()
    for hour, move in enumerate(moves):
        now = NOW + timedelta(hours=hour)
        if move is None:
            asked.append(an_application(cohort))
            await applies(resources, asked[-1], now)
            line.append(asked[-1].enrollment_id)
        elif move < len(asked) and (known := asked[move].enrollment_id) in line:
            await withdraws(resources, known, now)
            line.remove(known)
        elif move < len(asked):
            await applies(resources, replace(asked[move], enrollment_id=new_id()), now)
            line.append(known)
        expected = {one.enrollment_id: "withdrawn" for one in asked} | {
            one: "accepted" if place < capacity else "waitlisted" for place, one in enumerate(line)
        }
        assert await statuses(resources, cohort) == expected


async def statuses(resources: EnrollmentResources, cohort: UUID) -> dict[UUID, str]:
    rows = await resources.pool.fetch("SELECT enrollment_id, status FROM enrollments WHERE cohort_id = $1", cohort)
    return {row["enrollment_id"]: row["status"] for row in rows}


def test_people_are_locked_before_seats() -> None:
    """A transaction that locks a person and then seats must never meet one that locks the other way round."""
    assert person_lock(b"\xff" * 32) < seat_lock(UUID(int=0))


async def test_sixty_at_once_for_ten_seats(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=10)
    applications = [an_application(cohort) for _ in range(60)]

    await asyncio.gather(*(applies(resources, application) for application in applications))

    assert await seats_of(resources, cohort) == {"accepted": 10, "waitlisted": 50}


async def test_who_waits_has_a_place(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    applications = [an_application(cohort) for _ in range(3)]
    for application in applications:
        await applies(resources, application)

    async def places() -> list[int | None]:
        entries = await entries_of_cohort(LOOKING, resources, cohort, EVERYBODY)
        found = {entry.enrollment_id: entry.waiting_place for entry in entries}
        return [found[application.enrollment_id] for application in applications]

    assert await places() == [None, 1, 2]
    await withdraws(resources, applications[0].enrollment_id)
    assert await places() == [None, None, 1]


async def test_seats_given_back_while_others_ask(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=10)
    first, second = ([an_application(cohort) for _ in range(20)] for _ in range(2))
    await asyncio.gather(*(applies(resources, application) for application in first))

    await asyncio.gather(
        *(applies(resources, application) for application in second),
        *(withdraws(resources, application.enrollment_id) for application in first),
    )

    assert await seats_of(resources, cohort) == {"withdrawn": 20, "accepted": 10, "waitlisted": 10}
    waited = await resources.pool.fetch(
        "SELECT status FROM enrollments WHERE cohort_id = $1 AND status <> 'withdrawn' ORDER BY application_number",
        cohort,
    )
    assert [row["status"] for row in waited] == ["accepted"] * 10 + ["waitlisted"] * 10
    assert (await event_names(resources)).count("EnrollmentWithdrawn") == 20
