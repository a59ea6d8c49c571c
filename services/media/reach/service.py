"""Reads the reach of links for pages."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web.pagination import Page, all_rows
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from services.media.reach.domain import estimate

sql = queries(__package__)

MAXIMUM_DAYS = 31

DAYS = Table(
    "days",
    N_("Visits by day"),
    key="day",
    order="-day",
    columns=(
        Column("day", N_("Day"), "date"),
        Column("people_visits", N_("Visits"), "number"),
        Column("people", N_("Different people"), "number"),
        Column("preview_visits", N_("Previews"), "number"),
        Column("bot_visits", N_("Bots"), "number"),
        Column("suspected_visits", N_("Suspected"), "number"),
    ),
)


@dataclass(frozen=True, slots=True)
class ReachOfDay:
    """The visits of one link on one day, with the sketch of its distinct people."""

    day: date
    people_visits: int
    bot_visits: int
    preview_visits: int
    suspected_visits: int
    people_sketch: bytes

    @property
    def people(self) -> int:
        """How many distinct people."""
        return estimate(self.people_sketch)


async def days_of_link(pool: Pool, link_id: UUID) -> Page[ReachOfDay]:
    """The link's latest days with visits, newest first."""
    return all_rows(DAYS, await sql.days_of_link.all(pool, ReachOfDay, link_id=link_id, limit=MAXIMUM_DAYS))
