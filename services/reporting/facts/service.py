"""What is known of the sources: how far each was read, and what it calls its programmes, cohorts and campaigns."""

from datetime import datetime

from pydantic import BaseModel, Field

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from services.reporting.facts.projection import NAME

sql = queries("services.reporting")


class SourceFreshness(BaseModel):
    """How far one source has been read."""

    read_up_to: datetime | None = Field(description="When its latest event that was read was recorded.")
    caught_up_at: datetime | None = Field(description="When it was last read to its end.")


async def freshness(connection: Connection | Pool) -> dict[str, SourceFreshness]:
    """By topic; a source that has not been read is not there."""
    rows = await connection.fetch(sql.freshness.text, NAME)
    return {
        row["topic"]: SourceFreshness(read_up_to=row["read_up_to"], caught_up_at=row["caught_up_at"]) for row in rows
    }


async def names(connection: Connection | Pool) -> dict[str, dict[str, str]]:
    """Dimension → id → name."""
    found: dict[str, dict[str, str]] = {}
    for row in await connection.fetch(sql.names.text):
        found.setdefault(row["dimension"], {})[row["member"]] = row["name"]
    return found


async def programme_codes(pool: Pool) -> dict[str, str]:
    """The office's code of each programme → its id."""
    return {row["code"]: row["member"] for row in await pool.fetch(sql.names.text) if row["dimension"] == "programme"}
