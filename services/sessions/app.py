"""The service put together; nothing is opened here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.jobs import Jobs
from chassis.service import Resources, Service, open_service_pool
from services.sessions.api import attendance, completion, sessions
from services.sessions.pages import calendar, checkin, home, rules
from services.sessions.reactions import reactions
from services.sessions.settings import SessionsSettings


@asynccontextmanager
async def open_resources(settings: SessionsSettings) -> AsyncIterator[Resources]:
    async with open_service_pool("sessions", settings) as pool:
        yield Resources(settings, pool)


service = Service(
    name="sessions",
    prefix="/sessions",
    settings=SessionsSettings,
    open=open_resources,
    routers=tuple(module.router for module in (sessions, attendance, completion, home, checkin, calendar, rules)),
    jobs=Jobs[Resources](),
    reactions=reactions,
)
