"""What an event costs, in counts that are the same on every machine: a fifth more of any fails.

Seconds are measured by `make bench`; these are what they are made of.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from types import FrameType
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from asyncpg.connection import LoggedQuery
from pydantic import SecretStr

from benchmarks.job import Job, Recount, on_one_partition
from chassis.messaging import outbox
from chassis.messaging.relay import BATCH, RELAY, relay
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, open_pool
from chassis.store.queries import queries
from services.reporting.counting.contribution_updater import ContributionUpdater
from services.reporting.facts.projection import PROJECTION, Version
from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure
from tests.support.records import Record
from tests.support.roundtrips import RoundTrips, counted
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until

RECORDS = 3_000

STATEMENTS_OF_A_BATCH = 3
"""Of folding, beside the copying: room for the batch, facts with what they replace, and what came late."""

ROUND_TRIPS_OF_A_BATCH = 5
WRITTEN_ROWS_OF_AN_EVENT = 1.65
WAL_BYTES_OF_AN_EVENT = 1_525
BLOCKS_OF_A_READ_EVENT = 14
CALLS_TO_READ_AN_EVENT = 94
ROUND_TRIPS_OF_1000_RELAYED = 3.7
PRODUCE_REQUESTS_OF_1000_RELAYED = 3
"""One for each partition would be twelve. A sender that is quick begins before all batches of a round are filled."""


def records() -> list[Record]:
    """The job as it stands on one partition."""
    return on_one_partition(Job(RECORDS).log(Recount()))


def prepared(some: Sequence[Record]) -> list[Version]:
    return [PROJECTION.read(record) for record in some]


@pytest.fixture
async def watched(fresh_databases: FreshDatabases) -> AsyncIterator[tuple[Pool, RoundTrips]]:
    """Connections to reporting's database, and how often they have waited for an answer."""
    async with (
        counted(fresh_databases.of_service("reporting")["reporting"].url) as (url, trips),
        await open_pool(SecretStr(url), "counters", size=2) as pool,
    ):
        yield pool, trips


async def test_folding_a_batch(watched: tuple[Pool, RoundTrips]) -> None:
    """Statements and waits are those of a batch, however many events are in it."""
    pool, trips = watched
    received = prepared(records())
    async with pool.acquire() as connection, connection.transaction():
        for _ in range(2):  # the second time nothing is newer: then both statements are prepared
            await PROJECTION.fold(connection, received[:1000])
        asked: list[LoggedQuery] = []
        before = trips.count
        with connection.query_logger(asked.append):
            await PROJECTION.fold(connection, received[1000:2000])
        waited = trips.count - before

    assert len(asked) <= STATEMENTS_OF_A_BATCH
    assert waited <= ROUND_TRIPS_OF_A_BATCH


async def test_rows_and_log_written_for_an_event(watched: tuple[Pool, RoundTrips]) -> None:
    """From the record to its counted owner. Full pages, which a checkpoint asks for, are in all but the least round."""
    pool, _ = watched
    received = prepared(records())
    written, logged = [], []
    async with pool.acquire() as connection:
        for part in (received[:1000], received[1000:2000], received[2000:]):
            rows, log = await _written(connection)
            async with connection.transaction():
                await PROJECTION.fold(connection, part)
            step = ContributionUpdater(pool)
            while await step(connection):
                pass
            rows_after, log_after = await _written(connection)
            written.append((rows_after - rows) / len(part))
            logged.append((log_after - log) / len(part))

    assert min(written) <= WRITTEN_ROWS_OF_AN_EVENT
    assert min(logged) <= WAL_BYTES_OF_AN_EVENT


async def _written(connection: Connection) -> tuple[float, float]:
    """The rows that were written so far, and this connection's bytes of log."""
    await connection.execute("SELECT pg_stat_force_next_flush()")
    (row,) = await connection.fetch(WRITTEN)
    return row["rows"], row["bytes"]


WRITTEN = """
SELECT (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::float8
        FROM pg_stat_user_tables WHERE relname <> 'incoming') AS rows,
       (SELECT wal_bytes::float8 FROM pg_stat_get_backend_wal(pg_backend_pid())) AS bytes
"""


def test_reading_an_event() -> None:
    """Blocks of memory that stay, and calls of functions on the way."""
    read = records()
    prepared(read[:10])

    before = sys.getallocatedblocks()
    received = prepared(read)
    blocks = sys.getallocatedblocks() - before

    assert blocks / len(received) <= BLOCKS_OF_A_READ_EVENT
    assert _calls(lambda: prepared(read)) / len(received) <= CALLS_TO_READ_AN_EVENT


def _calls(work: Callable[[], Any]) -> int:
    calls = 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


async def test_waits_of_the_relay(
    fresh_databases: FreshDatabases,
    fresh_topics: FreshTopics,
    infrastructure: Infrastructure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A backlog is sent in whole batches: few waits for the database, and few for Kafka."""
    topic = fresh_topics.make("sessions", ("sessions",), partitions=12).name
    async with counted(fresh_databases.of_chassis("sessions").url) as (url, trips):
        pool = await open_pool(SecretStr(url), "counters")
        await outbox.begin_era(pool)
        await pool.execute(queries("benchmarks").fill_outbox.text, topic, 10 * BATCH)
        produced = _produce_requests(monkeypatch)
        relaying = asyncio.create_task(relay("sessions", pool, _settings(infrastructure), Progress()))
        before = trips.count
        await wait_until(lambda: _is_sent(pool, 10 * BATCH), pause=0.5)
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)
        await pool.close()

    thousands = 10 * BATCH / 1000
    assert (trips.count - before) / thousands <= ROUND_TRIPS_OF_1000_RELAYED
    assert len(produced) / thousands <= PRODUCE_REQUESTS_OF_1000_RELAYED


async def _is_sent(pool: Pool, events: int) -> bool:
    return bool(await pool.fetchval(queries("benchmarks").relayed.text, RELAY, events))


def _produce_requests(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Grows with each request to write that the library sends."""
    produced: list[Any] = []
    send = AIOKafkaClient.send

    async def noted(client: Any, node: Any, request: Any, **more: Any) -> Any:
        if isinstance(request, ProduceRequest):
            produced.append(request)
        return await send(client, node, request, **more)

    monkeypatch.setattr(AIOKafkaClient, "send", noted)
    return produced


def _settings(infrastructure: Infrastructure) -> ServiceSettings:
    access = infrastructure.access("sessions")
    return ServiceSettings(
        database_url=SecretStr("postgresql://unused"),
        kafka_bootstrap=access.bootstrap,
        kafka_username=access.username,
        kafka_password=SecretStr(access.password or ""),
        public_url="http://127.0.0.1",
        issuer_url="http://127.0.0.1/issuer",
        session_secret=SecretStr("unused"),
    )
