"""The start of a trial: preparing and starting its programs in order, until they are stopped."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import IO, Any

import httpx

from chassis.web.texts import _, ngettext
from contracts.topics import TOPICS
from deploy.operator.broker import topics, users
from deploy.operator.catalogue import SERVICES, principals
from deploy.operator.errors import OperatorError
from deploy.trial import databases, jars, kafka, postgres
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.gather import gather_all
from deploy.trial.layout import REPOSITORY, TrialLayout
from deploy.trial.program import Program
from deploy.trial.progress import say, step
from deploy.trial.start_mode import StartMode
from deploy.trial.supervisor import Supervisor
from deploy.trial.variables import of_worker, variables

DISK_NEEDED = 1024**3
"""Bytes: the files of a new trial, and some room for data."""

Start = Callable[[Supervisor, Credentials], Coroutine[Any, Any, None]]


async def run(layout: TrialLayout, mode: StartMode) -> None:
    """Starts a trial and runs it until SIGTERM or Ctrl-C. Its programs are stopped in order in any case."""
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    supervisor = Supervisor(layout)
    starting = asyncio.create_task(STARTS[mode](supervisor, credentials(layout.home)))
    try:
        if await _finished(starting, asked_to_stop):
            ready = _("Minka is ready at %(url)s", url=layout.public_url)
            say(ready if mode.has_services else _("PostgreSQL and Kafka are ready"))
            await supervisor.keep_until(asked_to_stop)
    finally:
        with step(_("Stopping")):
            await supervisor.stop()


async def start_infrastructure(supervisor: Supervisor, secrets: Credentials) -> None:
    """PostgreSQL with every database, and Kafka with every topic."""
    layout = supervisor.layout
    await asyncio.to_thread(_prepare, layout, secrets)
    with step(_("Starting PostgreSQL and Kafka")):
        await supervisor.start([postgres.program(layout, secrets), kafka.program(layout, secrets)])
    with step(_("Setting up databases, topics and access")):
        await gather_all(
            asyncio.to_thread(databases.create_all, layout, secrets), asyncio.to_thread(set_up_broker, layout, secrets)
        )


async def start_services(supervisor: Supervisor, secrets: Credentials) -> None:
    """The infrastructure, then the services."""
    await start_infrastructure(supervisor, secrets)
    environment = variables(supervisor.layout, secrets)
    with step(_("Migrating the databases")):
        await gather_all(*(_migrate(service, supervisor.layout, environment) for service in SERVICES))
    with step(_("Starting the services")):
        await supervisor.start([_web(supervisor.layout, environment), *_workers(supervisor.layout, environment)])


async def start_with_demo(supervisor: Supervisor, secrets: Credentials) -> None:
    """The services, then the demonstration's year, entered through the same interfaces as people use."""
    await start_services(supervisor, secrets)
    environment = variables(supervisor.layout, secrets)
    if not supervisor.layout.demonstration_loaded.exists():
        await _load_demonstration(environment)
    await supervisor.start([_live_demonstration(supervisor.layout, environment)])


STARTS: dict[StartMode, Start] = {
    StartMode.INFRASTRUCTURE: start_infrastructure,
    StartMode.EMPTY: start_services,
    StartMode.DEMONSTRATION: start_with_demo,
}


def set_up_broker(layout: TrialLayout, secrets: Credentials) -> None:
    """Brings the broker's users, topics and rules into line with the catalogue."""
    access = kafka.administrator(layout, secrets)
    users.set_passwords(access, {name: secrets[f"kafka.{name}"] for name in principals()})
    topics.apply(access, TOPICS.values(), kafka.open_listener_rules())


def check_disk(home: Path) -> None:
    """Raises `OperatorError` when too little disk space is free."""
    free, megabyte = shutil.disk_usage(home).free, 1024**2
    if free < DISK_NEEDED:
        raise OperatorError(
            _(
                "Only %(free)d MB are free at %(folder)s; make room for %(needed)d MB.",
                free=free // megabyte,
                folder=home,
                needed=DISK_NEEDED // megabyte,
            )
        )


def _prepare(layout: TrialLayout, secrets: Credentials) -> None:
    check_disk(layout.home)
    if missing := jars.missing(layout.home / "jars"):
        number = len(missing)
        with step(
            ngettext("Downloading %(num)d jar of Apache Kafka", "Downloading %(num)d jars of Apache Kafka", number)
        ):
            jars.fetch_missing(layout.home / "jars")
    postgres.prepare(layout.home, secrets)
    kafka.prepare(layout, secrets)


async def _finished(starting: asyncio.Task[None], asked_to_stop: asyncio.Event) -> bool:
    """Whether the start succeeded; False when a stop was requested before."""
    stopping = asyncio.create_task(asked_to_stop.wait())
    await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if starting.done():
        await starting
        return True
    starting.cancel()
    await asyncio.wait([starting])
    return False


def _web(layout: TrialLayout, environment: dict[str, str]) -> Program:
    """The one process that serves every service's pages and interfaces."""
    return Program(
        name="web",
        command=(sys.executable, "-m", "deploy.trial.web"),
        log=layout.logs / "web.log",
        environment=environment,
        ready=partial(_is_ready, layout.health_addresses["web"]),
    )


def _workers(layout: TrialLayout, environment: dict[str, str]) -> list[Program]:
    return [
        Program(
            name=f"{service}-worker",
            command=(sys.executable, "-m", f"services.{service}", "worker"),
            log=layout.logs / f"{service}-worker.log",
            environment=of_worker(environment, service),
            ready=partial(_is_ready, layout.health_addresses[f"{service}-worker"]),
        )
        for service in SERVICES
    ]


async def _is_ready(address: str) -> bool:
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(address, timeout=5)).is_success
    except httpx.HTTPError:
        return False


def _live_demonstration(layout: TrialLayout, environment: dict[str, str]) -> Program:
    """Adds visits after the year is loaded, so that the figures on the page change."""
    return Program(
        name="demonstration",
        command=(sys.executable, "-m", "deploy.trial.demo", "--live"),
        log=layout.logs / "demonstration.log",
        environment=environment,
    )


async def _migrate(service: str, layout: TrialLayout, environment: dict[str, str]) -> None:
    path = layout.logs / f"{service}-migrate.log"
    with path.open("ab") as log:
        code = await _run_to_end([f"services.{service}", "migrate"], environment, log)
    if code != 0:
        raise OperatorError(
            _("Migrating %(service)s failed; its last messages are in %(file)s.", service=service, file=path)
        )


async def _load_demonstration(environment: dict[str, str]) -> None:
    if await _run_to_end(["deploy.trial.demo"], environment) != 0:
        raise OperatorError(_("Loading the demonstration failed; the reason is above."))


async def _run_to_end(module: list[str], environment: dict[str, str], log: IO[bytes] | None = None) -> int:
    """Runs a module with its output in a log or on this terminal. Returns its exit code."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module), cwd=REPOSITORY, env={**os.environ, **environment}, stdout=log, stderr=log
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
