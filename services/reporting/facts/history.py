"""History: the facts as they were known at an instant of either clock."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.store.database import Connection
from chassis.store.queries import queries
from contracts.event import Event
from services.reporting.facts.domain import read_fact
from services.reporting.facts.projection import MERGE

sql = queries(__package__)

PREFETCHED_FACTS = 500
"""Facts that are counted before other requests get their turn."""


class Instants(NamedTuple):
    """Facts that happened after `as_of`, or were recorded after `recorded_as_of`, are left out; None is now."""

    as_of: datetime | None
    recorded_as_of: datetime | None


async def facts_as_of(
    connection: Connection, kinds: Sequence[str], instants: Instants
) -> AsyncIterator[Sequence[Event]]:
    """The facts of these kinds, those of one canonical owner after the other; merges count as they were known then."""
    merges: list[Any] = []
    async for facts in _facts_as_of(connection, (MERGE,), instants, [], []):
        merges += facts
    persons = [merge.person_id for merge in merges]
    async for facts in _facts_as_of(connection, kinds, instants, persons, [merge.counted_as for merge in merges]):
        yield facts


async def _facts_as_of(
    connection: Connection,
    kinds: Sequence[str],
    instants: Instants,
    persons: Sequence[UUID],
    counted_as: Sequence[UUID],
) -> AsyncIterator[Sequence[Event]]:
    values = sql.facts_as_of.arguments(
        {"kinds": kinds, **instants._asdict(), "persons": persons, "counted_as": counted_as}
    )
    facts: list[Event] = []
    current: UUID | None = None
    async for owner, *fact in connection.cursor(sql.facts_as_of.text, *values, prefetch=PREFETCHED_FACTS):
        if owner != current and facts:
            yield facts
            facts = []
        current = owner
        facts.append(read_fact(*fact))
    if facts:
        yield facts
