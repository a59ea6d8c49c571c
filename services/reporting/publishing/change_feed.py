"""The change feed: every change of a public figure in order, for any number of readers with one poll for all."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from chassis.runtime.retry import retry_while_unavailable
from chassis.store.database import Pool
from services.reporting.publishing import service
from services.reporting.publishing.service import Change

POLL_SECONDS = 0.25
CHANGES_PER_QUERY = 500
RECENT_CHANGES = 5_000
"""Changes that are kept in memory. A reader that is further behind reads the database until it has caught up."""


class ChangeFeed:
    """One for each process. It polls inside `polling`, and only while there are readers."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.recent: deque[Change] = deque(maxlen=RECENT_CHANGES)
        self.latest_sequence = 0
        self.readers = 0
        self.wanted = asyncio.Event()
        self.changed = asyncio.Condition()

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[None]:
        """Serves readers for as long as the block runs."""
        self.latest_sequence = await self.latest()
        poller = asyncio.create_task(self._poll(), name="change feed")
        try:
            yield
        finally:
            poller.cancel()
            with suppress(asyncio.CancelledError):
                await poller

    async def latest(self) -> int:
        """The sequence of the newest change."""
        return await service.latest_change(self.pool)

    async def follow(self, sequence: int) -> AsyncIterator[list[Change]]:
        """The changes after `sequence`, in order and without a gap, as they come; never ends by itself."""
        self.readers += 1
        self.wanted.set()
        try:
            while True:
                changes = await self._changes_after(sequence)
                if changes:
                    yield changes
                    sequence = changes[-1].sequence
                else:
                    await self._wait(sequence)
        finally:
            self.readers -= 1
            if not self.readers:
                self.wanted.clear()

    async def _changes_after(self, sequence: int) -> list[Change]:
        if self.recent and self.recent[0].sequence <= sequence + 1:
            return [change for change in self.recent if change.sequence > sequence][:CHANGES_PER_QUERY]
        return await service.changes_after(self.pool, sequence, CHANGES_PER_QUERY)

    async def _wait(self, sequence: int) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: self.latest_sequence > sequence)

    async def _poll(self) -> None:
        while True:
            await self.wanted.wait()
            changes = await retry_while_unavailable(self._fetch)
            if changes:
                self.recent.extend(changes)
                async with self.changed:
                    self.latest_sequence = changes[-1].sequence
                    self.changed.notify_all()
            else:
                await asyncio.sleep(POLL_SECONDS)

    async def _fetch(self) -> list[Change]:
        return await service.changes_after(self.pool, self.latest_sequence, CHANGES_PER_QUERY)
