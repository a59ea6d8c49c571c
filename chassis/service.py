"""What a service is, and its HTTP side."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, FastAPI, Request
from pydantic import SecretStr

from chassis.messaging import outbox
from chassis.messaging.admin import GenerationQueries
from chassis.messaging.dead_letters import pages as dead_letters
from chassis.messaging.generations import BackgroundTask
from chassis.messaging.projections.projection import Projection
from chassis.messaging.reactions import ReactionRouter
from chassis.runtime import health, telemetry
from chassis.runtime.health import Check, Progress
from chassis.runtime.jobs import Jobs
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool, answers, open_pool
from chassis.store.migrations import Migration
from chassis.web import app
from chassis.web.access import HEALTH, Access
from chassis.web.audit_trail import api as audit_trail_api
from chassis.web.audit_trail import pages as audit_trail

SHARED = (audit_trail_api, audit_trail, dead_letters)
"""What every service has besides its own routes."""

SHARED_ACCESS: Access = {line: rates for part in SHARED for line, rates in part.ACCESS.items()}


@dataclass(frozen=True)
class Resources:
    """What a running service holds open; services add their own."""

    settings: ServiceSettings
    pool: Pool

    def checks(self) -> dict[str, Check]:
        """What both processes of the service need, to be asked whether it answers."""
        return {"database": lambda: answers(self.pool)}


R = TypeVar("R", bound=Resources)
Loop = Callable[[R, Progress], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Service(Generic[R]):
    """A service's parts; building one opens nothing.

    `prefix` is the path of its HTTP side; `access` has a line for each route of `routers`; `loops` run until cancelled.
    A service that has `background_tasks` projects into the schema `live`, may have a candidate generation, and has
    `generation_queries` to compare the two.
    `after_access` are dependencies of each route, which are called once access was checked.
    `after_migrating` computes what no migration can, of the rows that lack it; it runs after each half.
    """

    name: str
    prefix: str
    settings: type[ServiceSettings]
    open: Callable[[Any], AbstractAsyncContextManager[R]]
    routers: Sequence[APIRouter]
    access: Access
    jobs: Jobs[R]
    reactions: ReactionRouter | None = None
    projections: Sequence[Projection] = ()
    background_tasks: Mapping[str, BackgroundTask] = field(default_factory=dict)
    generation_queries: GenerationQueries | None = None
    loops: Mapping[str, Loop[R]] = field(default_factory=dict)
    after_access: Sequence[Callable[..., Any]] = ()
    after_migrating: Callable[[R], Awaitable[None]] | None = None
    extra_migrations: Callable[[Any], list[tuple[SecretStr, list[Migration]]]] = field(default=lambda settings: [])

    @property
    def package(self) -> str:
        return f"services.{self.name}"


@asynccontextmanager
async def open_service_pool(name: str, settings: ServiceSettings) -> AsyncIterator[Pool]:
    """The service's own database, in the era of its cluster."""
    async with measured_pool(settings.database_url, name) as pool:
        await outbox.begin_era(pool)
        yield pool


@asynccontextmanager
async def measured_pool(url: SecretStr, name: str) -> AsyncIterator[Pool]:
    """A pool whose connections are counted in the metrics while it is open."""
    pool = await open_pool(url, name)
    telemetry.watch_pool(name, pool)
    try:
        yield pool
    finally:
        await pool.close()


async def resources(request: Request) -> Any:
    """What the running service holds open, for its routes. A plain function would cost each request a thread."""
    return request.app.state.resources


def create_api(service: Service[R], settings: ServiceSettings) -> FastAPI:
    """The service's HTTP side, to be mounted at its prefix or served there by a front door."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service.open(settings) as resources:
            app.state.resources = resources
            yield

    checks = health.router(Progress(), lambda: api.state.resources.checks())
    routers = [*service.routers, *(part.router for part in SHARED), checks]
    access = {**service.access, **SHARED_ACCESS, **HEALTH}
    api = app.create_app(
        service.name, service.prefix, routers, lifespan, settings, service.package, access, service.after_access
    )
    return api
