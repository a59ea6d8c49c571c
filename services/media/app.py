"""The media service's parts. Importing this opens nothing."""

from chassis.messaging.reactions import ReactionRouter
from chassis.runtime.jobs import Jobs
from chassis.service import Service
from services.media.access import ACCESS
from services.media.assets import api as assets_api
from services.media.assets import pages as assets_pages
from services.media.campaigns import api as campaigns_api
from services.media.campaigns import pages as campaigns_pages
from services.media.links import api as links_api
from services.media.links import pages as links_pages
from services.media.overview import pages as overview_pages
from services.media.platform_figures import api as platform_figures_api
from services.media.platform_figures import pages as platform_figures_pages
from services.media.publications import api as publications_api
from services.media.publications import pages as publications_pages
from services.media.reach.projection import PROJECTION, run_reach_publisher
from services.media.replicas import reactions as replicas_reactions
from services.media.resources import MediaResources, open_resources
from services.media.settings import PREFIX, MediaSettings
from services.media.visits import api as visits_api
from services.media.visits import jobs as visits_jobs

service = Service(
    name="media",
    prefix=PREFIX,
    settings=MediaSettings,
    open=open_resources,
    routers=[
        module.router
        for module in (
            visits_api,
            assets_api,
            campaigns_api,
            publications_api,
            links_api,
            platform_figures_api,
            overview_pages,
            assets_pages,
            campaigns_pages,
            publications_pages,
            links_pages,
            platform_figures_pages,
        )
    ],
    access=ACCESS,
    jobs=Jobs[MediaResources](visits_jobs.jobs),
    reactions=ReactionRouter("media", replicas_reactions.reactions),
    projections=(PROJECTION,),
    loops={"reach": run_reach_publisher},
)
