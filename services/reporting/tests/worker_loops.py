"""A worker's loops on a topic of the test's own, and a producer of records of another service."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from pydantic import SecretStr

from chassis.messaging import kafka
from chassis.messaging.generations import run_candidate
from chassis.messaging.projections.projection import Recorded
from chassis.messaging.projections.reader import project
from chassis.messaging.relay import relay
from chassis.runtime.health import Progress
from chassis.runtime.leader import run_as_leader
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool
from contracts.envelope import to_headers
from contracts.topics import Topic
from services.reporting.app import update_contributions
from services.reporting.facts.projection import PROJECTION
from services.reporting.publishing import publisher
from tests.support.infrastructure import Infrastructure
from tests.support.records import events_on


@asynccontextmanager
async def running_worker(pool: Pool, settings: ServiceSettings, topic: Topic) -> AsyncIterator[None]:
    """The loops of a worker, on a topic of the test's own."""
    projection = replace(PROJECTION, name=f"test-{topic.name}", events=events_on(topic.name, PROJECTION.events))
    progress = Progress()
    loops = [
        project("reporting", projection, pool, settings, progress),
        update_contributions(pool, "contribution updater", progress),
        run_candidate(
            "reporting", (projection,), {"contribution updater": update_contributions}, pool, settings, progress
        ),
        run_as_leader(pool, "publisher", publisher.publish, publisher.PAUSE_SECONDS, progress),
        relay("reporting", pool, settings, progress),
    ]
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def produce(
    infrastructure: Infrastructure, settings: ServiceSettings, topic: Topic, records: Sequence[Recorded]
) -> None:
    """Writes events as their owner's relay does, after a record that cannot be read."""
    access = infrastructure.access("enrollment")
    owner = settings.model_copy(
        update={"kafka_username": access.username, "kafka_password": SecretStr(access.password or "")}
    )
    async with kafka.producer(owner) as producer:
        await producer.send_and_wait(topic.name, b"\x00\xff", key=b"nobody", headers=[("ce_id", b"\xff")])
        for record in records:
            await producer.send_and_wait(
                topic.name,
                record.event.model_dump_json().encode(),
                key=record.envelope.partition_key.encode(),
                headers=to_headers(record.envelope),
            )
