"""Replicated programmes, written by reactions and read by campaigns. Of each the highest version is kept."""

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from contracts.enrollment import ProgrammeAnnounced

sql = queries(__package__)


async def replicate_programme(connection: Connection, event: ProgrammeAnnounced, version: int) -> None:
    """Stores the programme unless a newer version is stored."""
    fields = event.model_dump(include={"programme_id", "code", "title"})
    await sql.replicate_programme.execute(connection, version=version, **fields)


async def programme_choices(pool: Pool) -> list[tuple[str, str]]:
    """The known programmes, by title, as a form offers them."""
    return [(str(row["programme_id"]), row["title"]) for row in await sql.programmes.fetch(pool)]
