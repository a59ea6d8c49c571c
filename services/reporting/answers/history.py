"""Answers as of an instant of either clock: the facts as they were known then, counted again."""

from collections import Counter

from chassis.store.database import Pool
from services.reporting.answers.domain import Question
from services.reporting.counting.domain import Cell, contributions
from services.reporting.facts.history import Instants, facts_as_of


async def amounts_as_of(pool: Pool, question: Question) -> Counter[Cell]:
    """The cells without anything that happened, or was recorded, after the question's instants.

    All cells of the question's indicator are included, and those of other indicators that count the same facts.
    """
    amounts: Counter[Cell] = Counter()
    instants = Instants(question.as_of, question.recorded_as_of)
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        async for facts in facts_as_of(connection, question.indicator.fact_kinds, instants):
            amounts.update(contributions(facts))
    return amounts
