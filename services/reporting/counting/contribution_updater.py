"""The people pass: counts again whoever's facts moved, and writes the difference to what they added before."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

from chassis.store.database import Connection, Pool, columns
from chassis.store.queries import queries
from contracts.event import Event
from services.reporting.counting.contribution_codec import EMPTY, Amounts, decode, encode
from services.reporting.counting.domain import contributions
from services.reporting.counting.margins import margins
from services.reporting.facts.domain import MODELS
from services.reporting.facts.projection import is_behind
from services.reporting.indicators.members import indicators_naming
from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import Cell, Margin

sql = queries("services.reporting")
projection_sql = queries("chassis.messaging.projections")

T = TypeVar("T")

OWNERS_PER_TRANSACTION = 250
"""Of a transaction: their facts are in memory at the same time."""

OWNERS_PER_STEP = 20 * OWNERS_PER_TRANSACTION
"""Owners between two looks at whether one still leads."""

BATCHES_PER_ROUND = 100
"""Of a round. Each is of one batch: up to a million ids, for as long as the round lasts."""

PAUSE_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """What owners add now, and the indicators whose members they name."""

    added: Mapping[UUID, Amounts]
    named: set[str]


class BatchLost(Exception):
    """The round's marks do not stand here: another process counted them, or the generations have changed places."""


class ContributionUpdater:
    """Round after round: takes the marks that stand, counts all whom they mark, and removes them.

    While the log is behind, the figures are late anyway, and whoever is counted will be marked again: the pass waits,
    so that each is counted once after the last of their facts, but never longer than `LONGEST_WAIT`.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.marks: list[UUID] = []
        self.owners: list[UUID] = []
        self.counted_at = time.monotonic()

    async def __call__(self, connection: Connection) -> bool:
        """Counts some of the round's owners, of a new round where none are left. Whether there may be more."""
        if not self.owners and not await self._begin(connection):
            return False
        try:
            await self._count(connection, self.owners[-OWNERS_PER_STEP:])
        except BatchLost:
            self.owners.clear()
            return True
        del self.owners[-OWNERS_PER_STEP:]
        if not self.owners:
            await connection.execute(sql.remove_marks.text, self.marks)
        self.counted_at = time.monotonic()
        return True

    async def _begin(self, connection: Connection) -> bool:
        if await self._waits(connection):
            return False
        row = await connection.fetchrow(sql.next_marks.text, BATCHES_PER_ROUND)
        if row is None:
            return False
        self.marks, self.owners = row["marks"], row["owners"]
        return True

    async def _waits(self, connection: Connection) -> bool:
        return time.monotonic() - self.counted_at < LONGEST_WAIT_SECONDS and await is_behind(connection)

    async def _count(self, connection: Connection, owners: Sequence[UUID]) -> None:
        """Reads and counts the next while what these add is written: what is read later is never older."""
        first, *rest = (
            owners[begin : begin + OWNERS_PER_TRANSACTION] for begin in range(0, len(owners), OWNERS_PER_TRANSACTION)
        )
        counted = await self._read(first)
        for some in rest:
            counted = await _meanwhile(self._read(some), self._write(connection, counted))
        await self._write(connection, counted)

    async def _read(self, owners: Sequence[UUID]) -> _Counted:
        async with self.pool.acquire() as connection, self._within_the_round(connection):
            wholes = {row["owner"]: row["whole"] for row in await connection.fetch(sql.counted_together.text, owners)}
            rows = await connection.fetch(sql.facts_of_owners.text, list(wholes))
        facts: defaultdict[UUID, list[Event]] = defaultdict(list)
        for owner, of_owner in groupby(rows, itemgetter("owner")):
            facts[wholes[owner]] += [MODELS[row["type"]].model_validate_json(row["body"]) for row in of_owner]
        return _Counted(
            {owner: contributions(facts.get(owner, ())) for owner in wholes}, indicators_naming(facts.values())
        )

    async def _write(self, connection: Connection, counted: _Counted) -> None:
        """Keeps what each owner adds, and moves the margins by the difference to what it added before."""
        async with self._within_the_round(connection):
            await connection.execute(
                queries("chassis.messaging.projections").disable_synchronous_commit.text
            )  # what is lost is counted again
            moved = margins(await _keep(connection, counted.added))
            if moved:
                rows = [(*margin, n) for margin, n in sorted(moved.items())]
                await connection.execute(sql.move_margins.text, *columns(rows))
            if stale := _indicators(moved) | counted.named:
                await connection.execute(sql.mark_stale.text, sorted(stale))

    @asynccontextmanager
    async def _within_the_round(self, connection: Connection) -> AsyncIterator[None]:
        """A transaction in the generation that the round's marks are of: what is read in one is never written to
        another, and the generations change places only after it."""
        async with connection.transaction():
            if not await connection.fetchval(sql.marks_stand.text, self.marks):
                raise BatchLost
            yield


async def _meanwhile(reading: Coroutine[Any, Any, T], writing: Coroutine[Any, Any, None]) -> T:
    ahead = asyncio.create_task(reading)
    try:
        await writing
        return await ahead
    finally:
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)


async def _keep(connection: Connection, added: Mapping[UUID, Amounts]) -> list[tuple[Cell, int]]:
    """Keeps what each owner adds; returns the differences to what it added before."""
    rows = await connection.fetch(sql.contributions_of_owners.text, list(added))
    stood: dict[UUID, str] = {row["owner"]: row["added"] for row in rows}
    differences: list[tuple[Cell, int]] = []
    changed = []
    for owner, amounts in added.items():
        now, before = encode(amounts), stood.get(owner, EMPTY)
        if now != before:
            changed.append((owner, now))
            differences += _difference(amounts, decode(before))
    if changed:
        await connection.execute(sql.keep_contributions.text, *columns(changed))
    return differences


def _difference(now: Amounts, before: Amounts) -> Iterator[tuple[Cell, int]]:
    for cell in now.keys() | before.keys():
        if moved := now.get(cell, 0) - before.get(cell, 0):
            yield cell, moved


def _indicators(moved: Collection[Margin]) -> set[str]:
    measures = {margin.measure for margin in moved}
    return {indicator.id for indicator in INDICATORS.values() if not measures.isdisjoint(indicator.measures)}
