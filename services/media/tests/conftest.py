"""The media service on a database and a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.store.database import Pool
from services.media.app import service
from services.media.resources import MediaResources
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving


@pytest.fixture
async def site(fresh_databases: FreshDatabases, tmp_path: Path) -> AsyncIterator[Site[MediaResources]]:
    environment = fresh_databases.variables("media") | {"MINKA_MEDIA_STORAGE": str(tmp_path / "files")}
    async with serving(service, environment) as site:
        yield site


@pytest.fixture
def pool(site: Site[MediaResources]) -> Pool:
    return site.resources.pool
