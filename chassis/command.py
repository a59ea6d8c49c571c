"""The one command that runs any service: `python -m services.X api|worker|migrate [--before|--after]`."""

import argparse
import asyncio
from collections.abc import Collection, Coroutine
from typing import Any, TypeVar

import structlog
import uvicorn
import uvloop
from pydantic import ValidationError

from chassis.arguments import Parser
from chassis.failures import (
    FAILURES,
    INTERRUPTED,
    check_address,
    in_the_language_of_the_operator,
    sentence_of_absent_migrator,
    sentence_of_migration,
    sentence_of_settings,
)
from chassis.messaging.admin import install_generation_queries
from chassis.runtime import telemetry, traces
from chassis.runtime.garbage_collection import keep_what_is_loaded
from chassis.runtime.settings import ServiceSettings
from chassis.runtime.watchdog import guarded
from chassis.service import Resources, Service, create_api
from chassis.store.migrations import ALL_HALVES, Half, chassis_migrations, migrate, migrations_of
from chassis.web import locale
from chassis.web.texts import _
from chassis.worker import work

log = structlog.get_logger()

R = TypeVar("R", bound=Resources)

STOP_SECONDS = 5
"""How long requests under way may take when the process ends; a stream would never end by itself."""


def run(service: Service[R]) -> None:
    """The command line of a service. What an operator can mend ends it with one sentence."""
    keep_what_is_loaded()
    with in_the_language_of_the_operator():
        arguments = _parse(service.package)
    try:
        settings = service.settings()
    except ValidationError as error:
        raise SystemExit(sentence_of_settings(service.name, error)) from None
    telemetry.configure_logging(service.name, settings.log_level)
    locale.use(locale.default(settings))
    match arguments.command:
        case "api":
            traces.export(f"{service.name}-api", settings.traces_url, settings.traces_share)
            serve(uvicorn.Config(create_api(service, settings), host=arguments.host, port=arguments.port,
                                 root_path=service.prefix, log_config=None, access_log=False, proxy_headers=False,
                                 timeout_graceful_shutdown=STOP_SECONDS))  # fmt: skip
        case "worker":
            traces.export(f"{service.name}-worker", settings.traces_url, settings.traces_share)
            _run(work(service, settings))
        case "migrate":
            _migrate(service, settings, arguments.halves)


def _migrate(service: Service[R], settings: ServiceSettings, halves: Collection[Half]) -> None:
    try:
        check_address(settings.migrator_database_url)
        asyncio.run(migrate_service(service, settings, halves))
    except FAILURES as error:
        raise SystemExit(sentence_of_migration(service.name, error)) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def serve(config: uvicorn.Config) -> None:
    """Serves until SIGTERM. The process ends by itself where it stands still."""
    keep_what_is_loaded()
    _run(uvicorn.Server(config).serve())


def _run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(guarded(work))


def _parse(package: str) -> argparse.Namespace:
    parser = Parser(prog=f"python -m {package}")
    commands = parser.add_subparsers(dest="command", required=True)
    api = commands.add_parser("api", help=_("serve the pages and the interface"))
    api.add_argument("--host", default="127.0.0.1")
    api.add_argument("--port", type=int, default=8000)
    commands.add_parser("worker", help=_("relay, react, project and run jobs"))
    halves = commands.add_parser("migrate", help=_("bring the databases to this code's schema"))
    chosen = halves.add_mutually_exclusive_group()
    chosen.add_argument("--before", dest="halves", action="store_const", const=[Half.BEFORE],
                        help=_("only what may be applied while the former release runs"))  # fmt: skip
    chosen.add_argument("--after", dest="halves", action="store_const", const=[Half.AFTER],
                        help=_("only what no process of the former release may still need"))  # fmt: skip
    halves.set_defaults(halves=ALL_HALVES)
    return parser.parse_args()


async def migrate_service(
    service: Service[R], settings: ServiceSettings, halves: Collection[Half] = ALL_HALVES
) -> None:
    """Brings the databases to this code's schema, or applies one half, and stores and computes what depends on it.

    Raises `MigrationError`.
    """
    if settings.migrator_database_url is None:
        raise SystemExit(sentence_of_absent_migrator(service.name))
    own = [*chassis_migrations(), *migrations_of(service.package)]
    for url, migrations in [(settings.migrator_database_url, own), *service.extra_migrations(settings)]:
        for name in await migrate(url, migrations, halves):
            log.info("migrated", migration=name)
    if service.generation_queries is not None:
        await install_generation_queries(settings.migrator_database_url, service.generation_queries)
    if service.after_migrating is not None:
        async with service.open(settings) as resources:
            await service.after_migrating(resources)
