"""How far the projections of a service are behind, as its database knows it: also of one that stands still."""

from chassis.runtime import telemetry
from chassis.store.database import Pool
from chassis.store.queries import queries

sql = queries(__package__)


async def measure(pool: Pool) -> None:
    """Shows in the metrics how long ago each projection was at the end of each of its topics."""
    for row in await sql.seconds_behind.fetch(pool):
        telemetry.LAG_SECONDS.labels(row["projection"], row["topic"]).set(row["seconds"])
