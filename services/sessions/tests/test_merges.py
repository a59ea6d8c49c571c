"""What a person attended by one record counts for all of their records in the cohort, while they are counted as one."""

from datetime import timedelta
from uuid import UUID

from chassis.store.identifiers import new_id
from contracts.enrollment import Enrollment, Merge, PersonMerged, PersonUnmerged
from services.sessions.tests.stories import FIRST_DAY, OPENED, CohortExample, Story, scan_of


def merge(person: Enrollment, other: Enrollment, merge_id: UUID) -> Merge:
    event = PersonUnmerged if person is other else PersonMerged
    return event(occurred_at=OPENED, merge_id=merge_id, person_id=person.person_id, counted_as=other.person_id)


async def attends(story: Story, session: str, enrollment: Enrollment, day: int) -> None:
    at = FIRST_DAY + timedelta(days=day, minutes=10)
    await story.scan(session, scan_of(enrollment.enrollment_id, scanned_at=at.isoformat()))


async def completed(story: Story, *people: Enrollment) -> list[bool]:
    rows = await story.pool.fetch("SELECT enrollment_id FROM completions WHERE achieved")
    return [one.enrollment_id in {row["enrollment_id"] for row in rows} for one in people]


async def two_who_attended_one_session_each(story: Story) -> tuple[Enrollment, Enrollment, CohortExample]:
    rosa, same = (one := CohortExample()).accepted(), one.accepted()
    cohort = await story.cohort(rosa, same, of=one)
    sessions = [await story.session(cohort.cohort_id, number) for number in range(2)]
    await story.complete_plan(cohort.cohort_id)
    await attends(story, sessions[0], rosa, 0)
    await attends(story, sessions[1], same, 1)
    return rosa, same, cohort


async def test_a_merge_completes_and_an_unmerge_takes_it_back(story: Story) -> None:
    rosa, same, _cohort = await two_who_attended_one_session_each(story)
    merge_id = new_id()
    assert await completed(story, rosa, same) == [False, False]

    await story.replicate(merge(same, rosa, merge_id), version=1)
    assert await completed(story, rosa, same) == [True, True], "reporting counts the person once, as whom both are"

    await story.replicate(merge(same, same, merge_id), version=2)
    assert await completed(story, rosa, same) == [False, False]

    await story.replicate(merge(same, rosa, merge_id), version=3)
    assert await completed(story, rosa, same) == [True, True]


async def test_an_older_version_of_a_merge_changes_nothing(story: Story) -> None:
    rosa, same, _cohort = await two_who_attended_one_session_each(story)
    merge_id = new_id()
    await story.replicate(merge(same, same, merge_id), version=2)
    await story.replicate(merge(same, rosa, merge_id), version=1)
    assert await completed(story, rosa, same) == [False, False]


async def test_attendance_that_comes_late_counts_for_whoever_the_person_is(story: Story) -> None:
    rosa, same = (one := CohortExample()).accepted(), one.accepted()
    cohort = await story.cohort(rosa, same, of=one)
    sessions = [await story.session(cohort.cohort_id, number) for number in range(2)]
    await story.complete_plan(cohort.cohort_id)
    await story.replicate(merge(same, rosa, new_id()))
    await attends(story, sessions[1], same, 1)
    await attends(story, sessions[0], rosa, 0)
    assert await completed(story, rosa, same) == [True, True]


async def test_progress_shows_what_all_records_attended(story: Story) -> None:
    rosa, same, cohort = await two_who_attended_one_session_each(story)
    await story.replicate(merge(same, rosa, new_id()))
    answer = await story.get(f"/api/cohorts/{cohort.cohort_id}/progress")
    assert {one["attended"] for one in answer.json()["enrollments"]} == {2}, answer.text
