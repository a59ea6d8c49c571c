"""The composition root: everything that makes up reporting."""

from chassis.runtime.health import Progress
from chassis.runtime.jobs import Jobs
from chassis.runtime.leader import run_as_leader
from chassis.service import Service
from chassis.store.database import Pool
from services.reporting.access import ACCESS
from services.reporting.answers import api as answers_api
from services.reporting.boundaries import api as boundaries_api
from services.reporting.contract_files import api as contract_files_api
from services.reporting.counting import contribution_updater
from services.reporting.counting.contribution_updater import ContributionUpdater
from services.reporting.facts.projection import PROJECTION
from services.reporting.generations.service import GENERATION_QUERIES
from services.reporting.indicators import api as indicators_api
from services.reporting.public_page import pages as public_page_pages
from services.reporting.publishing import api as publishing_api
from services.reporting.publishing import jobs as publishing_jobs
from services.reporting.publishing import publisher
from services.reporting.resources import ReportingResources, open_resources
from services.reporting.settings import ReportingSettings
from services.reporting.site_files import api as site_files_api
from services.reporting.targets import api as targets_api
from services.reporting.targets import pages as targets_pages


async def update_contributions(pool: Pool, name: str, progress: Progress) -> None:
    """Runs the contribution updater of one generation until cancelled."""
    await run_as_leader(pool, name, ContributionUpdater(pool), contribution_updater.PAUSE_SECONDS, progress)


async def publish_figures(resources: ReportingResources, progress: Progress) -> None:
    """Runs the publisher until cancelled."""
    await publisher.mark_all_stale(resources.pool)
    await run_as_leader(resources.pool, "publisher", publisher.publish_and_trace, publisher.PAUSE_SECONDS, progress)


service = Service[ReportingResources](
    name="reporting",
    prefix="",
    settings=ReportingSettings,
    open=open_resources,
    routers=[
        module.router
        for module in (
            indicators_api,
            answers_api,
            boundaries_api,
            publishing_api,
            targets_api,
            public_page_pages,
            targets_pages,
            site_files_api,
            contract_files_api,
        )
    ],
    access=ACCESS,
    jobs=Jobs(publishing_jobs.jobs),
    projections=(PROJECTION,),
    background_tasks={"contribution updater": update_contributions},
    generation_queries=GENERATION_QUERIES,
    loops={"publisher": publish_figures},
)
