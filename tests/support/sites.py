"""One service served in the test's own process, with the trial's issuer and real databases."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr
from starlette.routing import BaseRoute

from chassis.runtime.settings import HttpSettings, ServiceSettings
from chassis.service import SHARED, Resources, Service, create_api
from chassis.web.auth import sign_in
from chassis.web.auth.openid import Provider
from chassis.web.pages import assets, interface
from deploy.trial import issuer_routes
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer import Issuer
from deploy.trial.issuer_app import create_issuer
from deploy.trial.layout import LOOPBACK

R = TypeVar("R", bound=Resources)

TIRELESS = "1000"
"""The rate factor of tests, who call a service far more often than anybody."""

_BUILT: dict[tuple[str, int], BaseRoute] = {}
"""The routes that FastAPI built of each router, by the application's title and the router's `id`. They are the same in
every application of that title, and building them takes as long as a test."""


EVERYWHERE = (sign_in.router, assets.router, interface.router)
"""The routers of every application."""


@dataclass(frozen=True)
class Site(Generic[R]):
    """A served service. `resources` are the service's own open resources."""

    app: FastAPI
    resources: R
    issuer: Issuer
    transport: httpx.ASGITransport

    def browser(self, person: str | None = None, **headers: str) -> httpx.AsyncClient:
        """A client signed in as a demonstration person, or as nobody. Its base address is the service's prefix."""
        if person is not None:
            found = self.issuer.find(person=person)
            assert found is not None, person
            headers["Authorization"] = f"Bearer {self.issuer.token(found)}"
        address = f"{self.app.state.settings.public_url}{self.app.state.prefix}"
        return httpx.AsyncClient(transport=self.transport, base_url=address, headers=headers)


@asynccontextmanager
async def serving(service: Service[R], environment: Mapping[str, str]) -> AsyncIterator[Site[R]]:
    """The service, started with these variables (`FreshDatabases.variables`), until the block ends."""
    settings = settings_of(service, {f"MINKA_{service.name.upper()}_RATE_FACTOR": TIRELESS} | dict(environment))
    issuer = create_issuer(_issuer_settings(settings), LOOPBACK)
    app = create_api(service, settings)
    _reuse_routes(issuer, [issuer_routes.router, *EVERYWHERE])
    _reuse_routes(app, [*service.routers, *(part.router for part in SHARED), *EVERYWHERE])
    web = create_gateway({"issuer": issuer, service.name: app})
    transport = httpx.ASGITransport(web)
    app.state.provider = Provider(settings.issuer_url, settings.client_id, transport)
    async with web.router.lifespan_context(web):
        yield Site(app, app.state.resources, issuer.state.issuer, transport)


def _reuse_routes(app: FastAPI, lasting: Sequence[APIRouter]) -> None:
    """Puts the routes of the routers that last as long as the process in the place of the same routes built anew."""
    ids = set(map(id, lasting))
    for place, route in enumerate(app.router.routes):
        router = id(getattr(route, "original_router", None))
        if router in ids:
            app.router.routes[place] = _BUILT.setdefault((app.title, router), route)


def settings_of(service: Service[Any], environment: Mapping[str, str]) -> ServiceSettings:
    """The service's settings, from these variables instead of the process's."""
    prefix = f"MINKA_{service.name.upper()}_"
    told: dict[str, Any] = {
        field: environment[prefix + field.upper()]
        for field in service.settings.model_fields
        if prefix + field.upper() in environment
    }
    return service.settings(**told)


def _issuer_settings(settings: ServiceSettings) -> HttpSettings:
    return HttpSettings(
        environment="trial",
        public_url=settings.public_url,
        issuer_url=settings.issuer_url,
        session_secret=SecretStr("the issuer of the tests, with a secret of its own"),
    )
