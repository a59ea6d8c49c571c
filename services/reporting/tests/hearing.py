"""What a worker does, step by step: hear events, count people, publish."""

from collections import Counter
from collections.abc import Iterable

import asyncpg
from pydantic import SecretStr

from chassis.messaging.projections.projection import Recorded
from chassis.store.database import SEARCH_PATH, Pool
from contracts.event import Event
from services.reporting import ledger, publisher
from services.reporting.people_pass import PeoplePass
from services.reporting.projection import NAME, fold, prepare
from services.reporting.slices import Cell
from services.reporting.tests.stories import recorded


async def hear(pool: Pool, *events: Event) -> None:
    """Each event as the first of its subject."""
    await hear_records(pool, [recorded(event) for event in events])


async def hear_records(pool: Pool, batch: Iterable[Recorded]) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await fold(connection, [prepare(record) for record in batch])


async def read_everything(pool: Pool) -> None:
    """Says of every source that it was read to its end, as the projection does."""
    await pool.execute(
        """INSERT INTO projection_offsets (projection, topic, partition, next, behind, read_up_to, caught_up_at)
        SELECT $1, topic, 0, 1, false, clock_timestamp(), clock_timestamp() FROM unnest($2::text[]) topic
        ON CONFLICT DO NOTHING""",
        NAME,
        ["enrollment.events", "sessions.events", "media.events"],
    )


async def count(pool: Pool) -> None:
    async with pool.acquire() as connection:
        step = PeoplePass(pool)
        while await step(connection):
            pass


async def publish(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await publisher.publish(connection)


async def settle(pool: Pool, *events: Event) -> None:
    """Hears the events, counts and publishes."""
    await read_everything(pool)
    await hear(pool, *events)
    await count(pool)
    await publish(pool)


async def forget_everything(migrator_url: SecretStr) -> None:
    """An empty house again; only the tables' owner can forget what is never changed."""
    connection = await asyncpg.connect(migrator_url.get_secret_value(), server_settings={"search_path": SEARCH_PATH})
    await connection.execute("TRUNCATE facts, superseded, aliases, dirty_owners, contributions, margins")
    await connection.close()


async def cells(pool: Pool) -> Counter[Cell]:
    """Every cell in which something is."""
    sums: Counter[Cell] = Counter()
    for row in await pool.fetch("SELECT added FROM contributions"):
        sums.update(ledger.read(row["added"]))
    return sums
