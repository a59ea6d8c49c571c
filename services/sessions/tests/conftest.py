"""The sessions service on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from chassis.service import Resources
from services.sessions.app import service
from services.sessions.tests.stories import Story
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving


@pytest.fixture
def environment(fresh_databases: FreshDatabases) -> dict[str, str]:
    return fresh_databases.variables("sessions")


@pytest.fixture
async def site(environment: dict[str, str]) -> AsyncIterator[Site[Resources]]:
    async with serving(service, environment) as site:
        yield site


@pytest.fixture
async def story(site: Site[Resources]) -> AsyncIterator[Story]:
    async with Story(site) as story:
        yield story
