"""What does not exist and what must not be seen have one answer."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.sessions.app import service
from services.sessions.tests.stories import OTHER_FACILITATOR, CohortExample, Story, scan_of
from tests.support.databases import FreshDatabases
from tests.support.sites import serving


@pytest.fixture
async def story(fresh_databases: FreshDatabases) -> AsyncIterator[Story]:
    async with serving(service, fresh_databases.variables("sessions")) as site, Story(site) as story:
        yield story


async def test_anothers_session_and_none_have_one_answer(story: Story) -> None:
    rosa = CohortExample().accepted()
    cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
    session = await story.session(cohort.cohort_id)
    [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
    for path, existing in (
        ("/api/sessions/{}", session),
        ("/api/sessions/{}/roster", session),
        ("/attendance/{}", session),
        ("/corrections/{}", recorded["attendance_id"]),
        ("/cohorts/{}", cohort.cohort_id),
        ("/api/cohorts/{}/progress", cohort.cohort_id),
        ("/api/sessions?cohort_id={}", cohort.cohort_id),
    ):
        hidden = await story.get(path.format(existing), OTHER_FACILITATOR)
        absent = await story.get(path.format(uuid4()), OTHER_FACILITATOR)
        answers = [answer.json() | {"reference": ""} for answer in (hidden, absent)]
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert answers[0] == answers[1], path
