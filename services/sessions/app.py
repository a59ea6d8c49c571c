"""The service put together; nothing is opened here."""

from chassis.runtime.jobs import Jobs
from chassis.service import Resources, Service
from services.sessions.api import attendance, completion, sessions
from services.sessions.pages import calendar, checkin, home, rules
from services.sessions.reactions import reactions
from services.sessions.resources import open_resources
from services.sessions.settings import SessionsSettings

service = Service(
    name="sessions",
    prefix="/sessions",
    settings=SessionsSettings,
    open=open_resources,
    routers=tuple(module.router for module in (sessions, attendance, completion, home, checkin, calendar, rules)),
    jobs=Jobs[Resources](),
    reactions=reactions,
)
