"""Reporting, composed: what the service is made of."""

from chassis.messaging.admin import GenerationQueries
from chassis.runtime.health import Progress
from chassis.runtime.jobs import Jobs
from chassis.runtime.leader import run_as_leader
from chassis.service import Service
from chassis.store.database import Pool
from chassis.store.queries import queries
from services.reporting import people_pass, publisher
from services.reporting.api import indicators, stream
from services.reporting.pages import routes
from services.reporting.people_pass import PeoplePass
from services.reporting.projection import PROJECTION
from services.reporting.resources import ReportingResources, open_resources
from services.reporting.settings import ReportingSettings

sql = queries(__package__)


async def count_people(pool: Pool, name: str, progress: Progress) -> None:
    """The people pass of one generation, for as long as the worker runs."""
    await run_as_leader(pool, name, PeoplePass(pool), people_pass.PAUSE, progress)


async def publish_figures(resources: ReportingResources, progress: Progress) -> None:
    """The publisher, for as long as the worker runs."""
    await publisher.look_at_all(resources.pool)
    await run_as_leader(resources.pool, "publisher", publisher.publish, publisher.PAUSE, progress)


service = Service[ReportingResources](
    name="reporting",
    prefix="",
    settings=ReportingSettings,
    open=open_resources,
    routers=(indicators.router, stream.router, routes.router),
    jobs=Jobs[ReportingResources](),
    projections=(PROJECTION,),
    background_tasks={"people pass": count_people},
    generation_queries=GenerationQueries(sql.differences, sql.missing_in_candidate),
    loops={"publisher": publish_figures},
)
