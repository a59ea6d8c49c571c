"""PostgreSQL and Kafka of the tests from the images of docker-compose.yml, set up as in the trial."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import docker
import yaml
from docker.errors import NotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from deploy.operator.broker.access import answers
from deploy.trial import databases, kafka, postgres, startup
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.layout import LOOPBACK, REPOSITORY, TrialLayout
from tests.support.waiting import wait_until

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
SETTINGS = "/mnt/shared/config"
TIMEOUT_SECONDS = 120.0


def is_running(home: Path) -> bool:
    return all(_status(home, service) == "running" for service in ("postgres", "kafka"))


def start(layout: TrialLayout) -> None:
    """Starts both, sets them up, and records their layout."""
    # Several processes share them and the last one ends them. Ryuk would end them with the first one.
    testcontainers_config.ryuk_disabled = True
    layout = layout.with_inner_ports()
    secrets = credentials(layout.home)
    for container in (_postgres(layout, secrets), _kafka(layout, secrets)):
        container.start()
    asyncio.run(_until_ready(layout, secrets))
    databases.create_all(layout, secrets)
    startup.set_up_broker(layout, secrets)
    layout.record()


def end(home: Path) -> None:
    """Removes both and their data."""
    for service in ("postgres", "kafka"):
        try:
            docker.from_env().containers.get(_name(home, service)).remove(force=True, v=True)
        except NotFound:
            continue


def _postgres(layout: TrialLayout, secrets: Credentials) -> DockerContainer:
    settings = COMPOSE["postgres"]
    return (
        _container(layout, "postgres", {5432: layout.postgres_port})
        .with_command(settings["command"])
        .with_env("POSTGRES_PASSWORD", secrets["postgres"])
        .with_env("POSTGRES_INITDB_ARGS", settings["environment"]["POSTGRES_INITDB_ARGS"])
    )


def _kafka(layout: TrialLayout, secrets: Credentials) -> DockerContainer:
    """The broker of docker-compose.yml with an open listener in addition, both reachable from this machine."""
    people, services = layout.kafka_port, layout.inner_ports["kafka-services"]
    listeners = f"OPEN://:{people},SERVICES://:{services},CONTROLLER://{LOOPBACK}:9093"
    advertised = f"OPEN://{LOOPBACK}:{people},SERVICES://{LOOPBACK}:{services}"
    overrides = (f"--override=listeners={listeners}", f"--override=advertised.listeners={advertised}")
    return (
        _container(layout, "kafka", {people: people, services: services})
        .with_command([f"{SETTINGS}/start", *overrides])
        .with_volume_mapping(str(REPOSITORY / "deploy/compose/kafka"), SETTINGS)
        .with_volume_mapping(str(_secrets_folder(layout.home, secrets)), "/run/secrets")
    )


def _container(layout: TrialLayout, service: str, ports: dict[int, int]) -> DockerContainer:
    container = DockerContainer(COMPOSE[service]["image"]).with_name(_name(layout.home, service))
    for inner, outer in ports.items():
        container.ports[f"{inner}/tcp"] = (LOOPBACK, outer)  # type: ignore[assignment] # docker takes addresses too
    return container


def _secrets_folder(home: Path, secrets: Credentials) -> Path:
    """The two passwords as files that the broker's user can read. The mode of the home keeps other users out."""
    folder = home / "secrets"
    folder.mkdir(exist_ok=True)
    (folder / "MINKA_ADMIN_KAFKA_PASSWORD").write_text(secrets["kafka.administrator"])
    (folder / "KAFKA_CONTROLLER_PASSWORD").write_text(secrets["kafka.controller"])
    return folder


async def _until_ready(layout: TrialLayout, secrets: Credentials) -> None:
    address, access = postgres.superuser_url(layout, secrets), kafka.administrator(layout, secrets)
    await wait_until(lambda: postgres.accepts_connections(address), TIMEOUT_SECONDS)
    await wait_until(lambda: answers(access), TIMEOUT_SECONDS)


def _name(home: Path, service: str) -> str:
    return f"minka-tests-{hashlib.sha256(str(home).encode()).hexdigest()[:8]}-{service}"


def _status(home: Path, service: str) -> str:
    try:
        return str(docker.from_env().containers.get(_name(home, service)).status)
    except NotFound:
        return "missing"
