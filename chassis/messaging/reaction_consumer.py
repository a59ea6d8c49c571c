"""Kafka to reactions: one FastStream subscriber per topic, which acknowledges by offset, at most once a second."""

import asyncio
import time
from functools import partial
from typing import Any

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER
from faststream.security import SASLScram512

from chassis.messaging import kafka
from chassis.messaging.dead_letters import store
from chassis.messaging.reactions import Reactions
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import BROKER_UNAVAILABLE, retry_while_unavailable
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool

log = structlog.get_logger()

COMMIT_SECONDS = 1.0
FLOOD_CHECK_SECONDS = 1.0
"""Between two looks for a flood, while nothing of one's own becomes a dead letter."""


async def consume(reactions: Reactions, pool: Pool, settings: ServiceSettings, progress: Progress) -> None:
    """Runs a service's reactions until cancelled."""
    broker = KafkaBroker(settings.kafka_bootstrap, security=_security(settings), apply_types=False, logger=None,
                        allow_auto_create_topics=False)  # fmt: skip
    listeners = [TopicConsumer(reactions, pool, progress, broker, topic) for topic in sorted(reactions.topics)]
    try:
        await broker.start()
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            for listener in listeners:
                await listener.acknowledge()
    finally:
        for listener in listeners:
            await listener.acknowledge()
        await broker.stop()


class TopicConsumer(ConsumerRebalanceListener):
    """One topic's subscriber. `done` holds, per partition, the offset after the last record that is settled.

    It looks for a flood after each dead letter of its own and, as others add to it, too, now and then.
    """

    def __init__(self, reactions: Reactions, pool: Pool, progress: Progress, broker: KafkaBroker, topic: str) -> None:
        self.reactions = reactions
        self.pool = pool
        self.progress = progress
        self.loop = f"{reactions.consumer}:{topic}"
        self.done: dict[TopicPartition, int] = {}
        self.busy_since: float | None = None
        self.looks_again = 0.0
        self.subscription = broker.subscriber(
            topic,
            group_id=f"{reactions.consumer}.{topic}",
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            parser=_parse,
            decoder=_decode,
            listener=self,
            session_timeout_ms=kafka.SESSION_MILLISECONDS,
            heartbeat_interval_ms=kafka.HEARTBEAT_MILLISECONDS,
        )
        self.subscription(self.receive)

    async def receive(self, record: Any) -> None:
        """Settles one record; its offset is remembered only then.

        Must not raise: FastStream would go on with the next record, whose offset takes this one along.
        """
        self.busy_since = time.monotonic()
        if self.busy_since >= self.looks_again:
            await retry_while_unavailable(
                partial(store.wait_out_flood, self.pool, self.reactions.consumer, self.progress, self.loop)
            )
            self.looks_again = time.monotonic() + FLOOD_CHECK_SECONDS
        outcome = await self.reactions.react(self.pool, record)
        if outcome in store.KINDS:
            self.looks_again = 0.0
        telemetry.REACTED.labels(self.reactions.service, record.topic, outcome).inc()
        self.done[TopicPartition(record.topic, record.partition)] = record.offset + 1
        self.busy_since = None

    async def acknowledge(self) -> None:
        """Commits what is done; a failed commit only means that the inbox sees some records again."""
        if self.busy_since is None or time.monotonic() - self.busy_since < COMMIT_SECONDS:
            self.progress.beat(self.loop)
        consumer = self.subscription.consumer
        if consumer is None or not self.done:
            return
        done, self.done = self.done, {}
        try:
            await consumer.commit(done)
        except BROKER_UNAVAILABLE as error:
            log.warning("offsets not committed", error=type(error).__name__)

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        await self.acknowledge()

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        self.done.clear()


async def _parse(record: "ConsumerRecord[bytes, bytes]") -> KafkaMessage:
    """Never raises: FastStream's own parser fails on a null or non-UTF-8 header, and its record would be skipped."""
    return KafkaMessage(body=b"", headers={}, raw_message=record, consumer=FAKE_CONSUMER)


async def _decode(message: KafkaMessage) -> Any:
    return message.raw_message


def _security(settings: ServiceSettings) -> SASLScram512 | None:
    if settings.kafka_username is None or settings.kafka_password is None:
        return None
    return SASLScram512(settings.kafka_username, settings.kafka_password.get_secret_value())
