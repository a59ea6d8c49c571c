"""History: what was known at an instant of either clock, counted again from what was said."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from contracts.event import Event
from services.reporting.answers.domain import Question
from services.reporting.counting.domain import contributions
from services.reporting.facts.domain import MODELS
from services.reporting.indicators.slices import Cell

sql = queries("services.reporting")

PREFETCHED_FACTS = 500
"""Facts that are counted before other requests get their turn."""

KINDS = {
    "enrolled": ("enrollment", "consent"),
    "attended": ("attendance",),
    "attendees": ("attendance",),
    "trained": ("completion",),
    "programme_content": ("module",),
    "programme_hours": ("module",),
    "content_published": ("publication",),
    "visits": ("reach",),
    "first_party_reach": ("reach",),
}
"""Of each indicator, the kinds of fact that its rule looks at."""

Merged = tuple[list[UUID], list[UUID]]
"""People who were counted as others, and those others."""


async def amounts_as_of(pool: Pool, question: Question) -> Counter[Cell]:
    """The cells as they would stand had nothing happened, or been recorded, after the question's instants.

    Of each thing the highest version counts that satisfies both. All cells of the question's indicator are there, and
    whatever else its facts add to.
    """
    amounts: Counter[Cell] = Counter()
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        merged = await _merged(connection, question)
        async for facts in _facts_of_wholes(connection, question, KINDS[question.indicator.id], merged):
            amounts.update(contributions(facts))
    return amounts


async def _merged(connection: Connection, question: Question) -> Merged:
    merges: list[Any] = []
    async for facts in _facts_of_wholes(connection, question, ("merge",), ([], [])):
        merges += facts
    return [merge.person_id for merge in merges], [merge.counted_as for merge in merges]


async def _facts_of_wholes(
    connection: Connection, question: Question, kinds: Sequence[str], merged: Merged
) -> AsyncIterator[list[Event]]:
    """The facts of one owner, or of people who are counted together, after the other."""
    facts: list[Event] = []
    current: UUID | None = None
    asked = (kinds, question.as_of, question.recorded_as_of, *merged)
    async for whole, event_type, body in connection.cursor(sql.facts_as_of.text, *asked, prefetch=PREFETCHED_FACTS):
        if whole != current and facts:
            yield facts
            facts = []
        current = whole
        facts.append(MODELS[event_type].model_validate_json(body))
    if facts:
        yield facts
