"""The work of a worker, step by step: fold events, update contributions, publish."""

from collections import Counter
from collections.abc import Iterable

import asyncpg
from pydantic import SecretStr

from chassis.messaging.projections.projection import Recorded
from chassis.store.database import SEARCH_PATH, Pool
from contracts.event import Event
from services.reporting.counting import contribution_codec
from services.reporting.counting.contribution_updater import ContributionUpdater
from services.reporting.counting.domain import Cell
from services.reporting.facts.projection import NAME, fold, prepare
from services.reporting.publishing import publisher
from services.reporting.tests.stories import recorded


async def fold_events(pool: Pool, *events: Event) -> None:
    """Folds each event as the first version of its subject."""
    await fold_records(pool, [recorded(event) for event in events])


async def fold_records(pool: Pool, batch: Iterable[Recorded]) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await fold(connection, [prepare(record) for record in batch])


async def mark_sources_read(pool: Pool) -> None:
    """Notes of every source that it was read to its end, as the projection does."""
    await pool.execute(
        """INSERT INTO projection_offsets (projection, topic, partition, next, behind, read_up_to, caught_up_at)
        SELECT $1, topic, 0, 1, false, clock_timestamp(), clock_timestamp() FROM unnest($2::text[]) topic
        ON CONFLICT DO NOTHING""",
        NAME,
        ["enrollment.events", "sessions.events", "media.events"],
    )


async def update_contributions(pool: Pool) -> None:
    async with pool.acquire() as connection:
        step = ContributionUpdater(pool)
        while await step(connection):
            pass


async def publish(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await publisher.publish(connection)


async def fold_count_publish(pool: Pool, *events: Event) -> None:
    """Does everything that follows the arrival of the events."""
    await mark_sources_read(pool)
    await fold_events(pool, *events)
    await update_contributions(pool)
    await publish(pool)


async def truncate_everything(migrator_url: SecretStr) -> None:
    """Empties all tables, as their owner: the service itself may not delete from some of them."""
    connection = await asyncpg.connect(migrator_url.get_secret_value(), server_settings={"search_path": SEARCH_PATH})
    await connection.execute("TRUNCATE facts, superseded, aliases, dirty_batches, contributions, margins")
    await connection.close()


async def cells(pool: Pool) -> Counter[Cell]:
    """Every cell that has an amount."""
    sums: Counter[Cell] = Counter()
    for row in await pool.fetch("SELECT added FROM contributions"):
        sums.update(contribution_codec.decode(row["added"]))
    return sums
