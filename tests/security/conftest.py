"""Each of the four services, served in the test's own process."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from deploy.trial.web import SERVICES
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving


@pytest.fixture(params=SERVICES)
async def site(
    request: pytest.FixtureRequest, fresh_databases: FreshDatabases, tmp_path: Path
) -> AsyncIterator[Site[Any]]:
    environment = fresh_databases.variables(request.param) | {"MINKA_MEDIA_STORAGE": str(tmp_path)}
    async with serving(SERVICES[request.param], environment) as served:
        yield served
