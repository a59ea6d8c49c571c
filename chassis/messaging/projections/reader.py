"""Reads a projection's topics: polls, verifies and parses batches, and hands each to the writer.

One batch is one transaction over all its partitions; while it is written, the next one is read.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError

from chassis.messaging import kafka
from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import UNREADABLE
from chassis.messaging.projections.offsets import Halted, OffsetAdvance, ProjectionOffsets, Records
from chassis.messaging.projections.projection import Projection
from chassis.messaging.projections.writer import Batch, Fenced, Prepared, ProjectionWriter, Unreadable
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import run_forever
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import TRANSIENT, Pool

log = structlog.get_logger()

BATCH_SIZE = 10_000

RECORDS_PER_YIELD = 100
"""Records that are read before other tasks get their turn."""

POLL_MILLISECONDS = 200
FRESHNESS_SECONDS = 5.0
HALTED_SECONDS = 5.0

UNKNOWN_END_OFFSET = 2**62
"""An offset beyond any partition's end."""


async def project(
    service: str,
    projection: Projection,
    pool: Pool,
    settings: ServiceSettings,
    progress: Progress,
    generation: str = "live",
) -> None:
    """Runs a projection until cancelled. Where it halts, it tries again from time to time until an operator has acted.

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
    """Reads the partitions that Kafka assigns to one consumer, from where the database says.

    `assignment` counts the assignments; `handing_over` keeps a revocation and a batch apart.
    """

    def __init__(
        self, name: str, projection: Projection, pool: Pool, consumer: AIOKafkaConsumer, progress: Progress
    ) -> None:
        self.name = name
        self.projection = projection
        self.pool = pool
        self.consumer = consumer
        self.progress = progress
        self.offsets = ProjectionOffsets(projection.name, pool)
        self.writer = ProjectionWriter(name, projection, pool, progress, self._end_offset)
        self.handing_over = asyncio.Lock()
        self.listener_error: BaseException | None = None
        self.assignment = 0
        self.freshness_shown_at = 0.0

    async def run(self) -> None:
        self.consumer.subscribe(self.projection.topics, listener=self)
        try:
            while True:
                await store.wait_out_flood(self.pool, self.projection.name, self.progress, self.name)
                assignment = self.assignment
                records = await self._poll()
                if self.listener_error is not None:
                    raise self.listener_error
                async with self.handing_over:
                    if assignment == self.assignment:
                        await self._hand_over(self.offsets.advances(records))
                        await self._show_freshness()
                    else:  # the records may have been polled before or after the assignment: all are read again
                        await self._seek(list(self.offsets.assigned))
                self._beat()
        finally:
            await self.writer.cancel()

    def _beat(self) -> None:
        self.progress.beat(self.name)

    async def _poll(self) -> Records:
        """A batch, taken in small portions, because taking it at once would hold up all other tasks."""
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
        except NoOffsetForPartitionError:  # polled before the assignment was sought
            pass
        except OffsetOutOfRangeError as error:
            if not polled:  # otherwise it is raised again, after what was taken
                raise Halted(await self._what_is_gone(*error.args)) from error
        return polled

    async def _what_is_gone(self, requested: Mapping[TopicPartition, int]) -> str:
        firsts = await self.consumer.beginning_offsets(requested)
        ends = await self.consumer.end_offsets(requested)
        return "; ".join(
            f"{partition.topic}-{partition.partition} was to be read from {offset} on;"
            f" it holds {firsts[partition]} to {ends[partition] - 1}"
            for partition, offset in requested.items()
        )

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Awaits the batch in flight, so that the next owner starts behind it."""
        async with self.handing_over:
            self.assignment += 1
            try:
                await self._finish_batch()
            finally:
                self.offsets.assigned.clear()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Seeks to the offsets of the database. `run` raises what fails here, because the consumer only logs it."""
        self.assignment += 1
        try:
            await self._seek(assigned)
        except TRANSIENT as error:
            self.listener_error = error

    async def _seek(self, partitions: Iterable[TopicPartition]) -> None:
        for partition in partitions:
            self.consumer.seek(partition, await self.offsets.load(partition))

    async def _hand_over(self, advances: list[OffsetAdvance]) -> None:
        """Parses the batch, awaits the one before, and begins to write. A batch after a fenced one is dropped."""
        prepared, unreadable = await self._parse(chain.from_iterable(step.records for step in advances))
        if await self._finish_batch() and advances:
            self.offsets.advance(advances)
            self.writer.begin(Batch(advances, prepared, unreadable))

    async def _parse(
        self, records: "Iterable[ConsumerRecord[bytes, bytes]]"
    ) -> tuple[list[Prepared], list[Unreadable]]:
        prepared: list[Prepared] = []
        unreadable: list[Unreadable] = []
        for number, record in enumerate(records):
            if number % RECORDS_PER_YIELD == 0:
                await asyncio.sleep(0)
            try:
                row = self.projection.read(record)
            except UNREADABLE as error:
                unreadable.append((record, error))
            else:
                if row is not None:
                    prepared.append((record, row))
        return prepared, unreadable

    async def _finish_batch(self) -> bool:
        """Whether the batch in flight, if any, was written. If it was fenced, reading resumes where the database is."""
        try:
            await self.writer.finish()
        except Fenced:
            log.warning("fenced: another process moved on", projection=self.name)
            await self._seek(list(self.offsets.assigned))
            return False
        return True

    async def _show_freshness(self) -> None:
        """Notes, now and then, which partitions are read to their end, and shows Kafka's tools how far we are.

        A restart by an operator is seen here where no record comes: a batch would be fenced by it."""
        offsets = self.offsets.assigned
        if not offsets or time.monotonic() - self.freshness_shown_at < FRESHNESS_SECONDS:
            return
        if not await self._finish_batch():
            return
        lags = {partition: self._end_offset(partition) - offset.next for partition, offset in offsets.items()}
        if all(self.consumer.highwater(partition) is not None for partition in lags):  # otherwise it tries again soon
            self.freshness_shown_at = time.monotonic()
        for partition, lag in lags.items():
            telemetry.LAG.labels(self.name, partition.topic, str(partition.partition)).set(lag)
        if not await self.offsets.mark_caught_up([partition for partition, lag in lags.items() if lag <= 0]):
            log.info("restarted: reading resumes where the database is", projection=self.projection.name)
            await self._seek(list(offsets))
        await self.consumer.commit(self.offsets.to_commit())

    def _end_offset(self, partition: TopicPartition) -> int:
        """The offset after the partition's last record; beyond any end until the broker has told it."""
        end: int | None = self.consumer.highwater(partition)
        return UNKNOWN_END_OFFSET if end is None else end
