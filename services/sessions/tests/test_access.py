"""Who may see and do what: both ways."""

from datetime import timedelta

import pytest

from services.sessions.calendar.service import sessions_of_facilitator
from services.sessions.tests.stories import (
    FACILITATOR,
    FIRST_DAY,
    OTHER_FACILITATOR,
    CohortExample,
    Story,
    scan_of,
    session_body,
)


@pytest.mark.parametrize("path", ["/api/sessions", "/api/sessions/{session}/roster", "/api/cohorts/{cohort}/progress"])
@pytest.mark.parametrize(
    ("person", "status"),
    [
        (None, 401),
        ("communications", 403),
        ("delegate-mesa", 403),
        ("coordinator", 200),
        ("auditor", 200),
        (FACILITATOR, 200),
    ],
)
async def test_who_may_read(story: Story, path: str, person: str | None, status: int) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)

    answer = await story.get(path.format(session=session, cohort=cohort.cohort_id), person)
    assert answer.status_code == status


async def test_to_another_facilitator_it_is_not_there(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
    attendance = recorded["attendance_id"]

    for path in (
        f"/api/sessions?cohort_id={cohort.cohort_id}",
        f"/api/sessions/{session}",
        f"/api/sessions/{session}/roster",
        f"/api/cohorts/{cohort.cohort_id}/progress",
        f"/attendance/{session}",
        f"/corrections/{attendance}",
        f"/cohorts/{cohort.cohort_id}",
    ):
        assert (await story.get(path, OTHER_FACILITATOR)).status_code == 404, path
        assert (await story.get(path, FACILITATOR)).status_code == 200, path
    for path, body in (
        (f"/api/sessions/{session}/attendance", {"scans": [scan_of(rosa.enrollment_id)]}),
        (f"/api/sessions/{session}/hold", {}),
        (f"/api/attendance/{attendance}/correct", {"state": "late", "reason": "known_later"}),
    ):
        assert (await story.post(path, body, OTHER_FACILITATOR)).status_code == 404, path
        assert (await story.post(path, body, FACILITATOR)).status_code == 200, path
    assert (await story.get("/api/sessions", OTHER_FACILITATOR)).json() == {"sessions": [], "next": None}


async def test_an_assignment_that_ended_ends_the_sight_of_the_cohort(story: Story) -> None:
    cohort = await story.cohort()
    assigned = cohort.assigned(OTHER_FACILITATOR)
    path = f"/api/sessions?cohort_id={cohort.cohort_id}"
    first, _, cancelled, last = [await story.session(cohort.cohort_id, number) for number in (0, 1, 2, 3)]
    await story.posts(f"/api/sessions/{cancelled}/cancel", {})

    async def on_the_first_page(*days: int) -> list[str]:
        between = [(FIRST_DAY + timedelta(days=number)).date() for number in days]
        return [str(one.session_id) for one in await sessions_of_facilitator(story.pool, OTHER_FACILITATOR, *between)]

    await story.replicate(assigned)
    assert (await story.get(path, OTHER_FACILITATOR)).status_code == 200
    assert await on_the_first_page(2, 3) == [last], "both days are included, and what was cancelled is not"
    assert len(await on_the_first_page(0, 3)) == 3 and await on_the_first_page(0, 0) == [first]

    await story.replicate(assigned.model_copy(update={"active": False}), version=2)
    assert (await story.get(path, OTHER_FACILITATOR)).status_code == 404
    assert await on_the_first_page(0, 3) == []


@pytest.mark.parametrize(
    ("person", "status"),
    [(None, 401), ("auditor", 403), (FACILITATOR, 403), ("communications", 403), ("coordinator", 201)],
)
async def test_who_may_plan_and_make_rules(story: Story, person: str | None, status: int) -> None:
    cohort = await story.cohort()
    rule = f"/api/programmes/{cohort.programme_id}/completion-rules"

    assert (await story.post("/api/sessions", session_body(cohort.cohort_id), person)).status_code == status
    assert (await story.post(rule, {"minimum_percent": 80}, person)).status_code == status
    plan = await story.post(f"/api/cohorts/{cohort.cohort_id}/plan/declare-complete", {}, person)
    assert plan.status_code == (200 if status == 201 else status)


async def test_an_auditor_reads_and_changes_nothing(story: Story) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)

    for path in (
        f"/api/sessions/{session}/attendance",
        f"/api/sessions/{session}/hold",
        f"/api/sessions/{session}/cancel",
    ):
        assert (await story.post(path, {"scans": []}, "auditor")).status_code == 403
