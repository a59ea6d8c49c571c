"""The calendar: planned once, moved, cancelled and held as far as it allows; completion follows."""

from chassis.service import Resources
from chassis.store.identifiers import new_id
from chassis.web.views import first_rows
from services.sessions.calendar.service import COHORTS, SESSIONS, list_cohorts, list_sessions
from services.sessions.tests.stories import FACILITATOR, CohortExample, Story, scan_of, session_body, withdrawn
from tests.support.sites import Site


async def test_the_same_session_again_is_the_same_and_another_with_its_id_is_refused(story: Story) -> None:
    cohort = await story.cohort()
    body = session_body(cohort.cohort_id)

    first = await story.posts("/api/sessions", body)
    again = await story.posts("/api/sessions", body)
    other = await story.post("/api/sessions", body | {"title": "Otra cosa"})

    assert first == again
    assert (other.status_code, other.json().get("code")) == (409, "session_id_taken")
    assert (await story.event_counts())["SessionScheduled"] == 1


async def test_what_makes_no_sense_is_refused_by_field(story: Story) -> None:
    cohort = await story.cohort()
    backwards = session_body(cohort.cohort_id, ends_at="2025-05-10T13:00:00Z")
    elsewhere = session_body(cohort.cohort_id, district="069999")

    assert (await story.post("/api/sessions", backwards)).json().get("detail") == "El fin debe ser posterior al inicio."
    assert (await story.post("/api/sessions", elsewhere)).json().get("field") == "district"


async def test_whoever_read_a_session_changes_it_only_as_they_read_it(story: Story) -> None:
    cohort = await story.cohort()
    here = f"/api/sessions/{await story.session(cohort.cohort_id)}"
    coordinator = await story.person("coordinator")
    version = {"If-Match": (await coordinator.get(here)).headers["etag"]}
    first, second = [await coordinator.post(f"{here}/cancel", headers=version) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 412)


async def test_what_was_cancelled_is_not_held_and_what_was_held_is_not_cancelled(story: Story) -> None:
    cohort = await story.cohort()
    held, cancelled = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)

    for _ in range(2):
        assert (await story.posts(f"/api/sessions/{held}/hold", {}, FACILITATOR))["status"] == "held"
        assert (await story.posts(f"/api/sessions/{cancelled}/cancel", {}))["status"] == "cancelled"

    assert (await story.post(f"/api/sessions/{held}/cancel", {})).status_code == 409
    assert (await story.post(f"/api/sessions/{cancelled}/hold", {})).status_code == 409
    announced = await story.event_counts()
    assert (announced["SessionHeld"], announced["SessionCancelled"]) == (1, 1)
    [event] = await story.events("SessionHeld")
    assert event["occurred_at"] == event["ends_at"], "whoever closes it months later held it on its day"


async def test_what_was_cancelled_does_not_move(story: Story) -> None:
    session = await story.session((await story.cohort()).cohort_id)
    await story.posts(f"/api/sessions/{session}/cancel", {})

    moved = {"starts_at": "2025-06-10T14:00:00Z", "ends_at": "2025-06-10T17:00:00Z"}
    refused = await story.post(f"/api/sessions/{session}/reschedule", moved)

    assert (refused.status_code, refused.json().get("code")) == (409, "session_cancelled")
    assert (await story.event_counts())["SessionRescheduled"] == 0


async def test_attendance_and_completion_follow_the_enrollments_profile(story: Story) -> None:
    """An enrollment keeps the profile of its day, so that another one corrects it."""
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id)
    await story.scan(session, scan_of(rosa.enrollment_id))
    corrected = rosa.profile.model_copy(update={"district": "060301"})
    await story.replicate(rosa.model_copy(update={"profile": corrected}), version=2)

    hours = {"starts_at": "2025-06-10T14:00:00Z", "ends_at": "2025-06-10T17:00:00Z"}
    await story.posts(f"/api/sessions/{session}/reschedule", hours)

    for name in ("AttendanceCorrected", "CompletionAchieved"):
        *_, last = [event["profile"]["district"] for event in await story.events(name)]
        assert last == corrected.district, name


async def test_lists_count_who_was_there_what_waits_and_what_was_held(story: Story) -> None:
    rosa, luis, unknown = (cohort := CohortExample()).accepted(), cohort.accepted(), cohort.accepted()
    await story.cohort(rosa, luis, of=cohort)
    first, second, third = [await story.session(cohort.cohort_id, number) for number in range(3)]
    people = (rosa, "present"), (luis, "excused"), (unknown, "present")
    await story.scan(first, *(scan_of(one.enrollment_id, state=state) for one, state in people))
    await story.posts(f"/api/sessions/{first}/hold", {})
    await story.posts(f"/api/sessions/{third}/cancel", {})

    sessions = await list_sessions(story.pool, first_rows(SESSIONS), cohort_id=cohort.cohort_id)
    [listed] = (await list_cohorts(story.pool, first_rows(COHORTS))).rows

    assert {str(one.session_id): (one.attended, one.waiting) for one in sessions.rows} == {
        first: (1, 1),
        second: (0, 0),
        third: (0, 0),
    }
    assert (listed.planned, listed.held, listed.next_at) == (2, 1, None)


async def test_a_session_that_moves_takes_its_attendance_and_its_completion_along(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id)
    await story.scan(session, scan_of(rosa.enrollment_id))

    moved = {"starts_at": "2025-06-10T14:00:00Z", "ends_at": "2025-06-10T17:00:00Z"}
    await story.posts(f"/api/sessions/{session}/reschedule", moved)

    corrected = await story.events("AttendanceCorrected")
    assert [event["session_starts_at"] for event in corrected] == ["2025-06-10T14:00:00Z"]
    assert [event["achieved_at"] for event in await story.events("CompletionAchieved")] == [
        "2025-05-10T14:00:00Z",
        "2025-06-10T14:00:00Z",
    ]


async def test_completion_is_counted_over_planned_sessions_and_a_cancellation_may_complete_it(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    first, second = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    await story.session(cohort.cohort_id, 2, required=False)
    await story.complete_plan(cohort.cohort_id)
    await story.scan(first, scan_of(rosa.enrollment_id))
    assert (await story.event_counts())["CompletionAchieved"] == 0, "one of two planned, though it is all that was held"

    await story.posts(f"/api/sessions/{second}/cancel", {})

    found = ("attended", "planned", "rule_version", "achieved")
    achieved = [tuple(event[name] for name in found) for event in await story.events("CompletionAchieved")]
    assert achieved == [(1, 1, 1, True)]


async def test_an_achieved_completion_outlives_calendar_and_rule_and_not_a_correction(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    rules = f"/api/programmes/{cohort.programme_id}/completion-rules"
    assert (await story.posts(rules, {"minimum_percent": 50}))["rule_version"] == 2
    first, _ = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    await story.complete_plan(cohort.cohort_id)
    [recorded] = await story.scan(first, scan_of(rosa.enrollment_id))

    assert (await story.posts(rules, {"minimum_percent": 100}))["rule_version"] == 3
    await story.session(cohort.cohort_id, 3)
    assert [event["rule_version"] for event in await story.events("CompletionAchieved")] == [2]
    assert (await story.event_counts())["CompletionRevoked"] == 0

    await story.correct(recorded["attendance_id"], "late")
    assert (await story.event_counts())["CompletionRevoked"] == 0, "who came late was there"

    await story.correct(recorded["attendance_id"], "absent")
    found = ("achieved", "attended", "planned")
    revoked = [tuple(event[name] for name in found) for event in await story.events("CompletionRevoked")]
    assert revoked == [(False, 0, 2)]


async def test_every_rule_version_is_said_the_first_one_with_the_programme(story: Story) -> None:
    cohort = await story.cohort()
    rules = f"/api/programmes/{cohort.programme_id}/completion-rules"

    for _ in range(2):
        assert (await story.posts(rules, {"minimum_percent": 80}))["rule_version"] == 2

    announced = [
        (event["rule_version"], event["minimum_percent"]) for event in await story.events("CompletionRulePublished")
    ]
    assert announced == [(1, 100), (2, 80)]


async def test_a_copied_programme_starts_with_the_rule_of_the_other_and_goes_its_own_way(story: Story) -> None:
    source = await story.cohort()
    rules = "/api/programmes/{}/completion-rules"
    await story.posts(rules.format(source.programme_id), {"minimum_percent": 80})
    [programme, *_] = source.events()
    copy = programme.model_copy(update={"programme_id": new_id(), "copied_from": source.programme_id})

    await story.replicate(copy)
    await story.posts(rules.format(source.programme_id), {"minimum_percent": 60})
    await story.replicate(copy.model_copy(update={"title": "Corregido"}), version=2)

    announced = [
        (event["rule_version"], event["minimum_percent"])
        for event in await story.events("CompletionRulePublished")
        if event["programme_id"] == copy.subject
    ]
    assert announced == [(1, 100), (2, 80)]


async def test_a_rule_asks_for_one_to_a_hundred_percent(story: Story) -> None:
    rules = f"/api/programmes/{(await story.cohort()).programme_id}/completion-rules"

    statuses = [(await story.post(rules, {"minimum_percent": n})).status_code for n in (0, 1, 100, 101)]

    assert statuses == [422, 201, 201, 422]


async def test_a_softer_rule_completes_who_has_enough(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    first, _ = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    await story.complete_plan(cohort.cohort_id)
    [recorded] = await story.scan(first, scan_of(rosa.enrollment_id))

    await story.posts(f"/api/programmes/{cohort.programme_id}/completion-rules", {"minimum_percent": 50})

    assert [event["attended"] for event in await story.events("CompletionAchieved")] == [1]
    progress = (await story.get(f"/api/cohorts/{cohort.cohort_id}/progress", FACILITATOR)).json()
    assert progress["planned"] == 2
    assert [(one["attended"], one["achieved"]) for one in progress["enrollments"]] == [(1, True)]

    await story.correct(recorded["attendance_id"], "excused")

    assert (await story.event_counts())["CompletionRevoked"] == 1, "who is excused was not there"
    [one] = (await story.get(f"/api/cohorts/{cohort.cohort_id}/progress", FACILITATOR)).json()["enrollments"]
    assert (one["attended"], one["achieved"]) == (0, False)


async def test_a_session_that_is_not_asked_for_completes_nobody_and_is_no_progress(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    await story.session(cohort.cohort_id)
    extra = await story.session(cohort.cohort_id, 1, required=False)
    await story.complete_plan(cohort.cohort_id)

    await story.scan(extra, scan_of(rosa.enrollment_id, scanned_at="2025-05-11T14:10:00Z"))

    assert (await story.event_counts())["CompletionAchieved"] == 0
    progress = (await story.get(f"/api/cohorts/{cohort.cohort_id}/progress", FACILITATOR)).json()
    assert (progress["planned"], [one["attended"] for one in progress["enrollments"]]) == (1, [0])


async def test_who_gave_the_seat_back_completes_nothing_new_and_is_expected_nowhere(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    first, second = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    await story.complete_plan(cohort.cohort_id)
    await story.scan(first, scan_of(rosa.enrollment_id))
    await story.replicate(withdrawn(rosa), version=2)

    rosters = [(await story.get(f"/api/sessions/{one}/roster")).json()["roster"] for one in (first, second)]
    await story.posts(f"/api/sessions/{second}/cancel", {})

    assert [[entry["standing"] for entry in roster] for roster in rosters] == [["recorded"], []]
    assert (await story.event_counts())["CompletionAchieved"] == 0
    assert (await story.get(f"/api/cohorts/{cohort.cohort_id}/progress")).json()["enrollments"] == []


async def test_lists_are_by_cohort_and_by_day_of_cajamarca(story: Story) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id, starts_at="2025-05-11T00:30:00Z", ends_at="2025-05-11T02:00:00Z")
    midnight = await story.session(cohort.cohort_id, starts_at="2025-05-11T05:00:00Z", ends_at="2025-05-11T06:00:00Z")

    async def on(day: str) -> list[str]:
        answer = await story.get(f"/api/sessions?cohort_id={cohort.cohort_id}&day={day}")
        return [one["session_id"] for one in answer.json()["sessions"]]

    assert await on("2025-05-10") == [session], "half past seven in the evening, the day before"
    assert await on("2025-05-11") == [midnight]
    assert await on("2025-05-12") == []


async def test_a_day_without_a_next_one_is_refused(site: Site[Resources]) -> None:
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.get("/api/sessions", params={"day": "9999-12-31"})
    assert (answer.status_code, answer.json().get("field")) == (422, "day")
