"""Where a projection stands in its partitions, and whether the log is still the one that was read so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiokafka import ConsumerRecord, TopicPartition

from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import Record
from contracts.envelope import EnvelopeError, from_headers


class Halted(RuntimeError):
    """The log is not the one that was read so far; going on would guess. An operator decides."""


@dataclass
class PartitionOffset:
    """Where a partition stands: `next` counts what is being written; `unverified` is the event before it, until the log
    has shown it."""

    next: int
    unverified: str | None


@dataclass(frozen=True, slots=True)
class OffsetAdvance:
    """A partition's step in one batch: from `expected` on, `records`."""

    partition: TopicPartition
    expected: int
    records: "Sequence[ConsumerRecord[bytes, bytes]]"

    @property
    def next(self) -> int:
        last: int = self.records[-1].offset
        return last + 1


def verify_continuity(
    partition: TopicPartition, batch: "Sequence[ConsumerRecord[bytes, bytes]]", position: PartitionOffset
) -> "Sequence[ConsumerRecord[bytes, bytes]]":
    """The batch without what was folded before; halts where the log shows another event than the one read last."""
    first = batch[0]
    if position.unverified is not None:
        if first.offset == position.next - 1 and event_id(first) != position.unverified:
            raise Halted(
                f"{partition.topic}-{partition.partition} holds another event at {first.offset} than was read there"
            )
        if first.offset > position.next:
            raise Halted(f"{partition.topic}-{partition.partition} has lost {position.next} to {first.offset - 1}")
        position.unverified = None
    return [record for record in batch if record.offset >= position.next]


def event_id(record: Record) -> str:
    """The record's id as written, or a mark for one that has none."""
    written = (value.decode(errors="replace") for name, value in record.headers if name == "ce_id" and value)
    return store.storable(next(written, "none"))


def recorded_at(record: Record) -> datetime | None:
    """When its owner recorded it, where it says so."""
    try:
        return from_headers(record.headers).time
    except EnvelopeError:
        return None
