"""Attendance and completion follow where the profile of an enrollment was entered wrong."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.store.identifiers import new_id
from contracts.enrollment import EnrollmentAccepted
from contracts.event import Sex
from services.sessions.tests.stories import FIRST_DAY, CohortExample, Story, scan_of


def with_sex(accepted: EnrollmentAccepted, sex: Sex, **changed: Any) -> EnrollmentAccepted:
    profile = accepted.profile.model_copy(update={"sex": sex})
    return accepted.model_copy(update={"profile": profile, **changed})


async def told(story: Story, name: str, *field: str) -> list[str | None]:
    rows = await story.pool.fetch(
        "SELECT payload::jsonb #>> $2 AS told FROM outbox WHERE type LIKE $1 ORDER BY id",
        f"%.{name}.%",
        field or ("profile", "sex"),
    )
    return [row["told"] for row in rows]


async def completed(story: Story, organization: UUID | None = None) -> EnrollmentAccepted:
    """Somebody who attended the one session, and completed."""
    rosa = with_sex((one := CohortExample()).accepted(), Sex.FEMALE, organization_id=organization)
    cohort = await story.cohort(rosa, of=one)
    session = await story.session(cohort.cohort_id)
    await story.complete_plan(cohort.cohort_id)
    await story.scan(session, scan_of(rosa.enrollment_id))
    assert await told(story, "CompletionAchieved") == ["female"]
    return rosa


async def test_a_corrected_profile_is_told_of_attendance_and_completion(story: Story) -> None:
    rosa = await completed(story)
    for version in (2, 3):
        await story.replicate(with_sex(rosa, Sex.MALE), version=version)
    assert await told(story, "AttendanceRecorded") == ["female"]
    assert await told(story, "AttendanceCorrected") == ["male"]
    assert await told(story, "CompletionAchieved") == ["female", "male"]


@pytest.mark.parametrize(("days", "corrected"), [(1, []), (-1, ["male"])])
async def test_a_seat_that_was_given_anew_has_a_profile_of_its_own(
    story: Story, days: int, corrected: list[str]
) -> None:
    rosa = await completed(story)
    anew = with_sex(rosa, Sex.MALE, accepted_at=FIRST_DAY + timedelta(days=days))
    await story.replicate(anew, version=2)
    assert await told(story, "AttendanceCorrected") == corrected


PATRIA, NETWORK = new_id(), new_id()


async def test_a_completion_says_for_which_organization_somebody_took_part(story: Story) -> None:
    rosa = await completed(story, PATRIA)
    for version, organization in enumerate((NETWORK, NETWORK, None), 2):
        await story.replicate(rosa.model_copy(update={"organization_id": organization}), version=version)
    assert await told(story, "CompletionAchieved", "organization_id") == [str(PATRIA), str(NETWORK), None]
    assert await told(story, "AttendanceCorrected") == []


async def test_what_an_earlier_seat_achieved_stays_with_the_organization_of_its_day(story: Story) -> None:
    rosa = await completed(story, PATRIA)
    anew = {"organization_id": NETWORK, "accepted_at": FIRST_DAY + timedelta(days=1)}
    await story.replicate(rosa.model_copy(update=anew), version=2)
    assert await told(story, "CompletionAchieved", "organization_id") == [str(PATRIA)]


async def test_replicas_that_are_read_again_tell_the_organization_that_a_former_release_passed_over(
    story: Story,
) -> None:
    rosa = await completed(story, PATRIA)
    await story.pool.execute("UPDATE known_enrollments SET organization_id = NULL, organization_replicated = false")
    await story.pool.execute("UPDATE completions SET organization_id = NULL")
    for _ in range(2):
        await story.replicate(rosa)
    assert await told(story, "CompletionAchieved", "organization_id") == [str(PATRIA), str(PATRIA)]
