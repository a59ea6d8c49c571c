"""Reporting confirms a withdrawn consent, once its person was counted after it."""

from uuid import UUID

import asyncpg
from pydantic import SecretStr

from chassis.messaging import admin
from chassis.store.database import CANDIDATE_PATH, Pool, open_pool
from chassis.store.queries import queries
from contracts.enrollment import ConsentWithdrawn
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id, recorded
from services.reporting.tests.worker_steps import (
    fold_count_publish,
    fold_events,
    fold_records,
    mark_sources_read,
    publish,
    update_contributions,
)
from tests.support.sites import Site

sql = queries("chassis.messaging")

ROSA, OTHER = an_id(0x1001), an_id(0x1002)


def withdrawal(person: UUID) -> ConsentWithdrawn:
    """The person takes the consent to the training back."""
    return ConsentWithdrawn.model_validate({**stories.a_consent(person).model_dump(), "given": False})


async def withdraw(pool: Pool, *people: UUID) -> None:
    """The enrollment and the consent end, in the order in which enrollment says so."""
    ended = [stories.withdrawn(stories.an_enrollment(one)) for one in people]
    await fold_records(pool, [recorded(one, 2) for one in [*ended, *map(withdrawal, people)]])


async def confirmed(pool: Pool) -> list[UUID]:
    """The people whose withdrawals were announced as effective, in order."""
    rows = await pool.fetch("SELECT partitionkey FROM outbox WHERE aggregatetype = 'reporting.events' ORDER BY id")
    return [UUID(row["partitionkey"]) for row in rows]


async def test_a_withdrawal_is_confirmed_once_its_person_was_counted_again(pool: Pool) -> None:
    await fold_count_publish(pool, *stories.enrolled_people(1, 1))
    await withdraw(pool, ROSA)
    await publish(pool)
    assert await confirmed(pool) == [], "the person is still counted"

    await update_contributions(pool)
    await publish(pool)
    assert await confirmed(pool) == [ROSA]
    assert await pool.fetchval("SELECT added FROM contributions WHERE owner = $1", ROSA) == "[]"

    await publish(pool)
    assert await confirmed(pool) == [ROSA]


async def test_a_consent_that_stands_is_not_confirmed_and_others_do_not_wait_for_it(pool: Pool) -> None:
    await fold_count_publish(pool, *stories.enrolled_people(1, 2))
    await withdraw(pool, OTHER)
    await update_contributions(pool)
    await fold_records(pool, [recorded(stories.an_attendance(ROSA, an_id(0x30)))])
    await publish(pool)
    assert await confirmed(pool) == [OTHER]


async def test_the_live_generation_confirms_and_a_swap_confirms_nothing_twice(
    pool: Pool, migrator_url: SecretStr, site: Site[ReportingResources]
) -> None:
    url = site.resources.settings.database_url
    owner = await asyncpg.connect(migrator_url.get_secret_value())
    await owner.execute(sql.create_candidate.text)
    async with await open_pool(url, "candidate", search_path=CANDIDATE_PATH) as candidate:
        for generation in (candidate, pool):
            await mark_sources_read(generation)
            await fold_events(generation, *stories.enrolled_people(1, 1))
            await withdraw(generation, ROSA)
        await update_contributions(candidate)
    await publish(pool)
    assert await confirmed(pool) == [], "the generation that is read still counts the person"

    await update_contributions(pool)
    await publish(pool)
    await admin.swap_generations(owner)
    await publish(pool)
    assert await confirmed(pool) == [ROSA]
    await owner.close()
