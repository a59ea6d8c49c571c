"""Patches of two faults of aiokafka, for every client of this process, FastStream's among them."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import aiokafka
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.consumer import fetcher

from chassis.runtime.retry import raise_if_cancelled

TESTED_VERSIONS = frozenset({"0.14.0"})
"""The versions of aiokafka with which `chassis/tests/test_aiokafka_patches.py` and the fault suite passed."""


class UntestedVersion(RuntimeError):
    """The patches replace private parts of aiokafka, which another version may have changed."""


class _TolerantPartitionRecords(fetcher.PartitionRecords):  # type: ignore[misc]
    """Fetched records, of which none stops the consumer.

    aiokafka raises at a header whose name is not UTF-8, again and again at the same offset. Such a record is handed
    over empty, and becomes a dead letter that says where it stands, as does the rest of its batch, which the same
    producer wrote.
    """

    next_fetch_offset: int

    def _unpack_records(self) -> "Iterator[ConsumerRecord[bytes, bytes]]":
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError:
            offset = self.next_fetch_offset
            self.next_fetch_offset = offset + 1
            yield ConsumerRecord(self._tp.topic, self._tp.partition, offset, -1, 0, None, None, None, -1, -1, ())


async def _stop(consumer: AIOKafkaConsumer) -> None:
    """Stops all parts of a consumer, whichever of them fails.

    aiokafka cancels tasks of its own and waits for them. A task that had not begun leaves a cancellation that no caller
    requested, after which aiokafka leaves its connections open and its caller cancelled (its issue 647).
    """
    if consumer._closed:
        return
    consumer._closed = True
    try:
        async with AsyncExitStack() as closing:
            for part in (consumer._client, consumer._fetcher, consumer._coordinator):
                if part is not None:
                    closing.push_async_callback(part.close)
    except asyncio.CancelledError:
        raise_if_cancelled()


def apply_patches() -> None:
    """Replaces the faulty parts; idempotent. Raises `UntestedVersion`."""
    if aiokafka.__version__ not in TESTED_VERSIONS:
        raise UntestedVersion(
            f"aiokafka {aiokafka.__version__} was not tested with the patches in {__name__}. Install"
            f" {' or '.join(sorted(TESTED_VERSIONS))}, or run chassis/tests/test_aiokafka_patches.py and tests/faults"
            " with this version and then add it to TESTED_VERSIONS."
        )
    fetcher.PartitionRecords = _TolerantPartitionRecords
    AIOKafkaConsumer.stop = _stop
