"""What a running media service holds open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from chassis.service import Resources, open_service_pool, resources
from services.media.assets.storage import Storage, open_store
from services.media.links.link_cache import LinkCache
from services.media.settings import MediaSettings
from services.media.visits.domain import VisitorClassifier
from services.media.visits.salts import Salts


@dataclass(frozen=True)
class MediaResources(Resources):
    """The database, the files, and what the redirect keeps in memory."""

    storage: Storage
    links: LinkCache
    salts: Salts
    visitors: VisitorClassifier


Res = Annotated[MediaResources, Depends(resources)]
"""The service's resources, as a parameter of a route."""


@asynccontextmanager
async def open_resources(settings: MediaSettings) -> AsyncIterator[MediaResources]:
    """Opens the database and the store of files until the block ends."""
    async with open_service_pool("media", settings) as pool:
        storage = Storage(open_store(settings))
        yield MediaResources(settings, pool, storage, LinkCache(pool), Salts(pool), VisitorClassifier())
