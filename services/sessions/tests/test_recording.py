"""Attendance over HTTP: each scan counts once, waits for its enrollment, and is never lost."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest

from chassis.store.database import transaction
from chassis.store.queries import Query
from contracts.enrollment import EnrollmentStatus, EnrollmentWaitlisted
from contracts.examples import PROFILE
from services.sessions.attendance.domain import decide
from services.sessions.attendance.service import decide_waiting_scans
from services.sessions.replicas.projection import PROJECTION
from services.sessions.tests.stories import FACILITATOR, FIRST_DAY, CohortExample, Story, scan_of, withdrawn
from tests.support.records import record_of
from tests.support.waiting import wait_until

WAITS_FOR_A_LOCK = """
SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted)
"""


async def test_a_scan_becomes_attendance_and_is_said_with_its_full_state(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)

    [result] = await story.scan(session, scan_of(rosa.enrollment_id, clock_offset_ms=-120_000))

    assert result["outcome"] == "recorded"
    [event] = await story.events("AttendanceRecorded")
    assert event["attendance_id"] == result["attendance_id"]
    assert event["person_id"] == str(rosa.person_id)
    assert event["session_starts_at"] == "2025-05-10T14:00:00Z"
    assert event["checked_in_at"] == event["occurred_at"] == "2025-05-10T14:08:00Z", "the device was two minutes ahead"
    assert event["profile"] == PROFILE.model_dump(mode="json")
    kept = await story.pool.fetchrow("SELECT * FROM scans")
    assert kept is not None
    assert (kept["device_id"], kept["device_sequence"], kept["clock_offset_ms"]) == ("device-1", 1, -120_000)
    assert (kept["scanned_by"], kept["scanned_at"].isoformat()) == (FACILITATOR, "2025-05-10T14:10:00+00:00")
    assert kept["received_at"] is not None


async def test_the_same_scan_again_gets_the_same_answer_and_inserts_nothing(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    scan = scan_of(rosa.enrollment_id)

    first = await story.scan(session, scan)
    events = await story.event_counts()
    again = await story.scan(session, scan, scan)

    assert again == first * 2
    assert await story.event_counts() == events
    assert await story.pool.fetchval("SELECT count(*) FROM scans") == 1


async def test_another_scan_of_the_same_person_repeats_and_one_that_disagrees_is_a_conflict(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))

    repeated, conflict = await story.scan(
        session,
        scan_of(rosa.enrollment_id, device_id="device-2", scanned_at="2025-05-10T14:11:00Z"),
        scan_of(rosa.enrollment_id, device_id="device-3", scanned_at="2025-05-10T14:12:00Z", state="late"),
    )

    assert (repeated["outcome"], repeated["attendance_id"]) == ("repeated", recorded["attendance_id"])
    assert (conflict["outcome"], conflict["attendance_id"]) == ("conflict", recorded["attendance_id"])
    assert (await story.event_counts())["AttendanceRecorded"] == 1


async def test_a_scan_of_an_unknown_enrollment_waits_until_it_is_replicated(story: Story) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id)
    rosa = cohort.accepted()
    scan = scan_of(rosa.enrollment_id)

    [waiting] = await story.scan(session, scan)
    [entry] = (await story.get(f"/api/sessions/{session}/roster", FACILITATOR)).json()["roster"]
    assert (waiting["outcome"], waiting["attendance_id"]) == ("waiting", None)
    assert (entry["standing"], entry["scanned"]) == ("waiting", "present")

    await story.replicate(rosa)

    [decided] = await story.scan(session, scan)
    assert decided["outcome"] == "recorded"
    await story.correct(decided["attendance_id"], "late")
    assert (await story.events("AttendanceRecorded"))[0]["attendance_id"] == decided["attendance_id"]
    assert (await story.events("CompletionAchieved"))[0]["enrollment_id"] == str(rosa.enrollment_id)


async def test_a_scan_that_misses_its_enrollment_by_a_moment_is_decided(story: Story) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)
    rosa = cohort.accepted()
    async with story.pool.acquire() as connection, connection.transaction():
        await PROJECTION.fold(connection, [PROJECTION.read(record_of(rosa))])
        await decide_waiting_scans(story.pool)
        [waiting] = await story.scan(session, scan := scan_of(rosa.enrollment_id))
        assert waiting["outcome"] == "waiting"

    await decide_waiting_scans(story.pool)

    assert [one["outcome"] for one in await story.scan(session, scan)] == ["recorded"]


async def test_what_a_seat_has_decided_is_not_decided_by_it_again(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = await story.cohort(rosa := CohortExample().accepted())
    session = await story.session(cohort.cohort_id)
    [conflict] = await story.scan(session, scan_of(rosa.enrollment_id))
    assert conflict["outcome"] == "conflict"
    monkeypatch.setattr("services.sessions.attendance.service.decide", decided := Mock(side_effect=decide))

    await decide_waiting_scans(story.pool)

    assert not decided.called


async def test_a_seat_that_moves_meanwhile_is_decided_under_its_new_cohorts_lock(story: Story) -> None:
    here, there = await story.cohort(), await story.cohort()
    session = await story.session(there.cohort_id)
    rosa = here.accepted()
    moved = rosa.model_copy(update={"cohort_id": there.cohort_id, "programme_id": there.programme_id})
    scan = scan_of(rosa.enrollment_id)
    await story.scan(session, scan)
    async with story.pool.acquire() as connection:
        await PROJECTION.fold(connection, [PROJECTION.read(record_of(rosa))])
    async with transaction(story.pool, rosa.enrollment_id) as held:
        deciding = asyncio.create_task(decide_waiting_scans(story.pool))
        await wait_until(partial(held.fetchval, WAITS_FOR_A_LOCK))
        await PROJECTION.fold(held, [PROJECTION.read(record_of(moved, version=2))])
    await deciding
    assert (await story.scan(session, scan))[0]["outcome"] == "waiting"

    await decide_waiting_scans(story.pool)

    assert (await story.scan(session, scan))[0]["outcome"] == "recorded"


async def test_somebody_on_the_waiting_list_waits_for_a_seat(story: Story) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)
    rosa = cohort.accepted()
    waits = EnrollmentWaitlisted(**rosa.model_dump() | {"status": EnrollmentStatus.WAITLISTED, "accepted_at": None})
    await story.replicate(waits)

    [result] = await story.scan(session, scan_of(rosa.enrollment_id))
    assert result["outcome"] == "waiting"

    await story.replicate(rosa, version=2)
    assert (await story.event_counts())["AttendanceRecorded"] == 1


async def test_an_older_version_that_arrives_later_changes_nothing(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    await story.replicate(withdrawn(rosa), version=2)
    await story.replicate(rosa, version=1)

    [result] = await story.scan(session, scan_of(rosa.enrollment_id))

    assert result["outcome"] == "conflict"
    assert await story.pool.fetchval("SELECT reason FROM scans") == "enrollment_withdrawn"


async def test_whoever_is_accepted_again_after_a_withdrawal_is_on_the_roster_with_their_scan(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    await story.replicate(withdrawn(rosa), version=2)
    [result] = await story.scan(session, scan_of(rosa.enrollment_id))
    assert result["outcome"] == "conflict"

    await story.replicate(rosa, version=3)

    assert (await story.event_counts())["AttendanceRecorded"] == 1
    assert await story.pool.fetchval("SELECT (outcome, reason) FROM scans") == ("recorded", None)


async def test_a_scan_at_a_cancelled_session_is_kept_as_a_conflict(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    await story.posts(f"/api/sessions/{session}/cancel", {})

    [result] = await story.scan(session, scan_of(rosa.enrollment_id))

    assert result == {"scan_id": result["scan_id"], "outcome": "conflict", "attendance_id": None, "errors": []}
    page = await story.get("/conflicts")
    assert "La sesión fue cancelada." in page.text


async def test_one_bad_scan_holds_up_no_other(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session, other = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    taken = scan_of(rosa.enrollment_id, scanned_at="2025-05-11T14:10:00Z")
    await story.scan(other, taken)

    results = await story.scan(
        session,
        scan_of(rosa.enrollment_id, state="dancing", scanned_at="yesterday"),
        {"nothing": "of the kind"},
        "not even an object",  # type: ignore[arg-type]
        taken,
        scan_of(rosa.enrollment_id, scanned_at="9999-12-31T23:59:59Z", clock_offset_ms=2**62),
        scan_of(rosa.enrollment_id, device_id="a\x00b"),
        scan_of(uuid4()),
        scan_of(rosa.enrollment_id),
    )

    assert [result["outcome"] for result in results] == [*["refused"] * 6, "waiting", "recorded"]
    assert {error["field"] for error in results[0]["errors"]} == {"state", "scanned_at"}


async def test_an_id_that_cannot_be_said_again_is_refused_without_it(story: Story) -> None:
    session = await story.session((await story.cohort()).cohort_id)
    coordinator = await story.person("coordinator")

    half_a_sign = json.dumps({"scans": [{"scan_id": "\ud800"}]})
    answer = await coordinator.post(
        f"/api/sessions/{session}/attendance", content=half_a_sign, headers={"content-type": "application/json"}
    )

    [result] = answer.json()["results"]
    assert (result["outcome"], result["scan_id"]) == ("refused", None)


async def test_a_correction_keeps_what_was_with_its_author_and_reason(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
    path = f"/api/attendance/{recorded['attendance_id']}/correct"

    await story.posts(path, {"state": "absent", "reason": "marked_by_mistake"}, FACILITATOR)
    await story.posts(path, {"state": "absent", "reason": "signed_list"}, FACILITATOR)
    named = await story.post(path, {"state": "late", "reason": "Rosa Quispe llegó a las diez"}, FACILITATOR)
    assert (named.status_code, named.json()["errors"][0]["field"]) == (422, "reason")
    await story.posts(path, {"state": "late", "reason": "known_later"})

    kept = await story.pool.fetch("SELECT * FROM corrections ORDER BY corrected_at")
    assert [(row["previous_state"], row["state"], row["corrected_by"], row["reason"]) for row in kept] == [
        ("present", "absent", FACILITATOR, "marked_by_mistake"),
        ("absent", "late", "coordinator", "known_later"),
    ]
    assert [event["state"] for event in await story.events("AttendanceCorrected")] == ["absent", "late"]
    later = scan_of(rosa.enrollment_id, scanned_at="2025-05-10T15:00:00Z")
    assert (await story.scan(session, later))[0]["outcome"] == "repeated"
    assert await story.pool.fetchval("SELECT state FROM attendances") == "late", "no scan outweighs a person"


async def test_an_earlier_scan_that_is_uploaded_later_leaves_a_correction_as_it_is(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
    await story.correct(recorded["attendance_id"], "absent")

    [uploaded] = await story.scan(session, scan_of(rosa.enrollment_id, scanned_at="2025-05-10T14:05:00Z"))

    assert (uploaded["outcome"], uploaded["attendance_id"]) == ("recorded", recorded["attendance_id"])
    attendance = await story.pool.fetchrow("SELECT state, checked_in_at::text FROM attendances")
    assert attendance is not None and tuple(attendance) == ("absent", "2025-05-10 14:05:00+00")
    assert [event["state"] for event in await story.events("AttendanceCorrected")] == ["absent", "absent"]


async def test_a_correction_happened_when_it_was_made(story: Story) -> None:
    """Figures as of the day before it are as they were."""
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))

    await story.correct(recorded["attendance_id"], "absent")

    [event] = await story.events("AttendanceCorrected")
    made = await story.pool.fetchval("SELECT corrected_at FROM corrections")
    assert datetime.fromisoformat(event["occurred_at"]) == made
    assert event["checked_in_at"] == "2025-05-10T14:10:00Z"


async def test_a_scan_under_the_id_of_anothers_is_refused_and_tells_nothing(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    await story.replicate(luis := cohort.accepted())
    session = await story.session(cohort.cohort_id)
    scan = scan_of(rosa.enrollment_id)
    await story.scan(session, scan)

    [refused] = await story.scan(session, scan | {"enrollment_id": str(luis.enrollment_id)})

    assert (refused["outcome"], refused["attendance_id"]) == ("refused", None)
    assert [error["code"] for error in refused["errors"]] == ["scan_id_taken"]


async def test_a_batch_has_a_thousand_scans_at_most(story: Story) -> None:
    session = await story.session((await story.cohort()).cohort_id)

    thousand = await story.scan(session, *[{}] * 1000)
    refused = await story.post(f"/api/sessions/{session}/attendance", {"scans": [{}] * 1001}, FACILITATOR)

    assert [one["outcome"] for one in thousand] == ["refused"] * 1000
    assert refused.status_code == 422


async def test_a_conflict_is_decided_by_a_correction(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    [recorded, _] = await story.scan(
        session,
        scan_of(rosa.enrollment_id),
        scan_of(rosa.enrollment_id, device_id="device-2", scanned_at="2025-05-10T14:12:00Z", state="late"),
    )
    coordinator = await story.person("coordinator")
    addresses = ("/conflicts", "/")
    before = [(await coordinator.get(one, headers={"Accept": "text/html"})).text for one in addresses]

    await story.correct(recorded["attendance_id"], "late")

    after = [(await coordinator.get(one, headers={"Accept": "text/html"})).text for one in addresses]
    link = f'"/sessions/attendance/{session}"'
    assert (link in before[0], link in after[0]) == (True, False)
    assert before[1] != after[1], "the first page says how many there are"


async def test_two_hundred_scans_take_as_many_round_trips_as_two(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = await story.cohort()
    people = [cohort.accepted() for _ in range(202)]
    await story.replicate(*people)
    session = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id)
    scans = [scan_of(one.enrollment_id, device_sequence=number) for number, one in enumerate(people)]
    round_trips = counted_round_trips(monkeypatch)

    await story.scan(session, *scans[:2])
    of_two = round_trips.copy()
    results = await story.scan(session, *scans[2:])

    assert {result["outcome"] for result in results} == {"recorded"}
    announced = await story.event_counts()
    assert (announced["AttendanceRecorded"], announced["CompletionAchieved"]) == (202, 202)
    assert round_trips - of_two == of_two


def counted_round_trips(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts from now on how often each named query is sent, whatever the number of its rows."""
    sent: Counter[str] = Counter()

    def counting(method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(query: Query, *given: Any, **values: Any) -> Any:
            sent[query.text] += 1
            return method(query, *given, **values)

        return counted

    for name in ("execute", "execute_many", "fetch", "fetch_row", "value"):
        monkeypatch.setattr(Query, name, counting(getattr(Query, name)))
    return sent


async def test_a_moved_session_decides_again_what_was_in_conflict(story: Story) -> None:
    rosa, jose = (cohort := CohortExample()).accepted(), cohort.accepted()
    await story.cohort(rosa, jose, of=cohort)
    session = await story.session(cohort.cohort_id)
    later = FIRST_DAY + timedelta(days=20)
    early = scan_of(jose.enrollment_id)
    late = scan_of(jose.enrollment_id, state="late", scanned_at=(FIRST_DAY + timedelta(hours=1)).isoformat())
    before = await story.scan(session, scan_of(rosa.enrollment_id, scanned_at=later.isoformat()), early, late)
    assert [one["outcome"] for one in before] == ["conflict", "recorded", "conflict"]

    await story.posts(
        f"/api/sessions/{session}/reschedule",
        {"starts_at": later.isoformat(), "ends_at": (later + timedelta(hours=3)).isoformat()},
    )

    assert [event["enrollment_id"] for event in await story.events("AttendanceRecorded")] == [
        str(one.enrollment_id) for one in (jose, rosa)
    ]
    [again] = await story.scan(session, early)
    assert again["outcome"] == "recorded", "a recorded attendance is kept"


async def test_a_cancelled_session_decides_again_what_waits(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(of=cohort)
    session = await story.session(cohort.cohort_id)
    [waiting] = await story.scan(session, scan := scan_of(cohort.accepted().enrollment_id))

    await story.posts(f"/api/sessions/{session}/cancel", {})

    [again] = await story.scan(session, scan)
    assert (waiting["outcome"], again["outcome"]) == ("waiting", "conflict")
