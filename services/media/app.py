"""The media service's parts. Importing this opens nothing."""

from chassis.service import Service
from services.media import folding
from services.media.api import assets, campaigns, figures, files, links, publications, redirect
from services.media.pages import assets as asset_pages
from services.media.pages import campaigns as campaign_pages
from services.media.pages import figures as figure_pages
from services.media.pages import home
from services.media.pages import links as link_pages
from services.media.pages import publications as publication_pages
from services.media.periodic import jobs
from services.media.reactions import reactions
from services.media.resources import MediaResources, open_resources
from services.media.settings import MediaSettings

service: Service[MediaResources] = Service(
    name="media",
    prefix="/media",
    settings=MediaSettings,
    open=open_resources,
    routers=(
        redirect.router,
        files.router,
        assets.router,
        campaigns.router,
        publications.router,
        links.router,
        figures.router,
        home.router,
        asset_pages.router,
        campaign_pages.router,
        publication_pages.router,
        link_pages.router,
        figure_pages.router,
    ),
    jobs=jobs,
    reactions=reactions,
    projections=(folding.PROJECTION,),
    loops={"reach": folding.announce},
)
