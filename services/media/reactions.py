"""What media hears from enrollment: the programmes that a campaign can be for."""

from chassis.database import Connection, queries
from chassis.reactions import Reactions
from contracts.enrollment import ProgrammePublished
from contracts.envelope import Envelope

sql = queries("services.media")
reactions = Reactions("media")


@reactions.on(ProgrammePublished)
async def hear_programme(connection: Connection, event: ProgrammePublished, envelope: Envelope) -> None:
    """Of each programme the highest version stays."""
    await connection.execute(sql.hear_programme, event.programme_id, envelope.version, event.code, event.title)
