"""What a running media service holds open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chassis.service import Resources, open_service_pool
from services.media.doors import Doors
from services.media.salts import Salts
from services.media.settings import MediaSettings
from services.media.storage import Storage
from services.media.visitors import Visitors


@dataclass(frozen=True)
class MediaResources(Resources):
    """The database, the files, and what the redirect remembers."""

    storage: Storage
    doors: Doors
    salts: Salts
    visitors: Visitors


@asynccontextmanager
async def open_resources(settings: MediaSettings) -> AsyncIterator[MediaResources]:
    """The database and the folder, until the block ends."""
    async with open_service_pool("media", settings) as pool:
        yield MediaResources(settings, pool, Storage(settings.storage), Doors(pool), Salts(pool), Visitors())
