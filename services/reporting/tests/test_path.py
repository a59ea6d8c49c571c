"""From a record in Kafka to a public number, and on to the topic of outcomes, by the worker's own loops."""

import asyncio
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer

from chassis.runtime.settings import ServiceSettings
from contracts.envelope import from_headers
from contracts.reporting import OutcomePublished
from contracts.topics import REPORTING_OUTCOMES
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id, recorded
from services.reporting.tests.worker_loops import produce, running_worker
from services.reporting.tests.worker_steps import mark_sources_read
from tests.support.infrastructure import Infrastructure
from tests.support.sites import Site
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until


@pytest.fixture
def settings(site: Site[ReportingResources]) -> ServiceSettings:
    return site.resources.settings


async def outcomes_until(bootstrap: str, event_id: UUID) -> OutcomePublished:
    """Reads the topic of outcomes, as anybody may in the trial, until this event comes."""
    async with AIOKafkaConsumer(
        REPORTING_OUTCOMES.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        async for record in consumer:
            if from_headers(record.headers).id == event_id:
                return OutcomePublished.model_validate_json(record.value)
    raise AssertionError("a topic does not end")


async def test_a_record_in_kafka_becomes_a_public_number(
    site: Site[ReportingResources], settings: ServiceSettings, infrastructure: Infrastructure, fresh_topics: FreshTopics
) -> None:
    pool = site.resources.pool
    topic = fresh_topics.make(owner="enrollment", readers=("reporting",), partitions=3)
    people = [an_id(0x1000 + n) for n in range(12)]
    records = [
        recorded(event) for person in people for event in (stories.a_consent(person), stories.an_enrollment(person))
    ]
    await mark_sources_read(pool)
    async with running_worker(pool, settings, topic), site.browser() as public:
        await produce(infrastructure, settings, topic, records)

        async def total() -> bool:
            answer = (await public.get("/api/indicators/enrolled")).json()
            return bool(answer["rows"] == [{"value": 12, "status": "published"}])

        await wait_until(total)
        newest = await pool.fetchval(
            "SELECT event_id FROM outbox WHERE aggregateid = 'enrolled/all/total/total' ORDER BY id DESC LIMIT 1"
        )
        async with asyncio.timeout(60):
            assert (await outcomes_until(infrastructure.open_bootstrap, newest)).value == 12
    assert await pool.fetchval("SELECT count(*) FROM dead_letters WHERE kind = 'quarantined'") == 1
