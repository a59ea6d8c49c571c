"""A candidate generation is filled while events come, has the same rows, and is swapped with the live one and back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.messaging import admin
from chassis.messaging.dead_letters import store
from chassis.messaging.projections.writer import redrive
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import CANDIDATE_PATH, Connection, Pool, open_pool
from chassis.store.queries import queries
from contracts.enrollment import EnrollmentAccepted
from contracts.event import Event
from contracts.topics import Topic
from services.reporting.counting.contribution_updater import ContributionUpdater, Recount
from services.reporting.facts.projection import PROJECTION
from services.reporting.publishing.publisher import publish
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id, recorded
from services.reporting.tests.worker_loops import produce, running_worker
from services.reporting.tests.worker_steps import fold_events, fold_records, mark_sources_read, update_contributions
from tests.support.infrastructure import Infrastructure
from tests.support.records import record_of
from tests.support.sites import Site
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until

sql = queries("chassis.messaging")


@pytest.fixture
def settings(site: Site[ReportingResources]) -> ServiceSettings:
    return site.resources.settings


@pytest.fixture
async def owner(migrator_url: SecretStr) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(migrator_url.get_secret_value())
    yield connection
    await connection.close()


@asynccontextmanager
async def coming(
    infrastructure: Infrastructure, settings: ServiceSettings, topic: Topic, events: Sequence[Event]
) -> AsyncIterator[None]:
    """These events come, a few at a time, while the block runs; at its end all have come."""

    async def come() -> None:
        for start in range(0, len(events), 20):
            await produce(infrastructure, settings, topic, [recorded(event) for event in events[start : start + 20]])

    task = asyncio.create_task(come())
    yield
    await task


async def differences(owner: Connection) -> dict[str, tuple[int, int]]:
    found = await admin.compare_generations(owner)
    return {one.what: (one.only_live, one.only_candidate) for one in found if one.only_live or one.only_candidate}


async def wait_until_equal(owner: Connection, facts: int) -> None:
    """Waits until both generations have so many facts and no difference."""

    async def same() -> bool:
        counts = await owner.fetchrow(
            "SELECT (SELECT count(*) FROM live.facts), (SELECT count(*) FROM candidate.facts)"
        )
        return tuple(counts or ()) == (facts, facts) and not await differences(owner)

    await wait_until(same)


async def enrolled(pool: Pool) -> int:
    return int(
        await pool.fetchval(
            "SELECT coalesce(sum(n), 0) FROM margins WHERE (measure, dimension) = ('enrolled', 'total')"
        )
    )


async def is_enrolled(pool: Pool, people: int) -> bool:
    return await enrolled(pool) == people


async def test_a_candidate_filled_under_load_is_equal_and_swapped_and_swapped_back(
    pool: Pool,
    settings: ServiceSettings,
    owner: Connection,
    infrastructure: Infrastructure,
    fresh_topics: FreshTopics,
) -> None:
    topic = fresh_topics.make(owner="enrollment", readers=("reporting",), partitions=3)
    before, during, after = (stories.enrolled_people(first, 100) for first in (0, 200, 400))
    withdrawn = [
        recorded(stories.withdrawn(event), 2) for event in before[:20] if isinstance(event, EnrollmentAccepted)
    ]
    async with running_worker(pool, settings, topic):
        await produce(infrastructure, settings, topic, [recorded(event) for event in before])
        await produce(infrastructure, settings, topic, withdrawn)
        await wait_until(lambda: is_enrolled(pool, 90))

        async with coming(infrastructure, settings, topic, during):
            await owner.execute(sql.create_candidate.text)
        await wait_until_equal(owner, 400)

        async with coming(infrastructure, settings, topic, after):
            await admin.swap_generations(owner)
        await wait_until_equal(owner, 600)
        assert await enrolled(pool) == 290

        await admin.swap_generations(owner)
        assert await enrolled(pool) == 290
        await owner.execute(sql.drop_candidate.text)
        await produce(infrastructure, settings, topic, [recorded(stories.an_enrollment(an_id(0x100)))])
        await wait_until(lambda: pool.fetchval("SELECT count(*) = 601 FROM facts"))
    # The record that cannot be read is one dead letter, however many generations read it.
    assert await pool.fetchval("SELECT bool_and(kind = 'quarantined') FROM dead_letters")


async def test_a_round_of_counting_ends_with_the_generation_it_began_in(
    pool: Pool, owner: Connection, settings: ServiceSettings
) -> None:
    """Owners that were read in one generation are not written to the other, which has read and counted more."""

    class SwappedMeanwhile(ContributionUpdater):
        async def _read(self, owners: Sequence[UUID]) -> Recount:
            recount = await super()._read(owners)
            await admin.swap_generations(owner)
            return recount

    people = stories.enrolled_people(0, 3)
    left = next(event for event in people if isinstance(event, EnrollmentAccepted))
    await owner.execute(sql.create_candidate.text)
    async with await open_pool(settings.database_url, "candidate", search_path=CANDIDATE_PATH) as candidate:
        for generation in (pool, candidate):
            await mark_sources_read(generation)
            await fold_events(generation, *people)
        await fold_records(candidate, [recorded(stories.withdrawn(left), 2)])
        await update_contributions(candidate)
    async with pool.acquire() as leading:
        assert await SwappedMeanwhile(pool)(leading)
    await update_contributions(pool)

    assert await enrolled(pool) == 2


async def test_the_publisher_and_the_swap_lock_tables_in_the_same_order(pool: Pool, owner: Connection) -> None:
    """The swap waits for nothing that the publisher holds while the publisher waits for the swap."""
    waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'projection_offsets'::regclass)"
    async with pool.acquire() as connection:
        async with owner.transaction():
            await owner.execute("LOCK TABLE live.projection_offsets IN ACCESS EXCLUSIVE MODE")
            publishing = asyncio.create_task(publish(connection))
            await wait_until(lambda: pool.fetchval(waits))
            await owner.execute("LOCK TABLE live.stale_indicators IN ACCESS EXCLUSIVE MODE NOWAIT")
        await publishing


async def test_a_redriven_record_is_in_both_generations(pool: Pool, owner: Connection) -> None:
    await owner.execute(sql.create_candidate.text)
    record = record_of(stories.an_enrollment(an_id(0x100)))
    async with pool.acquire() as connection, connection.transaction():
        await store.park(connection, PROJECTION.name, "quarantined", record, ValueError())
    await pool.execute("UPDATE dead_letters SET state = 'redriving'")

    assert await redrive(PROJECTION, pool) == 1

    assert await differences(owner) == {"still to be counted": (1, 1)}
    assert await pool.fetchval("SELECT count(*) FROM facts") == 1
    assert await pool.fetchval("SELECT state FROM dead_letters") == "redriven"


async def test_differences_are_found(pool: Pool, owner: Connection) -> None:
    """Seeded: a generation that has lost a fact and counted a cell twice."""
    await owner.execute(sql.create_candidate.text)
    await owner.execute(
        "INSERT INTO live.facts SELECT uuidv7(), 'person', 1, uuidv7(), 't', uuidv7(), now(), now(), 't', 0, 0, '{}'"
    )
    await owner.execute("INSERT INTO live.margins VALUES ('enrolled', 'total', 'total', 1)")
    await owner.execute("INSERT INTO candidate.margins VALUES ('enrolled', 'total', 'total', 2)")
    assert await differences(owner) == {"facts": (1, 0), "margins": (1, 1)}


async def test_a_candidate_that_has_not_read_as_far_is_not_swapped(pool: Pool, owner: Connection) -> None:
    await mark_sources_read(pool)
    await owner.execute(sql.create_candidate.text)
    with pytest.raises(admin.NotReady):
        await admin.swap_generations(owner)
    assert await owner.fetchval("SELECT count(*) FROM live.projection_offsets") == 3


async def test_the_service_has_the_same_rights_on_the_candidate(pool: Pool, owner: Connection) -> None:
    await owner.execute(sql.create_candidate.text)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("DELETE FROM candidate.superseded")
    await pool.execute("DELETE FROM candidate.dirty_batches")
