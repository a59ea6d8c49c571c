"""The `type` of each problem is an address at which the documentation says what it means and what to do."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from chassis.service import create_api
from chassis.web.problems import TITLES
from deploy.trial.reference import settings_of
from deploy.trial.web import SERVICES

LANGUAGES = {"es-PE": "es", "en": "en"}


@pytest.fixture(params=SERVICES)
async def client(request: pytest.FixtureRequest) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, Any]]]:
    """A service where it is mounted, and its own description."""
    service = SERVICES[request.param]
    settings = settings_of(service)
    app = create_api(service, settings)
    transport = httpx.ASGITransport(app, root_path=service.prefix)
    async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client:
        yield client, app.openapi()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_type_leads_to_a_section(client: tuple[httpx.AsyncClient, dict[str, Any]], language: str) -> None:
    browser, document = client
    types = document["components"]["schemas"]["ProblemDetails"]["properties"]["type"]["enum"]
    assert len(types) == len(TITLES) + 1
    pages = {}
    for address in types:
        if address != "about:blank":
            page, _, section = address.partition("#")
            if page not in pages:
                pages[page] = await browser.get(page, headers={"accept": "text/html", "accept-language": language})
            assert pages[page].status_code == 200
            assert pages[page].headers["content-language"].startswith(LANGUAGES[language])
            assert re.search(rf'<h3 id="{section}">', pages[page].text), address
    assert len(pages) == 1


async def test_what_is_answered_has_such_a_type(client: tuple[httpx.AsyncClient, dict[str, Any]]) -> None:
    browser, document = client
    problem = (await browser.get(f"{document['servers'][0]['url'].rstrip('/')}/nowhere")).json()
    assert problem["type"] in document["components"]["schemas"]["ProblemDetails"]["properties"]["type"]["enum"]
    assert problem["type"].endswith("#problem-404")
