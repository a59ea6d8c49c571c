"""Kept counts equal a recount after whatever happens: of a cohort's seats, and of an import's rows."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.runtime.jobs import Job
from contracts.enrollment import Purpose
from services.enrollment.cohorts.changes import reopen_cohort
from services.enrollment.cohorts.domain import WaitingList, change_locks
from services.enrollment.enrollments.domain import Accepted, Application, Waitlisted
from services.enrollment.imports import jobs
from services.enrollment.imports.commands import CorrectRow, UploadedSheet
from services.enrollment.imports.correction_service import RowPlace, correct_row
from services.enrollment.imports.service import RUN_IMPORT, upload_sheet
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import (
    NOW,
    REACHABLE,
    a_cohort,
    accepts,
    an_application,
    applies,
    closes_cohort,
    corrects_cohort,
    unit_of_work,
    withdraws,
    withdraws_consent,
)

STEPS = 40

WRONG_SEATS = """
SELECT c.cohort_id, c.taken, c.waiting, c.offered, counted.* FROM cohorts c, LATERAL (
    SELECT count(*) FILTER (WHERE status = 'accepted') AS accepted,
        count(*) FILTER (WHERE status = 'waitlisted') AS waitlisted,
        count(*) FILTER (WHERE offered_until IS NOT NULL) AS offered
    FROM enrollments e WHERE e.cohort_id = c.cohort_id
) counted
WHERE (c.taken, c.waiting, c.offered) <> (counted.accepted, counted.waitlisted, counted.offered)
   OR occupied(c) > c.capacity
"""

WRONG_IMPORTS = """
SELECT i.*, counted.* FROM imports i, LATERAL (
    SELECT count(*) FILTER (WHERE outcome = 'accepted') AS a, count(*) FILTER (WHERE new_person) AS n,
        count(*) FILTER (WHERE outcome = 'already_enrolled') AS e, count(*) FILTER (WHERE outcome = 'waitlisted') AS w,
        count(*) FILTER (WHERE outcome = 'review') AS v, count(*) FILTER (WHERE outcome = 'refused') AS r,
        count(*) FILTER (WHERE outcome = 'undone') AS u
    FROM import_rows r WHERE r.import_id = i.import_id
) counted
WHERE (accepted, accepted_new_people, already_enrolled, waitlisted, review, refused, undone) <> (a, n, e, w, v, r, u)
"""


async def assert_counts_are_exact(connection: Any) -> None:
    assert await connection.fetch(WRONG_SEATS) == []
    assert await connection.fetch(WRONG_IMPORTS) == []


@dataclass
class Office:
    """What a random office has done so far: its cohorts, applications and people."""

    resources: EnrollmentResources
    random: Random
    cohorts: list[UUID]
    applications: list[Application] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)

    async def enroll_somebody_new(self) -> None:
        told = self.random.choice([REACHABLE, {}])
        await self._enroll(an_application(self.random.choice(self.cohorts), **told))

    async def enroll_somebody_known(self) -> None:
        document = self.random.choice(self.applications).document
        await self._enroll(an_application(self.random.choice(self.cohorts), document=document))

    async def withdraw(self) -> None:
        await withdraws(self.resources, self.random.choice(self.applications).enrollment_id)

    async def accept_offers(self) -> None:
        for row in await self.resources.pool.fetch(
            "SELECT enrollment_id FROM enrollments WHERE offered_until > $1", NOW
        ):
            await accepts(self.resources, row["enrollment_id"])

    async def withdraw_consent(self) -> None:
        purpose = self.random.choice([Purpose.TRAINING, Purpose.CONTACT])
        await withdraws_consent(self.resources, self.random.choice(self.people), purpose)

    async def import_sheet(self) -> None:
        repeated = a_row(Cohorte="")
        rows = [repeated, repeated | {"Nombres": "Segundo", "Apellidos": "Díaz"}, repeated, a_row(DNI="1", Cohorte="")]
        await import_rows(self.resources, [*rows, a_row(Cohorte="")], self.random.choice(self.cohorts))

    async def correct_a_row(self) -> None:
        """Gives a refused row a document: a new one, or a wrong one again."""
        rows = await self.resources.pool.fetch(
            "SELECT import_id, tab, line FROM import_rows WHERE outcome = 'refused' ORDER BY import_id, line"
        )
        if rows:
            row, document = self.random.choice(rows), self.random.choice([a_row()["DNI"], "2"])
            place = RowPlace(row["tab"], row["line"])
            async with unit_of_work(self.resources, row["import_id"], now=datetime.now(UTC)) as unit:
                await correct_row(unit, CorrectRow(cells={1: document}), row["import_id"], place, self.resources)

    async def close_cohort(self) -> None:
        await closes_cohort(self.resources, self.random.choice(self.cohorts), self.random.choice(list(WaitingList)))

    async def reopen_cohort(self) -> None:
        cohort = self.random.choice(self.cohorts)
        async with unit_of_work(self.resources, *change_locks(cohort)) as unit:
            await reopen_cohort(unit, cohort)

    async def add_a_seat(self) -> None:
        cohort = self.random.choice(self.cohorts)
        seats: int = await self.resources.pool.fetchval("SELECT capacity FROM cohorts WHERE cohort_id = $1", cohort)
        await corrects_cohort(self.resources, cohort, capacity=seats + 1)

    async def _enroll(self, application: Application) -> None:
        outcome = await applies(self.resources, application)
        if isinstance(outcome, Accepted | Waitlisted):
            self.applications.append(application)
            self.people.append(outcome.person_id)


async def import_rows(resources: EnrollmentResources, rows: list[dict[str, Any]], cohort: UUID) -> None:
    sheet = UploadedSheet(csv_of(table(rows)), "hoja.csv", Declaration(cohort_id=cohort))
    async with unit_of_work(resources, now=datetime.now(UTC)) as unit:
        queued = await upload_sheet(unit, sheet, resources)
    await jobs.run(resources, Job(queued.job_id, RUN_IMPORT, {"import_id": str(queued.import_id)}, attempts=1))


@pytest.mark.parametrize("seed", range(4))
async def test_counts_are_exact_after_every_step(resources: EnrollmentResources, seed: int) -> None:
    cohorts = [await a_cohort(resources, capacity) for capacity in (1, 3, 20)]
    office = Office(resources, Random(seed), cohorts)
    await office.enroll_somebody_new()
    steps = [
        *[office.enroll_somebody_new] * 4,
        *[office.enroll_somebody_known] * 2,
        *[office.withdraw] * 3,
        office.withdraw_consent,
        office.accept_offers,
        office.import_sheet,
        *[office.correct_a_row] * 2,
        office.add_a_seat,
        office.reopen_cohort,
        office.close_cohort,
    ]
    for step in office.random.choices(steps, weights=[10] * 14 + [2, 1, 1], k=STEPS):
        await step()
        await assert_counts_are_exact(resources.pool)


async def test_counts_are_exact_when_people_come_and_go_at_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=5)
    first, second = ([an_application(cohort) for _ in range(10)] for _ in range(2))
    await asyncio.gather(*(applies(resources, application) for application in first))

    await asyncio.gather(
        *(applies(resources, application) for application in second),
        *(withdraws(resources, application.enrollment_id) for application in first),
    )

    await assert_counts_are_exact(resources.pool)
    kept = await resources.pool.fetchrow("SELECT taken, waiting FROM cohorts WHERE cohort_id = $1", cohort)
    assert kept and tuple(kept) == (5, 5)


async def test_the_migration_counts_what_exists(resources: EnrollmentResources, environment: dict[str, str]) -> None:
    cohort = await a_cohort(resources, capacity=2)
    await import_rows(resources, [a_row(Cohorte=""), a_row(Cohorte=""), a_row(Cohorte=""), a_row(DNI="1")], cohort)
    migration = files("services.enrollment").joinpath("migrations/0011_kept_counts.sql").read_text()
    owner = await asyncpg.connect(environment["MINKA_ENROLLMENT_MIGRATOR_DATABASE_URL"])
    try:
        await owner.execute(WITHOUT_COUNTS)
        await owner.execute(migration)
        await owner.execute("ALTER TABLE cohorts ADD COLUMN offered integer NOT NULL DEFAULT 0")
        await assert_counts_are_exact(owner)
        assert [tuple(row) for row in await owner.fetch("SELECT taken, waiting FROM cohorts")] == [(2, 1)]
        (counts,) = await owner.fetch("SELECT accepted, waitlisted, refused FROM imports")
        assert tuple(counts) == (2, 1, 1)
    finally:
        await owner.close()


WITHOUT_COUNTS = """
DROP FUNCTION count_new_seats, count_changed_seats, count_new_rows, count_changed_rows CASCADE;
ALTER TABLE cohorts DROP COLUMN taken, DROP COLUMN offered, DROP COLUMN waiting;
ALTER TABLE imports DROP COLUMN accepted, DROP COLUMN accepted_new_people, DROP COLUMN already_enrolled,
    DROP COLUMN waitlisted, DROP COLUMN review, DROP COLUMN refused;
"""
