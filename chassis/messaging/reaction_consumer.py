"""Runs a service's reactions on Kafka: a FastStream broker with the service's router and the middlewares around it."""

import asyncio

from faststream.kafka import KafkaBroker
from faststream.security import SASLScram512

from chassis.messaging.reaction_middlewares import middlewares
from chassis.messaging.reactions import ReactionRouter
from chassis.messaging.settled_offsets import COMMIT_SECONDS
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool


async def consume(reactions: ReactionRouter, pool: Pool, settings: ServiceSettings, progress: Progress) -> None:
    """Runs until cancelled, or until a record could not be settled because of a fault in this code."""
    for offsets in reactions.offsets.values():
        offsets.reset()
    broker = reaction_broker(reactions, pool, settings, progress)
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
        security=_security(settings),
        consumer_only=True,
        allow_auto_create_topics=False,
        serializer=None,
        logger=None,
    )
    broker.include_router(reactions, middlewares=middlewares(reactions, pool, progress))
    return broker


async def _commit(reactions: ReactionRouter, progress: Progress) -> None:
    """Commits each topic's settled offsets, and beats for the topics on which no record is stuck."""
    for topic, offsets in reactions.offsets.items():
        if offsets.failure is not None:
            raise offsets.failure
        if not offsets.is_busy:
            progress.beat(reactions.loop_name(topic))
        await offsets.commit()


def _security(settings: ServiceSettings) -> SASLScram512 | None:
    if settings.kafka_username is None or settings.kafka_password is None:
        return None
    return SASLScram512(settings.kafka_username, settings.kafka_password.get_secret_value())
