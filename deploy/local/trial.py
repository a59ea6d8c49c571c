"""The trial from start to end: what is prepared, what is started, in which order."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import IO, Any

import httpx

from contracts.topics import TOPICS
from deploy.broker import rules, topics, users
from deploy.local import databases, jars, kafka, postgres
from deploy.local.catalogue import SERVICES
from deploy.local.credentials import Credentials, credentials, principals
from deploy.local.extent import Extent
from deploy.local.places import LOOPBACK, REPOSITORY, Places
from deploy.local.programs import Program
from deploy.local.progress import say, step
from deploy.local.supervisor import Supervisor
from deploy.local.together import together
from deploy.local.troubles import Trouble
from deploy.local.variables import of_worker, variables

# What a new trial writes before its first event, and room to work. Bytes.
DISK_NEEDED = 1024**3

Start = Callable[[Supervisor, Credentials], Coroutine[Any, Any, None]]


async def run(places: Places, extent: Extent) -> None:
    """Start a trial and keep it until SIGTERM or Ctrl-C; whatever happens, its programs are ended in order."""
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    supervisor = Supervisor(places)
    starting = asyncio.create_task(STARTS[extent](supervisor, credentials(places.home)))
    try:
        if await _finished(starting, asked_to_stop):
            say(f"Minka is ready at {places.public_url}" if extent.has_services else "PostgreSQL and Kafka are ready")
            await supervisor.keep_until(asked_to_stop)
    finally:
        with step("Stopping"):
            await supervisor.stop()


async def start_infrastructure(supervisor: Supervisor, secrets: Credentials) -> None:
    """PostgreSQL with every database, and Kafka with every topic."""
    places = supervisor.places
    await asyncio.to_thread(_prepare, places, secrets)
    with step("Starting PostgreSQL and Kafka"):
        await supervisor.start([postgres.program(places, secrets), kafka.program(places, secrets)])
    with step("Setting up databases, topics and access"):
        await together(
            asyncio.to_thread(databases.create_all, places, secrets), asyncio.to_thread(set_up_broker, places, secrets)
        )


async def start_services(supervisor: Supervisor, secrets: Credentials) -> None:
    """The infrastructure, then the services on it."""
    await start_infrastructure(supervisor, secrets)
    environment = variables(supervisor.places, secrets)
    with step("Migrating the databases"):
        await together(*(_migrate(service, supervisor.places, environment) for service in SERVICES))
    with step("Starting the services"):
        await supervisor.start([_web(supervisor.places, environment), *_workers(supervisor.places, environment)])


async def start_with_demo(supervisor: Supervisor, secrets: Credentials) -> None:
    """The services, then the demonstration's year, entered as people would."""
    await start_services(supervisor, secrets)
    environment = variables(supervisor.places, secrets)
    if not supervisor.places.demonstration_loaded.exists():
        await _load_demonstration(environment)
    await supervisor.start([_live_demonstration(supervisor.places, environment)])


STARTS: dict[Extent, Start] = {
    Extent.INFRASTRUCTURE: start_infrastructure,
    Extent.EMPTY: start_services,
    Extent.DEMONSTRATION: start_with_demo,
}


def set_up_broker(places: Places, secrets: Credentials) -> None:
    """Bring the broker's users, topics and rules into line with the catalogue."""
    access = kafka.administrator(places, secrets)
    users.set_passwords(access, {name: secrets[f"kafka.{name}"] for name in principals()})
    topics.apply(access, TOPICS.values(), rules.open_listener_rules())


def check_disk(home: Path) -> None:
    """Raise `Trouble` where too little room is left."""
    free, megabyte = shutil.disk_usage(home).free, 1024**2
    if free < DISK_NEEDED:
        raise Trouble(f"Only {free // megabyte} MB are free at {home}; make room for {DISK_NEEDED // megabyte} MB.")


def _prepare(places: Places, secrets: Credentials) -> None:
    check_disk(places.home)
    if missing := jars.missing(places.home / "jars"):
        with step(f"Downloading {len(missing)} jars of Apache Kafka"):
            jars.fetch_missing(places.home / "jars")
    postgres.prepare(places.home, secrets)
    kafka.prepare(places, secrets)


async def _finished(starting: asyncio.Task[None], asked_to_stop: asyncio.Event) -> bool:
    """Whether the start came to its end; False where somebody asked to stop before."""
    stopping = asyncio.create_task(asked_to_stop.wait())
    await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if starting.done():
        await starting
        return True
    starting.cancel()
    await asyncio.wait([starting])
    return False


def _web(places: Places, environment: dict[str, str]) -> Program:
    """The one process that serves every service's pages and interfaces."""

    async def healthy() -> bool:
        try:
            async with httpx.AsyncClient() as client:
                answer = await client.get(f"http://{LOOPBACK}:{places.port}/health", timeout=5)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    return Program(
        name="web",
        command=(sys.executable, "-m", "deploy.local.web"),
        log=places.logs / "web.log",
        environment=environment,
        ready=healthy,
    )


def _workers(places: Places, environment: dict[str, str]) -> list[Program]:
    return [
        Program(
            name=f"{service}-worker",
            command=(sys.executable, "-m", f"services.{service}", "worker"),
            log=places.logs / f"{service}-worker.log",
            environment=of_worker(environment, service),
        )
        for service in SERVICES
    ]


def _live_demonstration(places: Places, environment: dict[str, str]) -> Program:
    """After the year is loaded life goes on, so that the page moves."""
    return Program(
        name="demonstration",
        command=(sys.executable, "-m", "deploy.cli", "demo", "--live"),
        log=places.logs / "demonstration.log",
        environment=environment,
    )


async def _migrate(service: str, places: Places, environment: dict[str, str]) -> None:
    path = places.logs / f"{service}-migrate.log"
    with path.open("ab") as log:
        code = await _run_to_end([f"services.{service}", "migrate"], environment, log)
    if code != 0:
        raise Trouble(f"Migrating {service} failed; its last words are in {path}.")


async def _load_demonstration(environment: dict[str, str]) -> None:
    if await _run_to_end(["deploy.cli", "demo"], environment) != 0:
        raise Trouble("Loading the demonstration failed; the reason stands above.")


async def _run_to_end(module: list[str], environment: dict[str, str], log: IO[bytes] | None = None) -> int:
    """Run one of our own modules, its words in a log or on this terminal; its exit code."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module), cwd=REPOSITORY, env={**os.environ, **environment}, stdout=log, stderr=log
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
