"""The change feed: every change of a public figure in order, for any number of readers with one poll between them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from chassis.store.database import TRANSIENT, Pool, Row
from chassis.store.queries import queries
from contracts.reporting import CellStatus
from services.reporting.publishing.disclosure import Figure

sql = queries("services.reporting")
log = structlog.get_logger()

POLL_SECONDS = 0.25
CHANGES_PER_QUERY = 500
RECENT_CHANGES = 5_000
"""Changes that are kept at hand; who was away for longer reads the database until it has caught up."""


@dataclass(frozen=True, slots=True)
class Change:
    """A public figure as it became."""

    sequence: int
    published_at: datetime
    indicator: str
    dimension: str
    member: str
    figure: Figure


class ChangeFeed:
    """One per process, between `polling`; it polls only while somebody follows."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.recent: deque[Change] = deque(maxlen=RECENT_CHANGES)
        self.seen = 0
        self.readers = 0
        self.wanted = asyncio.Event()
        self.moved = asyncio.Condition()

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[None]:
        """Serves readers for as long as the block runs."""
        self.seen = await self.latest()
        poller = asyncio.create_task(self._poll(), name="change feed")
        try:
            yield
        finally:
            poller.cancel()
            with suppress(asyncio.CancelledError):
                await poller

    async def latest(self) -> int:
        """The place of the newest change."""
        sequence: int = await self.pool.fetchval(sql.latest_change.text)
        return sequence

    async def follow(self, sequence: int) -> AsyncIterator[list[Change]]:
        """The changes behind this place, in order and without a gap, as they come; never ends by itself."""
        self.readers += 1
        self.wanted.set()
        try:
            while True:
                changes = await self._known_after(sequence)
                if changes:
                    yield changes
                    sequence = changes[-1].sequence
                else:
                    await self._wait(sequence)
        finally:
            self.readers -= 1
            if not self.readers:
                self.wanted.clear()

    async def _known_after(self, sequence: int) -> list[Change]:
        if self.recent and self.recent[0].sequence <= sequence + 1:
            return [change for change in self.recent if change.sequence > sequence][:CHANGES_PER_QUERY]
        return [_change(row) for row in await self.pool.fetch(sql.changes_after.text, sequence, CHANGES_PER_QUERY)]

    async def _wait(self, sequence: int) -> None:
        async with self.moved:
            await self.moved.wait_for(lambda: self.seen > sequence)

    async def _poll(self) -> None:
        while True:
            await self.wanted.wait()
            changes = await self._fetch()
            if changes:
                self.recent.extend(changes)
                async with self.moved:
                    self.seen = changes[-1].sequence
                    self.moved.notify_all()
            else:
                await asyncio.sleep(POLL_SECONDS)

    async def _fetch(self) -> list[Change]:
        try:
            return [_change(row) for row in await self.pool.fetch(sql.changes_after.text, self.seen, CHANGES_PER_QUERY)]
        except TRANSIENT as error:
            log.warning("change feed interrupted", error=type(error).__name__)
            return []


def _change(row: Row) -> Change:
    figure = Figure(row["value"], CellStatus(row["status"]), row["lower"], row["upper"])
    return Change(row["sequence"], row["published_at"], row["indicator"], row["dimension"], row["member"], figure)
