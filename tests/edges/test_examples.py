"""The readers of `docs/examples`, run as their page says: they follow the rules of listeners in four languages."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from chassis.tests.two_types import NEWER_TYPE, two_types
from contracts.enrollment import OrganizationRegistered
from contracts.topics import COMPRESSION, Topic
from deploy.operator.broker import topics
from deploy.trial import kafka as trial_kafka
from deploy.trial.layout import LOOPBACK, REPOSITORY, free_ports
from tests.edges.test_kafka_over_tls import of_both_sides, with_tls
from tests.faults.servers import own_broker
from tests.support.certificates import Authority
from tests.support.infrastructure import Infrastructure
from tests.support.records import Record, record_of
from tests.support.trials import Trial
from tests.support.waiting import wait_until

pytestmark = pytest.mark.edges

EXAMPLES = REPOSITORY / "docs" / "examples"
TOOLCHAINS = {"Python": ("python3",), "JavaScript": ("node", "npm"), "Go": ("go",), "Java": ("java", "mvn")}
SECTION = re.compile(r"^## (\w+)\n\n```\n(.*?)```", re.MULTILINE | re.DOTALL)

TOPIC = Topic("reporting.examples", "reporting", ("subscriber",), key="organization_id", partitions=3)
FORMER = OrganizationRegistered.type
UPDATED, NEW, ALONE = UUID(int=1), UUID(int=2), UUID(int=3)
NAME = "Asociación <Ñuñunhuayo> & Cía."

Settings = dict[str, str]
"""Of a reader, which are environment variables."""


@dataclass(frozen=True)
class Reader:
    """A program, in a copy of its folder where its libraries are installed."""

    command: str
    folder: Path

    def read(self, broker: Settings, *arguments: str) -> tuple[list[dict[str, Any]], str]:
        """The states that it prints, and what it says of types that it passed over."""
        ended = run(f"{self.command} {' '.join(arguments)}", self.folder, broker)
        return [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr


def run(commands: str, folder: Path, environment: Settings) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, **environment}
    ended = subprocess.run(["bash", "-euc", commands], cwd=folder, env=told, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended


@pytest.fixture(scope="module", params=TOOLCHAINS)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The program of one language; all but the last command of its section prepare it."""
    if absent := [tool for tool in TOOLCHAINS[request.param] if shutil.which(tool) is None]:
        pytest.skip(f"the reader in {request.param} did not run: this machine has no {' and no '.join(absent)}")
    enter, *prepare, command = dict(SECTION.findall((EXAMPLES / "README.md").read_text()))[request.param].splitlines()
    original = REPOSITORY / enter.removeprefix("cd ")
    folder = tmp_path_factory.mktemp("examples") / original.name
    shutil.copytree(original, folder, ignore=shutil.ignore_patterns(".venv", "node_modules", "target"))
    run("\n".join(prepare), folder, {})
    return Reader(command, folder)


def signed_in(bootstrap: str, protocol: str, password: str) -> Settings:
    """The settings of the user that an office gives to outsiders."""
    user = {"KAFKA_USERNAME": "subscriber", "KAFKA_PASSWORD": password}
    return {"KAFKA_BOOTSTRAP": bootstrap, "KAFKA_SECURITY_PROTOCOL": protocol, **user}


async def test_the_figures_on_the_topic_are_the_published_ones(trial: Trial, reader: Reader) -> None:
    broker = signed_in(trial.layout.services_bootstrap, "SASL_PLAINTEXT", trial.credentials["kafka.subscriber"])
    published = {f"{one['id']}/all/total/total": total(trial, one["id"]) for one in trial.get("/api/indicators").json()}
    assert published["enrolled/all/total/total"][1]

    def are_read() -> bool:
        read = {one["subject"]: (one["data"]["status"], one["data"]["value"]) for one in reader.read(broker)[0]}
        return published.items() <= read.items()

    await wait_until(are_read)


def total(trial: Trial, indicator: str) -> tuple[str, int | None]:
    [row] = trial.get(f"/api/indicators/{indicator}").json()["rows"]
    return row["status"], row["value"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """The settings for a broker over TLS, on whose topic a type is being replaced."""
    folder = tmp_path_factory.mktemp("broker")
    authority = Authority(folder)
    [port] = free_ports(1)

    own_properties = {**of_both_sides(authority, folder), "ssl.client.auth": "none"}
    change = partial(with_tls, address=f"{LOOPBACK}:{port}", own=own_properties)
    async with own_broker(infrastructure, folder / "broker", change) as own:
        administrator = trial_kafka.administrator(own.layout, own.credentials)
        await asyncio.to_thread(topics.apply, administrator, [TOPIC], trial_kafka.open_listener_rules())
        await send_all(own.layout.open_bootstrap)
        settings = signed_in(f"{LOOPBACK}:{port}", "SASL_SSL", own.credentials["kafka.subscriber"])
        yield settings | {"KAFKA_CA_FILE": str(authority.file)}


async def send_all(bootstrap: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type=COMPRESSION) as producer:
        for record in sent():
            await producer.send_and_wait(TOPIC.name, record.value, record.key, headers=record.headers)


def sent() -> Iterator[Record]:
    """One thing is told by the former type, then by both, and its first record comes again; another by both; a third
    by the newer type alone, as no service of ours would do it."""
    types = two_types(TOPIC.name)
    both = (types.newer.type, types.former.type)
    yield record_of(types.as_former(UPDATED, "before"))
    for organization_id, version in ((UPDATED, 2), (NEW, 1)):
        for form in types.as_both(organization_id, NAME).forms():
            yield record_of(form, version, sent_as=both)
    yield record_of(types.as_former(UPDATED, "before"))
    yield record_of(types.as_both(ALONE, NAME))


def test_a_reader_of_the_former_type_misses_nothing_that_is_sent_as_both(broker: Settings, reader: Reader) -> None:
    states, said = reader.read(broker, TOPIC.name, FORMER)
    assert states == [state(UPDATED, 2, FORMER), state(NEW, 1, FORMER)]
    assert said == f"passed over 1 of {NEWER_TYPE}\n"


def test_a_reader_of_both_types_keeps_the_newer_record(broker: Settings, reader: Reader) -> None:
    states, said = reader.read(broker, TOPIC.name, FORMER, NEWER_TYPE)
    assert states == [state(UPDATED, 2, NEWER_TYPE), state(NEW, 1, NEWER_TYPE), state(ALONE, 1, NEWER_TYPE)]
    assert said == ""


def state(organization_id: UUID, version: int, event_type: str) -> dict[str, Any]:
    types = two_types(TOPIC.name)
    event = (types.as_former if event_type == FORMER else types.as_both)(organization_id, NAME)
    data = event.model_dump(mode="json")
    return {"subject": str(organization_id), "version": version, "type": event_type, "data": data}
