"""What a running sessions service holds open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends

from chassis.service import Resources, open_service_pool, resources
from services.sessions.settings import SessionsSettings

Res = Annotated[Resources, Depends(resources)]
"""The service's resources, as a parameter of a route."""


@asynccontextmanager
async def open_resources(settings: SessionsSettings) -> AsyncIterator[Resources]:
    """Opens the database until the block ends. This service needs nothing else."""
    async with open_service_pool("sessions", settings) as pool:
        yield Resources(settings, pool)
