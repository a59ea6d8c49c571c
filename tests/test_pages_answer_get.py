"""A reload after a form's mistake is no dead end: every page's address that takes a form answers GET too."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.routing import APIRoute

from chassis.service import SHARED, Service, create_api
from chassis.web.auth import sign_in
from deploy.trial.reference import settings_of
from deploy.trial.web import SERVICES

ADDRESS = "http://localhost:8000"


def page_routes(service: Service[Any]) -> Iterator[APIRoute]:
    for router in (*service.routers, *(part.router for part in SHARED), sign_in.router):
        for route in router.routes:
            if isinstance(route, APIRoute) and not route.include_in_schema:
                yield route


def shape(path: str) -> str:
    return re.sub(r"{[^}]*}", "{}", path)


@pytest.mark.parametrize("name", list(SERVICES))
async def test_every_address_of_a_form_leads_to_a_page(name: str) -> None:
    service = SERVICES[name]
    app = create_api(service, settings_of(service))
    root = app.state.prefix
    routes = list(page_routes(service))
    pages = [route for route in routes if "GET" in (route.methods or ())]
    forms = [route.path for route in routes if "POST" in (route.methods or ())]
    lone = {path for path in forms if shape(path) not in {shape(page.path) for page in pages}}
    assert lone, "the check has lost its subject"
    transport = httpx.ASGITransport(app, root_path=root)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"accept": "text/html"}) as browser:
        for path in lone:
            address = re.sub(r"{[^}]*}", str(UUID(int=7)), path)
            answer = await browser.get(f"{root}{address}")
            assert answer.status_code == 303, path
            above = answer.headers["location"].removeprefix(root)
            assert address.startswith(above)
            assert any(page.path_regex.match(above) for page in pages), f"{path} leads to {above}"
