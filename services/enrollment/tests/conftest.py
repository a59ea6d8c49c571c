"""The enrollment service on databases of its own."""

from collections.abc import AsyncIterator

import pytest

from services.enrollment.app import service
from services.enrollment.resources import EnrollmentResources
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving


@pytest.fixture
def environment(fresh_databases: FreshDatabases) -> dict[str, str]:
    return fresh_databases.variables("enrollment")


@pytest.fixture
async def site(environment: dict[str, str]) -> AsyncIterator[Site[EnrollmentResources]]:
    async with serving(service, environment) as site:
        yield site


@pytest.fixture
def resources(site: Site[EnrollmentResources]) -> EnrollmentResources:
    return site.resources
