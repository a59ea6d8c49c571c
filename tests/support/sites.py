"""One service served in the test's own process, with the trial's issuer and real databases."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.routing import BaseRoute

from chassis.runtime.settings import HttpSettings, ServiceSettings
from chassis.service import Resources, Service, create_api
from chassis.web.auth.openid import Provider
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer import Issuer
from deploy.trial.issuer_app import create_issuer
from deploy.trial.layout import LOOPBACK

R = TypeVar("R", bound=Resources)

TIRELESS = "1000"
"""The rate factor of tests, who call a service far more often than anybody."""

_BUILT: dict[int, BaseRoute] = {}
"""The routes that FastAPI built of each router, by the router's `id`. They are the same in every application of a
service, and building them takes as long as a test."""


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
    _reuse_routes(app, service)
    web = create_gateway({"issuer": issuer, service.name: app})
    transport = httpx.ASGITransport(web)
    app.state.provider = Provider(settings.issuer_url, settings.client_id, transport)
    async with web.router.lifespan_context(web):
        yield Site(app, app.state.resources, issuer.state.issuer, transport)


def _reuse_routes(app: FastAPI, service: Service[Any]) -> None:
    routes = app.router.routes
    routers = {id(router) for router in service.routers}
    for place, route in enumerate(routes):
        router = id(getattr(route, "original_router", None))
        if router in routers:
            routes[place] = _BUILT.setdefault(router, route)


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
