"""An import is fast only while each row asks the database little: statements are counted, not seconds."""

from asyncpg.connection import LoggedQuery

from services.enrollment.enrollments.service import enroll
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies, unit_of_work

ANYBODY_NEW = 6
"""Locks, the situation, the person, the consents, the enrollment, the events; BEGIN and COMMIT are not counted."""

ALREADY_THERE = 2
"""Locks and the situation. The key comes from the key database."""


async def statements(resources: EnrollmentResources, cohort_was_joined_before: bool) -> list[str]:
    cohort = await a_cohort(resources)
    application = an_application(cohort)
    if cohort_was_joined_before:
        await applies(resources, application)
    await resources.keyring.prepare(1)
    asked: list[str] = []

    def note(query: LoggedQuery) -> None:
        if query.query.startswith("-- Why"):  # a new connection's look-ups of types are not ours
            asked.append(query.query)

    async with unit_of_work(resources) as unit:
        with unit.connection.query_logger(note):
            await enroll(unit, application, resources, EVERYBODY)
    return asked


async def test_somebody_new(resources: EnrollmentResources) -> None:
    assert len(await statements(resources, cohort_was_joined_before=False)) == ANYBODY_NEW


async def test_the_same_row_again(resources: EnrollmentResources) -> None:
    assert len(await statements(resources, cohort_was_joined_before=True)) == ALREADY_THERE
