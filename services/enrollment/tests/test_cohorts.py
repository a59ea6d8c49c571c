"""Cohorts, their facilitators and their waiting list: what is said once is written once, and what ends stays ended."""

from datetime import date, datetime, timedelta

import pytest

from chassis.store.identifiers import new_id
from services.enrollment.cohorts.commands import AssignFacilitator
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.cohorts.service import assign_facilitator, close_cohort, unassign_facilitator
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.enrollments.service import withdraw
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    NOW,
    a_cohort,
    an_application,
    applies,
    event_bodies,
    event_names,
    seats,
    unit_of_work,
    withdraws,
)
from services.enrollment.tests.test_access import a_person
from tests.support.sites import Site


async def test_whoever_is_assigned_or_taken_off_twice_is_so_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    somebody = AssignFacilitator(facilitator_id="facilitator-0602")
    async with unit_of_work(resources, cohort) as unit:
        await unassign_facilitator(unit, somebody.facilitator_id, cohort)
        for _ in range(2):
            await assign_facilitator(unit, somebody, cohort)
        for _ in range(2):
            await unassign_facilitator(unit, somebody.facilitator_id, cohort)
        await assign_facilitator(unit, somebody, cohort)
    assert [name for name in await event_names(resources) if name.startswith("Facilitator")] == [
        "FacilitatorAssigned",  # the one of the story
        "FacilitatorAssigned",
        "FacilitatorUnassigned",
        "FacilitatorAssigned",
    ]
    subjects = {body["assignment_id"] for body in await event_bodies(resources, "FacilitatorAssigned")}
    assert len(subjects) == 2, "it is the same assignment again"


async def test_a_cohort_is_closed_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    for _ in range(2):
        async with unit_of_work(resources, cohort, seat_lock(cohort)) as unit:
            await close_cohort(unit, cohort)
    assert await event_names(resources, cohort) == ["CohortOpened", "CohortClosed"]


async def test_nobody_moves_up_into_a_closed_cohort(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    holder, waiting = [an_application(cohort) for _ in range(2)]
    for application in (holder, waiting):
        await applies(resources, application)
    async with unit_of_work(resources, cohort, seat_lock(cohort)) as unit:
        await close_cohort(unit, cohort)

    await withdraws(resources, holder.enrollment_id)

    assert await seats(resources, cohort) == {"withdrawn": 1, "waitlisted": 1}


async def test_whoever_applied_first_moves_up_whatever_ids_the_callers_chose(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    holder = an_application(cohort)
    late, early = sorted((new_id(), new_id()))
    first, second = [an_application(cohort, enrollment_id=one) for one in (early, late)]
    for application in (holder, first, second):
        await applies(resources, application)

    await withdraws(resources, holder.enrollment_id)

    assert await event_names(resources, first.enrollment_id) == ["EnrollmentWaitlisted", "EnrollmentAccepted"]
    assert await event_names(resources, second.enrollment_id) == ["EnrollmentWaitlisted"]


async def test_somebody_is_accepted_at_the_instant_at_which_they_move_up(resources: EnrollmentResources) -> None:
    """Figures count people in the month of their acceptance, whenever they applied."""
    cohort = await a_cohort(resources, capacity=1)
    holder, waiting = an_application(cohort), an_application(cohort, enrolled_on=date(2025, 4, 30))
    for application in (holder, waiting):
        await applies(resources, application)

    async with unit_of_work(resources, now=NOW + timedelta(days=40)) as unit:
        await withdraw(unit, holder.enrollment_id)

    *_, moved_up = await event_bodies(resources, "EnrollmentAccepted")
    assert moved_up["enrollment_id"] == str(waiting.enrollment_id)
    for instant in ("accepted_at", "occurred_at"):
        assert datetime.fromisoformat(moved_up[instant]) == NOW + timedelta(days=40)
    stored = await resources.pool.fetchrow(
        "SELECT accepted_at, withdrawn_at FROM enrollments WHERE enrollment_id = $1", waiting.enrollment_id
    )
    assert stored and tuple(stored) == (NOW + timedelta(days=40), None)


async def test_a_seat_is_given_within_its_cohort(resources: EnrollmentResources) -> None:
    other, cohort = await a_cohort(resources, capacity=1), await a_cohort(resources, capacity=1)
    leaves = an_application(cohort)
    for one in (an_application(other), an_application(other), leaves):
        await applies(resources, one)

    await withdraws(resources, leaves.enrollment_id)

    assert await seats(resources, other) == {"accepted": 1, "waitlisted": 1}
    assert await seats(resources, cohort) == {"withdrawn": 1}


async def test_whoever_has_no_seat_any_more_is_a_new_person_again(resources: EnrollmentResources) -> None:
    """The import says by how many people the figure of the enrolled grows."""
    application = an_application(await a_cohort(resources))
    waiting = an_application(await a_cohort(resources, capacity=1))
    for one in (application, an_application(waiting.cohort_id), waiting):
        await applies(resources, one)
    await withdraws(resources, application.enrollment_id)

    for known in (application, waiting):
        again = await applies(resources, an_application(await a_cohort(resources), document=known.document))
        assert isinstance(again, Accepted)
        assert again.new_person
        third = await applies(resources, an_application(await a_cohort(resources), document=known.document))
        assert isinstance(third, Accepted)
        assert not third.new_person


@pytest.mark.parametrize("is_same_cohort", [True, False])
async def test_the_id_of_another_enrollment_is_refused(site: Site[EnrollmentResources], is_same_cohort: bool) -> None:
    cohort = await a_cohort(site.resources)
    other = cohort if is_same_cohort else await a_cohort(site.resources)
    enrollment_id = str(new_id())
    async with site.browser("coordinator") as coordinator:
        first = await coordinator.post("/api/enrollments", json=a_person(cohort, enrollment_id=enrollment_id))
        second = await coordinator.post("/api/enrollments", json=a_person(other, enrollment_id=enrollment_id))
    assert first.status_code == 201
    assert (second.status_code, second.json().get("code")) == (422, "enrollment_id_taken")


async def test_a_cohort_that_is_not_stored_is_not_told_of(site: Site[EnrollmentResources]) -> None:
    await a_cohort(site.resources)
    row = await site.resources.pool.fetchrow("SELECT programme_id, name FROM cohorts")
    assert row is not None
    days = {"starts_on": "2025-04-01", "ends_on": "2025-12-31"}
    body = {"programme_id": str(row["programme_id"]), "name": row["name"], "province": "0601", "capacity": 1, **days}
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post("/api/cohorts", json=body)
    assert (answer.status_code, answer.json().get("code")) == (409, "name_taken")
    assert (await event_names(site.resources)).count("CohortOpened") == 1
