"""What a service is, and the one command that runs any of them: `python -m services.X api|worker|migrate`."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from chassis import health, http, outbox, telemetry
from chassis.database import Pool, answers, open_pool
from chassis.health import Progress
from chassis.jobs import Jobs
from chassis.migrations import Migration, migrate, migrations_of
from chassis.projection import Projection
from chassis.reactions import Reactions
from chassis.settings import ServiceSettings

log = structlog.get_logger()


@dataclass(frozen=True)
class Resources:
    """What a running service holds open; services add their own."""

    settings: ServiceSettings
    pool: Pool


R = TypeVar("R", bound=Resources)
Loop = Callable[[R, Progress], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Service(Generic[R]):
    """A service's parts; building one opens nothing. `loops` are background passes that run until cancelled."""

    name: str
    settings: type[ServiceSettings]
    open: Callable[[Any], AbstractAsyncContextManager[R]]
    routers: Sequence[APIRouter]
    jobs: Jobs[R]
    reactions: Reactions | None = None
    projections: Sequence[Projection] = ()
    loops: Mapping[str, Loop[R]] = field(default_factory=dict)
    extra_migrations: Callable[[Any], list[tuple[SecretStr, list[Migration]]]] = field(default=lambda settings: [])

    @property
    def package(self) -> str:
        return f"services.{self.name}"


@asynccontextmanager
async def open_service_pool(name: str, settings: ServiceSettings) -> AsyncIterator[Pool]:
    """The service's own database, in the era of its cluster."""
    pool = await open_pool(settings.database_url, name)
    try:
        await pool.execute(outbox.sql.begin_era)
        yield pool
    finally:
        await pool.close()


def create_api(service: Service[R], settings: ServiceSettings, prefix: str) -> FastAPI:
    """The service's HTTP side, to be mounted at `prefix` or served there by a front door."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service.open(settings) as resources:
            app.state.resources = resources
            yield

    app = http.create_app(service.name, prefix, service.routers, lifespan, settings, service.package)
    app.include_router(health.router(Progress(), lambda: {"database": lambda: answers(app.state.resources.pool)}))
    return app


def run(service: Service[R]) -> None:
    """The command line of a service."""
    parser = argparse.ArgumentParser(prog=f"python -m {service.package}")
    parser.add_argument("command", choices=("api", "worker", "migrate"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    settings = service.settings()
    telemetry.configure_logging(service.name, settings.log_level)
    match arguments.command:
        case "api":
            prefix = "" if service.name == "reporting" else f"/{service.name}"
            uvicorn.run(create_api(service, settings, prefix), host=arguments.host, port=arguments.port,
                        root_path=prefix, log_config=None, access_log=False, proxy_headers=True)  # fmt: skip
        case "worker":
            from chassis.worker import work  # a worker needs what an api does not

            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(work(service, settings))
        case "migrate":
            asyncio.run(migrate_service(service, settings))


async def migrate_service(service: Service[R], settings: ServiceSettings) -> None:
    """Brings the service's databases to this code's schema."""
    if settings.migrator_database_url is None:
        raise SystemExit("migrate needs the migrator's database address: MINKA_<SERVICE>_MIGRATOR_DATABASE_URL")
    own = [*migrations_of("chassis"), *migrations_of(service.package)]
    for url, migrations in [(settings.migrator_database_url, own), *service.extra_migrations(settings)]:
        for name in await migrate(url, migrations):
            log.info("migrated", migration=name)
