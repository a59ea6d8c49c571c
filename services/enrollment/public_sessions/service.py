"""The next sessions as everybody may read them. Nothing in them tells of a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web.pagination import Page, fetch_page
from chassis.web.parameters import EMPTY_IS_NONE
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts.days import day_of
from contracts.labels import SESSION_KINDS
from contracts.sessions import SessionKind
from contracts.territory import districts
from services.enrollment.fields import District

sql = queries(__package__)

AskedDistrict = Annotated[District | None, EMPTY_IS_NONE]
"""The district that the address of a list asks for; none for all."""

NEXT_SESSIONS = Table(
    "next_sessions",
    N_("Next sessions"),
    key="session_id",
    order="starts_at",
    columns=(
        Column("starts_at", N_("When"), "instant"),
        Column("title", N_("Session"), searched=True),
        Column("kind", N_("Kind"), labels=SESSION_KINDS, filtered=True),
        Column(
            "district",
            N_("District"),
            labels={inei: one.full_name for inei, one in districts().items()},
        ),
        Column("place", N_("Place"), searched=True),
        Column("programme", N_("Programme"), link="/public/programmes/{row.programme_id}", searched=True),
        Column("session_id", N_("Session"), "identifier", shown=False),
    ),
)


@dataclass(frozen=True, slots=True)
class NextSession:
    """A session to come. `district` is an INEI code."""

    session_id: UUID
    programme_id: UUID
    title: str
    kind: SessionKind
    starts_at: datetime
    place: str
    district: str
    programme: str


async def list_next_sessions(pool: Pool, view: View, now: datetime, district: str | None) -> Page[NextSession]:
    """Returns a page of the sessions to come that are open to the public, in one district if it is given."""
    return await fetch_page(pool, sql.next_sessions, view, NextSession, now=now, today=day_of(now), district=district)
