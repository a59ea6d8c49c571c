"""The current facts of owners, the names of programmes, cohorts and campaigns, and how far the sources were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from contracts.event import Event
from services.reporting.facts.domain import Names, read_fact
from services.reporting.facts.projection import NAME

sql = queries(__package__)
projections_sql = queries("chassis.messaging.projections")


class SourceFreshness(BaseModel):
    """How far one source has been read."""

    read_up_to: datetime | None = Field(description="When its latest event that was read was recorded.")
    caught_up_at: datetime | None = Field(description="When it was last read to its end.")


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A programme, cohort or campaign; a programme has the office's `code` too."""

    kind: str
    subject: str
    name: str
    code: str | None


async def freshness(connection: Connection | Pool) -> dict[str, SourceFreshness]:
    """By topic, without the topics of which nothing has been read."""
    return {
        row["topic"]: SourceFreshness(read_up_to=row["read_up_to"], caught_up_at=row["caught_up_at"])
        for row in await sql.freshness.fetch(connection, projection=NAME)
    }


async def is_behind(connection: Connection) -> bool:
    """Whether much of what the other services sent is still to be read."""
    return bool(await projections_sql.is_behind.value(connection, projection=NAME))


async def names(connection: Connection | Pool) -> Names:
    """The names of all named facts."""
    found: dict[str, dict[str, str]] = {}
    for fact in await sql.named_facts.all(connection, NamedFact):
        found.setdefault(fact.kind, {})[fact.subject] = fact.name
    return found


async def provinces_of_cohorts(connection: Connection) -> dict[str, str]:
    """Cohort → the province in which it is held."""
    return {row["cohort"]: row["province"] for row in await sql.provinces_of_cohorts.fetch(connection)}


async def programmes(connection: Connection | Pool) -> dict[str, str]:
    """Each programme's id, by its id and by its code."""
    known = [fact for fact in await sql.named_facts.all(connection, NamedFact) if fact.kind == "programme"]
    return {fact.code: fact.subject for fact in known if fact.code} | {fact.subject: fact.subject for fact in known}


async def facts_by_canonical_owner(
    connection: Connection, owners: Sequence[UUID]
) -> dict[UUID, dict[UUID, list[Event]]]:
    """Canonical owner → each owner that is counted with it, itself among them → the current facts of that one.

    It has these owners and all who are counted with them. An owner without facts has an empty list.
    """
    rows = await sql.canonical_owners.fetch(connection, owners=owners)
    canonical: dict[UUID, UUID] = {row["owner"]: row["canonical_owner"] for row in rows}
    facts: dict[UUID, dict[UUID, list[Event]]] = {}
    for owner, canonical_owner in canonical.items():
        facts.setdefault(canonical_owner, {})[owner] = []
    stored = await sql.facts_of_owners.fetch(connection, owners=list(canonical))
    for owner, of_owner in groupby(stored, itemgetter("owner")):
        facts[canonical[owner]][owner] += [read_fact(row["kind"], row["type"], row["body"]) for row in of_owner]
    return facts
