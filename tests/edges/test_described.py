"""Schemathesis judges each service by all of its checks, over HTTP: what is described is what the service does."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from deploy.trial.layout import REPOSITORY
from tests.security.test_openapi_is_kept import ENDLESS, PEOPLE
from tests.support.sites import Site
from tests.support.waiting import wait_until

pytestmark = pytest.mark.edges

HERE = Path(__file__).parent
TOOL = (
    *(str(Path(sys.executable).with_name("schemathesis")), f"--config-file={HERE / 'schemathesis.toml'}"),
    *("run", "--checks=all", "--max-examples=4", "--seed=1", "--no-shrink"),
    *("--continue-on-failure", "--request-timeout=180", "--no-color", f"--exclude-path={ENDLESS}"),
)
HOOKS = {"SCHEMATHESIS_HOOKS": "tests.edges.schemathesis_hooks", "PYTHONPATH": str(REPOSITORY)}


@asynccontextmanager
async def reached_by_http(site: Site[Any]) -> AsyncIterator[str]:
    """The address of the service itself, without a gateway, until the block ends."""
    address: str = site.app.state.settings.public_url
    port = urlsplit(address).port
    assert port is not None
    server = uvicorn.Server(uvicorn.Config(site.app, port=port, lifespan="off", log_config=None))
    running = asyncio.create_task(server.serve())
    await wait_until(lambda: server.started)
    try:
        yield address
    finally:
        server.should_exit = True
        await running


async def test_a_stranger_finds_each_service_as_it_is_described(site: Site[Any], tmp_path: Path) -> None:
    async with site.browser(PEOPLE.get(site.app.title, "coordinator")) as person:
        signed_in = f"Authorization: {person.headers['authorization']}"
    async with reached_by_http(site) as address:
        asked = (f"{address}/openapi.json", f"--url={address}", f"--header={signed_in}")
        tool = await asyncio.create_subprocess_exec(
            *TOOL, *asked, cwd=tmp_path, env={**os.environ, **HOOKS}, stdout=asyncio.subprocess.PIPE
        )
        said, _nothing = await tool.communicate()
    assert tool.returncode == 0, said.decode()
