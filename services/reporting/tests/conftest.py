"""Reporting on a migrated database of its own, for each test."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from chassis.store.database import Pool
from contracts.event import Event, Sex
from services.reporting.app import service
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import JUNE, enrolled_people
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

GROUPS: list[Event] = [
    stories.a_programme(),
    stories.a_cohort(),
    *enrolled_people(0, 25),
    *enrolled_people(100, 3, district="060102", sex=Sex.MALE),
    *enrolled_people(200, 14, JUNE, district="060201", sex=Sex.MALE),
]


@pytest.fixture
async def site(fresh_databases: FreshDatabases) -> AsyncIterator[Site[ReportingResources]]:
    """The service's HTTP side, with the demonstration's people."""
    async with serving(service, fresh_databases.variables("reporting")) as served:
        yield served


@pytest.fixture
async def public(site: Site[ReportingResources]) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of the public, to whom the figures of three groups of people are published."""
    await fold_count_publish(site.resources.pool, *GROUPS)
    async with site.browser() as browser:
        yield browser


@pytest.fixture
def pool(site: Site[ReportingResources]) -> Pool:
    return site.resources.pool


@pytest.fixture
def migrator_url(site: Site[ReportingResources]) -> SecretStr:
    url: SecretStr = site.app.state.settings.migrator_database_url
    return url
