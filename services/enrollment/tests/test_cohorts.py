"""Cohorts, their facilitators and their waiting list: what is said once is written once, and what ends stays ended."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from services.enrollment.cohorts.assignments import assign_facilitator, unassign_facilitator
from services.enrollment.cohorts.changes import reopen_cohort
from services.enrollment.cohorts.commands import AssignFacilitator
from services.enrollment.cohorts.domain import CohortCorrectionReason, WaitingList, assignment_locks, change_locks
from services.enrollment.cohorts.service import existing_cohort
from services.enrollment.corrections.service import corrections_of
from services.enrollment.enrollments.domain import Accepted, Application
from services.enrollment.enrollments.service import withdraw
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    NOW,
    a_cohort,
    an_application,
    applies,
    closes_cohort,
    corrects_cohort,
    event_bodies,
    event_names,
    seats,
    unit_of_work,
    withdraws,
)
from services.enrollment.tests.test_access import a_person
from tests.support.sites import Site


async def a_full_cohort(resources: EnrollmentResources, waiting: int) -> tuple[UUID, list[Application]]:
    """A cohort of one seat, who has it and who waits, in the order of their applications."""
    cohort = await a_cohort(resources, capacity=1)
    applications = [an_application(cohort) for _ in range(1 + waiting)]
    for application in applications:
        await applies(resources, application)
    return cohort, applications


async def test_whoever_is_assigned_or_taken_off_twice_is_so_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    somebody = AssignFacilitator(facilitator_id="facilitator-0602")
    async with unit_of_work(resources, *assignment_locks(cohort)) as unit:
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


async def test_a_cohort_is_closed_and_opened_again_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    for _ in range(2):
        await closes_cohort(resources, cohort, WaitingList.KEEP)
    for _ in range(2):
        async with unit_of_work(resources, *change_locks(cohort)) as unit:
            await reopen_cohort(unit, cohort)
    assert await event_names(resources, cohort) == ["CohortOpened", "CohortClosed", "CohortOpened"]
    kept = await corrections_of(resources.pool, cohort)
    told = {(one.former, one.corrected, one.reason) for one in kept if one.field == "takes_enrollments"}
    assert told == {(True, False, "closed"), (False, True, "opened_again")}
    assert isinstance(await applies(resources, an_application(cohort)), Accepted)


async def test_a_waiting_list_that_is_kept_moves_up_into_a_closed_cohort(resources: EnrollmentResources) -> None:
    cohort, (holder, waiting) = await a_full_cohort(resources, waiting=1)
    await closes_cohort(resources, cohort, WaitingList.KEEP)

    await withdraws(resources, holder.enrollment_id)

    assert await seats(resources, cohort) == {"withdrawn": 1, "accepted": 1}
    assert await event_names(resources, waiting.enrollment_id) == ["EnrollmentWaitlisted", "EnrollmentAccepted"]


async def test_a_waiting_list_that_is_dissolved_is_withdrawn_and_seats_stay(resources: EnrollmentResources) -> None:
    cohort, (holder, *waiting) = await a_full_cohort(resources, waiting=2)
    await closes_cohort(resources, cohort, WaitingList.DISSOLVE)

    assert await seats(resources, cohort) == {"accepted": 1, "withdrawn": 2}
    for one in waiting:
        assert await event_names(resources, one.enrollment_id) == ["EnrollmentWaitlisted", "EnrollmentWithdrawn"]
    assert await event_names(resources, holder.enrollment_id) == ["EnrollmentAccepted"]
    kept = {one.field: one.corrected for one in await corrections_of(resources.pool, cohort)}
    assert (kept["takes_enrollments"], kept["waiting_list"]) == (False, "dissolve")


async def test_seats_that_are_added_are_given_in_the_order_of_the_applications(resources: EnrollmentResources) -> None:
    cohort, (_, first, second, third) = await a_full_cohort(resources, waiting=3)

    await corrects_cohort(resources, cohort, capacity=3, reason=CohortCorrectionReason.SEATS_CHANGED)

    assert await seats(resources, cohort) == {"accepted": 3, "waitlisted": 1}
    for one in (first, second):
        assert await event_names(resources, one.enrollment_id) == ["EnrollmentWaitlisted", "EnrollmentAccepted"]
    assert await event_names(resources, third.enrollment_id) == ["EnrollmentWaitlisted"]


async def test_a_cohort_keeps_the_seats_that_are_taken(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=3)
    for _ in range(2):
        await applies(resources, an_application(cohort))

    assert [await _code_of_correction(resources, cohort, capacity=seats) for seats in (1, 2)] == ["seats_taken", None]
    assert await resources.pool.fetchval("SELECT capacity FROM cohorts WHERE cohort_id = $1", cohort) == 2


async def test_a_correction_is_announced_in_full_and_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    changed = {"name": "Jaén de tarde", "province": "0608", "starts_on": date(2025, 5, 2), "ends_on": date(2025, 6, 3)}
    for _ in range(2):
        await corrects_cohort(resources, cohort, **changed)

    _, told = await event_bodies(resources, "CohortOpened")
    assert told == told | {name: str(value) for name, value in changed.items()}
    await closes_cohort(resources, cohort, WaitingList.KEEP)
    await corrects_cohort(resources, cohort, name="Jaén de noche")
    assert (await event_names(resources, cohort))[-2:] == ["CohortClosed", "CohortClosed"]
    *_, told = await event_bodies(resources, "CohortClosed")
    assert (told["name"], told["status"]) == ("Jaén de noche", "closed")


async def test_what_was_there_before_a_correction_is_kept(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    cohort = await a_cohort(resources, capacity=2)
    for _ in range(2):
        await corrects_cohort(resources, cohort, capacity=3, reason=CohortCorrectionReason.SEATS_CHANGED)
    await corrects_cohort(resources, cohort, province="0602")
    programme_id = await resources.pool.fetchval("SELECT programme_id FROM cohorts WHERE cohort_id = $1", cohort)
    async with site.browser("facilitator-0601", Accept="text/html") as facilitator:
        told = (await facilitator.get(f"/api/cohorts/{cohort}/changes")).json()["changes"]
        page = (await facilitator.get(f"/cohorts/{cohort}")).text
        of_programme = (await facilitator.get(f"/api/programmes/{programme_id}/changes")).json()["changes"]
    async with site.browser("facilitator-0602") as stranger:
        assert (await stranger.get(f"/api/cohorts/{cohort}/changes")).status_code == 404
    described = [one for one in told if one["field"] != "facilitators"]
    assert sorted((one["field"], one["former"], one["corrected"], one["reason"]) for one in described) == [
        ("capacity", 2, 3, "seats_changed"), ("province", "0601", "0602", "mistake_found"),
    ]  # fmt: skip
    assert {one["changed_by"] for one in told} == {"coordinator"}
    assert all(text in page for text in ("Correcciones", "Cajabamba", "Hay lugar para más personas, o para menos"))
    assert of_programme == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"starts_on": date(2025, 3, 31)}, "outside_programme"), ({"ends_on": date(2026, 1, 1)}, "outside_programme")],
)
async def test_a_correction_stays_within_the_programme(
    resources: EnrollmentResources, changed: dict[str, date], code: str
) -> None:
    assert await _code_of_correction(resources, await a_cohort(resources), **changed) == code


async def test_two_cohorts_of_a_programme_never_get_one_name(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    stored = await existing_cohort(site.resources.pool, cohort)
    described = {"province": "0601", "capacity": 1, "starts_on": "2025-04-01", "ends_on": "2025-12-31"}
    other = str(new_id())
    async with site.browser("coordinator") as coordinator:
        body = described | {"cohort_id": other, "programme_id": str(stored.programme_id), "name": "Otra cohorte"}
        assert (await coordinator.post("/api/cohorts", json=body)).status_code == 201
        correction = described | {"name": stored.name, "reason": "mistake_found"}
        answer = await coordinator.post(f"/api/cohorts/{other}/correct", json=correction)
    assert (answer.status_code, answer.json().get("code")) == (409, "name_taken")
    assert await event_names(site.resources, UUID(other)) == ["CohortOpened"]


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


async def _code_of_correction(resources: EnrollmentResources, cohort_id: UUID, **changed: Any) -> str | None:
    """Why the cohort cannot be corrected in this; None if it is."""
    try:
        await corrects_cohort(resources, cohort_id, **changed)
    except RejectedError as error:
        return error.rejection.code
    return None
