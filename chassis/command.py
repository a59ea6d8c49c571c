"""The one command that runs any service: `python -m services.X api|worker|migrate`."""

import argparse
import asyncio
from typing import TypeVar

import structlog
import uvicorn
import uvloop

from chassis.messaging.admin import install_generation_queries
from chassis.runtime import telemetry
from chassis.runtime.settings import ServiceSettings
from chassis.service import Resources, Service, create_api
from chassis.store.migrations import migrate, migrations_of
from chassis.worker import work

log = structlog.get_logger()

R = TypeVar("R", bound=Resources)

STOP_WITHIN = 5
"""Seconds that requests under way are given at the end; who follows a stream would never go."""


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
            uvicorn.run(create_api(service, settings), host=arguments.host, port=arguments.port,
                        root_path=service.prefix, log_config=None, access_log=False, proxy_headers=True,
                        timeout_graceful_shutdown=STOP_WITHIN)  # fmt: skip
        case "worker":
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(work(service, settings))
        case "migrate":
            try:
                asyncio.run(migrate_service(service, settings))
            except OSError as error:
                raise SystemExit(f"the database of {service.name} does not answer ({error})") from None


async def migrate_service(service: Service[R], settings: ServiceSettings) -> None:
    """Brings the service's databases to this code's schema, and its queries for an operator to this code's text."""
    if settings.migrator_database_url is None:
        raise SystemExit("migrate needs the migrator's database address: MINKA_<SERVICE>_MIGRATOR_DATABASE_URL")
    own = [*migrations_of("chassis.store"), *migrations_of(service.package)]
    for url, migrations in [(settings.migrator_database_url, own), *service.extra_migrations(settings)]:
        for name in await migrate(url, migrations):
            log.info("migrated", migration=name)
    if service.generation_queries is not None:
        await install_generation_queries(settings.migrator_database_url, service.generation_queries)
