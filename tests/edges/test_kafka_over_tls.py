"""The whole path over SASL_SSL: the operator's command, the relay, a projection and a reaction."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError
from pydantic import SecretStr

from chassis.messaging import kafka
from chassis.runtime.kafka_security import KafkaSecurity
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool
from chassis.tests.messaging_harness import MessagingHarness
from contracts.topics import Topic
from deploy.operator.broker import access, topics
from deploy.operator.broker.access import Access
from deploy.trial import kafka as trial_kafka
from deploy.trial.layout import LOOPBACK, free_ports
from tests.faults.servers import OwnBroker, Properties, own_broker
from tests.operator.test_compose_file import CERTIFICATES, TLS, office_of
from tests.support.certificates import Authority
from tests.support.infrastructure import Infrastructure
from tests.support.waiting import wait_until

TOPIC = Topic("sessions.tls", "sessions", ("sessions",), key="organization_id", partitions=2)


@dataclass(frozen=True)
class Broker:
    """A broker whose listener at `bootstrap` speaks TLS, and how clients reach it."""

    own: OwnBroker
    bootstrap: str
    security: KafkaSecurity

    @property
    def administrator(self) -> Access:
        known = trial_kafka.administrator(self.own.layout, self.own.credentials)
        return replace(known, bootstrap=self.bootstrap, security=self.security)


def with_tls(known: Properties, address: str, own: Properties) -> Properties:
    """The broker's properties with a listener that speaks TLS beside those of the trial, with properties of its own."""
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    return {
        **known,
        "listeners": f"{known['listeners']},TLS://{address}",
        "advertised.listeners": f"{known['advertised.listeners']},TLS://{address}",
        "listener.security.protocol.map": f"{known['listener.security.protocol.map']},TLS:SASL_SSL",
        "listener.name.tls.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.tls.scram-sha-512.sasl.jaas.config": scram,
        **{f"listener.name.tls.{name}": value for name, value in own.items()},
    }


def of_both_sides(authority: Authority, folder: Path) -> Properties:
    """The properties of a listener that asks for certificates, too."""
    certificate, key = authority.certify("broker", LOOPBACK)
    store = folder / "broker-with-key.pem"
    store.write_text(key.read_text() + certificate.read_text())
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(store),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.file),
        "ssl.client.auth": "required",
    }


def of_an_office(folder: Path) -> tuple[Properties, KafkaSecurity]:
    """The listener's properties, and the settings of a service, with certificates for this machine."""
    subprocess.run([office_of(folder) / CERTIFICATES, "localhost"], check=True, capture_output=True)
    broker, worker = (TLS["services"][name] for name in ("kafka", "sessions-worker"))
    given = [option.removeprefix("--override=").split("=", 1) for option in broker["command"][1:]]
    prefix = "listener.name.services."
    own = {name.removeprefix(prefix): value for name, value in given if name.startswith(prefix)}
    settings = {name.removeprefix("MINKA_").lower(): value for name, value in worker["environment"].items()}
    return here(own, folder), KafkaSecurity.model_validate(here(settings, folder))


def here(told: Properties, folder: Path) -> Properties:
    """The same with the secrets where the office keeps them, and not where containers see them."""
    return {name: value.replace("/run/secrets", str(folder / "secrets")) for name, value in told.items()}


@pytest.fixture
async def broker(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[Broker]:
    authority = Authority(tmp_path)
    certificate, key = authority.certify("client", LOOPBACK)
    security = KafkaSecurity(
        kafka_security_protocol="SASL_SSL",
        kafka_ca_file=authority.file,
        kafka_certificate_file=certificate,
        kafka_key_file=key,
    )
    address = f"{LOOPBACK}:{free_ports(1)[0]}"
    change = partial(with_tls, address=address, own=of_both_sides(authority, tmp_path))
    async with own_broker(infrastructure, tmp_path / "broker", change) as own:
        yield Broker(own, address, security)


@pytest.fixture
async def office(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker with the certificate that an office makes, and with what the Compose file for TLS tells each side."""
    own, security = of_an_office(tmp_path)
    address = f"localhost:{free_ports(1)[0]}"
    change = partial(with_tls, address=address, own=own)
    async with own_broker(infrastructure, tmp_path / "broker", change) as broker:
        yield Broker(broker, address, security)


def told(broker: Broker, settings: ServiceSettings, **other: object) -> ServiceSettings:
    """The settings of the service `sessions` at this broker."""
    password = SecretStr(broker.own.credentials["kafka.sessions"])
    reached = {"kafka_bootstrap": broker.bootstrap, "kafka_password": password}
    return settings.model_copy(update=reached | broker.security.model_dump() | other)


async def test_what_happens_reaches_its_readers(
    broker: Broker,
    settings: ServiceSettings,
    pool: Pool,
    migrator: Connection,
) -> None:
    await asyncio.to_thread(topics.apply, broker.administrator, [TOPIC])
    await migrator.execute("CREATE TABLE folded (subject text, version bigint, name text)")
    harness = MessagingHarness(pool, told(broker, settings), TOPIC)
    async with harness.running():
        await harness.happen("one", "two")
        await wait_until(lambda: len(harness.reacted) == 2)
        await wait_until(lambda: _folded(harness))
    assert sorted(harness.reacted) == await harness.folded() == ["one", "two"]


async def _folded(harness: MessagingHarness) -> bool:
    return len(await harness.folded()) == 2


async def test_a_broker_of_another_authority_is_not_believed(
    broker: Broker,
    settings: ServiceSettings,
    tmp_path: Path,
) -> None:
    other = Authority(tmp_path, "other")
    with pytest.raises(KafkaConnectionError):
        await kafka.answers(told(broker, settings, kafka_ca_file=other.file))
    believing = broker.security.model_copy(update={"kafka_ca_file": other.file})
    assert not await asyncio.to_thread(access.answers, replace(broker.administrator, security=believing))
    assert await asyncio.to_thread(access.answers, broker.administrator)


async def test_an_offices_services_and_tools_believe_the_certificate_that_it_made(
    office: Broker,
    settings: ServiceSettings,
) -> None:
    await kafka.answers(told(office, settings))
    assert await asyncio.to_thread(access.answers, office.administrator)
    with pytest.raises(KafkaConnectionError):
        await kafka.answers(told(office, settings, kafka_security_protocol="SASL_PLAINTEXT"))
