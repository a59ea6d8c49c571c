"""The publisher: brings the public figures of the indicators that changed up to date, through the gate.

Totals, and lists of what is not people, follow the cells. The breakdowns of people move by decision (`breakdowns.py`).
Page, interface, stream and topic read what it writes in one transaction. Withdrawn consents that were counted
before are confirmed in it.
"""

from collections.abc import Mapping

from opentelemetry.trace import SpanKind

from chassis.messaging import message_traces
from chassis.runtime.telemetry import correlated
from chassis.runtime.traces import Step
from chassis.store.database import Connection, Pool, lock
from services.reporting.counting.margins import Sums
from services.reporting.counting.service import is_counted, margins_of, mark_stale, take_stale
from services.reporting.facts.domain import Names
from services.reporting.facts.service import freshness, is_behind, names
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS, PEOPLE
from services.reporting.indicators.slices import TOTAL
from services.reporting.publishing import service
from services.reporting.publishing.breakdown_publisher import publish_breakdowns
from services.reporting.publishing.deductions import deducted_totals
from services.reporting.publishing.domain import Lists, public_lists
from services.reporting.withdrawals.service import confirm_withdrawals

PAUSE_SECONDS = 0.5
PUBLIC_FIGURES = "reporting/public figures"
"""One lock for all figures and confirmations: a process that holds it may count the versions of any of them."""


PUBLISHING = Step("publish figures", SpanKind.INTERNAL)


async def mark_all_stale(pool: Pool) -> None:
    """Makes the publisher compare every indicator: the gate or a definition may be different since the last start."""
    await mark_stale(pool, list(INDICATORS))


async def publish_and_trace(connection: Connection) -> bool:
    """As `publish`, and ends the traces of events that the published figures count: nothing of them is left to count.

    What is published carries on the newest of these traces.
    """
    projected = list(message_traces.projected_traces)
    if not projected or not await is_counted(connection):
        return await publish(connection)
    with correlated(None, projected[-1].traceparent, PUBLISHING):
        more = await publish(connection)
    message_traces.published(projected, PUBLISHING)
    return more


async def publish(connection: Connection) -> bool:
    """Publishes what changed since the last call. Returns whether there is more to do at once."""
    async with connection.transaction():
        await lock(connection, PUBLIC_FIGURES)
        due = await _due(connection)
        await confirm_withdrawals(connection)
        known = await names(connection) if due else {}
        deducted = await deducted_totals(connection) if due else {}
        for indicator in due:
            sums = await margins_of(connection, indicator.measures)
            await service.publish(connection, indicator, _live_lists(indicator, sums, known, deducted))
        unfinished = not set(PEOPLE).isdisjoint(due) and await _publish_breakdowns(connection, known)
        await service.set_looked_at(connection)
    return unfinished


def _live_lists(indicator: Indicator, sums: Sums, known: Names, deducted: Mapping[str, int]) -> Lists:
    """The total of an indicator of people, less what is deducted for those who were merged; all lists of any other."""
    if indicator not in PEOPLE:
        return public_lists(indicator, sums, known, (TOTAL, *indicator.dimensions))
    added = sums.get(indicator.id, {}).get(TOTAL, {}).get(TOTAL, 0)
    total = added + deducted.get(indicator.id, 0)
    return public_lists(indicator, {indicator.id: {TOTAL: {TOTAL: total}}}, known, (TOTAL,))


async def _publish_breakdowns(connection: Connection, known: Names) -> bool:
    """Moves the breakdowns of people, once most of what was sent is counted. Returns whether there is more to do."""
    public = await service.published_totals(connection)
    behind = await is_behind(connection)
    more = not behind and await publish_breakdowns(connection, [one for one in PEOPLE if one.id in public], known)
    if behind or more:
        await mark_stale(connection, [one.id for one in PEOPLE])
    return more


async def _due(connection: Connection) -> list[Indicator]:
    """The indicators that changed or were never published, once all their sources have been read.

    Offsets are read before the queue, as the swap of generations locks them: in another order the two could deadlock.
    """
    read = await freshness(connection)
    stale = await take_stale(connection)
    public = await service.published_totals(connection)
    return [
        indicator
        for indicator in INDICATORS.values()
        if (indicator.id in stale or indicator.id not in public) and read.keys() >= set(indicator.sources)
    ]
