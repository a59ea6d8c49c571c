"""Plans: nobody completes before a cohort's plan was declared complete, and what is missing of it is said."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from contracts import enrollment
from contracts.enrollment import Mechanism, ModulePublished
from contracts.event import Event
from contracts.sessions import PlanDeclaredComplete
from services.sessions.plans.domain import (
    ModulePlan,
    ProposedSession,
    check_declaration,
    check_reopening,
    count_missing,
    proposed_course,
)
from services.sessions.tests.stories import FACILITATOR, OPENED, CohortExample, Story, scan_of
from tests.support.page_forms import read_page

HTML = {"Accept": "text/html"}
HOURS_AND_PLACE = {"starts": "15:00", "ends": "18:00", "district": "060101", "place": "Local comunal"}


def a_module(cohort: CohortExample, number: int, sessions: int = 1, title: str = "", edition: int = 1) -> Event:
    """A module of the cohort's programme that asks for so many required sessions."""
    return ModulePublished(
        occurred_at=OPENED,
        module_id=UUID(int=cohort.programme_id.int + number),
        programme_id=cohort.programme_id,
        title=title or f"Módulo {number}",
        mechanism=Mechanism.GENERAL,
        hours=4,
        edition=edition,
        languages=("es",),
        required_sessions=sessions,
    )


async def a_trained_cohort(story: Story) -> tuple[CohortExample, enrollment.Enrollment]:
    """A cohort in which somebody attended the only session that was entered so far."""
    rosa = (cohort := CohortExample()).accepted()
    await story.cohort(rosa, of=cohort)
    await story.scan(await story.session(cohort.cohort_id), scan_of(rosa.enrollment_id))
    return cohort, rosa


async def test_nobody_completes_by_the_only_session_that_was_entered_so_far(story: Story) -> None:
    cohort, _ = await a_trained_cohort(story)
    assert (await story.event_counts())["CompletionAchieved"] == 0
    progress = (await story.get(f"/api/cohorts/{cohort.cohort_id}/progress")).json()
    assert (progress["plan_complete"], progress["enrollments"][0]["achieved"]) == (False, False)

    await story.session(cohort.cohort_id, 1)
    await story.complete_plan(cohort.cohort_id)

    assert (await story.event_counts())["CompletionAchieved"] == 0, "one of two"


async def test_a_declaration_completes_who_attended_before_it_at_the_session(story: Story) -> None:
    cohort, _ = await a_trained_cohort(story)

    for _ in range(2):
        await story.complete_plan(cohort.cohort_id)

    achieved = [(event["achieved_at"], event["planned"]) for event in await story.events("CompletionAchieved")]
    assert achieved == [("2025-05-10T14:00:00Z", 1)]
    [declared] = await story.events("PlanDeclaredComplete")
    assert (declared["cohort_id"], declared["complete"], declared["required_sessions"]) == (
        str(cohort.cohort_id),
        True,
        1,
    )


async def test_a_session_that_joins_the_plan_is_asked_of_those_who_have_not_completed(story: Story) -> None:
    rosa, luis = (cohort := CohortExample()).accepted(), cohort.accepted()
    await story.cohort(rosa, luis, of=cohort)
    first = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id)
    await story.scan(first, scan_of(rosa.enrollment_id))

    later = await story.session(cohort.cohort_id, 1)
    await story.scan(first, scan_of(luis.enrollment_id))

    assert [event["enrollment_id"] for event in await story.events("CompletionAchieved")] == [str(rosa.enrollment_id)]
    assert (await story.event_counts())["CompletionRevoked"] == 0
    await story.scan(later, scan_of(luis.enrollment_id, scanned_at="2025-05-11T14:10:00Z"))
    assert [event["planned"] for event in await story.events("CompletionAchieved")] == [1, 2]


async def test_a_plan_is_opened_again_until_somebody_completed_by_it(story: Story) -> None:
    rosa = (cohort := CohortExample()).accepted()
    await story.cohort(rosa, of=cohort)
    session = await story.session(cohort.cohort_id)
    plan = f"/api/cohorts/{cohort.cohort_id}/plan"
    await story.complete_plan(cohort.cohort_id)

    for _ in range(2):
        assert (await story.posts(f"{plan}/reopen", {}))["complete"] is False
    await story.scan(session, scan_of(rosa.enrollment_id))
    assert (await story.event_counts())["CompletionAchieved"] == 0, "the plan is open"
    await story.complete_plan(cohort.cohort_id)

    refused = await story.post(f"{plan}/reopen", {})
    assert (refused.status_code, refused.json().get("code")) == (409, "plan_relied_on")
    assert (await story.get(plan)).json()["complete"] is True
    said = [(event["complete"], event["plan_id"]) for event in await story.events("Plan%")]
    assert [complete for complete, _ in said] == [True, False, True]
    assert len({plan_id for _, plan_id in said}) == 1


async def test_a_plan_that_lacks_sessions_is_declared_complete_by_saying_so(story: Story) -> None:
    cohort = await story.cohort()
    twice, once = a_module(cohort, 1, sessions=2), a_module(cohort, 2)
    await story.replicate(twice, once, a_module(cohort, 3, sessions=0))
    await story.session(cohort.cohort_id, module_id=twice.subject)
    await story.session(cohort.cohort_id, 1, module_id=twice.subject, required=False)
    cancelled = await story.session(cohort.cohort_id, 2, module_id=once.subject)
    await story.posts(f"/api/sessions/{cancelled}/cancel", {})
    plan = f"/api/cohorts/{cohort.cohort_id}/plan"

    found = (await story.get(plan, FACILITATOR)).json()
    assert [(one["asked"], one["planned"]) for one in found["modules"]] == [(2, 1), (1, 0), (0, 0)]
    assert (found["missing"], found["required_sessions"]) == (2, 1)
    refused = await story.post(f"{plan}/declare-complete", {})
    assert (refused.status_code, refused.json().get("field")) == (409, "accept_missing")
    assert "faltan: 2" in refused.json()["detail"]

    assert (await story.posts(f"{plan}/declare-complete", {"accept_missing": True}))["complete"] is True


async def test_editions_of_a_title_are_one_module_of_the_plan(story: Story) -> None:
    cohort = await story.cohort()
    first, revised = a_module(cohort, 1, title="Presupuesto"), a_module(cohort, 2, title="Presupuesto", edition=2)
    await story.replicate(first, revised)
    await story.session(cohort.cohort_id, module_id=first.subject)

    plan = (await story.get(f"/api/cohorts/{cohort.cohort_id}/plan")).json()

    newest = str(revised.subject)
    assert plan["modules"] == [{"module_id": newest, "title": "Presupuesto", "asked": 1, "planned": 1}]


async def test_a_plan_without_a_required_session_is_not_complete(story: Story) -> None:
    cohort = await story.cohort()
    await story.session(cohort.cohort_id, required=False)

    refused = await story.post(f"/api/cohorts/{cohort.cohort_id}/plan/declare-complete", {"accept_missing": True})

    assert (refused.status_code, refused.json().get("code")) == (409, "plan_empty")


async def test_a_plan_is_declared_as_it_was_read(story: Story) -> None:
    cohort = await story.cohort()
    await story.session(cohort.cohort_id)
    plan = f"/api/cohorts/{cohort.cohort_id}/plan"
    coordinator = await story.person("coordinator")
    version = {"If-Match": (await coordinator.get(plan)).headers["etag"]}

    await story.session(cohort.cohort_id, 1)

    assert (await coordinator.post(f"{plan}/declare-complete", json={}, headers=version)).status_code == 412
    assert (await story.event_counts())["PlanDeclaredComplete"] == 0


async def test_completions_of_before_are_kept_without_a_declaration(story: Story) -> None:
    """A former release completed people by the calendar as it stood."""
    rosa = (cohort := CohortExample()).accepted()
    await story.cohort(rosa, of=cohort)
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
    await story.pool.execute(
        """
        INSERT INTO completions (completion_id, enrollment_id, rule_version, minimum_percent, required_sessions,
            attended, achieved, achieved_at, profile)
        SELECT gen_random_uuid(), enrollment_id, 1, 100, ARRAY[session_id], 1, true, checked_in_at, profile
        FROM attendances WHERE enrollment_id = $1
        """,
        rosa.enrollment_id,
    )

    await story.session(cohort.cohort_id, 1)
    await story.correct(recorded["attendance_id"], "late")

    assert (await story.event_counts())["CompletionRevoked"] == 0
    await story.correct(recorded["attendance_id"], "absent")
    assert (await story.event_counts())["CompletionRevoked"] == 1
    await story.correct(recorded["attendance_id"], "present")
    [*_, restored] = await story.events("CompletionAchieved")
    assert (restored["planned"], restored["achieved"]) == (1, True), "by the calendar of then"


async def test_the_pages_say_what_is_missing_and_what_follows(story: Story) -> None:
    cohort = await story.cohort(rosa := (one := CohortExample()).accepted(), of=one)
    await story.replicate(module := a_module(cohort, 1, sessions=2))
    session = await story.session(cohort.cohort_id, module_id=module.subject)
    calendar, coordinator = f"/cohorts/{cohort.cohort_id}", await story.person("coordinator")

    assert "todavía nadie culmina" in (await coordinator.get(calendar, headers=HTML)).text
    page = (await coordinator.get(f"{calendar}/plan", headers=HTML)).text
    assert "Falta 1 que los módulos piden" in page and 'name="accept_missing"' in page
    refused = await coordinator.post(f"{calendar}/plan", data={}, headers=HTML)
    assert (refused.status_code, '<a href="#accept_missing">' in refused.text) == (409, True)
    declared = await coordinator.post(f"{calendar}/plan", data={"accept_missing": "yes"}, headers=HTML)
    assert declared.status_code == 303
    page = (await coordinator.get(f"{calendar}/plan", headers=HTML)).text
    assert "Abrir el plan otra vez" in page
    assert '<noscript><p><a href="/enrollment/staff/names?users=coordinator">' in page, "named without scripts"
    assert "quien ya culminó lo conserva" in (await coordinator.get(f"{calendar}/schedule", headers=HTML)).text

    await story.scan(session, scan_of(rosa.enrollment_id))
    kept = await coordinator.post(f"{calendar}/plan/reopen", data={}, headers=HTML)
    assert (kept.status_code, "El plan ya no se abre otra vez" in kept.text) == (409, True)
    page = (await (await story.person("auditor")).get(f"{calendar}/plan", headers=HTML)).text
    assert "/plan" not in "".join(re.findall("<form[^>]*>", page))


async def test_the_first_page_tells_which_plans_are_open(story: Story) -> None:
    cohort = await story.cohort()
    await story.session(cohort.cohort_id)
    coordinator = await story.person("coordinator")

    async def listed(complete: str) -> bool:
        page = await coordinator.get("/", params={"plan_complete": complete}, headers=HTML)
        return str(cohort.cohort_id) in page.text

    assert (await listed("no"), await listed("yes")) == (True, False)
    await story.complete_plan(cohort.cohort_id)
    assert (await listed("no"), await listed("yes")) == (False, True)


def test_what_is_planned_beyond_what_a_module_asks_for_makes_up_for_no_other() -> None:
    assert count_missing([ModulePlan(UUID(int=0), "A", 1, 3), ModulePlan(UUID(int=0), "B", 2, 1)]) == 1


def test_a_plan_is_complete_with_all_it_needs() -> None:
    check_declaration(1, 0, accept_missing=False)
    check_reopening(0)
    with pytest.raises(RejectedError):
        check_declaration(5, 1, accept_missing=False)


def test_a_plan_is_announced_under_its_own_id_and_by_its_cohort() -> None:
    assert (PlanDeclaredComplete.subject_field, PlanDeclaredComplete.key_field) == ("plan_id", "cohort_id")


async def test_the_course_that_the_modules_ask_for_is_planned_at_once(story: Story) -> None:
    cohort = await story.cohort()
    twice, once = a_module(cohort, 1, sessions=2), a_module(cohort, 2)
    await story.replicate(once, twice)
    await story.session(cohort.cohort_id, module_id=twice.subject)
    address, coordinator = f"/cohorts/{cohort.cohort_id}/plan/course", await story.person("coordinator")
    proposed = _fields((await coordinator.get(address, headers=HTML)).text)
    assert [proposed[f"sessions.{number}.title"] for number in (0, 1)] == ["Módulo 1", "Módulo 2"]
    assert [proposed[f"sessions.{number}.day"] for number in (0, 1)] == ["2025-05-01", "2025-05-08"]

    filled = proposed | HOURS_AND_PLACE
    refused = await coordinator.post(address, data=filled | {"sessions.1.day": "2025-12-01"}, headers=HTML)
    assert refused.status_code == 422 and "Módulo 2: ese día está fuera de las fechas" in refused.text
    assert _fields(refused.text)["place"] == "Local comunal"
    assert (await story.event_counts())["SessionScheduled"] == 1, "not even the first of them"

    assert (await coordinator.post(address, data=filled, headers=HTML)).status_code == 303
    planned = await story.events("SessionScheduled")
    assert [(one["module_id"], one["starts_at"], one["required"]) for one in planned[1:]] == [
        (str(twice.subject), "2025-05-01T20:00:00Z", True),
        (str(once.subject), "2025-05-08T20:00:00Z", True),
    ]
    again = filled | {"idempotency_key": str(new_id())}
    assert (await coordinator.post(address, data=again, headers=HTML)).status_code == 303
    assert (await story.event_counts())["SessionScheduled"] == 3
    assert "sessions.0.day" not in (await coordinator.get(address, headers=HTML)).text


async def test_a_session_without_a_day_is_planned_later(story: Story) -> None:
    cohort = await story.cohort()
    await story.replicate(a_module(cohort, 1), a_module(cohort, 2))
    address, coordinator = f"/cohorts/{cohort.cohort_id}/plan/course", await story.person("coordinator")
    proposed = _fields((await coordinator.get(address, headers=HTML)).text)

    await coordinator.post(address, data=proposed | HOURS_AND_PLACE | {"sessions.0.day": ""}, headers=HTML)

    assert [one["title"] for one in await story.events("SessionScheduled")] == ["Módulo 2"]
    later = _fields((await coordinator.get(address, headers=HTML)).text)
    assert (later["sessions.0.title"], "sessions.1.title" in later) == ("Módulo 1", False)


async def test_a_mistaken_day_is_told_at_its_session(story: Story) -> None:
    cohort = await story.cohort()
    await story.replicate(a_module(cohort, 1), a_module(cohort, 2))
    address, coordinator = f"/cohorts/{cohort.cohort_id}/plan/course", await story.person("coordinator")
    proposed = _fields((await coordinator.get(address, headers=HTML)).text)
    mistaken = {"sessions.0.day": "", "sessions.1.day": "2025-12-01"}

    refused = await coordinator.post(address, data=proposed | HOURS_AND_PLACE | mistaken, headers=HTML)

    assert '<a href="#sessions.1.day">Módulo 2: ' in refused.text


def test_a_session_is_proposed_for_each_that_is_missing() -> None:
    first, second = UUID(int=1), UUID(int=2)
    modules = [ModulePlan(second, "B", 1, 0), ModulePlan(first, "A", 3, 1), ModulePlan(UUID(int=3), "C", 1, 2)]
    days = [date(2025, 5, 1) + timedelta(weeks=week) for week in range(3)]
    assert proposed_course(modules, days[0]) == [
        ProposedSession(first, "A", days[0]),
        ProposedSession(first, "A", days[1]),
        ProposedSession(second, "B", days[2]),
    ]


def _fields(page: str) -> dict[str, str]:
    """The fields of the page's form for a course."""
    return next(form.values for form in read_page(page)[0] if form.action.endswith("/course"))
