"""Attendance and completion follow where the profile of an enrollment was entered wrong."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.enrollment import EnrollmentAccepted
from contracts.event import Sex
from services.sessions.tests.stories import FIRST_DAY, CohortExample, Story, scan_of


def with_sex(accepted: EnrollmentAccepted, sex: Sex, **changed: Any) -> EnrollmentAccepted:
    profile = accepted.profile.model_copy(update={"sex": sex})
    return accepted.model_copy(update={"profile": profile, **changed})


async def told(story: Story, name: str) -> list[str]:
    rows = await story.pool.fetch(
        "SELECT payload::jsonb #>> '{profile,sex}' AS sex FROM outbox WHERE type LIKE $1 ORDER BY id", f"%.{name}.%"
    )
    return [row["sex"] for row in rows]


async def completed(story: Story) -> EnrollmentAccepted:
    """Somebody who attended the one session, and completed."""
    rosa = with_sex((one := CohortExample()).accepted(), Sex.FEMALE)
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
