"""At the door: a card is scanned, answered in large letters, and a mistaken scan is undone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from contracts.days import day_of, start_of
from contracts.enrollment import EnrollmentStatus, EnrollmentWaitlisted
from contracts.sessions import AttendanceState
from services.sessions.attendance.domain import ConflictReason, ScanOutcome
from services.sessions.cards.domain import CardAnswer, answer_to, read_code
from services.sessions.cards.labels import CARD_ANSWERS, CARD_EXPLANATIONS
from services.sessions.tests.stories import (
    FACILITATOR,
    FIRST_DAY,
    OTHER_FACILITATOR,
    CohortExample,
    Story,
    scan_of,
    withdrawn,
)
from services.sessions.tests.test_pages import sent, shown

ROSA, JOSE = (UUID(f"01960000-0000-7000-8000-00000000{last}") for last in ("1abc", "2abc"))


async def session_now(story: Story, cohort: CohortExample) -> str:
    """A session of today, for nobody is checked in at others; the cohort of the stories ended long ago."""
    session = await story.session(cohort.cohort_id)
    noon = start_of(day_of(datetime.now(UTC))) + timedelta(hours=12)
    await story.pool.execute("UPDATE sessions SET starts_at = $1, ends_at = $2", noon, noon + timedelta(hours=2))
    return session


async def scanned(story: Story, session: str, card: str, person: str = FACILITATOR) -> tuple[str, str]:
    """The answer to a card, and the page that says it."""
    answer = await sent(story, f"/attendance/{session}/cards", {"card": card}, person)
    assert answer.status_code == 303, answer.text
    page = await shown(story, answer.headers["location"].removeprefix("/sessions"), person)
    said = re.search(r'data-answer="(\w+)"', page)
    assert said
    return said[1], page


async def undo(story: Story, page: str) -> str:
    """Presses the button of the page; what is answered then."""
    action = re.search(r'action="/sessions(/attendance/\S+/undo)"', page)
    assert action
    answer = await sent(story, action[1], {}, FACILITATOR)
    page = await shown(story, answer.headers["location"].removeprefix("/sessions"), FACILITATOR)
    said = re.search(r'data-answer="(\w+)"', page)
    assert said
    return said[1]


@pytest.mark.parametrize(
    "typed",
    [
        "01960000-0000-7000-8000-000000001abc",
        " 01960000'0000'7000'8000'000000001ABC ",
        "1abc",
        "1ABC",
    ],
    ids=["the code", "a scanner with another keyboard", "the last characters", "in capitals"],
)
async def test_a_card_is_recorded_at_once_and_answered(story: Story, typed: str) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), cohort.accepted(JOSE), of=cohort)
    session = await session_now(story, cohort)

    said, page = await scanned(story, session, typed)

    assert (said, "Presente" in page, "<code>1ABC</code>" in page) == ("recorded", True, True)
    [event] = await story.events("AttendanceRecorded")
    assert (event["enrollment_id"], event["state"]) == (str(ROSA), "present")
    assert (await scanned(story, session, typed))[0] == "already_marked"
    assert len(await story.events("AttendanceRecorded")) == 1


async def test_a_card_that_gives_no_attendance_is_answered_with_its_reason(story: Story) -> None:
    cohort, other = CohortExample(), CohortExample()
    waits = cohort.accepted()
    waitlisted = EnrollmentWaitlisted(
        **waits.model_dump() | {"status": EnrollmentStatus.WAITLISTED, "accepted_at": None}
    )
    left, stranger = cohort.accepted(), other.accepted()
    await story.cohort(waitlisted, withdrawn(left), of=cohort)
    await story.cohort(stranger, of=other)
    session = await session_now(story, cohort)

    answers = {
        name: (await scanned(story, session, str(one)))[0]
        for name, one in {
            "waits": waits.enrollment_id,
            "left": left.enrollment_id,
            "stranger": stranger.enrollment_id,
            "unknown": cohort.accepted().enrollment_id,
        }.items()
    }

    assert answers == {
        "waits": "waiting_list",
        "left": "withdrawn",
        "stranger": "other_cohort",
        "unknown": "not_known_yet",
    }
    assert await story.events("AttendanceRecorded") == []
    await story.replicate(waits, version=2)
    assert [event["enrollment_id"] for event in await story.events("AttendanceRecorded")] == [str(waits.enrollment_id)]


async def test_what_is_no_card_is_told_with_the_field_and_records_nothing(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), cohort.accepted(JOSE), of=cohort)
    session = await session_now(story, cohort)

    for typed, status, told in (
        ("", 422, 'href="#card"'),
        ("https://example.org/oferta", 422, "Esta no es la tarjeta"),
        ("abc", 422, "Esta no es la tarjeta"),
        ("9999", 409, "Nadie de esta cohorte"),
    ):
        answer = await sent(story, f"/attendance/{session}/cards", {"card": typed}, FACILITATOR)
        assert (answer.status_code, told in answer.text) == (status, True), (typed, answer.text)
    await story.replicate(cohort.accepted(UUID("01960000-0000-7000-8000-000000011abc")))
    several = await sent(story, f"/attendance/{session}/cards", {"card": "1abc"}, FACILITATOR)
    assert (several.status_code, "Escriba más" in several.text) == (409, True)
    assert await story.pool.fetchval("SELECT count(*) FROM scans") == 0


async def test_nobody_is_present_before_the_day(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), of=cohort)
    session = await session_now(story, cohort)
    await story.pool.execute("UPDATE sessions SET starts_at = starts_at + '2 days', ends_at = ends_at + '2 days'")

    assert 'id="next-card"' not in await shown(story, f"/attendance/{session}/cards", FACILITATOR)
    early = await sent(story, f"/attendance/{session}/cards", {"card": str(ROSA)}, FACILITATOR)
    assert (early.status_code, "aún" in early.text) == (409, True)
    assert await story.pool.fetchval("SELECT count(*) FROM scans") == 0


async def test_a_mistaken_scan_is_undone_and_the_person_can_still_come(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), of=cohort)
    session = await session_now(story, cohort)
    _, page = await scanned(story, session, str(ROSA))

    assert await undo(story, page) == "undone"

    [corrected] = await story.events("AttendanceCorrected")
    assert corrected["state"] == "absent"
    kept = await story.pool.fetchrow("SELECT state, reason, corrected_by FROM corrections")
    assert kept and tuple(kept) == ("absent", "marked_by_mistake", FACILITATOR)
    assert await undo(story, page) == "undone"
    assert len(await story.events("AttendanceCorrected")) == 1, "undone once more, nothing changes"
    assert (await scanned(story, session, str(ROSA)))[0] == "recorded"
    assert [one["state"] for one in await story.events("AttendanceCorrected")] == ["absent", "present"]


async def test_an_undone_scan_decides_nothing_later(story: Story) -> None:
    cohort = CohortExample()
    rosa = cohort.accepted(ROSA)
    await story.cohort(of=cohort)
    session = await session_now(story, cohort)
    said, page = await scanned(story, session, str(ROSA))
    assert (said, await undo(story, page)) == ("not_known_yet", "undone")

    await story.replicate(rosa)

    assert await story.events("AttendanceRecorded") == []
    entries = (await story.get(f"/api/sessions/{session}/roster", FACILITATOR)).json()["roster"]
    assert [entry["standing"] for entry in entries] == ["expected"]


async def test_the_other_scans_of_a_person_decide_when_one_is_undone(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), of=cohort)
    session = await story.session(cohort.cohort_id)
    first, second = scan_of(ROSA), scan_of(ROSA, state="late", scanned_at=(FIRST_DAY + timedelta(hours=1)).isoformat())
    far = scan_of(ROSA, scanned_at=(FIRST_DAY + timedelta(days=9)).isoformat())
    await story.scan(session, first, second, far)

    await undone(story, session, first)
    assert [one["state"] for one in await story.events("AttendanceCorrected")] == ["late"]
    await undone(story, session, second)
    assert [one["state"] for one in await story.events("AttendanceCorrected")] == ["late", "absent"]
    [again] = await story.scan(session, first)
    assert again["outcome"] == "undone", "what a device sends again stays undone"
    outcomes = await story.pool.fetch("SELECT outcome, reason FROM scans ORDER BY checked_in_at")
    assert [tuple(one) for one in outcomes] == [("undone", None), ("undone", None), ("conflict", "far_from_session")]


async def test_what_a_person_corrected_stays_when_the_scan_is_undone(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), of=cohort)
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan := scan_of(ROSA))
    await story.correct(recorded["attendance_id"], "excused", "person_asked")

    await undone(story, session, scan)

    assert await story.pool.fetchval("SELECT state FROM attendances") == "excused"


async def test_an_undone_scan_takes_the_completion_that_rested_on_it(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), of=cohort)
    session = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id, accept_missing=True)
    await story.scan(session, scan := scan_of(ROSA))
    assert len(await story.events("CompletionAchieved")) == 1

    await undone(story, session, scan)

    assert len(await story.events("CompletionRevoked")) == 1


async def test_who_may_stand_at_the_door(story: Story) -> None:
    cohort = CohortExample()
    await story.cohort(cohort.accepted(ROSA), of=cohort)
    session, other = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    await story.scan(session, scan := scan_of(ROSA))
    path = f"/attendance/{session}/cards?scan_id={scan['scan_id']}"
    undoing = f"/api/sessions/{session}/scans/{scan['scan_id']}/undo"

    for person, status in (("auditor", 403), ("delegate-mesa", 403), (OTHER_FACILITATOR, 404)):
        assert (await story.get(path, person)).status_code == status
        assert (await story.post(undoing, {}, person)).status_code == status
    elsewhere = f"/attendance/{other}/cards?scan_id={scan['scan_id']}"
    assert (await story.get(elsewhere, FACILITATOR)).status_code == 404
    for person in (FACILITATOR, "coordinator"):
        assert (await story.get(path, person)).status_code == 200


@pytest.mark.parametrize("answer", CardAnswer)
def test_every_answer_has_its_words(answer: CardAnswer) -> None:
    assert CARD_ANSWERS[answer] and CARD_EXPLANATIONS[answer]


@pytest.mark.parametrize("reason", ConflictReason)
def test_every_conflict_has_its_answer(reason: ConflictReason) -> None:
    assert answer_to(ScanOutcome.CONFLICT, reason, None, None)


def test_a_corrected_attendance_is_not_called_present() -> None:
    said = answer_to(ScanOutcome.REPEATED, None, AttendanceState.ABSENT, EnrollmentStatus.ACCEPTED)
    assert said is CardAnswer.MARKED_OTHERWISE


@pytest.mark.parametrize("scanned", ["123", "x" * 200, "g234", "1" * 33, "   "])
def test_what_is_no_card_has_no_code(scanned: str) -> None:
    with pytest.raises(RejectedError):
        read_code(scanned)


async def undone(story: Story, session: str, scan: dict[str, Any]) -> None:
    answer = await story.posts(f"/api/sessions/{session}/scans/{scan['scan_id']}/undo", {}, FACILITATOR)
    assert answer["outcome"] == "undone"
