"""The demonstration's year: every number is what a plain count gives, and loading it again is idempotent."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from deploy.trial.demo.course import Course
from deploy.trial.demo.courses import CURRENT_SCOPE, current_course
from deploy.trial.demo.ids import demo_id
from deploy.trial.demo.organizations import MEMBERS, ORGANIZATIONS, Organization
from tests.end_to_end.recounts import RECOUNTS, Recount, settled
from tests.end_to_end.test_recount import figures
from tests.support.fixtures import load_demonstration
from tests.support.trials import Trial
from tests.support.waiting import wait_until

EVERY_TOTAL = (
    *("enrolled", "attendees", "attended", "trained", "organizations_trained"),
    *("programme_content", "content_published", "visits"),
)


@pytest.mark.parametrize("recount", RECOUNTS, ids=lambda recount: recount.indicator)
async def test_a_year_counted_otherwise_is_the_same(demonstration: Trial, recount: Recount) -> None:
    counted = await recount.rows(demonstration)
    assert counted
    for dimension in recount.dimensions:
        expected = dict(Counter(line[dimension] for line in counted))

        def same(dimension: str = dimension, expected: dict[str, Any] = expected) -> bool:
            return figures(demonstration, recount.indicator, dimension) == expected

        await wait_until(same)


async def test_loading_it_again_changes_nothing(demonstration: Trial) -> None:
    before = await everything(demonstration)
    demonstration.layout.demonstration_loaded.unlink()

    load_demonstration(demonstration)

    assert await everything(demonstration) == before


def test_every_facilitator_has_a_session_today(demonstration: Trial) -> None:
    for cohort in course_of(demonstration).cohorts():
        path = f"/sessions/api/sessions?cohort_id={cohort.id}&day={cohort.course.today}"
        (session,) = demonstration.get(path, cohort.facilitator).json()["sessions"]
        assert session["status"] == "scheduled"


@pytest.mark.parametrize("organization", ORGANIZATIONS, ids=lambda organization: organization.name)
def test_every_organization_has_members(demonstration: Trial, organization: Organization) -> None:
    path = f"/enrollment/api/organizations/{organization.organization_id}/members"
    assert len(demonstration.get(path, "coordinator").json()["enrollments"]) >= MEMBERS


def test_there_is_something_to_decide(demonstration: Trial) -> None:
    reviews = demonstration.get("/enrollment/api/reviews", "coordinator").json()["reviews"]
    assert {review["kind"] for review in reviews} >= {"row"}
    conflicts = demonstration.get("/sessions/conflicts", "coordinator")
    assert "Ciudadanía y derecho a participar" in conflicts.text


def test_a_waiting_list_has_moved(demonstration: Trial) -> None:
    messages = demonstration.get("/enrollment/api/messages", "coordinator").json()["messages"]
    assert {"seat_given", "withdrawn"} <= {message["kind"] for message in messages}
    cohort = course_of(demonstration).cohorts()[0]
    answer = demonstration.get(f"/enrollment/api/cohorts/{cohort.id}/enrollments", "coordinator").json()
    states = Counter(row["status"] for row in answer["enrollments"])
    assert (states["accepted"], states["withdrawn"]) == (cohort.capacity, 1)
    assert states["waitlisted"] > 0


def course_of(trial: Trial) -> Course:
    """The course that is being held, as it was loaded."""
    programme_id = demo_id(*CURRENT_SCOPE, "programme")
    programme = trial.get(f"/enrollment/api/programmes/{programme_id}", "coordinator").json()
    return current_course(date.fromisoformat(programme["starts_on"]))


async def everything(trial: Trial) -> dict[str, int]:
    """Every public total, once it has caught up, and what stands behind it."""
    for recount in RECOUNTS:
        await settled(trial, recount.indicator)
    public = {name: trial.total(name) for name in EVERY_TOTAL}
    return public | {f"source of {recount.indicator}": len(await recount.rows(trial)) for recount in RECOUNTS}
