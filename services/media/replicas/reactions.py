"""Replicates the programmes that enrollment announces."""

from chassis.messaging.reactions import Reactions
from chassis.store.database import Connection
from contracts.enrollment import ProgrammePublished
from contracts.envelope import Envelope
from services.media.replicas import service

reactions = Reactions("media")


@reactions.on(ProgrammePublished)
async def replicate_programme(connection: Connection, event: ProgrammePublished, envelope: Envelope) -> None:
    await service.replicate_programme(connection, event, envelope.version)
