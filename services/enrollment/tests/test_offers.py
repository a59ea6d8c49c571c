"""A seat that becomes free is offered to the next who can be told, kept for some days, and then offered to another."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from services.enrollment.enrollments.domain import Application
from services.enrollment.enrollments.offers import end_offers
from services.enrollment.enrollments.service import withdraw
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    NOW,
    REACHABLE,
    a_cohort,
    accepts,
    an_application,
    applies,
    corrects_cohort,
    event_names,
    seats,
    unit_of_work,
    withdraws,
)
from tests.support.sites import Site
from tests.support.waiting import wait_until

IN_TIME = NOW + timedelta(days=3) - timedelta(microseconds=1)
TOO_LATE = NOW + timedelta(days=3)


async def a_full_cohort(
    resources: EnrollmentResources, *waiting: dict[str, Any], days_to_accept: int | None = None
) -> tuple[Application, list[Application]]:
    """One has the only seat, and those who wait have applied in this order."""
    cohort = await a_cohort(resources, capacity=1)
    await corrects_cohort(resources, cohort, days_to_accept=days_to_accept)
    applications = [an_application(cohort), *(an_application(cohort, **one) for one in waiting)]
    for application in applications:
        await applies(resources, application)
    return applications[0], applications[1:]


async def offered(resources: EnrollmentResources, *applications: Application) -> list[tuple[str, datetime | None]]:
    """The status of each, and until when a seat is offered."""
    rows = await resources.pool.fetch("SELECT enrollment_id, status, offered_until FROM enrollments")
    found = {row["enrollment_id"]: (row["status"], row["offered_until"]) for row in rows}
    return [found[one.enrollment_id] for one in applications]


async def told(resources: EnrollmentResources, application: Application) -> list[str]:
    rows = await resources.pool.fetch(
        "SELECT kind FROM messages WHERE enrollment_id = $1 ORDER BY message_id", application.enrollment_id
    )
    return [row["kind"] for row in rows]


async def settle(resources: EnrollmentResources, state: str) -> None:
    """Every message on its way is settled so."""
    await resources.pool.execute(
        "UPDATE messages SET state = $1, settled_at = clock_timestamp() WHERE state = 'queued'", state
    )


async def test_a_free_seat_is_kept_for_three_days_for_the_next(resources: EnrollmentResources) -> None:
    holder, [first, second] = await a_full_cohort(resources, REACHABLE, REACHABLE)

    await withdraws(resources, holder.enrollment_id)
    newcomer = an_application(first.cohort_id)
    await applies(resources, newcomer)

    waits = ("waitlisted", None)
    assert await offered(resources, first, second, newcomer) == [("waitlisted", TOO_LATE), waits, waits]
    assert await told(resources, first) == ["waiting", "seat_offered"]
    assert await event_names(resources, first.enrollment_id) == ["EnrollmentWaitlisted"]


async def test_whoever_accepts_in_time_has_the_seat(resources: EnrollmentResources) -> None:
    holder, [first] = await a_full_cohort(resources, REACHABLE)
    await withdraws(resources, holder.enrollment_id)

    for _ in range(2):
        await accepts(resources, first.enrollment_id, IN_TIME)

    assert await offered(resources, first) == [("accepted", None)]
    assert await event_names(resources, first.enrollment_id) == ["EnrollmentWaitlisted", "EnrollmentAccepted"]
    assert await told(resources, first) == ["waiting", "seat_offered", "seat_given"]


@pytest.mark.parametrize("is_late", [True, False])
async def test_nobody_accepts_what_is_not_offered(resources: EnrollmentResources, is_late: bool) -> None:
    holder, [first] = await a_full_cohort(resources, REACHABLE)
    if is_late:
        await withdraws(resources, holder.enrollment_id)

    with pytest.raises(RejectedError) as refused:
        await accepts(resources, first.enrollment_id, TOO_LATE if is_late else NOW)

    assert refused.value.rejection.code == "no_offer"


@pytest.mark.parametrize(
    ("one", "days_to_accept", "day"),
    [({}, 3, NOW), (REACHABLE, 0, NOW), (REACHABLE, 3, datetime(2026, 1, 1, 15, tzinfo=UTC))],
    ids=["no consent to be contacted", "the office gives seats at once", "the cohort is over"],
)
async def test_a_seat_is_given_at_once_where_nobody_can_be_asked(
    resources: EnrollmentResources, one: dict[str, Any], days_to_accept: int, day: datetime
) -> None:
    holder, [first] = await a_full_cohort(resources, one, days_to_accept=days_to_accept)

    await withdraws(resources, holder.enrollment_id, day)

    assert await offered(resources, first) == [("accepted", None)]


async def test_an_offer_that_nobody_accepts_goes_to_the_next(resources: EnrollmentResources) -> None:
    holder, [first, second] = await a_full_cohort(resources, REACHABLE, REACHABLE)
    await withdraws(resources, holder.enrollment_id)
    await settle(resources, "sent")

    await end_offers(resources.pool, IN_TIME)
    assert await offered(resources, first, second) == [("waitlisted", TOO_LATE), ("waitlisted", None)]
    for _ in range(2):
        await end_offers(resources.pool, TOO_LATE)

    assert await offered(resources, first, second) == [
        ("withdrawn", None),
        ("waitlisted", TOO_LATE + timedelta(days=3)),
    ]
    assert await told(resources, first) == ["waiting", "seat_offered", "offer_lapsed"]
    assert await told(resources, second) == ["waiting", "seat_offered"]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("queued", "waitlisted"),
        ("sent", "withdrawn"),
        *[(one, "accepted") for one in ("refused", "unreachable", "failed")],
    ],
)
async def test_nobody_loses_a_seat_that_they_were_not_told_of(
    resources: EnrollmentResources, state: str, status: str
) -> None:
    holder, [first] = await a_full_cohort(resources, REACHABLE)
    await withdraws(resources, holder.enrollment_id)
    if state != "queued":
        await settle(resources, state)

    await end_offers(resources.pool, TOO_LATE)

    assert [one for one, _ in await offered(resources, first)] == [status]


async def test_an_offer_is_a_seat_that_the_cohort_keeps(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=2)
    applications = [an_application(cohort, **REACHABLE) for _ in range(3)]
    for one in applications:
        await applies(resources, one)
    await withdraws(resources, applications[0].enrollment_id)

    with pytest.raises(RejectedError) as refused:
        await corrects_cohort(resources, cohort, capacity=1)

    assert (refused.value.rejection.code, refused.value.rejection.values) == ("seats_taken", {"taken": 2})


async def test_whoever_withdraws_leaves_the_offer_to_the_next(resources: EnrollmentResources) -> None:
    holder, [first, second] = await a_full_cohort(resources, REACHABLE, {})
    await withdraws(resources, holder.enrollment_id)

    await withdraws(resources, first.enrollment_id)

    assert await offered(resources, first, second) == [("withdrawn", None), ("accepted", None)]


async def accept_or_leave(resources: EnrollmentResources, enrollment_id: UUID) -> None:
    """Nothing happens without an offer."""
    with suppress(RejectedError):
        await accepts(resources, enrollment_id)


async def test_two_hundred_at_once_never_have_more_seats_than_there_are(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=30)
    first, second = ([an_application(cohort, **REACHABLE) for _ in range(60)] for _ in range(2))
    await asyncio.gather(*(applies(resources, one) for one in first))

    await asyncio.gather(
        *(applies(resources, one) for one in second),
        *(withdraws(resources, one.enrollment_id) for one in first[:40]),
        *(accept_or_leave(resources, one.enrollment_id) for one in first[20:]),
        *(accept_or_leave(resources, one.enrollment_id) for one in second),
    )

    counted = await resources.pool.fetchrow(
        "SELECT taken + offered AS occupied, waiting, offered FROM cohorts WHERE cohort_id = $1", cohort
    )
    assert counted and counted["occupied"] == 30
    assert await seats(resources, cohort) == {
        "accepted": 30 - counted["offered"],
        "waitlisted": 50 + counted["offered"],
        "withdrawn": 40,
    }
    await assert_nobody_is_overtaken(resources, cohort)


async def assert_nobody_is_overtaken(resources: EnrollmentResources, cohort: UUID) -> None:
    """Those who wait without an offer applied after all who have one, and no seat is free while somebody waits."""
    rows = await resources.pool.fetch(
        "SELECT offered_until IS NOT NULL AS is_offered FROM enrollments WHERE cohort_id = $1 AND status = 'waitlisted'"
        " ORDER BY application_number",
        cohort,
    )
    is_offered = [row["is_offered"] for row in rows]
    assert is_offered == sorted(is_offered, reverse=True)
    free = await resources.pool.fetchval("SELECT capacity - taken - offered FROM cohorts WHERE cohort_id = $1", cohort)
    assert free == 0 or (free > 0 and all(is_offered))


MOVES = st.one_of(
    st.just(("applies", 0)),
    st.just(("ends", 0)),
    st.tuples(st.sampled_from(["withdraws", "accepts"]), st.integers(0, 5)),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(capacity=1, moves=[("applies", 0)] * 3 + [("withdraws", 0), ("ends", 0), ("accepts", 2), ("withdraws", 2)])
@example(capacity=1, moves=[("applies", 0)] * 3 + [("withdraws", 0), ("withdraws", 1), ("applies", 0), ("ends", 0)])
@given(capacity=st.integers(1, 2), moves=st.lists(MOVES, max_size=12))
async def test_seats_go_to_whoever_applied_first_in_whatever_order_things_happen(
    resources: EnrollmentResources, capacity: int, moves: list[tuple[str, int]]
) -> None:
    """A move is somebody applying, the n-th who applied withdrawing or accepting, or the end of all offers."""
    cohort, applied = await a_cohort(resources, capacity), list[Application]()
    for day, (move, place) in enumerate(moves):
        now = NOW + timedelta(days=4 * day)
        if move == "applies":
            applied.append(an_application(cohort, **REACHABLE))
            await applies(resources, applied[-1], now)
        elif move == "ends":
            await settle(resources, "sent")
            await end_offers(resources.pool, now)
        elif place < len(applied) and move == "withdraws":
            await withdraws(resources, applied[place].enrollment_id, now)
        elif place < len(applied):
            await accept_or_leave(resources, applied[place].enrollment_id)
        await assert_nobody_is_overtaken(resources, cohort)


async def test_an_acceptance_waits_for_what_happens_to_the_seat(resources: EnrollmentResources) -> None:
    holder, [first, second] = await a_full_cohort(resources, REACHABLE, {})
    await withdraws(resources, holder.enrollment_id)

    async with unit_of_work(resources) as unit:
        await withdraw(unit, first.enrollment_id)
        late = asyncio.ensure_future(accepts(resources, first.enrollment_id))
        await wait_until(partial(somebody_waits, resources), pause=0.005)
    with pytest.raises(RejectedError):
        await late

    assert await offered(resources, first, second) == [("withdrawn", None), ("accepted", None)]


async def somebody_waits(resources: EnrollmentResources) -> bool:
    found: bool = await resources.pool.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    return found


@pytest.fixture
async def code(resources: EnrollmentResources) -> str:
    """That of a message which offers a seat now."""
    holder, _ = await a_full_cohort(resources, REACHABLE, REACHABLE)
    await resources.pool.execute("UPDATE cohorts SET ends_on = '2099-12-31'")
    await withdraws(resources, holder.enrollment_id, datetime.now(UTC))
    found: str = await resources.pool.fetchval("SELECT stop_code FROM messages WHERE kind = 'seat_offered'")
    return found


async def test_a_message_leads_to_the_seat(site: Site[EnrollmentResources], code: str) -> None:
    async with site.browser() as browser:
        assert "Sí, tomo la vacante" in (await browser.get(f"/offers/{code}")).text
        answer = await browser.post(f"/offers/{code}/accept")
        after = (await browser.get(f"/offers/{code}")).text

    assert answer.status_code == 303
    assert "Usted tiene una vacante" in after and "Sí, tomo la vacante" not in after
    assert await site.resources.pool.fetchval("SELECT taken FROM cohorts") == 1


async def test_a_message_leads_to_leaving_the_seat_to_the_next(site: Site[EnrollmentResources], code: str) -> None:
    async with site.browser() as browser:
        for _ in range(2):
            assert (await browser.post(f"/offers/{code}/decline")).status_code == 303
        refused = await browser.post(f"/offers/{code}/accept")

    assert refused.status_code == 409
    rows = await site.resources.pool.fetch("SELECT status, offered_until FROM enrollments ORDER BY application_number")
    assert [(row["status"], row["offered_until"] is None) for row in rows] == [
        ("withdrawn", True),
        ("withdrawn", True),
        ("waitlisted", False),
    ]


async def test_the_code_of_another_message_offers_nothing(site: Site[EnrollmentResources], code: str) -> None:
    other = await site.resources.pool.fetchval("SELECT stop_code FROM messages WHERE kind = 'waiting'")
    async with site.browser() as browser:
        assert [(await browser.get(f"/offers/{one}")).status_code for one in (code, other, "abcdefgh23")] == [
            200,
            404,
            404,
        ]


async def test_a_coordinator_sees_until_when_and_accepts_for_them(site: Site[EnrollmentResources], code: str) -> None:
    row = await site.resources.pool.fetchrow("SELECT * FROM enrollments WHERE offered_until IS NOT NULL")
    assert row
    async with site.browser("coordinator") as browser:
        page = (await browser.get(f"/cohorts/{row['cohort_id']}")).text
        entries = (await browser.get(f"/api/cohorts/{row['cohort_id']}/enrollments")).json()["enrollments"]
        answer = await browser.post(f"/cohorts/{row['cohort_id']}/enrollments/{row['enrollment_id']}/accept")
        unknown = await browser.post(f"/api/enrollments/{new_id()}/accept")

    assert "Vacante ofrecida hasta" in page and "Dice que sí" in page
    [until] = [one["offered_until"] for one in entries if one["offered_until"]]
    assert datetime.fromisoformat(until) == row["offered_until"]
    assert (answer.status_code, unknown.status_code) == (303, 404)
    assert await site.resources.pool.fetchval("SELECT taken FROM cohorts") == 1
