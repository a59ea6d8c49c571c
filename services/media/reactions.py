"""What media hears from enrollment: the programmes that a campaign can be for."""

from chassis.messaging.reactions import ReactionRouter
from chassis.store.database import Connection
from chassis.store.queries import queries
from contracts.enrollment import ProgrammePublished
from contracts.envelope import Envelope

sql = queries("services.media")
reactions = ReactionRouter("media")


@reactions.on(ProgrammePublished)
async def hear_programme(connection: Connection, event: ProgrammePublished, envelope: Envelope) -> None:
    """Of each programme the highest version stays."""
    await connection.execute(sql.hear_programme.text, event.programme_id, envelope.version, event.code, event.title)
