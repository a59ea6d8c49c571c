"""Somebody goes to another cohort, alone or with a waiting list, and what they attended and completed stays theirs."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from contracts.enrollment import EnrollmentStatus, Purpose
from services.enrollment.cohorts.changes import close_cohort, reopen_cohort
from services.enrollment.cohorts.commands import CloseCohort
from services.enrollment.cohorts.domain import WaitingList, change_locks
from services.enrollment.enrollments.commands import TransferEnrollment
from services.enrollment.enrollments.domain import Accepted, Application
from services.enrollment.enrollments.transfers import MOVE_WAITING, move_waiting, transfer
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    NOW,
    REACHABLE,
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
from services.enrollment.tests.test_access import PATRIA, organizations
from tests.support.sites import Site


async def transfers(resources: EnrollmentResources, application: Application, cohort: UUID) -> EnrollmentStatus:
    async with unit_of_work(resources) as unit:
        return await transfer(unit, TransferEnrollment(cohort_id=cohort), application.enrollment_id)


async def found(resources: EnrollmentResources, cohort: UUID) -> list[tuple[str, UUID | None]]:
    """Status and former enrollment of everybody in the cohort, in the order of their applications."""
    rows = await resources.pool.fetch(
        "SELECT status, transferred_from FROM enrollments WHERE cohort_id = $1 ORDER BY application_number", cohort
    )
    return [(row["status"], row["transferred_from"]) for row in rows]


async def code_of(work: Any) -> str:
    with pytest.raises(RejectedError) as refused:
        await work
    return refused.value.rejection.code


async def test_somebody_has_a_seat_there_and_gives_the_one_here_to_the_next(resources: EnrollmentResources) -> None:
    await organizations(resources)
    here, there = [await a_cohort(resources, capacity=1) for _ in range(2)]
    application = an_application(here, organization_id=PATRIA, shown_to_organization=True, **REACHABLE)
    waiting = an_application(here)
    for one in (application, waiting):
        await applies(resources, one)

    assert [await transfers(resources, application, there) for _ in range(2)] == ["accepted", "accepted"]

    assert await found(resources, there) == [("accepted", application.enrollment_id)]
    assert await seats(resources, here) == {"withdrawn": 1, "accepted": 1}
    accepted = await event_bodies(resources, "EnrollmentAccepted")
    [first] = [one for one in accepted if one["enrollment_id"] == str(application.enrollment_id)]
    [transferred] = [one for one in accepted if one["cohort_id"] == str(there)]
    kept = ("person_id", "organization_id", "profile")
    assert [transferred[name] for name in kept] == [first[name] for name in kept]
    assert transferred["enrollment_id"] != first["enrollment_id"]
    kinds = [row["kind"] for row in await resources.pool.fetch("SELECT kind FROM messages ORDER BY message_id")]
    assert kinds == ["seat_given", "transferred"]


async def test_a_full_cohort_gives_the_last_place(resources: EnrollmentResources) -> None:
    here, there = [await a_cohort(resources, capacity=1) for _ in range(2)]
    application, *others = an_application(here), an_application(there), an_application(there)
    for one in (application, *others):
        await applies(resources, one)

    assert await transfers(resources, application, there) == "waitlisted"

    assert await found(resources, there) == [
        ("accepted", None),
        ("waitlisted", None),
        ("waitlisted", application.enrollment_id),
    ]


async def test_whoever_comes_back_has_the_same_enrollment_as_before(resources: EnrollmentResources) -> None:
    here, there = [await a_cohort(resources) for _ in range(2)]
    application = an_application(here)
    await applies(resources, application)
    await transfers(resources, application, there)
    [there_id] = [
        row["enrollment_id"]
        for row in await resources.pool.fetch("SELECT enrollment_id FROM enrollments WHERE cohort_id = $1", there)
    ]

    async with unit_of_work(resources) as unit:
        await transfer(unit, TransferEnrollment(cohort_id=here), there_id)

    assert await found(resources, here) == [("accepted", there_id)]
    assert await event_names(resources, application.enrollment_id) == [
        "EnrollmentAccepted",
        "EnrollmentWithdrawn",
        "EnrollmentAccepted",
    ]


async def test_what_is_not_transferred(resources: EnrollmentResources) -> None:
    here, there, closed = [await a_cohort(resources) for _ in range(3)]
    await closes_cohort(resources, closed, WaitingList.KEEP)
    application, withdrawn = an_application(here), an_application(here)
    for one in (application, withdrawn, an_application(there, document=application.document)):
        await applies(resources, one)
    await withdraws(resources, withdrawn.enrollment_id)

    assert await code_of(transfers(resources, application, here)) == "there_already"
    assert await code_of(transfers(resources, application, there)) == "there_already"
    assert await code_of(transfers(resources, application, closed)) == "cohort_closed"
    assert await code_of(transfers(resources, application, new_id())) == "cohort_unknown"
    assert await code_of(transfers(resources, withdrawn, there)) == "enrollment_ended"
    assert await code_of(transfers(resources, an_application(here), there)) == "enrollment_unknown"


async def test_transfers_at_once_never_overbook(resources: EnrollmentResources) -> None:
    one, other = [await a_cohort(resources, capacity=10) for _ in range(2)]
    here, there = ([an_application(cohort) for _ in range(15)] for cohort in (one, other))
    for application in (*here, *there):
        await applies(resources, application)

    await asyncio.gather(
        *(transfers(resources, application, other) for application in here[:8]),
        *(transfers(resources, application, one) for application in there[:8]),
        *(withdraws(resources, application.enrollment_id) for application in (*here[8:12], *there[8:12])),
    )

    for cohort in (one, other):
        assert (await seats(resources, cohort))["accepted"] == 10


async def test_a_consent_that_is_taken_back_at_the_same_moment_ends_the_new_enrollment(
    resources: EnrollmentResources,
) -> None:
    here, there = [await a_cohort(resources) for _ in range(2)]
    application = an_application(here)
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)

    async with unit_of_work(resources) as unit:
        await transfer(unit, TransferEnrollment(cohort_id=there), application.enrollment_id)
        withdrawal = asyncio.ensure_future(withdraws_consent(resources, outcome.person_id, Purpose.TRAINING))
        await asyncio.sleep(0)
    await withdrawal

    assert [status for status, _ in await found(resources, there)] == ["withdrawn"]


async def closes_with(resources: EnrollmentResources, cohort: UUID, command: CloseCohort) -> None:
    async with unit_of_work(resources, *change_locks(cohort)) as unit:
        await close_cohort(unit, command, cohort)
    for _ in range(2):
        await runs_moving_job(resources)


async def runs_moving_job(resources: EnrollmentResources) -> None:
    for row in await resources.pool.fetch("SELECT payload FROM jobs WHERE kind = $1", MOVE_WAITING):
        await move_waiting(resources.pool, row["payload"], NOW)


async def test_a_waiting_list_goes_to_the_next_cohort_in_its_order(resources: EnrollmentResources) -> None:
    here, there = await a_cohort(resources, capacity=1), await a_cohort(resources, capacity=2)
    holder, *waiting = applications = [an_application(here, **REACHABLE) for _ in range(4)]
    for one in applications:
        await applies(resources, one)
    await applies(resources, an_application(there, document=waiting[1].document))

    await closes_with(resources, here, CloseCohort(waiting_list=WaitingList.MOVE, to_cohort_id=there))

    assert await found(resources, there) == [
        ("accepted", None),
        ("accepted", waiting[0].enrollment_id),
        ("waitlisted", waiting[2].enrollment_id),
    ]
    assert await seats(resources, here) == {"accepted": 1, "withdrawn": 3}
    assert holder.enrollment_id not in {former for _, former in await found(resources, there)}
    kinds = ("transferred", "list_dissolved", "transferred_to_list")
    assert await told_of_moving(resources) == list(zip(kinds, (one.enrollment_id for one in waiting), strict=True))


async def told_of_moving(resources: EnrollmentResources) -> list[tuple[str, UUID]]:
    """What people were told after they had applied, with the enrollment that they came with."""
    rows = await resources.pool.fetch(
        """SELECT kind, coalesce(transferred_from, enrollment_id) AS former
        FROM messages JOIN enrollments USING (enrollment_id)
        WHERE kind NOT IN ('seat_given', 'waiting') ORDER BY message_id"""
    )
    return [(row["kind"], row["former"]) for row in rows]


async def test_nobody_of_a_waiting_list_is_told_who_did_not_agree_to_it(resources: EnrollmentResources) -> None:
    here, there = await a_cohort(resources, capacity=1), await a_cohort(resources, capacity=2)
    applications = [an_application(here) for _ in range(3)]
    for one in (*applications, an_application(there, document=applications[2].document)):
        await applies(resources, one)

    await closes_with(resources, here, CloseCohort(waiting_list=WaitingList.MOVE, to_cohort_id=there))

    assert await seats(resources, here) == {"accepted": 1, "withdrawn": 2}
    assert not await resources.pool.fetch("SELECT FROM messages")


async def test_a_waiting_list_waits_while_the_other_cohort_takes_nobody(resources: EnrollmentResources) -> None:
    here, there = await a_cohort(resources, capacity=1), await a_cohort(resources, capacity=2)
    for _ in range(3):
        await applies(resources, an_application(here))
    async with unit_of_work(resources, *change_locks(here)) as unit:
        await close_cohort(unit, CloseCohort(waiting_list=WaitingList.MOVE, to_cohort_id=there), here)
    await closes_cohort(resources, there, WaitingList.KEEP)

    assert await code_of(runs_moving_job(resources)) == "cohort_closed"
    async with unit_of_work(resources, *change_locks(there)) as unit:
        await reopen_cohort(unit, there)
    await runs_moving_job(resources)

    assert await seats(resources, there) == {"accepted": 2}


async def test_a_waiting_list_goes_nowhere_without_an_open_cohort(resources: EnrollmentResources) -> None:
    here, closed = [await a_cohort(resources) for _ in range(2)]
    await closes_cohort(resources, closed, WaitingList.KEEP)
    for target in (None, here, closed):
        command = CloseCohort(waiting_list=WaitingList.MOVE, to_cohort_id=target)
        assert await code_of(closes_with(resources, here, command)) == "nowhere_to_go"
    assert await event_names(resources, here) == ["CohortOpened"]


async def test_an_offer_outlives_the_end_of_the_waiting_list(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    applications = [an_application(cohort, **REACHABLE) for _ in range(3)]
    for one in applications:
        await applies(resources, one)
    await withdraws(resources, applications[0].enrollment_id, NOW)

    await closes_cohort(resources, cohort, WaitingList.DISSOLVE)

    rows = await resources.pool.fetch("SELECT status, offered_until FROM enrollments ORDER BY application_number")
    assert [(row["status"], row["offered_until"] is None) for row in rows] == [
        ("withdrawn", True),
        ("waitlisted", False),
        ("withdrawn", True),
    ]


async def test_where_no_other_cohort_is_open_the_page_leads_to_opening_one(site: Site[EnrollmentResources]) -> None:
    here = await a_cohort(site.resources)
    application = an_application(here)
    await applies(site.resources, application)
    address = f"/cohorts/{here}/enrollments/{application.enrollment_id}/transfer"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        nowhere = (await coordinator.get(address)).text
        await a_cohort(site.resources)
        somewhere = (await coordinator.get(address)).text
    assert "Ninguna otra cohorte está abierta." in nowhere and "/enrollment/cohorts/new" in nowhere
    assert "Ninguna otra cohorte" not in somewhere and 'name="cohort_id"' in somewhere


async def test_closing_lists_who_waits_and_somebody_is_transferred_on_a_page(
    site: Site[EnrollmentResources],
) -> None:
    here, there = [await a_cohort(site.resources, capacity=1) for _ in range(2)]
    applications = [an_application(here) for _ in range(2)]
    for one in applications:
        await applies(site.resources, one)
    origin = {"Origin": site.app.state.settings.public_url}
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        closing = (await coordinator.get(f"/cohorts/{here}/close")).text
        unsaid = await coordinator.post(f"/cohorts/{here}/close", data={"waiting_list": "dissolve"}, headers=origin)
        address = f"/cohorts/{here}/enrollments/{applications[1].enrollment_id}/transfer"
        form = (await coordinator.get(address)).text
        mistake = await coordinator.post(address, data={"cohort_id": str(here)}, headers=origin)
        done = await coordinator.post(address, data={"cohort_id": str(there)}, headers=origin)
        ends = {"waiting_list": "dissolve", "reason": "cohort_begins"}
        closed = await coordinator.post(f"/cohorts/{here}/close", data=ends, headers=origin)
        history = (await coordinator.get(f"/cohorts/{here}")).text.partition("Correcciones")[2]

    assert closed.status_code == 303 and "Se les retira de la lista" in history and "La capacitación empieza" in history
    assert unsaid.status_code == 422 and "Diga por qué" in unsaid.text
    assert "Quispe Huamán" in closing and "Pasan a otra cohorte" in closing
    assert all("<strong>Quispe Huamán, Rosa Elena</strong>" in shown for shown in (form, mistake.text))
    assert str(there) in form and (mistake.status_code, done.status_code) == (409, 303)
    assert await found(site.resources, there) == [("accepted", applications[1].enrollment_id)]
