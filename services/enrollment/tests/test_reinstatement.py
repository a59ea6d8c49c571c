"""A withdrawal by mistake is undone: seat, place and day of acceptance are as before, unless another has the seat."""

from datetime import timedelta
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from contracts.enrollment import EnrollmentStatus, Purpose
from services.enrollment.cohorts.domain import WaitingList, seat_lock
from services.enrollment.enrollments.domain import Accepted, Application
from services.enrollment.enrollments.reinstatement import reinstate
from services.enrollment.enrollments.seats import reinstated_status
from services.enrollment.enrollments.service import withdraw_imported
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    NOW,
    a_cohort,
    an_application,
    applies,
    closes_cohort,
    event_bodies,
    event_names,
    seats,
    unit_of_work,
    withdraws,
    withdraws_consent,
)
from tests.support.sites import Site

LATER = NOW + timedelta(days=3)


async def reinstates(resources: EnrollmentResources, application: Application) -> EnrollmentStatus:
    """The withdrawal is undone three days later, in a transaction of its own."""
    async with unit_of_work(resources, now=LATER) as unit:
        return await reinstate(unit, application.enrollment_id)


async def test_whoever_had_a_seat_has_it_again_since_the_same_day(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    await applies(resources, application)
    await withdraws(resources, application.enrollment_id)

    assert [await reinstates(resources, application) for _ in range(2)] == ["accepted", "accepted"]

    first, again = await event_bodies(resources, "EnrollmentAccepted")
    assert again == first | {"occurred_at": again["occurred_at"]} and again["occurred_at"] != first["occurred_at"]
    stored = await resources.pool.fetchrow("SELECT withdrawn_at, person_withdrew_at, accepted_at FROM enrollments")
    assert stored and tuple(stored) == (None, None, NOW)


async def test_whoever_lost_the_seat_to_another_waits_in_front(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    holder, second, third = [an_application(cohort) for _ in range(3)]
    for application in (holder, second, third):
        await applies(resources, application)
    await withdraws(resources, holder.enrollment_id)

    assert await reinstates(resources, holder) == "waitlisted"

    [told] = [one for one in await event_bodies(resources, "EnrollmentWaitlisted") if _is_of(one, holder)]
    assert (told["status"], told["accepted_at"]) == ("waitlisted", None)
    await withdraws(resources, second.enrollment_id, LATER)
    assert (await event_names(resources, holder.enrollment_id))[-1] == "EnrollmentAccepted"
    assert (await event_names(resources, third.enrollment_id))[-1] == "EnrollmentWaitlisted"


async def test_whoever_waited_waits_again_or_has_the_seat_that_nobody_took(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    holder, waiting = [an_application(cohort) for _ in range(2)]
    for application in (holder, waiting):
        await applies(resources, application)
    await withdraws(resources, waiting.enrollment_id)

    assert await reinstates(resources, waiting) == "waitlisted"
    assert await seats(resources, cohort) == {"accepted": 1, "waitlisted": 1}
    for application in (waiting, holder):
        await withdraws(resources, application.enrollment_id, LATER)
    assert await reinstates(resources, waiting) == "accepted"
    assert (await event_names(resources, waiting.enrollment_id))[-2:] == ["EnrollmentWaitlisted", "EnrollmentAccepted"]


@pytest.mark.parametrize(
    ("had_seat", "capacity", "taken", "status"),
    [(True, 2, 1, "accepted"), (True, 2, 2, "waitlisted"), (False, 2, 1, "waitlisted")],
)
def test_a_seat_is_given_back_to_whoever_had_one_while_one_is_free(
    had_seat: bool, capacity: int, taken: int, status: str
) -> None:
    assert reinstated_status(NOW if had_seat else None, capacity, taken) == status


@pytest.mark.parametrize("asked_before", [False, True])
async def test_a_consent_that_is_given_anew_revives_no_enrollment(
    resources: EnrollmentResources, asked_before: bool
) -> None:
    """It is given to another cohort, and may be withdrawn with the sheet that it came with."""
    application = an_application(await a_cohort(resources))
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    if asked_before:
        await withdraws(resources, application.enrollment_id)
    await withdraws_consent(resources, outcome.person_id, Purpose.TRAINING)
    again = an_application(await a_cohort(resources), document=application.document)
    assert isinstance(await applies(resources, again, LATER), Accepted)

    with pytest.raises(RejectedError) as refused:
        await reinstates(resources, application)
    assert refused.value.rejection.code == "ended_for_good"


async def test_what_ended_with_its_import_is_not_reinstated(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    async with unit_of_work(resources, outcome.person_id, seat_lock(application.cohort_id)) as unit:
        await withdraw_imported(unit, new_id(), [application.enrollment_id], [outcome.person_id], resources)

    with pytest.raises(RejectedError) as refused:
        await reinstates(resources, application)
    assert refused.value.rejection.code == "ended_for_good"


async def test_whoever_was_taken_off_a_waiting_list_is_put_back(resources: EnrollmentResources) -> None:
    """The office took them off, so nobody is told that they withdrew themselves."""
    cohort = await a_cohort(resources, capacity=1)
    _, waiting = applications = [an_application(cohort) for _ in range(2)]
    for application in applications:
        await applies(resources, application)
    await closes_cohort(resources, cohort, WaitingList.DISSOLVE)
    assert await resources.pool.fetch("SELECT FROM enrollments WHERE person_withdrew_at IS NOT NULL") == []

    assert await reinstates(resources, waiting) == "waitlisted"


async def test_whoever_took_the_consent_back_is_not_reinstated(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    await withdraws_consent(resources, outcome.person_id, Purpose.TRAINING)

    with pytest.raises(RejectedError) as refused:
        await reinstates(resources, application)

    assert refused.value.rejection.code == "ended_for_good"
    assert (await event_names(resources, application.enrollment_id))[-1] == "EnrollmentWithdrawn"


async def test_the_list_of_a_cohort_offers_to_undo_a_withdrawal(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    application = an_application(cohort)
    await applies(site.resources, application)
    await withdraws(site.resources, application.enrollment_id)
    async with site.browser("coordinator") as coordinator:
        here = f"/cohorts/{cohort}/enrollments/{application.enrollment_id}/reinstate"
        assert here in (await coordinator.get(f"/cohorts/{cohort}")).text
        assert (await coordinator.post(here)).status_code == 303
        assert here not in (await coordinator.get(f"/cohorts/{cohort}")).text
    assert await seats(site.resources, cohort) == {"accepted": 1}


def _is_of(body: dict[str, object], application: Application) -> bool:
    return UUID(str(body["enrollment_id"])) == application.enrollment_id
