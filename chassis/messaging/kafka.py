"""Clients of Kafka: signed in where a user is set, and a producer that waits for every acknowledgement.

aiokafka's patches are applied here, before any client of the process, FastStream's among them, is created.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from chassis.messaging.aiokafka_patches import apply_patches
from chassis.runtime.settings import ServiceSettings
from contracts.topics import COMPRESSION

apply_patches()

SESSION_MILLISECONDS = 6_000
"""After this time the partitions of a killed process go to others; the shortest that a broker allows by default."""

HEARTBEAT_MILLISECONDS = 500
"""At every rebalance, the whole group waits for the slowest heartbeat."""

METADATA_MILLISECONDS = 3_000
"""A topic that was deleted and created again is noticed within this time; by default it takes five minutes."""


_SIGNING_IN = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


def connection(settings: ServiceSettings) -> dict[str, Any]:
    """aiokafka's connection arguments."""
    return {"bootstrap_servers": settings.kafka_bootstrap, **parse_security(security(settings))}


def security(settings: ServiceSettings) -> BaseSecurity:
    """How the service signs in, and whom it believes, in FastStream's words."""
    tls = settings.tls()
    uses_tls = tls is not None
    if not settings.protocol(settings.kafka_username).startswith("SASL"):
        return BaseSecurity(tls, uses_tls)
    password = settings.kafka_password.get_secret_value() if settings.kafka_password else ""
    return _SIGNING_IN[settings.kafka_sasl_mechanism](settings.kafka_username or "", password, tls, uses_tls)


@asynccontextmanager
async def producer(settings: ServiceSettings) -> AsyncIterator[AIOKafkaProducer]:
    """Idempotent, acknowledged by all replicas; aiokafka's defaults are neither."""
    client = AIOKafkaProducer(
        **connection(settings),
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_batch_size=256 * 1024,
        max_request_size=2 * 1024 * 1024,
        compression_type=COMPRESSION,
    )
    async with _started(client):
        yield client


@asynccontextmanager
async def consumer(settings: ServiceSettings, group: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer whose position never jumps: an offset out of range is an error, and nothing is committed by itself."""
    client = AIOKafkaConsumer(
        **connection(settings),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=4 * 1024 * 1024,
        metadata_max_age_ms=METADATA_MILLISECONDS,
        session_timeout_ms=SESSION_MILLISECONDS,
        heartbeat_interval_ms=HEARTBEAT_MILLISECONDS,
    )
    async with _started(client):
        yield client


@asynccontextmanager
async def _started(client: AIOKafkaProducer | AIOKafkaConsumer) -> AsyncIterator[None]:
    """Stops the client even if its start was cancelled; aiokafka's own context manager would leave it open."""
    try:
        await client.start()
        yield
    finally:
        await client.stop()


async def answers(settings: ServiceSettings) -> None:
    """Raises unless a broker accepts a connection, within two seconds for each of its answers."""
    client = AIOKafkaClient(**connection(settings), request_timeout_ms=2_000)
    try:
        await client.bootstrap()
    finally:
        await client.close()
