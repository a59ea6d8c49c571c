"""Runs a service's reactions on Kafka: a FastStream broker with the service's router and the middlewares around it."""

import asyncio

import structlog
from faststream.kafka import KafkaBroker

from chassis.messaging import kafka
from chassis.messaging.reaction_middlewares import middlewares
from chassis.messaging.reactions import ReactionRouter
from chassis.messaging.settled_offsets import COMMIT_SECONDS
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import BROKER_UNAVAILABLE, PAUSE_SECONDS
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool

log = structlog.get_logger()


async def consume(reactions: ReactionRouter, pool: Pool, settings: ServiceSettings, progress: Progress) -> None:
    """Runs until cancelled, or until a record could not be settled because of a fault in this code."""
    for offsets in reactions.offsets.values():
        offsets.reset()
    broker = reaction_broker(reactions, pool, settings, progress)
    await _wait_for_broker(reactions, settings, progress)
    try:
        await broker.start()
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            await _commit(reactions, progress)
    finally:
        for offsets in reactions.offsets.values():
            await offsets.commit()
        await broker.stop()


def reaction_broker(
    reactions: ReactionRouter, pool: Pool, settings: ServiceSettings, progress: Progress
) -> KafkaBroker:
    """The broker, not yet started. It validates no argument of a handler: each event is validated when it is read."""
    broker = KafkaBroker(
        settings.kafka_bootstrap,
        security=kafka.security(settings),
        consumer_only=True,
        allow_auto_create_topics=False,
        serializer=None,
        logger=None,
    )
    broker.include_router(reactions, middlewares=middlewares(reactions, pool, progress))
    return broker


async def _wait_for_broker(reactions: ReactionRouter, settings: ServiceSettings, progress: Progress) -> None:
    """FastStream comes back to a broker that goes away, but gives up on one that is away when it starts."""
    while not await _answers(settings):
        for topic in reactions.offsets:
            progress.beat(reactions.loop_name(topic))
        await asyncio.sleep(PAUSE_SECONDS)


async def _answers(settings: ServiceSettings) -> bool:
    try:
        await kafka.answers(settings)
    except BROKER_UNAVAILABLE as error:
        log.warning("reactions wait for the broker", error=type(error).__name__)
        return False
    return True


async def _commit(reactions: ReactionRouter, progress: Progress) -> None:
    """Commits each topic's settled offsets, and beats for the topics on which no record is stuck."""
    for topic, offsets in reactions.offsets.items():
        if offsets.failure is not None:
            raise offsets.failure
        if not offsets.is_busy:
            progress.beat(reactions.loop_name(topic))
        telemetry.LAG_SECONDS.labels(reactions.consumer, topic).set(offsets.seconds_behind())
        await offsets.commit()
