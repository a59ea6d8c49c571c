"""Absences: from the first day to the last the substitute has the cohorts, and the absent one has them not."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from contracts.days import day_of
from services.enrollment.cohorts.assignments import assign_facilitator, assignments_of, unassign_facilitator
from services.enrollment.cohorts.commands import AssignFacilitator
from services.enrollment.cohorts.domain import ASSIGNMENTS
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.absences import APPLY, Absence, apply_on_day, end_absence, hand_over
from services.enrollment.staff.commands import EnterStaff, HandOver
from services.enrollment.staff.domain import AbsenceReason, Role
from services.enrollment.staff.service import enter
from services.enrollment.tests.stories import NOW, a_cohort, event_bodies, event_names, unit_of_work
from services.enrollment.tests.test_staff import enters
from tests.support.sites import Site

TODAY = day_of(NOW)
ANA, LUIS, EVA = "facilitator-0601", "facilitator-0602", "facilitator-0603"
Staff = dict[str, UUID]


def days_from(start: int, end: int) -> dict[str, date]:
    return {"starts_on": TODAY + timedelta(days=start), "ends_on": TODAY + timedelta(days=end)}


@pytest.fixture
async def staff(resources: EnrollmentResources) -> Staff:
    """The ids of those who facilitate, by their users."""
    entered: Staff = {}
    for user_id in (ANA, LUIS, EVA):
        async with unit_of_work(resources) as unit:
            command = EnterStaff(user_id=user_id, name="Rosa Quispe", role=Role.FACILITATOR)
            entered[user_id] = await enter(unit, command, resources)
    return entered


async def absent(
    resources: EnrollmentResources, staff: Staff, absentee: str, substitute: str, days: dict[str, date]
) -> Absence:
    async with unit_of_work(resources, ASSIGNMENTS) as unit:
        command = HandOver(**days, substitute_id=staff[substitute], reason=AbsenceReason.LEAVE)
        return await hand_over(unit, command, staff[absentee])


async def ends(resources: EnrollmentResources, absence: Absence, day: date = TODAY) -> None:
    now = NOW + (day - TODAY)
    staff_id = await resources.pool.fetchval("SELECT staff_id FROM staff WHERE user_id = $1", absence.facilitator_id)
    async with unit_of_work(resources, ASSIGNMENTS, now=now) as unit:
        await end_absence(unit, absence.absence_id, staff_id)


async def becomes(resources: EnrollmentResources, days: int) -> None:
    """So many days pass: what is due by then is done."""
    now = NOW + timedelta(days=days)
    for row in await resources.pool.fetch("SELECT payload FROM jobs WHERE kind = $1 AND due_at <= $2", APPLY, now):
        await apply_on_day(resources.pool, row["payload"], now)


async def have(resources: EnrollmentResources, cohort: UUID) -> list[str]:
    """Those who work with the cohort, as every other service was told too."""
    told = {
        body["facilitator_id"]: body["active"]
        for body in await event_bodies(resources, "Facilitator%ssigned")
        if body["cohort_id"] == str(cohort)
    }
    active = [one.facilitator_id for one in await assignments_of(resources.pool, cohort) if one.active]
    assert active == sorted(user for user, is_active in told.items() if is_active)
    return active


async def test_the_substitute_has_the_cohorts_from_the_first_day_to_the_last(
    resources: EnrollmentResources, staff: Staff
) -> None:
    cohort, others = await a_cohort(resources), await a_cohort(resources, facilitator=EVA)
    await absent(resources, staff, ANA, LUIS, days_from(2, 3))

    had = []
    for day in (0, 1, 2, 3, 4):
        await becomes(resources, day)
        had.append(await have(resources, cohort))

    assert had == [[ANA], [ANA], [LUIS], [LUIS], [ANA]]
    assert await have(resources, others) == [EVA]


async def test_an_absence_that_begins_today_moves_the_cohorts_at_once_and_can_be_ended(
    resources: EnrollmentResources, staff: Staff
) -> None:
    cohort = await a_cohort(resources)
    absence = await absent(resources, staff, ANA, LUIS, days_from(-1, 20))
    assert await have(resources, cohort) == [LUIS]

    for _ in range(2):
        await ends(resources, absence)
    assert await have(resources, cohort) == [ANA]
    before = await event_names(resources)
    await becomes(resources, 30)
    assert await event_names(resources) == before, "the job of the last day finds nothing to give back"


async def test_an_absence_that_was_ended_before_it_began_moves_nothing(
    resources: EnrollmentResources, staff: Staff
) -> None:
    cohort = await a_cohort(resources)
    await ends(resources, await absent(resources, staff, ANA, LUIS, days_from(2, 3)))
    await becomes(resources, 2)
    assert await have(resources, cohort) == [ANA]


async def test_an_absence_that_is_over_is_not_ended(resources: EnrollmentResources, staff: Staff) -> None:
    absence = await absent(resources, staff, ANA, LUIS, days_from(0, 1))
    with pytest.raises(RejectedError, match="absence_over"):
        await ends(resources, absence, TODAY + timedelta(days=2))


async def test_whoever_has_the_cohort_anyway_keeps_it(resources: EnrollmentResources, staff: Staff) -> None:
    cohort = await a_cohort(resources)
    async with unit_of_work(resources, ASSIGNMENTS) as unit:
        await assign_facilitator(unit, AssignFacilitator(facilitator_id=LUIS), cohort)
    absence = await absent(resources, staff, ANA, LUIS, days_from(0, 5))
    assert await have(resources, cohort) == [LUIS]
    await ends(resources, absence)
    assert await have(resources, cohort) == [ANA, LUIS]


async def test_a_substitute_who_goes_too_is_stood_in_for(resources: EnrollmentResources, staff: Staff) -> None:
    cohort = await a_cohort(resources)
    await absent(resources, staff, ANA, LUIS, days_from(0, 9))
    await absent(resources, staff, LUIS, EVA, days_from(2, 4))
    had = []
    for day in (0, 2, 5, 10):
        await becomes(resources, day)
        had.append(await have(resources, cohort))
    assert had == [[LUIS], [EVA], [LUIS], [ANA]]


async def test_what_the_coordination_decides_meanwhile_counts(resources: EnrollmentResources, staff: Staff) -> None:
    cohort, later = await a_cohort(resources), await a_cohort(resources, facilitator=EVA)
    absence = await absent(resources, staff, ANA, LUIS, days_from(0, 9))
    async with unit_of_work(resources, ASSIGNMENTS) as unit:
        with pytest.raises(RejectedError, match="stands_in"):
            await unassign_facilitator(unit, LUIS, cohort)
    async with unit_of_work(resources, ASSIGNMENTS) as unit:
        await unassign_facilitator(unit, ANA, cohort)
        await assign_facilitator(unit, AssignFacilitator(facilitator_id=ANA), later)
    assert (await have(resources, cohort), await have(resources, later)) == ([], [LUIS, EVA])
    await ends(resources, absence)
    assert (await have(resources, cohort), await have(resources, later)) == ([], [ANA, EVA])


async def test_a_cohort_that_is_over_stays_with_whoever_had_it(resources: EnrollmentResources, staff: Staff) -> None:
    cohort = await a_cohort(resources)
    await resources.pool.execute("UPDATE cohorts SET ends_on = $1", TODAY - timedelta(days=1))
    await absent(resources, staff, ANA, LUIS, days_from(0, 5))
    assert await have(resources, cohort) == [ANA]


@pytest.mark.parametrize(
    ("absentee", "substitute", "days", "code"),
    [
        (ANA, EVA, days_from(3, 9), "absent_already"),
        (EVA, ANA, days_from(4, 4), "substitute_absent"),
        (LUIS, LUIS, days_from(0, 1), "not_another"),
        (LUIS, EVA, days_from(-4, -1), "absence_over"),
        (LUIS, EVA, days_from(0, 367), "absence_too_long"),
    ],
)
async def test_an_absence_needs_somebody_who_is_there(
    resources: EnrollmentResources, staff: Staff, absentee: str, substitute: str, days: dict[str, date], code: str
) -> None:
    await absent(resources, staff, ANA, LUIS, days_from(2, 4))
    with pytest.raises(RejectedError, match=code):
        await absent(resources, staff, absentee, substitute, days)


async def test_only_whoever_facilitates_stands_in(resources: EnrollmentResources, staff: Staff) -> None:
    async with unit_of_work(resources) as unit:
        command = EnterStaff(user_id="auditor", name="Rosa Quispe", role=Role.AUDITOR)
        staff["auditor"] = await enter(unit, command, resources)
    for absentee, substitute in ((ANA, "auditor"), ("auditor", ANA)):
        with pytest.raises(RejectedError, match="not_facilitator"):
            await absent(resources, staff, absentee, substitute, days_from(0, 5))


async def test_an_absence_is_handed_over_and_ended_on_the_page(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await site.resources.pool.execute("UPDATE cohorts SET ends_on = '9000-01-01'")
    today = day_of(datetime.now(UTC))
    async with site.browser("coordinator", Accept="text/html") as coordinator, site.browser(ANA) as ana:
        absentee, substitute = (
            await enters(coordinator, ANA, "Ana Chávez"),
            await enters(coordinator, LUIS, "Luis Díaz"),
        )
        form = {
            "substitute_id": str(substitute), "reason": "holiday",
            "starts_on": str(today - timedelta(days=1)), "ends_on": str(today + timedelta(days=300)),
        }  # fmt: skip
        wrong = await coordinator.post(f"/staff/{absentee}/absences", data=form | {"ends_on": "2020-01-01"})
        done = await coordinator.post(f"/staff/{absentee}/absences", data=form)
        page, listed = [(await coordinator.get(path)).text for path in (f"/staff/{absentee}", "/staff")]
        of_cohort = (await coordinator.get(f"/cohorts/{cohort}")).text
        told = (await ana.get("/api/staff/absence")).json()["absence"]
        seen = [(await ana.get(f"/api/cohorts/{cohort}/enrollments")).status_code, (await ana.get("/cohorts")).text]
        async with site.browser(LUIS) as luis:
            told_to_luis = (await luis.get("/api/staff/absence")).json()["absence"]
            seen_by_luis = (await luis.get(f"/api/cohorts/{cohort}/enrollments")).status_code
        absence_id = (await coordinator.get(f"/api/staff/{absentee}/absences")).json()["absences"][0]["absence_id"]
        another = await enters(coordinator, EVA, "Eva Alcántara")
        elsewhere = [
            await coordinator.post(f"{face}/staff/{another}/absences/{absence_id}/end") for face in ("", "/api")
        ]
        ended = await coordinator.post(f"/staff/{absentee}/absences/{absence_id}/end")
        back = (await ana.get(f"/api/cohorts/{cohort}/enrollments")).status_code
    assert (wrong.status_code, done.status_code, ended.status_code) == (422, 303, 303)
    assert [one.status_code for one in elsewhere] == [404, 404], "it is no absence of hers"
    assert "Luis Díaz tiene las cohortes de Ana Chávez" in page
    assert "Vacaciones" in page
    assert (told, told_to_luis) == ({"ends_on": form["ends_on"], "substitute": "Luis Díaz"}, None)
    assert str((today + timedelta(days=300)).year) in listed
    assert "Luis Díaz" in of_cohort
    assert "Suplencia" in of_cohort
    assert "Alguien está ausente" in of_cohort, "the history of the cohort says why"
    assert (seen[0], seen_by_luis, back) == (404, 200, 200)
    assert "tiene sus cohortes" in str(seen[1])
    query = "SELECT action, reason FROM audit_trail WHERE kind = 'write' AND action IN ('hand_over', 'end_absence')"
    assert [tuple(row) for row in await site.resources.pool.fetch(query)] == [
        ("hand_over", "holiday"),
        ("end_absence", None),
    ]
