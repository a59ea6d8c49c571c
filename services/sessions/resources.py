"""What a running sessions service holds open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.service import Resources, open_service_pool
from services.sessions.settings import SessionsSettings


@asynccontextmanager
async def open_resources(settings: SessionsSettings) -> AsyncIterator[Resources]:
    """The database, until the block ends; this service needs nothing else."""
    async with open_service_pool("sessions", settings) as pool:
        yield Resources(settings, pool)
