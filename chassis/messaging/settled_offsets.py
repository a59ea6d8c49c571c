"""The offsets of one FastStream subscriber: remembered when a record is settled, committed at most once a second."""

import time
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener

from chassis.messaging.dead_letters.store import Record
from chassis.runtime.retry import BROKER_UNAVAILABLE

if TYPE_CHECKING:
    from faststream.kafka.subscriber.usecase import LogicSubscriber

log = structlog.get_logger()

COMMIT_SECONDS = 1.0


class SettledOffsets(ConsumerRebalanceListener):
    """`next` has, for each partition, the offset after its last settled record.

    FastStream goes on to the next record when a fault in this code left one unsettled. After such a `failure` nothing
    is settled any more, so that no later offset takes that record along; the process ends and reads it again.
    """

    subscriber: "LogicSubscriber[Any]"

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets what an earlier run of the same subscriber left."""
        self.next: dict[TopicPartition, int] = {}
        self.read: dict[TopicPartition, int] = {}
        self.at_end = time.monotonic()
        self.busy_since: float | None = None
        self.assignments = self.assignments_before_record = 0
        self.failure: BaseException | None = None

    def begin(self) -> None:
        """A record has arrived."""
        self.busy_since = time.monotonic()
        self.assignments_before_record = self.assignments

    def settle(self, record: Record, failure: BaseException | None = None) -> None:
        """The record has an outcome, or there is a failure. One that was in work while partitions came is forgotten.

        It comes again, here or where its partition is now, and the inbox recognises it.
        """
        self.failure = self.failure or failure
        if self.failure is not None:
            return
        self.busy_since = None
        if self.assignments_before_record == self.assignments:
            partition = TopicPartition(record.topic, record.partition)
            self.next[partition] = self.read[partition] = record.offset + 1

    @property
    def is_busy(self) -> bool:
        """Whether one record has been in work for longer than the time between two commits."""
        return self.busy_since is not None and time.monotonic() - self.busy_since >= COMMIT_SECONDS

    def seconds_behind(self) -> float:
        """Seconds since all that stood in the assigned partitions was settled."""
        if self._is_at_end():
            self.at_end = time.monotonic()
        return time.monotonic() - self.at_end

    def _is_at_end(self) -> bool:
        """Whether nothing is in work, and no record follows those that were settled since the last assignment.

        Where a partition had no record since then, none is unread: it would have come at once.
        """
        consumer = self.subscriber.consumer
        if consumer is None or self.busy_since is not None:
            return False
        assigned = self.read.keys() & consumer.assignment()
        return all(self.read[partition] >= (consumer.highwater(partition) or 0) for partition in assigned)

    async def commit(self) -> None:
        """Commits what is settled. What cannot be committed is so the next time, unless partitions come meanwhile.

        Then some records come again, and the inbox recognises them. A partition that has gone is left out, because the
        client would refuse the offsets of all others with it.
        """
        consumer = self.subscriber.consumer
        if consumer is None:
            return
        settled = {partition: self.next[partition] for partition in self.next.keys() & consumer.assignment()}
        self.next = {}
        settled_since = self.next
        if not settled:
            return
        try:
            await consumer.commit(settled)
        except BROKER_UNAVAILABLE as error:
            log.warning("offsets not committed", error=type(error).__name__)
            if self.next is settled_since:
                self.next = {**settled, **settled_since}

    async def on_partitions_revoked(self, revoked: Any) -> None:
        await self.commit()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        self.next = {}
        self.read = {}
        self.assignments += 1
