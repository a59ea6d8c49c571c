"""The relay: what the outbox holds goes to Kafka, in order, at least once; readers make it once in effect."""

import asyncio
import time
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer

from chassis import broker, telemetry
from chassis.database import Connection, Pool, Row, leadership, queries
from chassis.health import Progress
from chassis.loops import go_on
from chassis.settings import ServiceSettings
from contracts.envelope import Envelope, to_headers

sql = queries("chassis")
log = structlog.get_logger()

RELAY = "kafka"
BATCH = 2_000
IDLE_SECONDS = 0.03
MEASURE_SECONDS = 5.0


async def relay(service: str, pool: Pool, settings: ServiceSettings, progress: Progress) -> None:
    """Runs until cancelled; of all of a service's workers one leads, the others wait to take over."""

    async def attempt() -> None:
        async with leadership(pool, "relay") as connection:
            if connection is not None:
                async with broker.producer(settings) as producer:
                    await _drain(service, connection, producer, progress)

    await go_on("relay", attempt, progress)


async def _drain(service: str, connection: Connection, producer: AIOKafkaProducer, progress: Progress) -> None:
    await connection.execute(sql.begin_relay, RELAY)
    measured = 0.0
    while True:
        cursor = await connection.fetchrow(sql.relay_cursor, RELAY) or ()
        rows = await connection.fetch(sql.next_outbox_rows, *cursor, BATCH)
        if rows:
            await _send(service, producer, rows)
            last = rows[-1]
            await connection.execute(sql.move_relay_cursor, RELAY, *cursor, last["era"], last["xid"], last["id"])
        progress.beat("relay")
        if time.monotonic() - measured > MEASURE_SECONDS:
            measured = time.monotonic()
            telemetry.OUTBOX_AGE.labels(service).set(await connection.fetchval(sql.outbox_age, RELAY))
        if len(rows) < BATCH:
            await asyncio.sleep(IDLE_SECONDS)


async def _send(service: str, producer: AIOKafkaProducer, rows: list[Row]) -> None:
    sent = [await producer.send(row["aggregatetype"], **_record(service, row)) for row in rows]
    await asyncio.gather(*sent)
    for row in rows:
        telemetry.RELAYED.labels(service, row["aggregatetype"]).inc()


def _record(service: str, row: Row) -> dict[str, Any]:
    envelope = Envelope(
        id=row["event_id"],
        source=f"/minka/{service}",
        type=row["type"],
        time=row["recorded_at"],
        subject=row["aggregateid"],
        partition_key=row["partitionkey"],
        version=row["aggregateversion"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
    )
    return {
        "key": row["partitionkey"].encode(),
        "value": row["payload"].encode(),
        "headers": to_headers(envelope),
    }
