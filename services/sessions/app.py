"""The sessions service's parts. Importing this opens nothing."""

from chassis.runtime.jobs import Jobs
from chassis.service import Resources, Service
from services.sessions.access import ACCESS
from services.sessions.attendance import api as attendance_api
from services.sessions.attendance import jobs as attendance_jobs
from services.sessions.attendance import pages as attendance_pages
from services.sessions.calendar import api as calendar_api
from services.sessions.calendar import pages as calendar_pages
from services.sessions.cards import pages as cards_pages
from services.sessions.completion import api as completion_api
from services.sessions.completion import jobs as completion_jobs
from services.sessions.completion import pages as completion_pages
from services.sessions.plans import api as plans_api
from services.sessions.plans import pages as plans_pages
from services.sessions.replicas.projection import PROJECTION
from services.sessions.resources import open_resources
from services.sessions.settings import SessionsSettings

service = Service(
    name="sessions",
    prefix="/sessions",
    settings=SessionsSettings,
    open=open_resources,
    routers=[
        module.router
        for module in (
            calendar_api,
            attendance_api,
            plans_api,
            completion_api,
            calendar_pages,
            attendance_pages,
            cards_pages,
            plans_pages,
            completion_pages,
        )
    ],
    access=ACCESS,
    jobs=Jobs[Resources](attendance_jobs.jobs, completion_jobs.jobs),
    projections=(PROJECTION,),
)
