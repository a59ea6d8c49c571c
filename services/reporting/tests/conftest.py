"""A migrated database of reporting's own, for each test."""

from collections.abc import AsyncIterator

import pytest

from chassis.database import Pool
from chassis.service import open_service_pool
from services.reporting.settings import ReportingSettings
from tests.support.databases import FreshDatabases


@pytest.fixture
async def settings(fresh_databases: FreshDatabases, monkeypatch: pytest.MonkeyPatch) -> ReportingSettings:
    for name, value in fresh_databases.variables("reporting").items():
        monkeypatch.setenv(name, value)
    return ReportingSettings.model_validate({})


@pytest.fixture
async def pool(settings: ReportingSettings) -> AsyncIterator[Pool]:
    async with open_service_pool("reporting", settings) as pool:
        yield pool


