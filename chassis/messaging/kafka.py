"""Clients of Kafka: SCRAM where a user is set, and a producer that waits for every acknowledgement.

aiokafka's patches are applied here, before any client of the process, FastStream's among them, is created.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient

from chassis.messaging.aiokafka_patches import apply_patches
from chassis.runtime.settings import ServiceSettings

apply_patches()

SESSION_MILLISECONDS = 6_000
"""After this time the partitions of a killed process go to others; the shortest that a broker allows by default."""

HEARTBEAT_MILLISECONDS = 500
"""At every rebalance, the whole group waits for the slowest heartbeat."""

METADATA_MILLISECONDS = 3_000
"""A topic that was deleted and created again is noticed within this time; by default it takes five minutes."""


def connection(settings: ServiceSettings) -> dict[str, Any]:
    """aiokafka's connection arguments."""
    arguments: dict[str, Any] = {"bootstrap_servers": settings.kafka_bootstrap}
    if settings.kafka_username is not None and settings.kafka_password is not None:
        arguments |= {
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    return arguments


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
        compression_type="lz4",
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
