"""Days: nobody attends what is to come, what took place stays in the past, and a cohort has a first and a last day."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from contracts.days import day_of
from contracts.territory import TIME_ZONE
from services.sessions.tests.stories import FACILITATOR, CohortExample, Story, scan_of, session_body

HTML = {"Accept": "text/html"}


def nine(days: int) -> datetime:
    """Nine o'clock in the morning, so many days from today."""
    return datetime.combine(day_of(datetime.now(UTC)) + timedelta(days=days), time(9), TIME_ZONE)


def period(days: int) -> dict[str, Any]:
    return {"starts_at": nine(days).isoformat(), "ends_at": (nine(days) + timedelta(hours=3)).isoformat()}


def page_form(days: int) -> dict[str, str]:
    return {"day": f"{nine(days):%Y-%m-%d}", "starts": "09:00", "ends": "12:00", "place": "Escuela"}


@pytest.fixture
def cohort() -> CohortExample:
    """A cohort that goes on for a year from now."""
    return CohortExample(last_day=day_of(datetime.now(UTC)) + timedelta(days=365))


async def test_a_scan_at_a_session_to_come_waits_for_a_person_and_completes_nothing(
    story: Story, cohort: CohortExample
) -> None:
    await story.cohort(rosa := cohort.accepted(), of=cohort)
    session = await story.session(cohort.cohort_id, **period(21))
    await story.complete_plan(cohort.cohort_id)

    [result] = await story.scan(session, scan_of(rosa.enrollment_id, scanned_at=datetime.now(UTC).isoformat()))

    assert (result["outcome"], result["attendance_id"]) == ("conflict", None)
    announced = await story.event_counts()
    assert (announced["AttendanceRecorded"], announced["CompletionAchieved"]) == (0, 0)
    assert "antes del día de la sesión" in (await story.get("/conflicts")).text
    [entry] = (await story.get(f"/api/sessions/{session}/roster")).json()["roster"]
    assert entry["standing"] == "expected", "on its day the person can be marked"


async def test_a_scan_from_before_the_day_becomes_a_repetition_of_one_of_the_day(story: Story) -> None:
    await story.cohort(rosa := (cohort := CohortExample()).accepted(), of=cohort)
    session = await story.session(cohort.cohort_id, 1)
    early = scan_of(rosa.enrollment_id)

    [set_aside] = await story.scan(session, early)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id, scanned_at="2025-05-11T14:00:00Z"))
    [again] = await story.scan(session, early)

    assert [one["outcome"] for one in (set_aside, recorded, again)] == ["conflict", "recorded", "repeated"]


@pytest.mark.parametrize(
    ("scanned_at", "corrected_at", "outcome"),
    [
        ("1970-01-01T00:00:07Z", "2025-05-10T14:10:00Z", "recorded"),
        ("2125-05-10T14:10:00Z", "2025-05-10T14:10:00Z", "recorded"),
        ("1970-01-01T00:00:07Z", "1970-01-01T00:00:07Z", "conflict"),
        ("2099-05-10T14:10:00Z", "2099-05-10T14:10:00Z", "conflict"),
        ("2199-12-31T23:59:59Z", "2199-12-31T23:59:59Z", "conflict"),
        ("2026-05-10T14:10:00Z", "2026-05-10T14:10:00Z", "conflict"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "conflict"),
    ],
)
async def test_a_clock_that_states_its_offset_is_corrected_and_none_is_refused(
    story: Story, scanned_at: str, corrected_at: str, outcome: str
) -> None:
    await story.cohort(rosa := (cohort := CohortExample()).accepted(), of=cohort)
    session = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id)
    offset = datetime.fromisoformat(corrected_at) - datetime.fromisoformat(scanned_at)

    scan = scan_of(rosa.enrollment_id, scanned_at=scanned_at, clock_offset_ms=int(offset.total_seconds() * 1000))
    [result] = await story.scan(session, scan)

    assert result["outcome"] == outcome
    assert [one["checked_in_at"] for one in await story.events("AttendanceRecorded")] == (
        [corrected_at] if outcome == "recorded" else []
    )
    assert (await story.event_counts())["CompletionAchieved"] == (outcome == "recorded")


async def test_an_excuse_by_a_clock_of_1900_is_recorded(story: Story) -> None:
    await story.cohort(rosa := (cohort := CohortExample()).accepted(), of=cohort)
    session = await story.session(cohort.cohort_id)

    [result] = await story.scan(
        session, scan_of(rosa.enrollment_id, state="excused", scanned_at="1900-01-01T00:00:00Z")
    )

    assert result["outcome"] == "recorded"
    [event] = await story.events("AttendanceRecorded")
    assert event["checked_in_at"] == "2000-01-01T00:00:00Z"


async def test_a_scan_at_a_session_of_another_year_waits_for_a_person_who_marks_from_the_list(story: Story) -> None:
    await story.cohort(rosa := (cohort := CohortExample()).accepted(), of=cohort)
    session = await story.session(cohort.cohort_id)
    scan = scan_of(rosa.enrollment_id, scanned_at=datetime.now(UTC).isoformat())
    facilitator = await story.person(FACILITATOR)
    path = f"/attendance/{session}"

    [result] = await story.scan(session, scan)
    assert (result["outcome"], result["attendance_id"]) == ("conflict", None)
    assert "mucho después del día de la sesión" in (await story.get("/conflicts")).text

    page = (await facilitator.get(path, headers=HTML)).text
    assert 'data-from-list="yes"' in page and "lista firmada" in page
    await facilitator.post(path, data={f"state.{rosa.enrollment_id}": "present"}, headers=HTML)

    assert (await story.event_counts())["AttendanceRecorded"] == 1
    assert [one["outcome"] for one in await story.scan(session, scan)] == ["repeated"]
    assert "mucho después del día de la sesión" not in (await story.get("/conflicts")).text.split("<tbody")[-1]


async def test_the_page_of_todays_session_enters_nothing_from_a_list(story: Story, cohort: CohortExample) -> None:
    await story.cohort(cohort.accepted(), of=cohort)
    path = f"/attendance/{await story.session(cohort.cohort_id, **period(0))}"
    assert "data-from-list" not in (await (await story.person(FACILITATOR)).get(path, headers=HTML)).text


async def test_the_page_of_a_session_to_come_takes_excuses_alone(story: Story, cohort: CohortExample) -> None:
    await story.cohort(rosa := cohort.accepted(), of=cohort)
    path = f"/attendance/{await story.session(cohort.cohort_id, **period(1))}"
    facilitator = await story.person(FACILITATOR)
    name = f"state.{rosa.enrollment_id}"

    page = (await facilitator.get(path, headers=HTML)).text
    assert "todavía no llega" in page and 'value="excused"' in page
    assert 'value="present"' not in page and "/hold" not in page

    refused = await facilitator.post(path, data={name: "present"}, headers=HTML)
    assert (refused.status_code, "todavía no llega" in refused.text) == (409, True)
    assert (await facilitator.post(path, data={name: "excused"}, headers=HTML)).status_code == 303

    [attendance] = await story.events("AttendanceRecorded")
    correction = f"/api/attendance/{attendance['attendance_id']}/correct"
    too_early = await story.post(correction, {"state": "present", "reason": "known_later"}, FACILITATOR)
    assert (too_early.status_code, too_early.json().get("code")) == (409, "session_to_come")
    await story.correct(attendance["attendance_id"], "absent")


async def test_a_session_is_held_on_its_day_and_not_before(story: Story, cohort: CohortExample) -> None:
    await story.cohort(of=cohort)
    today = await story.session(cohort.cohort_id, **period(0))
    tomorrow = await story.session(cohort.cohort_id, **period(1))

    early = await story.post(f"/api/sessions/{tomorrow}/hold", {}, FACILITATOR)

    assert (early.status_code, early.json().get("code")) == (409, "session_to_come")
    assert "su día" in early.json()["remedy"]
    assert (await story.posts(f"/api/sessions/{today}/hold", {}, FACILITATOR))["status"] == "held"
    assert (await story.event_counts())["SessionHeld"] == 1


async def test_the_button_that_closes_a_session_says_how_many_are_not_marked(story: Story) -> None:
    await story.cohort(rosa := (cohort := CohortExample()).accepted(), cohort.accepted(), of=cohort)
    session = await story.session(cohort.cohort_id)
    await story.scan(session, scan_of(rosa.enrollment_id))

    for path in (f"/attendance/{session}", f"/calendar/{session}"):
        page = (await (await story.person("coordinator")).get(path, headers=HTML)).text
        assert "Personas aún sin marcar: <b" in page and ">1</b>" in page


@pytest.mark.parametrize("proof", ["held", "attended"])
async def test_what_took_place_moves_to_no_day_to_come(story: Story, cohort: CohortExample, proof: str) -> None:
    await story.cohort(rosa := cohort.accepted(), of=cohort)
    session = await story.session(cohort.cohort_id)
    if proof == "held":
        await story.posts(f"/api/sessions/{session}/hold", {})
    else:
        await story.scan(session, scan_of(rosa.enrollment_id))
    coordinator = await story.person("coordinator")

    refused = await story.post(f"/api/sessions/{session}/reschedule", period(1))
    page = await coordinator.post(f"/calendar/{session}", data=page_form(1), headers=HTML)

    assert (refused.status_code, refused.json().get("field")) == (409, "starts_at")
    assert page.status_code == 409
    assert '<a href="#day">Día: esta sesión ya se realizó' in page.text and "Planifique otra sesión" in page.text
    assert (await story.posts(f"/api/sessions/{session}/reschedule", period(0)))["session_id"] == session


@pytest.mark.parametrize("number", [-10, 205])
async def test_a_session_is_on_a_day_of_its_cohort(story: Story, number: int) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)
    coordinator = await story.person("coordinator")
    body = session_body(cohort.cohort_id, number)
    form = {"day": body["starts_at"][:10], "starts": "09:00", "ends": "12:00", "place": "Escuela"}
    new = {"kind": "training", "title": "Otro día", "district": "060101"}

    planned = await story.post("/api/sessions", body)
    hours = {name: body[name] for name in ("starts_at", "ends_at")}
    moved = await story.post(f"/api/sessions/{session}/reschedule", hours)
    pages = [
        await coordinator.post(f"/cohorts/{cohort.cohort_id}/schedule", data=new | form, headers=HTML),
        await coordinator.post(f"/calendar/{session}", data=form, headers=HTML),
    ]

    for refused in (planned, moved):
        assert (refused.status_code, refused.json().get("code"), refused.json().get("field")) == (
            422,
            "outside_cohort",
            "starts_at",
        )
        assert "del 01/05/2025 al 30/11/2025" in refused.json().get("detail")
    assert [page.status_code for page in pages] == [422, 422]
    assert all('<a href="#day">' in page.text for page in pages)


async def test_a_cohort_has_sessions_on_its_first_and_on_its_last_day(story: Story) -> None:
    cohort = await story.cohort()

    for number in (-9, 204):
        session = await story.session(cohort.cohort_id, number)
        hours = {name: session_body(cohort.cohort_id, number)[name] for name in ("starts_at", "ends_at")}
        await story.posts(f"/api/sessions/{session}/reschedule", hours)


@pytest.mark.parametrize("day", ["1999-01-01", "0026-11-28", "2099-12-31", "9999-12-31"])
async def test_a_mistyped_year_is_a_mistake_of_its_field(story: Story, day: str) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)
    coordinator = await story.person("coordinator")
    new = {"kind": "training", "title": "Otro día", "district": "060101"}
    late = {"day": day, "starts": "22:00", "ends": "23:30", "place": "Escuela"}

    for path, form in ((f"/cohorts/{cohort.cohort_id}/schedule", new | late), (f"/calendar/{session}", late)):
        answer = await coordinator.post(path, data=form, headers=HTML)
        assert answer.status_code == 422
        assert '<a href="#day">Día: la fecha debe ser' in answer.text and f'value="{day}"' in answer.text
