"""Records handed to a service's reactions within all their middlewares, without Kafka."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiokafka import ConsumerRecord
from faststream.kafka import TestKafkaBroker
from pydantic import SecretStr

from chassis.messaging.reaction_consumer import reaction_broker
from chassis.messaging.reactions import ReactionRouter
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool
from tests.support.records import Record, events_on

UNUSED = ServiceSettings(
    database_url=SecretStr("postgresql://unused"),
    kafka_bootstrap="unused:9092",
    public_url="http://127.0.0.1",
    issuer_url="http://127.0.0.1/issuer",
    session_secret=SecretStr("unused"),
)


Deliver = Callable[[Record], Awaitable[str]]


@asynccontextmanager
async def delivering(reactions: ReactionRouter, pool: Pool) -> AsyncIterator[Deliver]:
    """Yields a function that hands one record to the subscriber of its topic and returns the outcome.

    FastStream's test broker commits and redelivers nothing: what has to do with offsets is tested on a real broker.
    """

    async def deliver_one(record: Record) -> str:
        response = await reactions.offsets[record.topic].subscriber.process_message(consumer_record(record))
        return str(response.body)

    async with TestKafkaBroker(reaction_broker(reactions, pool, UNUSED, Progress())):
        yield deliver_one


async def deliver(reactions: ReactionRouter, pool: Pool, record: Record) -> str:
    """Hands over one record and returns the outcome."""
    async with delivering(reactions, pool) as deliver_one:
        return await deliver_one(record)


def consumer_record(record: Record) -> "ConsumerRecord[bytes, bytes]":
    """The record as aiokafka hands it over."""
    return ConsumerRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        timestamp_type=0,
        key=record.key,
        value=record.value,
        checksum=None,
        serialized_key_size=len(record.key or b""),
        serialized_value_size=len(record.value or b""),
        headers=tuple(record.headers),
    )


def on_topic(reactions: ReactionRouter, topic: str) -> ReactionRouter:
    """The same reactions to the same events on a topic of a test's own."""
    moved = ReactionRouter(reactions.service)
    for reaction in reactions.reactions.values():
        [event] = events_on(topic, [reaction.event])
        moved.on(event, reaction.lock)(reaction.handle)
    return moved
