"""The relay: sends the outbox to Kafka, in order, at least once; consumers have each event in effect once."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from chassis.messaging import kafka, message_traces
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import run_forever
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, Row, leadership
from chassis.store.queries import queries
from contracts import golden
from contracts.envelope import Envelope, to_headers

sql = queries(__package__)
log = structlog.get_logger()

RELAY = "kafka"
BATCH = 2_000
SHORTEST_PAUSE = 0.02
LONGEST_PAUSE = 0.1
"""Seconds between two polls: the first after an event, the second when nothing has happened for a while."""

POSITION = ("era", "xid", "id")
"""The columns that order the outbox."""


class Origin(NamedTuple):
    """The service that says the events, and the public address of the deployment, which serves their schemas."""

    service: str
    public_url: str


async def relay(service: str, pool: Pool, settings: ServiceSettings, progress: Progress) -> None:
    """Runs until cancelled. One worker of the service leads; the others wait to take over."""

    async def attempt() -> None:
        async with leadership(pool, "relay") as connection:
            if connection is not None:
                await sql.begin_relay.execute(connection, relay=RELAY)
                async with kafka.producer(settings) as producer:
                    await _drain(Origin(service, settings.public_url), connection, producer, progress)

    await run_forever("relay", attempt, progress)


async def measure(service: str, pool: Pool) -> None:
    """Shows in the metrics how old the next event is. The relay itself may be waiting for the broker."""
    telemetry.OUTBOX_AGE.labels(service).set(await sql.outbox_age.value(pool, relay=RELAY) or 0.0)


async def _drain(origin: Origin, connection: Connection, producer: AIOKafkaProducer, progress: Progress) -> None:
    pause = SHORTEST_PAUSE
    while True:
        sent = await _send_batch(origin, connection, producer)
        progress.beat("relay")
        pause = SHORTEST_PAUSE if sent else min(2 * pause, LONGEST_PAUSE)
        if sent < BATCH:
            await asyncio.sleep(pause)


async def _send_batch(origin: Origin, connection: Connection, producer: AIOKafkaProducer) -> int:
    """Sends what follows the cursor, then moves the cursor. Returns the number of rows."""
    cursor = dict(await sql.relay_cursor.fetch_row(connection, relay=RELAY) or {})
    position = {column: cursor[column] for column in POSITION}
    rows = await sql.next_outbox_rows.fetch(connection, **position, rows=BATCH)
    if rows:
        await _send(origin, producer, rows)
        last = {f"last_{column}": rows[-1][column] for column in POSITION}
        await sql.move_relay_cursor.execute(connection, relay=RELAY, **cursor, **last)
    return len(rows)


async def _send(origin: Origin, producer: AIOKafkaProducer, rows: Sequence[Row]) -> None:
    """Returns when all rows are acknowledged. Each partition gets its rows in their order."""
    sent = []
    for (topic, partition), records in (await _by_partition(origin, producer, rows)).items():
        batch = producer.create_batch()
        for record in records:
            if batch.append(**record) is None:  # it is full
                sent.append(await producer.send_batch(batch, topic, partition=partition))
                batch = producer.create_batch()
                batch.append(**record)
        sent.append(await producer.send_batch(batch, topic, partition=partition))
        telemetry.RELAYED.labels(origin.service, topic).inc(len(records))
    await asyncio.gather(*sent)
    message_traces.sent(rows)


async def _by_partition(
    origin: Origin, producer: AIOKafkaProducer, rows: Sequence[Row]
) -> dict[tuple[str, int], list[dict[str, Any]]]:
    partitions = {topic: len(await producer.partitions_for(topic)) for topic in {row["aggregatetype"] for row in rows}}
    records: defaultdict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        topic, key = row["aggregatetype"], row["partitionkey"].encode()
        records[topic, _hash(key) % partitions[topic]].append(_record(origin, key, row))
    return records


@lru_cache(maxsize=65_536)
def _hash(key: bytes) -> int:
    """The hash by which Kafka's own clients choose a partition. It is the relay's slowest step, and keys come again."""
    return int(murmur2(key) & 0x7FFFFFFF)


def _record(origin: Origin, key: bytes, row: Row) -> dict[str, Any]:
    revisions = golden.published(row["type"])
    envelope = Envelope(
        id=row["event_id"],
        source=f"/minka/{origin.service}",
        type=row["type"],
        time=row["recorded_at"],
        subject=row["aggregateid"],
        partition_key=row["partitionkey"],
        version=row["aggregateversion"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
        sent_as=row["sent_as"] and tuple(row["sent_as"].split(" ")),
        data_schema=revisions[-1].address(origin.public_url) if revisions else None,
    )
    return {"timestamp": None, "key": key, "value": row["payload"].encode(), "headers": to_headers(envelope)}
