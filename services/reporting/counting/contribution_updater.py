"""The contribution updater: recounts the owners of dirty batches, and moves the margins by what changed.

Each record of a merged person is counted as if nobody knew of the merge, and what counts twice by that is deducted in
a row of its own. So the margins move alike, whether or not somebody who enrolls was known.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID, uuid5

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from contracts.event import Event
from services.reporting.counting import service
from services.reporting.counting.contribution_codec import EMPTY, Amounts, decode, encode
from services.reporting.counting.domain import Cell, contributions, deduction, differences
from services.reporting.counting.margins import Margin, margins
from services.reporting.facts.service import facts_by_canonical_owner, is_behind
from services.reporting.indicators.members import indicators_listing
from services.reporting.indicators.registry import INDICATORS

sql = queries(__package__)
projections_sql = queries("chassis.messaging.projections")

T = TypeVar("T")

OWNERS_PER_TRANSACTION = 250
"""The facts of all of them are in memory at the same time."""

OWNERS_PER_STEP = 20 * OWNERS_PER_TRANSACTION
"""After each step the leader checks that it still leads."""

BATCHES_PER_ROUND = 100
"""A batch has up to a million owners, whose ids are in memory until the round ends."""

PAUSE_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Recount:
    """The amounts that owners add now, each by itself, what is deducted for those of them who were merged, and the
    indicators whose lists have a member that their facts name."""

    amounts: Mapping[UUID, Amounts]
    deductions: Mapping[UUID, Amounts]
    listing: set[str]


@dataclass(frozen=True, slots=True)
class Round:
    """Dirty batches, and those of their owners who are still to be counted."""

    batches: list[UUID]
    owners: list[UUID]


class BatchLost(Exception):
    """The round's batches do not exist: another process has counted them, or the generations were swapped."""


class ContributionUpdater:
    """Works in rounds: takes dirty batches, recounts all their owners in steps, and removes the batches.

    While the projection is behind, figures are late anyway and owners would be recounted for each further fact. So the
    updater waits, at most `LONGEST_WAIT_SECONDS`, and counts each owner once after its last fact.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.round = Round([], [])
        self.counted_at = time.monotonic()

    async def __call__(self, connection: Connection) -> bool:
        """Does a step of the current round, or of a new one. Returns whether there may be more to do at once."""
        if not self.round.owners and not await self._begin_round(connection):
            return False
        try:
            await self._recount(connection, self.round.owners[-OWNERS_PER_STEP:])
        except BatchLost:
            self.round.owners.clear()
            return True
        del self.round.owners[-OWNERS_PER_STEP:]
        if not self.round.owners:
            await sql.remove_batches.execute(connection, batches=self.round.batches)
        self.counted_at = time.monotonic()
        return True

    async def _begin_round(self, connection: Connection) -> bool:
        if await self._should_wait(connection):
            return False
        begun = await sql.next_batches.first(connection, Round, limit=BATCHES_PER_ROUND)
        self.round = begun or self.round
        return begun is not None

    async def _should_wait(self, connection: Connection) -> bool:
        return time.monotonic() - self.counted_at < LONGEST_WAIT_SECONDS and await is_behind(connection)

    async def _recount(self, connection: Connection, owners: Sequence[UUID]) -> None:
        """Reads and counts some owners while the contributions of those before them are written.

        The facts that are written later were read later, so no newer contribution is overwritten by an older one.
        """
        starts = range(0, len(owners), OWNERS_PER_TRANSACTION)
        first, *rest = (owners[start : start + OWNERS_PER_TRANSACTION] for start in starts)
        recount = await self._read(first)
        for some in rest:
            recount = await _overlap(self._read(some), self._write(connection, recount))
        await self._write(connection, recount)

    async def _read(self, owners: Sequence[UUID]) -> Recount:
        async with self.pool.acquire() as connection, self._round_transaction(connection):
            facts = await facts_by_canonical_owner(connection, owners)
        return _recounted(facts)

    async def _write(self, connection: Connection, recount: Recount) -> None:
        async with self._round_transaction(connection):
            # A contribution that a crash loses is counted again: its batch is removed later.
            await projections_sql.disable_synchronous_commit.execute(connection)
            moved = margins(await _keep(connection, recount))
            if moved:
                await _move_margins(connection, moved)
            if stale := _indicators_of(moved) | recount.listing:
                await service.mark_stale(connection, stale)

    @asynccontextmanager
    async def _round_transaction(self, connection: Connection) -> AsyncIterator[None]:
        """A transaction in the generation of the round's batches. Raises `BatchLost` in any other.

        The generations are swapped only between such transactions, so facts that were read in one are never written to
        the other.
        """
        async with connection.transaction():
            if not await sql.batches_exist.value(connection, batches=self.round.batches):
                raise BatchLost
            yield


async def _overlap(reading: Coroutine[Any, Any, T], writing: Coroutine[Any, Any, None]) -> T:
    """Runs both at the same time; returns what was read. A failure of either cancels the reading."""
    task = asyncio.create_task(reading)
    try:
        await writing
        return await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _recounted(facts: Mapping[UUID, Mapping[UUID, Sequence[Event]]]) -> Recount:
    """Counts each owner by itself, and those who are counted with others once more together with them."""
    amounts: dict[UUID, Amounts] = {}
    deductions: dict[UUID, Amounts] = {}
    listing: set[str] = set()
    for canonical, by_owner in facts.items():
        apart = {owner: contributions(of_owner) for owner, of_owner in by_owner.items()}
        together = [fact for of_owner in by_owner.values() for fact in of_owner]
        listing |= indicators_listing(together)
        amounts |= apart
        if len(apart) > 1:
            deductions[canonical] = deduction(contributions(together), apart.values())
    return Recount(amounts, deductions, listing)


def deduction_id(person: UUID) -> UUID:
    """The owner of what is deducted for a merged person."""
    return uuid5(person, "deduction")


async def _keep(connection: Connection, recount: Recount) -> list[tuple[Cell, int]]:
    """Stores what each owner adds. Returns the differences to what it added before, without those of deductions."""
    rows = await sql.contributions_of_owners.fetch(connection, owners=list(recount.amounts))
    stored: dict[UUID, str] = {row["owner"]: row["added"] for row in rows}
    moved: list[tuple[Cell, int]] = []
    changed: dict[UUID, tuple[str, UUID | None]] = {}
    for owner, now in recount.amounts.items():
        text, before = encode(now), stored.get(owner, EMPTY)
        if text != before:
            changed[owner] = text, None
            moved += differences(now, decode(before))
    for person in recount.deductions.keys() | {row["deduction_for"] for row in rows if row["deduction_for"]}:
        text = encode(recount.deductions.get(person, {}))
        if text != stored.get(deduction_id(person), EMPTY):
            changed[deduction_id(person)] = text, person
    if changed:
        added, deductions_for = zip(*changed.values(), strict=True)
        await sql.keep_contributions.execute(
            connection, owners=list(changed), added=list(added), deductions_for=list(deductions_for)
        )
    return moved


async def _move_margins(connection: Connection, moved: Mapping[Margin, int]) -> None:
    """In the order of the margins, so that two writers never deadlock."""
    ordered = sorted(moved)
    await sql.move_margins.execute(
        connection,
        measures=[margin.measure for margin in ordered],
        dimensions=[margin.dimension for margin in ordered],
        members=[margin.member for margin in ordered],
        differences=[moved[margin] for margin in ordered],
    )


def _indicators_of(moved: Collection[Margin]) -> set[str]:
    measures = {margin.measure for margin in moved}
    return {indicator.id for indicator in INDICATORS.values() if not measures.isdisjoint(indicator.measures)}
