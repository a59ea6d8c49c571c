"""Projections: batches of events folded into facts, with the offsets moved in the same transaction.

A service author writes `fold(connection, batch)`, whose effect is guarded by each subject's version; offsets, batches,
retries, zombies, bad records and lost logs are handled here.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from pydantic import BaseModel, ValidationError

from chassis import broker, deadletters, telemetry
from chassis.database import TRANSIENT, Connection, Pool, queries
from chassis.deadletters import Record, Refused
from chassis.health import Progress
from chassis.settings import ServiceSettings
from contracts.envelope import Envelope, EnvelopeError, from_headers

sql = queries("chassis")
log = structlog.get_logger()

BATCH = 5_000
POLL_MILLISECONDS = 200
FRESHNESS_SECONDS = 5.0
HALTED_SECONDS = 5.0

UNREADABLE = (EnvelopeError, ValidationError, Refused)
"""What is wrong with a record before it comes to folding."""

Records = Mapping[TopicPartition, "Sequence[ConsumerRecord[bytes, bytes]]"]


class Halted(RuntimeError):
    """The log is not the one that was read so far; going on would guess. An operator decides."""


class Fenced(RuntimeError):
    """Another process has moved the offsets; this one changes nothing."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it stands in the log. `event` is one of the projection's models."""

    envelope: Envelope
    event: Any
    topic: str
    partition: int
    offset: int


Decoded = tuple[Record, Recorded]
"""A record as it came, and its event."""


@dataclass(frozen=True)
class Projection:
    """`fold` gets the events of a batch, partition by partition in order; types not among `events` are passed over."""

    name: str
    topics: tuple[str, ...]
    events: tuple[type[BaseModel], ...]
    fold: Callable[[Connection, Sequence[Recorded]], Awaitable[None]]
    generation: int = 1
    models: dict[str, type[BaseModel]] = field(init=False)

    def __post_init__(self) -> None:
        described: tuple[Any, ...] = self.events
        object.__setattr__(self, "models", {event.type: event for event in described})

    def decode(self, record: Record) -> Recorded | None:
        """The record's event, or None for a type that is not folded here; raises for what cannot be read."""
        envelope = from_headers(record.headers)
        deadletters.check_version(envelope.type, self.models)
        model = self.models.get(envelope.type)
        if model is None:
            return None
        event = model.model_validate_json(record.value or b"")
        return Recorded(envelope, event, record.topic, record.partition, record.offset)


async def project(
    service: str, projection: Projection, pool: Pool, settings: ServiceSettings, progress: Progress
) -> None:
    """Runs a projection until cancelled. Where it halts, it says so and looks again until an operator has acted."""
    while True:
        try:
            async with broker.consumer(settings, f"{service}.{projection.name}") as consumer:
                await _Projector(service, projection, pool, consumer, progress).run()
        except (Halted, OffsetOutOfRangeError) as error:
            log.error("projection halted", projection=projection.name, reason=str(error),
                      remedy="restore the topic, or republish and run: minka projection restart")  # fmt: skip
            await asyncio.sleep(HALTED_SECONDS)
        except (*TRANSIENT, *broker.UNAVAILABLE) as error:
            log.warning("projection interrupted", projection=projection.name, error=type(error).__name__)
            await asyncio.sleep(1)
        progress.beat(projection.name)


@dataclass
class _Position:
    """Where a partition stands: `next` as the database has it, and the event before it, until the log has shown it."""

    next: int
    unverified: str | None


class _Projector(ConsumerRebalanceListener):
    def __init__(
        self, service: str, projection: Projection, pool: Pool, consumer: AIOKafkaConsumer, progress: Progress
    ) -> None:
        self.service = service
        self.projection = projection
        self.pool = pool
        self.consumer = consumer
        self.progress = progress
        self.positions: dict[TopicPartition, _Position] = {}
        self.in_flight = asyncio.Lock()
        self.freshened = 0.0

    async def run(self) -> None:
        """Polls and folds; one batch is one transaction over all its partitions."""
        self.consumer.subscribe(self.projection.topics, listener=self)
        while True:
            await deadletters.wait_out_flood(self.pool, self.projection.name, self._beat)
            records = await self._poll()
            async with self.in_flight:
                await self._fold(records)
            await self._freshen()
            self._beat()

    def _beat(self) -> None:
        self.progress.beat(self.projection.name)

    async def _poll(self) -> Records:
        try:
            polled: Records = await self.consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=BATCH)
        except NoOffsetForPartitionError:  # asked before the assignment was sought
            return {}
        return polled

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        """Awaits the batch in flight, so that the next owner starts behind it."""
        async with self.in_flight:
            self.positions.clear()

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        """Goes on where the database says, one record early, to see that the log is still the one it knows."""
        for partition in assigned:
            row = await self.pool.fetchrow(
                sql.offset_of_partition,
                self.projection.name,
                self.projection.generation,
                partition.topic,
                partition.partition,
            )
            if row is not None:
                self.positions[partition] = _Position(row["next"], row["last_event"])
                self.consumer.seek(partition, row["next"] - (row["last_event"] is not None))

    async def _fold(self, polled: Records) -> None:
        records = {
            partition: fresh
            for partition, batch in polled.items()
            if (position := self.positions.get(partition)) and (fresh := _verified(partition, batch, position))
        }
        if not records:
            return
        try:
            async with self.pool.acquire() as connection, connection.transaction():
                await self._move_offsets(connection, records)
                await self._fold_apart(connection, await self._decode(connection, records))
        except Fenced:
            log.warning("fenced: another process moved on", projection=self.projection.name)
            await self.on_partitions_assigned(list(self.positions))
        else:
            self._moved(records)

    async def _move_offsets(self, connection: Connection, records: Records) -> None:
        moves = [
            (
                partition.topic,
                partition.partition,
                self.positions[partition].next,
                batch[-1].offset + 1,
                _ce_id(batch[-1]),
                _recorded(batch[-1]),
            )
            for partition, batch in records.items()
        ]
        moved = await connection.fetch(
            sql.move_offsets, self.projection.name, self.projection.generation, *map(list, zip(*moves, strict=True))
        )
        if len(moved) != len(moves):
            raise Fenced

    async def _decode(self, connection: Connection, records: Records) -> list[Decoded]:
        decoded: list[Decoded] = []
        for batch in records.values():
            for record in batch:
                try:
                    event = self.projection.decode(record)
                except UNREADABLE as error:
                    await self._quarantine(connection, record, error)
                else:
                    if event is not None:
                        decoded.append((record, event))
        return decoded

    async def _fold_apart(self, connection: Connection, decoded: Sequence[Decoded]) -> None:
        """Folds all at once or, where one of them cannot be folded, each half on its own, until it stands alone."""
        try:
            async with connection.transaction():
                await self.projection.fold(connection, [event for _, event in decoded])
        except TRANSIENT:
            raise
        except Exception as error:
            if len(decoded) < 2:
                await self._quarantine(connection, decoded[0][0], error)
                return
            middle = len(decoded) // 2
            await self._fold_apart(connection, decoded[:middle])
            await self._fold_apart(connection, decoded[middle:])

    async def _quarantine(self, connection: Connection, record: Record, error: Exception) -> None:
        await deadletters.park(connection, self.projection.name, "quarantined", record, error)

    def _moved(self, records: Records) -> None:
        for partition, batch in records.items():
            self.positions[partition] = _Position(batch[-1].offset + 1, None)
            telemetry.PROJECTED.labels(self.projection.name, partition.topic).inc(len(batch))

    async def _freshen(self) -> None:
        """Says, now and then, which partitions are read to their end, and shows the broker's tools how far we are."""
        if time.monotonic() - self.freshened < FRESHNESS_SECONDS:
            return
        self.freshened = time.monotonic()
        ends = {partition: self.consumer.highwater(partition) for partition in self.positions}
        for partition, end in ends.items():
            lag = (end or 0) - self.positions[partition].next
            telemetry.LAG.labels(self.projection.name, partition.topic, str(partition.partition)).set(max(lag, 0))
        fresh = [
            partition for partition, end in ends.items() if end is not None and end <= self.positions[partition].next
        ]
        await self.pool.execute(
            sql.caught_up,
            self.projection.name,
            self.projection.generation,
            [partition.topic for partition in fresh],
            [partition.partition for partition in fresh],
        )
        await self.consumer.commit({partition: position.next for partition, position in self.positions.items()})


def _verified(
    partition: TopicPartition, batch: "Sequence[ConsumerRecord[bytes, bytes]]", position: _Position
) -> "Sequence[ConsumerRecord[bytes, bytes]]":
    """The batch without what was folded before; halts where the log shows another event than the one read last."""
    first = batch[0]
    if position.unverified is not None:
        if first.offset == position.next - 1 and _ce_id(first) != position.unverified:
            raise Halted(
                f"{partition.topic}-{partition.partition} holds another event at {first.offset} than was read there"
            )
        if first.offset > position.next:
            raise Halted(f"{partition.topic}-{partition.partition} has lost {position.next} to {first.offset - 1}")
        position.unverified = None
    return [record for record in batch if record.offset >= position.next]


def _ce_id(record: Record) -> str:
    """The record's id as written, or a mark for one that has none."""
    written = (value.decode(errors="replace") for name, value in record.headers if name == "ce_id" and value)
    return deadletters.storable(next(written, "none"))


def _recorded(record: Record) -> Any:
    try:
        return from_headers(record.headers).time
    except EnvelopeError:
        return None


async def redrive(projection: Projection, pool: Pool) -> int:
    """Folds again what an operator asked for; the subjects' versions keep it from counting twice. Returns successes."""
    done = 0
    for row in await pool.fetch(sql.letters_to_redrive, projection.name):
        try:
            await _redrive_one(projection, pool, deadletters.restored(row))
            done += 1
        except TRANSIENT:
            raise
        except Exception as error:
            log.warning("redrive failed", letter=row["id"], error=deadletters.describe(error))
            await pool.execute(sql.letter_failed_again, row["id"], projection.name, None)
    return done


async def _redrive_one(projection: Projection, pool: Pool, record: deadletters.ParkedRecord) -> None:
    event = projection.decode(record)
    async with pool.acquire() as connection, connection.transaction():
        if event is not None:
            await projection.fold(connection, [event])
        await connection.execute(sql.settle_letter, record.letter, "redriven", None)
