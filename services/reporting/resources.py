"""What a running reporting service holds open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from chassis.service import Resources, open_service_pool, resources
from services.reporting.public_page.painter import Painter
from services.reporting.publishing.change_feed import ChangeFeed
from services.reporting.settings import ReportingSettings


@dataclass(frozen=True)
class ReportingResources(Resources):
    """`feed` follows the public figures for all readers of this process; `painter` draws its charts."""

    settings: ReportingSettings
    feed: ChangeFeed
    painter: Painter


Res = Annotated[ReportingResources, Depends(resources)]


@asynccontextmanager
async def open_resources(settings: ReportingSettings) -> AsyncIterator[ReportingResources]:
    """The database, the change feed and the painter; the latter two do nothing until a request needs them."""
    async with open_service_pool("reporting", settings) as pool, Painter() as painter:
        feed = ChangeFeed(pool)
        async with feed.polling():
            yield ReportingResources(settings, pool, feed, painter)
