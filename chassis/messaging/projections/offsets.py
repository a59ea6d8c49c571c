"""Where a projection stands in its partitions, and whether the log is still the one that was read so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiokafka import ConsumerRecord, TopicPartition

from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import Record
from chassis.store.database import Pool
from chassis.store.queries import queries
from contracts.envelope import EnvelopeError, from_headers

sql = queries(__package__)

Records = Mapping[TopicPartition, "Sequence[ConsumerRecord[bytes, bytes]]"]


class Halted(RuntimeError):
    """The log is not the one that was read so far, and to go on would be a guess. An operator decides."""


@dataclass
class PartitionOffset:
    """`next` is the offset after the last record that is written or being written.

    `unverified` is the id of the event at `next` − 1, until the log has shown that it still holds that event.
    """

    next: int
    unverified: str | None


@dataclass(frozen=True, slots=True)
class OffsetAdvance:
    """The step of one partition in one batch: it reads `records`, from the offset `expected` on."""

    partition: TopicPartition
    expected: int
    records: "Sequence[ConsumerRecord[bytes, bytes]]"

    @property
    def next(self) -> int:
        last: int = self.records[-1].offset
        return last + 1


class ProjectionOffsets:
    """The offsets of the partitions that are assigned to one reader of a projection."""

    def __init__(self, projection: str, pool: Pool) -> None:
        self.projection = projection
        self.pool = pool
        self.assigned: dict[TopicPartition, PartitionOffset] = {}

    async def load(self, partition: TopicPartition) -> int:
        """Takes the partition's offset from the database and returns the one to read from.

        That is one record before `next` where a record was read before, to verify that the log is the same.
        """
        row = await sql.offset_of_partition.fetch_row(
            self.pool, projection=self.projection, topic=partition.topic, partition=partition.partition
        )
        assert row is not None, "the query creates the row"
        self.assigned[partition] = PartitionOffset(row["next"], row["last_event"])
        return int(row["next"] - (row["last_event"] is not None))

    def advances(self, polled: Records) -> list[OffsetAdvance]:
        """The steps that the polled records make. Raises `Halted` where the log is another than before."""
        return [
            OffsetAdvance(partition, offset.next, fresh)
            for partition, batch in polled.items()
            if (offset := self.assigned.get(partition)) and (fresh := verify_continuity(partition, batch, offset))
        ]

    def advance(self, advances: Iterable[OffsetAdvance]) -> None:
        """Counts the steps as being written."""
        for step in advances:
            self.assigned[step.partition].next = step.next

    async def mark_caught_up(self, partitions: Sequence[TopicPartition]) -> bool:
        """Notes in the database that these partitions are read to their end. Returns whether all still stand there."""
        noted = await sql.caught_up.fetch(
            self.pool,
            projection=self.projection,
            topics=[partition.topic for partition in partitions],
            partitions=[partition.partition for partition in partitions],
            next=[self.assigned[partition].next for partition in partitions],
        )
        return len(noted) == len(partitions)

    def to_commit(self) -> dict[TopicPartition, int]:
        """The offsets as Kafka's tools are shown them."""
        return {partition: offset.next for partition, offset in self.assigned.items()}


def verify_continuity(
    partition: TopicPartition, batch: "Sequence[ConsumerRecord[bytes, bytes]]", offset: PartitionOffset
) -> "Sequence[ConsumerRecord[bytes, bytes]]":
    """The batch without what was folded before; halts where the log shows another event than the one read last."""
    first = batch[0]
    if offset.unverified is not None:
        if first.offset == offset.next - 1 and event_id(first) != offset.unverified:
            raise Halted(
                f"{partition.topic}-{partition.partition} holds another event at {first.offset} than was read there"
            )
        if first.offset > offset.next:
            raise Halted(f"{partition.topic}-{partition.partition} has lost {offset.next} to {first.offset - 1}")
        offset.unverified = None
    return [record for record in batch if record.offset >= offset.next]


def event_id(record: Record) -> str:
    """The record's `ce_id` as it is written; `none` for a record without one."""
    written = (value.decode(errors="replace") for name, value in record.headers if name == "ce_id" and value)
    return store.storable(next(written, "none"))


def recorded_at(record: Record) -> datetime | None:
    """When the event's owner recorded it, if the record has an envelope."""
    try:
        return from_headers(record.headers).time
    except EnvelopeError:
        return None
