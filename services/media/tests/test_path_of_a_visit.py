"""From a visitor's phone over Kafka to reach: redirect, outbox, relay, projection, announcement, relay."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer

from chassis.messaging.projections.reader import project
from chassis.messaging.relay import relay
from chassis.runtime.health import Progress
from chassis.store.database import Pool
from chassis.store.queries import queries
from contracts.envelope import from_headers
from contracts.media import ReachMeasured
from services.media.reach.domain import estimate
from services.media.reach.projection import PROJECTION, run_reach_publisher
from services.media.resources import MediaResources
from services.media.tests.stories import a_link
from services.media.tests.test_redirect import visitor
from tests.support.infrastructure import Infrastructure
from tests.support.sites import Site
from tests.support.waiting import wait_until


@asynccontextmanager
async def working(resources: MediaResources) -> AsyncIterator[None]:
    """The worker's loops; the projection under a name of its own, for other tests read the topic too."""
    settings, pool, progress = resources.settings, resources.pool, Progress()
    projection = replace(PROJECTION, name=f"visits-{uuid4().hex[:8]}")
    tasks = [
        asyncio.create_task(relay("media", pool, settings, progress)),
        asyncio.create_task(project("media", projection, pool, settings, progress)),
        asyncio.create_task(run_reach_publisher(resources, progress)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Reader:
    """Somebody who reads `media.events` for one link's reach and, as every reader, keeps the highest version."""

    def __init__(self, consumer: AIOKafkaConsumer, link_id: str) -> None:
        self.consumer = consumer
        self.link_id = link_id
        self.latest: ReachMeasured | None = None
        self.version = 0

    async def has(self, people: int, bots: int, previews: int) -> bool:
        """Whether the newest state has these counts."""
        for records in (await self.consumer.getmany(timeout_ms=100)).values():
            for record in records:
                self._read(record)
        newest = self.latest
        return newest is not None and (newest.people_visits, newest.bot_visits, newest.preview_visits) == (
            people,
            bots,
            previews,
        )

    def _read(self, record: Any) -> None:
        envelope = from_headers(record.headers)
        is_ours = envelope.type == ReachMeasured.type and record.key.decode() == self.link_id
        if is_ours and envelope.version > self.version:
            self.version = envelope.version
            self.latest = ReachMeasured.model_validate_json(record.value)


@asynccontextmanager
async def reading(infrastructure: Infrastructure, link_id: str) -> AsyncIterator[Reader]:
    consumer = AIOKafkaConsumer(
        ReachMeasured.topic, bootstrap_servers=infrastructure.open_bootstrap, auto_offset_reset="earliest"
    )
    async with consumer:
        yield Reader(consumer, link_id)


async def open_link(site: Site[MediaResources], url: str) -> None:
    """12 openings by 4 people, 3 by bots, 2 previews."""
    for number in range(12):
        await visitor(site, address=f"203.0.113.{number % 4}").get(url)
    for _ in range(3):
        await visitor(site, "python-requests/2.31.0").get(url)
    for _ in range(2):
        await visitor(site, "WhatsApp/2.24.6.77 A").get(url)


async def test_visits_become_reach(site: Site[MediaResources], infrastructure: Infrastructure) -> None:
    link = await a_link(site)

    async with working(site.resources), reading(infrastructure, link["link_id"]) as reader:
        await open_link(site, link["url"])
        await wait_until(lambda: reader.has(people=12, bots=3, previews=2))

    assert reader.latest is not None
    assert estimate(base64.b64decode(reader.latest.people_sketch)) == 4


async def test_everything_sent_again_changes_nothing(
    site: Site[MediaResources], pool: Pool, infrastructure: Infrastructure
) -> None:
    link = await a_link(site)

    async with working(site.resources), reading(infrastructure, link["link_id"]) as reader:
        await open_link(site, link["url"])
        await wait_until(lambda: reader.has(people=12, bots=3, previews=2))
        await pool.execute(queries("chassis.messaging").restart_relay.text, "kafka")
        await visitor(site).get(link["url"])
        # The link's visits share a partition: what is counted now came after all that was sent again.
        await wait_until(lambda: reader.has(people=13, bots=3, previews=2))
