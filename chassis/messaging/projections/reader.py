"""Projections: batches of events folded into facts, with the offsets moved in the same transaction.

A service author writes `prepare(recorded)`, which is pure and makes of an event what is to be written, and
`fold(connection, batch)`, whose effect is guarded by each subject's version; offsets, batches, retries, zombies, bad
records and lost logs are handled here.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from pydantic import BaseModel

from chassis.messaging import kafka
from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import UNREADABLE, Record
from chassis.messaging.projections.offsets import (
    Halted,
    OffsetAdvance,
    PartitionOffset,
    event_id,
    recorded_at,
    verify_continuity,
)
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import run_forever
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import CANDIDATE_PATH, SEARCH_PATH, TRANSIENT, Connection, Pool, columns
from chassis.store.queries import queries
from contracts.envelope import Envelope, from_headers

messaging_sql = queries("chassis.messaging")
sql = queries(__package__)
log = structlog.get_logger()

BATCH_SIZE = 10_000
BEHIND_RECORDS = 1_000
"""Records of a partition that wait in the log when the projection counts as behind."""

RECORDS_PER_YIELD = 100
"""Records that are read before others get their turn."""

POLL_MILLISECONDS = 200
FRESHNESS_SECONDS = 5.0
HALTED_SECONDS = 5.0

UNKNOWN_END_OFFSET = 2**62
"""An offset beyond any partition's end."""

Records = Mapping[TopicPartition, "Sequence[ConsumerRecord[bytes, bytes]]"]


class Fenced(RuntimeError):
    """Another process has moved the offsets; this one changes nothing."""


class Recorded(NamedTuple):
    """An event as it stands in the log. `event` is one of the projection's models, `body` the JSON it was read from."""

    envelope: Envelope
    event: Any
    body: str
    topic: str
    partition: int
    offset: int


Prepared = tuple[Record, Any]
"""A record as it came, and what is to be written of it."""

Unreadable = tuple[Record, Exception]
"""A record as it came, and what is wrong with it."""


@dataclass(frozen=True)
class Projection:
    """`fold` gets what was prepared of a batch, partition by partition in order; types not among `events` are passed
    over. `prepare` makes of each event little more than the row to be written: the events of a batch are not held."""

    name: str
    topics: tuple[str, ...]
    events: tuple[type[BaseModel], ...]
    prepare: Callable[[Recorded], Any]
    fold: Callable[[Connection, Sequence[Any]], Awaitable[None]]
    models: dict[str, type[BaseModel]] = field(init=False)

    def __post_init__(self) -> None:
        described: tuple[Any, ...] = self.events
        object.__setattr__(self, "models", {event.type: event for event in described})

    def read(self, record: Record) -> Any:
        """What is to be written of the record, or None for a type that is not folded here; raises for what cannot be
        read."""
        envelope = from_headers(record.headers)
        store.check_version(envelope.type, self.models)
        model = self.models.get(envelope.type)
        if model is None:
            return None
        value = record.value or b""
        event = model.model_validate_json(value)
        return self.prepare(Recorded(envelope, event, value.decode(), record.topic, record.partition, record.offset))


async def project(
    service: str,
    projection: Projection,
    pool: Pool,
    settings: ServiceSettings,
    progress: Progress,
    generation: str = "live",
) -> None:
    """Runs a projection until cancelled. Where it halts, it says so and looks again until an operator has acted.

    `pool` finds the tables of the generation; each generation reads as a consumer group of its own.
    """
    name = projection.name if generation == "live" else f"{projection.name} {generation}"

    async def attempt() -> None:
        try:
            async with kafka.consumer(settings, f"{service}.{name.replace(' ', '.')}") as consumer:
                await ProjectionReader(name, projection, pool, consumer, progress).run()
        except Halted as error:
            log.error("projection halted", projection=name, reason=str(error),
                      remedy="restore the topic, or republish and run: minka projection restart")  # fmt: skip
            progress.halt(name, str(error))
            await asyncio.sleep(HALTED_SECONDS)

    await run_forever(name, attempt, progress)


class ProjectionReader(ConsumerRebalanceListener):
    """One batch is one transaction over all its partitions; while it is written, the next one is read."""

    def __init__(
        self, name: str, projection: Projection, pool: Pool, consumer: AIOKafkaConsumer, progress: Progress
    ) -> None:
        self.name = name
        self.projection = projection
        self.pool = pool
        self.consumer = consumer
        self.progress = progress
        self.positions: dict[TopicPartition, PartitionOffset] = {}
        self.handing_over = asyncio.Lock()
        self.writing: asyncio.Task[None] | None = None
        self.trouble: BaseException | None = None
        self.assignment = 0
        self.freshened = 0.0

    async def run(self) -> None:
        self.consumer.subscribe(self.projection.topics, listener=self)
        try:
            while True:
                await store.wait_out_flood(self.pool, self.projection.name, self.progress, self.name)
                assignment = self.assignment
                records = await self._poll()
                if self.trouble is not None:
                    raise self.trouble
                async with self.handing_over:
                    if assignment == self.assignment:
                        await self._hand_over(self._moves(records))
                        await self._freshen()
                    else:  # what was polled may be of before or after: all of it is read again
                        await self._seek(list(self.positions))
                self._beat()
        finally:
            if self.writing is not None:
                self.writing.cancel()
                await asyncio.gather(self.writing, return_exceptions=True)

    def _beat(self) -> None:
        self.progress.beat(self.name)

    async def _poll(self) -> Records:
        """A batch, a stretch at a time: to take it all at once would hold up everybody else."""
        polled: defaultdict[TopicPartition, list[ConsumerRecord[bytes, bytes]]] = defaultdict(list)
        room, patience = BATCH_SIZE, POLL_MILLISECONDS
        try:
            while room > 0 and (
                taken := await self.consumer.getmany(timeout_ms=patience, max_records=min(room, RECORDS_PER_YIELD))
            ):
                for partition, records in taken.items():
                    polled[partition] += records
                    room -= len(records)
                patience = 0
                await asyncio.sleep(0)
        except NoOffsetForPartitionError:  # asked before the assignment was sought
            pass
        except OffsetOutOfRangeError as error:
            if not polled:  # otherwise it comes again, after what was taken
                raise Halted(await self._what_is_gone(*error.args)) from error
        return polled

    async def _what_is_gone(self, asked: Mapping[TopicPartition, int]) -> str:
        firsts = await self.consumer.beginning_offsets(asked)
        ends = await self.consumer.end_offsets(asked)
        return "; ".join(
            f"{partition.topic}-{partition.partition} was to be read from {offset} on;"
            f" it holds {firsts[partition]} to {ends[partition] - 1}"
            for partition, offset in asked.items()
        )

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        """Awaits the batch in flight, so that the next owner starts behind it."""
        async with self.handing_over:
            self.assignment += 1
            try:
                await self._written()
            finally:
                self.positions.clear()

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        """Goes on where the database says, one record early, to see that the log is still the one it knows.

        The consumer only logs what a listener raises, and goes on: `run` raises it.
        """
        self.assignment += 1
        try:
            await self._seek(assigned)
        except TRANSIENT as error:
            self.trouble = error

    async def _seek(self, partitions: Iterable[TopicPartition]) -> None:
        for partition in partitions:
            row = await self.pool.fetchrow(
                sql.offset_of_partition.text,
                self.projection.name,
                partition.topic,
                partition.partition,
            )
            if row is not None:
                self.positions[partition] = PartitionOffset(row["next"], row["last_event"])
                self.consumer.seek(partition, row["next"] - (row["last_event"] is not None))

    def _moves(self, polled: Records) -> list[OffsetAdvance]:
        return [
            OffsetAdvance(partition, position.next, fresh)
            for partition, batch in polled.items()
            if (position := self.positions.get(partition)) and (fresh := verify_continuity(partition, batch, position))
        ]

    async def _hand_over(self, moves: Sequence[OffsetAdvance]) -> None:
        """Reads it, awaits the batch before, and begins to write this one; it is dropped where that one was fenced."""
        prepared, unreadable = await self._read(chain.from_iterable(move.records for move in moves))
        if await self._written() and moves:
            for move in moves:
                self.positions[move.partition].next = move.next
            self.writing = asyncio.create_task(self._write(moves, prepared, unreadable))

    async def _read(self, records: "Iterable[ConsumerRecord[bytes, bytes]]") -> tuple[list[Prepared], list[Unreadable]]:
        prepared: list[Prepared] = []
        unreadable: list[Unreadable] = []
        for number, record in enumerate(records):
            if number % RECORDS_PER_YIELD == 0:
                await asyncio.sleep(0)
            try:
                written = self.projection.read(record)
            except UNREADABLE as error:
                unreadable.append((record, error))
            else:
                if written is not None:
                    prepared.append((record, written))
        return prepared, unreadable

    async def _written(self) -> bool:
        """Whether the batch in flight, if any, moved the offsets; where another had, all goes on as in the database."""
        writing, self.writing = self.writing, None
        try:
            if writing is not None:
                await writing
        except Fenced:
            log.warning("fenced: another process moved on", projection=self.name)
            await self._seek(list(self.positions))
            return False
        return True

    async def _write(
        self, moves: Sequence[OffsetAdvance], prepared: Sequence[Prepared], unreadable: Sequence[Unreadable]
    ) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(sql.disable_synchronous_commit.text)
            await self._move_offsets(connection, moves)
            for record, error in unreadable:
                await self._quarantine(connection, record, error)
            if prepared:
                await self._fold_apart(connection, prepared)
        self.progress.resume(self.name)
        for move in moves:
            telemetry.PROJECTED.labels(self.name, move.partition.topic).inc(len(move.records))

    async def _move_offsets(self, connection: Connection, moves: Sequence[OffsetAdvance]) -> None:
        rows = [
            (
                move.partition.topic,
                move.partition.partition,
                move.expected,
                move.next,
                event_id(move.records[-1]),
                recorded_at(move.records[-1]),
                self._end(move.partition) - move.next,
            )
            for move in moves
        ]
        moved = await connection.fetch(sql.move_offsets.text, self.projection.name, *columns(rows), BEHIND_RECORDS)
        if len(moved) != len(moves):
            raise Fenced

    async def _fold_apart(self, connection: Connection, prepared: Sequence[Prepared]) -> None:
        """Folds all at once or, where one of them cannot be folded, each half on its own, until it stands alone."""
        try:
            async with connection.transaction():
                await self.projection.fold(connection, [written for _, written in prepared])
        except TRANSIENT:
            raise
        except Exception as error:
            if len(prepared) < 2:
                await self._quarantine(connection, prepared[0][0], error)
                return
            middle = len(prepared) // 2
            await self._fold_apart(connection, prepared[:middle])
            await self._fold_apart(connection, prepared[middle:])

    async def _quarantine(self, connection: Connection, record: Record, error: Exception) -> None:
        await store.park(connection, self.projection.name, "quarantined", record, error)

    async def _freshen(self) -> None:
        """Says, now and then, which partitions are read to their end, and shows the broker's tools how far we are."""
        if not self.positions or time.monotonic() - self.freshened < FRESHNESS_SECONDS:
            return
        if not await self._written():
            return
        lags = {partition: self._end(partition) - position.next for partition, position in self.positions.items()}
        if all(self.consumer.highwater(partition) is not None for partition in lags):  # until then it soon looks again
            self.freshened = time.monotonic()
        for partition, lag in lags.items():
            telemetry.LAG.labels(self.name, partition.topic, str(partition.partition)).set(lag)
        fresh = [partition for partition, lag in lags.items() if lag <= 0]
        await self.pool.execute(
            sql.caught_up.text,
            self.projection.name,
            [partition.topic for partition in fresh],
            [partition.partition for partition in fresh],
        )
        await self.consumer.commit({partition: position.next for partition, position in self.positions.items()})

    def _end(self, partition: TopicPartition) -> int:
        """The offset after the partition's last record; far off until the broker said it."""
        end: int | None = self.consumer.highwater(partition)
        return UNKNOWN_END_OFFSET if end is None else end


async def redrive(projection: Projection, pool: Pool) -> int:
    """Folds again what an operator asked for; the subjects' versions keep it from counting twice. Returns successes."""
    done = after = 0
    while (record := await store.next_to_redrive(pool, projection.name, after)) is not None:
        async with pool.acquire() as connection, connection.transaction():
            fold = partial(_fold_again, projection, connection, record)
            done += await store.redrive(connection, projection.name, record, fold)
        after = record.letter
    return done


async def _fold_again(projection: Projection, connection: Connection, record: Record) -> None:
    """In the generation beside, too, where one stands: it has read past the record as well."""
    written = projection.read(record)
    if written is None:
        return
    await projection.fold(connection, [written])
    if await connection.fetchval(messaging_sql.candidate_exists.text):
        await connection.execute(messaging_sql.set_search_path.text, CANDIDATE_PATH)
        await projection.fold(connection, [written])
        await connection.execute(messaging_sql.set_search_path.text, SEARCH_PATH)
