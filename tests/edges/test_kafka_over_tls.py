"""The whole path over SASL_SSL: the operator's command, the relay, a projection and a reaction."""

import asyncio
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
from tests.support.certificates import Authority
from tests.support.infrastructure import Infrastructure
from tests.support.waiting import wait_until

TOPIC = Topic("sessions.tls", "sessions", ("sessions",), key="organization_id", partitions=2)


@dataclass(frozen=True)
class Broker:
    """A broker whose listener at `bootstrap` speaks TLS, and asks clients for a certificate of its authority."""

    own: OwnBroker
    bootstrap: str
    authority: Authority
    security: KafkaSecurity

    @property
    def administrator(self) -> Access:
        known = trial_kafka.administrator(self.own.layout, self.own.credentials)
        return replace(known, bootstrap=self.bootstrap, security=self.security)


def with_tls(known: Properties, port: int, authority: Authority, folder: Path) -> Properties:
    """The broker's properties with a listener that speaks TLS beside those of the trial."""
    certificate, key = authority.certify("broker", LOOPBACK)
    store = folder / "broker-with-key.pem"
    store.write_text(key.read_text() + certificate.read_text())
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    own = f"TLS://{LOOPBACK}:{port}"
    return {
        **known,
        "listeners": f"{known['listeners']},{own}",
        "advertised.listeners": f"{known['advertised.listeners']},{own}",
        "listener.security.protocol.map": f"{known['listener.security.protocol.map']},TLS:SASL_SSL",
        "listener.name.tls.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.tls.scram-sha-512.sasl.jaas.config": scram,
        "listener.name.tls.ssl.keystore.type": "PEM",
        "listener.name.tls.ssl.keystore.location": str(store),
        "listener.name.tls.ssl.truststore.type": "PEM",
        "listener.name.tls.ssl.truststore.location": str(authority.file),
        "listener.name.tls.ssl.client.auth": "required",
    }


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
    [port] = free_ports(1)
    change = partial(with_tls, port=port, authority=authority, folder=tmp_path)
    async with own_broker(infrastructure, tmp_path / "broker", change) as own:
        yield Broker(own, f"{LOOPBACK}:{port}", authority, security)


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
