"""Reporting, composed: what the service is made of."""

from chassis.database import Pool
from chassis.health import Progress
from chassis.jobs import Jobs
from chassis.leading import lead
from chassis.service import Service
from services.reporting import people_pass, publisher
from services.reporting.api import indicators, stream
from services.reporting.pages import routes
from services.reporting.people_pass import PeoplePass
from services.reporting.projection import PROJECTION
from services.reporting.resources import ReportingResources, open_resources
from services.reporting.settings import ReportingSettings


async def count_people(pool: Pool, name: str, progress: Progress) -> None:
    """The people pass of one generation, for as long as the worker runs."""
    await lead(pool, name, PeoplePass(pool), people_pass.PAUSE, progress)


async def publish_figures(resources: ReportingResources, progress: Progress) -> None:
    """The publisher, for as long as the worker runs."""
    await publisher.look_at_all(resources.pool)
    await lead(resources.pool, "publisher", publisher.publish, publisher.PAUSE, progress)


service = Service[ReportingResources](
    name="reporting",
    prefix="",
    settings=ReportingSettings,
    open=open_resources,
    routers=(indicators.router, stream.router, routes.router),
    jobs=Jobs[ReportingResources](),
    projections=(PROJECTION,),
    passes={"people pass": count_people},
    loops={"publisher": publish_figures},
)
