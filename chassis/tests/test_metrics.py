"""What an alert needs to know: connections in use, the age of what was not sent, and how far a consumer is behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from prometheus_client import REGISTRY
from pydantic import SecretStr

from chassis.messaging import consumer_lag, kafka, outbox, relay
from chassis.messaging.settled_offsets import SettledOffsets
from chassis.runtime.health import Progress
from chassis.service import measured_pool
from chassis.store.database import Connection, Pool, transaction
from chassis.tests.records import garbage, organization
from tests.support.databases import Database
from tests.support.reactions import UNUSED
from tests.support.waiting import wait_until

TOPIC = "enrollment.events"


def metric(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_connections_are_counted_and_those_who_wait_for_one(database: Database) -> None:
    async with measured_pool(SecretStr(database.url), "measured") as pool:
        limit = pool.get_max_size()
        taken = [await pool.acquire() for _ in range(limit)]
        waiting = [asyncio.create_task(pool.fetchval("SELECT 1")) for _ in range(3)]
        await wait_until(lambda: metric("minka_database_connection_waits", pool="measured") == 3)
        assert metric("minka_database_connection_limit", pool="measured") == limit
        assert metric("minka_database_connections", pool="measured", state="used") == limit

        for connection in taken:
            await pool.release(connection)
        await asyncio.gather(*waiting)
        assert metric("minka_database_connection_waits", pool="measured") == 0
        assert metric("minka_database_connections", pool="measured", state="used") == 0
        assert metric("minka_database_connections", pool="measured", state="idle") == limit


async def test_what_waits_for_a_broker_that_is_away_grows_old(
    pool: Pool, migrator: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    @asynccontextmanager
    async def away(_settings: object) -> AsyncIterator[None]:
        asked.set()
        await asyncio.Event().wait()
        yield

    monkeypatch.setattr(kafka, "producer", away)
    async with transaction(pool) as connection:
        await outbox.add(connection, organization("waits"))
    await migrator.execute("UPDATE outbox SET recorded_at = recorded_at - interval '5 minutes'")
    running = asyncio.create_task(relay.relay("sessions", pool, UNUSED, Progress()))
    await asked.wait()

    await relay.measure("sessions", pool)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (metric("minka_outbox_age_seconds", service="sessions") or 0) >= 300


@pytest.mark.parametrize(
    ("read_up_to", "caught_up_at", "seconds"),
    [("10 minutes", "5 minutes", 300), ("5 minutes", "10 minutes", 300), ("1 day", "0", 0), ("5 minutes", None, 300)],
)
async def test_a_projection_that_stands_still_falls_behind(
    pool: Pool, read_up_to: str, caught_up_at: str | None, seconds: int
) -> None:
    topic = f"{read_up_to} {caught_up_at}"
    await pool.execute(
        """
        INSERT INTO projection_offsets (projection, topic, partition, next, read_up_to, caught_up_at) VALUES
            ('lags', $1, 0, 1, clock_timestamp() - $2::text::interval, clock_timestamp() - $3::text::interval),
            ('lags', $1, 1, 1, clock_timestamp(), clock_timestamp()), ('new', $1, 2, 0, NULL, NULL)
        """,
        topic, read_up_to, caught_up_at,
    )  # fmt: skip

    await consumer_lag.measure(pool)

    assert metric("minka_consumer_lag_seconds", consumer="lags", topic=topic) == pytest.approx(seconds, abs=60)
    assert metric("minka_consumer_lag_seconds", consumer="new", topic=topic) is None


def test_a_reaction_is_behind_from_its_last_end_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now, end = 100.0, 6
    monkeypatch.setattr("chassis.messaging.settled_offsets.time.monotonic", lambda: now)
    offsets = SettledOffsets()
    partition = TopicPartition(TOPIC, 0)
    consumer = SimpleNamespace(assignment=lambda: {partition}, highwater=lambda _partition: end)
    subscriber: Any = SimpleNamespace(consumer=consumer)
    offsets.subscriber = subscriber

    assert offsets.seconds_behind() == 0
    offsets.begin()
    now = 107.0
    assert offsets.seconds_behind() == 7, "a record is in work"
    offsets.settle(garbage(5))
    assert offsets.seconds_behind() == 0
    end, now = 9, 120.0
    assert offsets.seconds_behind() == 13, "others follow that were not taken yet"
