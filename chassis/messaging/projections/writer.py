"""Writes one batch of a projection: offsets and effect in one transaction, bad records into quarantine."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiokafka import TopicPartition

from chassis.messaging import message_traces
from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import Record
from chassis.messaging.projections.offsets import OffsetAdvance, event_id, recorded_at
from chassis.messaging.projections.projection import Projection
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.store.database import CANDIDATE_PATH, SEARCH_PATH, TRANSIENT, Connection, Pool
from chassis.store.queries import queries

messaging_sql = queries("chassis.messaging")
sql = queries(__package__)

BEHIND_RECORDS = 1_000
"""Records of a partition that wait in the log when the projection counts as behind."""

Prepared = tuple[Record, Any]
"""A record, and what is to be written of it."""

Unreadable = tuple[Record, Exception]
"""A record, and why it cannot be read."""


class Fenced(RuntimeError):
    """Another process has moved the offsets; this one writes nothing."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction writes; `advances` has a step for each partition of the batch."""

    advances: Sequence[OffsetAdvance]
    prepared: Sequence[Prepared]
    unreadable: Sequence[Unreadable]


class ProjectionWriter:
    """Writes one batch at a time, while the next one is read.

    `name` is the loop's in health and metrics; `end_offset` returns the offset after a partition's last record.
    """

    def __init__(
        self,
        name: str,
        projection: Projection,
        pool: Pool,
        progress: Progress,
        end_offset: Callable[[TopicPartition], int],
    ) -> None:
        self.name = name
        self.projection = projection
        self.pool = pool
        self.progress = progress
        self.end_offset = end_offset
        self.writing: asyncio.Task[None] | None = None

    def begin(self, batch: Batch) -> None:
        """Begins to write a batch; the one before is finished."""
        self.writing = asyncio.create_task(self.write(batch))

    async def finish(self) -> None:
        """Waits for the batch in flight, if there is one. Raises `Fenced` where it was not the next."""
        writing, self.writing = self.writing, None
        if writing is not None:
            await writing

    async def cancel(self) -> None:
        """Ends the batch in flight, whose transaction is rolled back."""
        if self.writing is not None:
            self.writing.cancel()
            await asyncio.gather(self.writing, return_exceptions=True)

    async def write(self, batch: Batch) -> None:
        """Writes the batch. Raises `Fenced` where another process has moved an offset."""
        async with self.pool.acquire() as connection, connection.transaction():
            await sql.disable_synchronous_commit.execute(connection)
            await self._move_offsets(connection, batch.advances)
            for record, error in batch.unreadable:
                await self._quarantine(connection, record, error)
            if batch.prepared:
                await self._fold_bisecting(connection, batch.prepared)
        self.progress.resume(self.name)
        message_traces.projected(self.name, batch.prepared)
        for step in batch.advances:
            telemetry.PROJECTED.labels(self.name, step.partition.topic).inc(len(step.records))

    async def _move_offsets(self, connection: Connection, advances: Sequence[OffsetAdvance]) -> None:
        moved = await sql.move_offsets.fetch(
            connection,
            projection=self.projection.name,
            behind_records=BEHIND_RECORDS,
            topics=[step.partition.topic for step in advances],
            partitions=[step.partition.partition for step in advances],
            expected=[step.expected for step in advances],
            next=[step.next for step in advances],
            last_events=[event_id(step.records[-1]) for step in advances],
            recorded_at=[recorded_at(step.records[-1]) for step in advances],
            remaining=[self.end_offset(step.partition) - step.next for step in advances],
        )
        if len(moved) != len(advances):
            raise Fenced

    async def _fold_bisecting(self, connection: Connection, prepared: Sequence[Prepared]) -> None:
        """Folds all at once. Where that fails, folds each half on its own, until the bad record stands alone."""
        try:
            async with connection.transaction():
                await self.projection.fold(connection, [row for _, row in prepared])
        except TRANSIENT:
            raise
        except Exception as error:
            if len(prepared) < 2:
                await self._quarantine(connection, prepared[0][0], error)
                return
            middle = len(prepared) // 2
            await self._fold_bisecting(connection, prepared[:middle])
            await self._fold_bisecting(connection, prepared[middle:])

    async def _quarantine(self, connection: Connection, record: Record, error: Exception) -> None:
        await store.park(connection, self.projection.name, "quarantined", record, error)


async def redrive(projection: Projection, pool: Pool) -> int:
    """Folds again what an operator requested; the subjects' versions keep it from counting twice. Returns successes."""
    done = after = 0
    while (record := await store.next_to_redrive(pool, projection.name, after)) is not None:
        async with pool.acquire() as connection, connection.transaction():
            fold = partial(_fold_again, projection, connection, record)
            done += await store.redrive(connection, projection.name, record, fold)
        after = record.id
    return done


async def _fold_again(projection: Projection, connection: Connection, record: Record) -> None:
    """Folds the record into the candidate generation too, if one exists, because that has read past the record."""
    row = projection.read(record)
    if row is None:
        return
    await projection.fold(connection, [row])
    if await messaging_sql.candidate_exists.value(connection):
        await messaging_sql.set_search_path.execute(connection, search_path=CANDIDATE_PATH)
        await projection.fold(connection, [row])
        await messaging_sql.set_search_path.execute(connection, search_path=SEARCH_PATH)
