"""A person decides what became of a scan that founds no attendance."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.sessions.tests.stories import FACILITATOR, CohortExample, Story, scan_of
from services.sessions.tests.test_days import HTML


async def in_conflict(story: Story, *, cancelled: bool = False) -> tuple[str, str]:
    """A session, and a scan at it of another year."""
    cohort = CohortExample()
    await story.cohort(rosa := cohort.accepted(), of=cohort)
    session = await story.session(cohort.cohort_id)
    scan = scan_of(rosa.enrollment_id, scanned_at=datetime.now(UTC).isoformat())
    if cancelled:
        await story.post(f"/api/sessions/{session}/cancel", {})
    [result] = await story.scan(session, scan)
    assert (result["outcome"], result["attendance_id"]) == ("conflict", None)
    return session, scan["scan_id"]


async def presses(story: Story, session: str, scan_id: str, button: str) -> int:
    facilitator = await story.person(FACILITATOR)
    address = f"/conflicts/{session}/{scan_id}/{button}"
    assert address in (await facilitator.get("/conflicts", headers=HTML)).text
    return (await facilitator.post(address, headers=HTML)).status_code


@pytest.mark.parametrize(("button", "recorded", "outcome"), [("count", 1, "repeated"), ("dismiss", 0, "undone")])
async def test_a_scan_with_a_wrong_time_is_counted_or_dismissed(
    story: Story, button: str, recorded: int, outcome: str
) -> None:
    session, scan_id = await in_conflict(story)

    assert await presses(story, session, scan_id, button) == 303

    assert (await story.event_counts())["AttendanceRecorded"] == recorded
    stored = "SELECT outcome FROM scans WHERE scan_id = $1"
    assert await story.pool.fetchval(stored, UUID(scan_id)) == outcome
    assert scan_id not in (await story.get("/conflicts")).text


@pytest.mark.parametrize(("first", "then", "recorded"), [("count", "dismiss", 1), ("dismiss", "count", 0)])
async def test_nobody_is_told_that_a_scan_is_decided_as_somebody_else_did_not(
    story: Story, first: str, then: str, recorded: int
) -> None:
    session, scan_id = await in_conflict(story)
    facilitator = await story.person(FACILITATOR)

    assert await presses(story, session, scan_id, first) == 303
    late = await facilitator.post(f"/conflicts/{session}/{scan_id}/{then}", headers=HTML)
    again = await facilitator.post(f"/conflicts/{session}/{scan_id}/{first}", headers=HTML)

    assert (late.status_code, again.status_code) == (409, 303)
    assert "Otra persona decidió" in late.text
    counts = await story.event_counts()
    assert (counts["AttendanceRecorded"], counts["AttendanceCorrected"]) == (recorded, 0)


async def test_a_scan_at_a_cancelled_session_is_only_dismissed(story: Story) -> None:
    session, scan_id = await in_conflict(story, cancelled=True)
    facilitator = await story.person(FACILITATOR)
    address = f"/conflicts/{session}/{scan_id}"
    assert f"{address}/count" not in (await facilitator.get("/conflicts", headers=HTML)).text
    refused = await facilitator.post(f"{address}/count", headers=HTML)
    assert refused.status_code == 409
    assert "cancelada" in refused.text
    assert await presses(story, session, scan_id, "dismiss") == 303
    assert (await story.event_counts())["AttendanceRecorded"] == 0


async def test_a_scan_is_dismissed_where_what_is_on_record_is_right(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(rosa := cohort.accepted(), of=cohort)
    session = await story.session(cohort.cohort_id)
    await story.scan(session, scan_of(rosa.enrollment_id, state="late"))
    [otherwise] = await story.scan(session, scan := scan_of(rosa.enrollment_id, clock_offset_ms=60_000))
    assert otherwise["outcome"] == "conflict"

    assert await presses(story, session, scan["scan_id"], "dismiss") == 303

    assert await story.pool.fetchval("SELECT state FROM attendances") == "late"
    assert scan["scan_id"] not in (await story.get("/conflicts")).text
    assert (await story.event_counts())["AttendanceRecorded"] == 1
