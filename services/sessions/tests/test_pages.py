"""The pages, as somebody without scripts uses them."""

import re
from uuid import UUID

import httpx
import pytest

from chassis.store.database import Connection, lock
from chassis.web import idempotency
from services.sessions.tests.stories import FACILITATOR, OTHER_FACILITATOR, CohortExample, Story, scan_of, session_body
from tests.support.page_forms import read_page

HTML = {"Accept": "text/html"}
HEARING = {
    "kind": "hearing",
    "title": "Audiencia pública",
    "district": "060101",
    "place": "Coliseo",
    "day": "2025-06-07",
    "starts": "09:00",
    "ends": "12:00",
    "required": "yes",
}


async def shown(story: Story, path: str, person: str = "coordinator") -> str:
    answer = await (await story.person(person)).get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


async def sent(story: Story, path: str, form: dict[str, str], person: str = "coordinator") -> httpx.Response:
    return await (await story.person(person)).post(path, data=form, headers=HTML)


async def test_attendance_is_taken_by_short_codes_and_sending_the_form_twice_is_harmless(story: Story) -> None:
    rosa, jose = (cohort := CohortExample()).accepted(), cohort.accepted()
    await story.cohort(rosa, jose, of=cohort)
    session = await story.session(cohort.cohort_id)
    page = await shown(story, f"/attendance/{session}", FACILITATOR)
    assert rosa.enrollment_id.hex[-4:].upper() in page
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key is not None
    form = {
        f"state.{rosa.enrollment_id}": "present",
        f"state.{jose.enrollment_id}": "excused",
        "idempotency_key": key[1],
    }

    for _ in range(2):
        answer = await sent(story, f"/attendance/{session}", form, FACILITATOR)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sessions/attendance/{session}")

    announced = await story.events("AttendanceRecorded")
    assert {event["enrollment_id"]: event["state"] for event in announced} == {
        str(rosa.enrollment_id): "present",
        str(jose.enrollment_id): "excused",
    }
    assert "2</b>" in await shown(story, f"/attendance/{session}", FACILITATOR)


async def test_every_page_calls_a_person_by_the_code_on_the_roster(story: Story) -> None:
    cohort = CohortExample()
    rosa, jose = (cohort.accepted(UUID(f"01960000-0000-7000-8000-0000000{number}abc")) for number in (11, 21))
    await story.cohort(rosa, jose, of=cohort)
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
    second = await story.session(cohort.cohort_id)
    await story.posts(f"/api/sessions/{second}/cancel", {})
    await story.scan(second, scan_of(rosa.enrollment_id))

    roster = await shown(story, f"/attendance/{session}", FACILITATOR)
    assert "<code>11ABC</code>" in roster and "<code>21ABC</code>" in roster
    assert "<code>11ABC</code>" in await shown(story, f"/corrections/{recorded['attendance_id']}", FACILITATOR)
    assert "<code>11ABC</code>" in await shown(story, "/conflicts")


async def test_an_unknown_enrollment_is_shown_as_waiting(story: Story) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)
    await story.scan(session, scan_of(cohort.accepted().enrollment_id))

    assert "espera a que llegue su inscripción" in await shown(story, f"/attendance/{session}", FACILITATOR)


async def test_a_correction_asks_for_a_reason_and_shows_what_was_said_before(story: Story) -> None:
    rosa = (cohort := CohortExample()).accepted()
    await story.cohort(rosa, of=cohort)
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
    path = f"/corrections/{recorded['attendance_id']}"

    for typed in ("", "Rosa Quispe se fue a las diez"):
        refused = await sent(story, path, {"state": "left_early", "reason": typed}, FACILITATOR)
        assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)

    answer = await sent(story, path, {"state": "left_early", "reason": "known_later"}, FACILITATOR)
    assert answer.headers["location"] == f"/sessions/attendance/{session}"
    history = await shown(story, path, FACILITATOR)
    assert "Presente" in history and "Se supo después" in history and FACILITATOR in history
    assert f'<noscript><p><a href="/enrollment/staff/names?users={FACILITATOR}">' in history, "named without scripts"


async def test_a_session_is_planned_in_local_time_and_mistakes_keep_what_was_typed(story: Story) -> None:
    cohort = await story.cohort()
    path = f"/cohorts/{cohort.cohort_id}/schedule"

    backwards = await sent(story, path, HEARING | {"ends": "08:00"})
    assert backwards.status_code == 422
    assert "El fin debe ser posterior al inicio." in backwards.text and "Coliseo" in backwards.text

    assert (await sent(story, path, HEARING)).status_code == 303
    [event] = await story.events("SessionScheduled")
    assert (event["starts_at"], event["required"]) == ("2025-06-07T14:00:00Z", True)
    assert "Audiencia pública" in await shown(story, f"/cohorts/{cohort.cohort_id}")


async def test_a_session_that_somebody_else_moved_meanwhile_is_not_moved_back(story: Story) -> None:
    cohort = await story.cohort()
    session = await story.session(cohort.cohort_id)
    moved = {"day": "2025-06-08", "starts": "09:00", "ends": "10:00", "place": "Escuela"}
    forms, _links = read_page(await shown(story, f"/calendar/{session}"))
    opened, cancelling = [form.values["if_match"] for form in forms if "if_match" in form.values]

    assert (await sent(story, f"/calendar/{session}", moved | {"if_match": opened})).status_code == 303
    late = await sent(story, f"/calendar/{session}", moved | {"place": "Municipio", "if_match": opened})
    assert late.status_code == 412
    assert "Otra persona" in late.text and "Municipio" in late.text
    pressed = await sent(story, f"/calendar/{session}/cancel", {"if_match": cancelling})
    assert (pressed.status_code, (await story.event_counts())["SessionCancelled"]) == (412, 0)


async def test_a_session_is_moved_cancelled_and_held_on_pages(story: Story) -> None:
    cohort = await story.cohort()
    first, second = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    moved = {"day": "2025-06-08", "starts": "09:00", "ends": "10:00", "place": "Escuela"}

    assert "Local comunal" in await shown(story, f"/calendar/{first}")
    assert (await sent(story, f"/calendar/{first}", moved)).status_code == 303
    assert (await sent(story, f"/calendar/{first}/cancel", {})).status_code == 303
    assert (await sent(story, f"/attendance/{second}/hold", {}, FACILITATOR)).status_code == 303

    announced = await story.event_counts()
    assert (announced["SessionRescheduled"], announced["SessionCancelled"], announced["SessionHeld"]) == (1, 1, 1)
    assert "Esta sesión fue cancelada." in await shown(story, f"/attendance/{first}")


@pytest.mark.parametrize("way", ["page", "interface"])
async def test_a_session_is_planned_under_its_own_lock_and_its_cohorts(
    story: Story, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = await story.cohort()
    taken = set[UUID]()

    async def take(connection: Connection, *subjects: UUID) -> None:
        taken.update(subjects)
        await lock(connection, *subjects)

    monkeypatch.setattr(idempotency, "lock", take)
    if way == "page":
        await sent(story, f"/cohorts/{cohort.cohort_id}/schedule", HEARING)
    else:
        await story.posts("/api/sessions", session_body(cohort.cohort_id))
    [planned] = await story.events("SessionScheduled")
    assert taken == {cohort.cohort_id, UUID(planned["session_id"])}


async def test_a_rejection_shows_the_form_with_what_was_typed(story: Story) -> None:
    cohort = await story.cohort()
    cancelled = await story.session(cohort.cohort_id)
    await sent(story, f"/calendar/{cancelled}/cancel", {})

    moved = {"day": "2025-06-08", "starts": "09:00", "ends": "10:00", "place": "Escuela"}
    answer = await sent(story, f"/calendar/{cancelled}", moved)

    assert answer.status_code == 409
    assert "Esta sesión fue cancelada." in answer.text
    assert 'value="Escuela"' in answer.text and 'value="2025-06-08"' in answer.text


async def test_a_rejected_button_shows_its_page_with_the_reason(story: Story) -> None:
    cohort = await story.cohort()
    held, cancelled = await story.session(cohort.cohort_id), await story.session(cohort.cohort_id, 1)
    await sent(story, f"/attendance/{held}/hold", {})
    await sent(story, f"/calendar/{cancelled}/cancel", {})

    refused_cancel = await sent(story, f"/calendar/{held}/cancel", {})
    refused_hold = await sent(story, f"/attendance/{cancelled}/hold", {}, FACILITATOR)

    assert (refused_cancel.status_code, refused_hold.status_code) == (409, 409)
    assert "no se puede cancelar" in refused_cancel.text and "Local comunal" in refused_cancel.text
    assert "Esta sesión fue cancelada." in refused_hold.text


async def test_a_check_in_that_cannot_be_read_keeps_the_other_marks(story: Story) -> None:
    rosa, jose = (cohort := CohortExample()).accepted(), cohort.accepted()
    await story.cohort(rosa, jose, of=cohort)
    session = await story.session(cohort.cohort_id)
    marks = {f"state.{rosa.enrollment_id}": "late", f"state.{jose.enrollment_id}": "dancing"}

    answer = await sent(story, f"/attendance/{session}", marks, FACILITATOR)

    assert answer.status_code == 422
    assert f'name="state.{rosa.enrollment_id}" value="late" checked' in answer.text
    assert await story.events("AttendanceRecorded") == []


async def test_the_rule_is_published_on_its_page(story: Story) -> None:
    cohort = await story.cohort()
    path = f"/programmes/{cohort.programme_id}/rule"

    assert "100 %" in await shown(story, path)
    assert (await sent(story, path, {"minimum_percent": "0"})).status_code == 422
    assert (await sent(story, path, {"minimum_percent": "80"})).status_code == 303
    assert "80 %" in await shown(story, path)


@pytest.mark.parametrize(("person", "words"), [("coordinator", "Cohortes"), (FACILITATOR, "Mis sesiones")])
async def test_everybody_starts_at_their_own_work(story: Story, person: str, words: str) -> None:
    await story.cohort()

    assert words in await shown(story, "/", person)


async def test_a_facilitator_sees_today_what_is_coming_and_what_was(story: Story) -> None:
    cohort = await story.cohort()
    await story.session(cohort.cohort_id)

    assert "Hoy no tiene sesiones." in await shown(story, "/", FACILITATOR)


async def test_a_facilitator_finds_the_sessions_of_long_ago_in_the_calendar_of_the_cohort(story: Story) -> None:
    cohort, other = await story.cohort(), CohortExample()
    await story.replicate(*other.events()[:2], other.assigned(OTHER_FACILITATOR))
    session = await story.session(cohort.cohort_id)

    page = await shown(story, "/", FACILITATOR)

    assert f'href="/sessions/cohorts/{cohort.cohort_id}"' in page and str(other.cohort_id) not in page
    assert session in await shown(story, f"/cohorts/{cohort.cohort_id}", FACILITATOR)
