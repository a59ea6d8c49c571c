"""The counts of the first page."""

from dataclasses import dataclass
from datetime import date

from chassis.store.database import Pool
from chassis.store.queries import queries

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Overview:
    """Assets and publications that are shown, running campaigns, and visits by people."""

    assets: int
    publications: int
    campaigns: int
    visits_today: int
    visits: int


async def get_overview(pool: Pool, today: date) -> Overview:
    """The counts as of now."""
    overview = await sql.overview.first(pool, Overview, today=today)
    assert overview is not None, "the query always returns one row"
    return overview
