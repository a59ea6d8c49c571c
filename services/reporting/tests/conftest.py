"""Reporting on a migrated database of its own, for each test."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from chassis.store.database import Pool
from services.reporting.app import service
from services.reporting.resources import ReportingResources
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving


@pytest.fixture
async def site(fresh_databases: FreshDatabases) -> AsyncIterator[Site[ReportingResources]]:
    """The service's HTTP side, with the demonstration's people."""
    async with serving(service, fresh_databases.variables("reporting")) as served:
        yield served


@pytest.fixture
def pool(site: Site[ReportingResources]) -> Pool:
    return site.resources.pool


@pytest.fixture
def migrator_url(site: Site[ReportingResources]) -> SecretStr:
    url: SecretStr = site.app.state.settings.migrator_database_url
    return url
