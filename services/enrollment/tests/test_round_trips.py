"""An import is fast only while many rows ask the database little: statements are counted, not seconds."""

import pytest
from asyncpg.connection import LoggedQuery

from services.enrollment.enrollments.service import enroll_all
from services.enrollment.enrollments.situations import index_applications
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies, unit_of_work

ANYBODY_NEW = 8
"""Locks, the situations, the texts of consents, the people, the consents, the enrollments, the events, and what people
are told; BEGIN and COMMIT are not counted."""

ALREADY_THERE = 3
"""Locks, the situations and the texts of consents. The keys come from the key database."""


MANY = 50


async def statements(resources: EnrollmentResources, people: int, cohort_was_joined_before: bool) -> list[str]:
    cohort = await a_cohort(resources)
    applications = [an_application(cohort) for _ in range(people)]
    if cohort_was_joined_before:
        for application in applications:
            await applies(resources, application)
    await resources.keyring.prepare(people)
    indexed = await index_applications(applications, resources)
    asked: list[str] = []

    def note(query: LoggedQuery) -> None:
        if query.query.startswith("-- Why"):  # a new connection's look-ups of types are not ours
            asked.append(query.query)

    async with unit_of_work(resources) as unit:
        with unit.connection.query_logger(note):
            await enroll_all(unit, indexed, resources, EVERYBODY)
    return asked


@pytest.mark.parametrize("people", [1, MANY])
async def test_people_who_are_new(resources: EnrollmentResources, people: int) -> None:
    assert len(await statements(resources, people, cohort_was_joined_before=False)) == ANYBODY_NEW


@pytest.mark.parametrize("people", [1, MANY])
async def test_the_same_rows_again(resources: EnrollmentResources, people: int) -> None:
    assert len(await statements(resources, people, cohort_was_joined_before=True)) == ALREADY_THERE
