"""The publisher: brings the public figures of the indicators that changed up to date, through the gate.

Page, interface, stream and topic read what it writes in one transaction.
"""

from chassis.store.database import Connection, Pool, lock
from services.reporting.counting.service import margins_of, mark_stale, take_stale
from services.reporting.facts.service import freshness, names
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS
from services.reporting.publishing import service
from services.reporting.publishing.domain import public_lists

PAUSE_SECONDS = 0.5
PUBLIC_FIGURES = "reporting/public figures"
"""One lock for all figures: a process that holds it may count the versions of any of them."""


async def mark_all_stale(pool: Pool) -> None:
    """Makes the publisher compare every indicator: the gate or a definition may be different since the last start."""
    await mark_stale(pool, list(INDICATORS))


async def publish(connection: Connection) -> bool:
    """Publishes what changed since the last call. Returns False: there is never more to do at once."""
    async with connection.transaction():
        await lock(connection, PUBLIC_FIGURES)
        due = await _due(connection)
        known = await names(connection) if due else {}
        for indicator in due:
            sums = await margins_of(connection, indicator.measures)
            await service.publish(connection, indicator, public_lists(indicator, sums, known))
        await service.set_looked_at(connection)
    return False


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
