"""Replicates the programmes that enrollment announces."""

from chassis.messaging.reactions import ReactionRouter
from chassis.store.database import Connection
from contracts.enrollment import ProgrammeAnnounced
from contracts.envelope import Envelope
from services.media.replicas import service

reactions = ReactionRouter("media")


@reactions.on(ProgrammeAnnounced)
async def replicate_programme(connection: Connection, event: ProgrammeAnnounced, envelope: Envelope) -> None:
    await service.replicate_programme(connection, event, envelope.version)
