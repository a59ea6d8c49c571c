"""What aiokafka does wrong, mended for every client of this process, FastStream's among them."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.consumer import fetcher

from chassis.runtime.retry import raise_if_cancelled


class _Readable(fetcher.PartitionRecords):  # type: ignore[misc]
    """Fetched records, of which none stops the reader.

    aiokafka raises at a header whose name is not UTF-8, again and again at the same place. Such a record is handed over
    empty, to be a dead letter that says where it stands. The rest of its batch, by the same producer, fares alike.
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
    """Stops all of a consumer's parts, whichever of them fails.

    aiokafka cancels tasks of its own and waits for them. One that had not begun leaves a cancellation that is nobody's,
    at which aiokafka leaves its connections open and its caller cancelled (its issue 647).
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
    """Replaces what is mended; to do so again changes nothing."""
    fetcher.PartitionRecords = _Readable
    AIOKafkaConsumer.stop = _stop
