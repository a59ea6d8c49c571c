"""From enrollment's topic to a roster, and from a scan to the sessions' topic, on a real broker."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis.messaging.projections.reader import project
from chassis.messaging.relay import relay
from chassis.runtime.health import Progress
from contracts.envelope import from_headers
from contracts.event import Event
from contracts.topics import SESSIONS_EVENTS
from services.sessions.attendance.jobs import jobs
from services.sessions.replicas.projection import PROJECTION
from services.sessions.tests.stories import FACILITATOR, CohortExample, Story, scan_of
from tests.support.infrastructure import Infrastructure
from tests.support.records import events_on, record_of
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until


class Bus:
    """Sends as enrollment, and reads what sessions announced since the test began."""

    def __init__(self, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, enrollment_topic: str) -> None:
        self.producer = producer
        self.consumer = consumer
        self.enrollment_topic = enrollment_topic

    async def send(self, *events: Event, version: int = 1) -> None:
        for event in events:
            sent = record_of(event, version)
            await self.producer.send_and_wait(
                self.enrollment_topic, sent.value, key=sent.key, headers=list(sent.headers)
            )

    async def next_event_about(self, enrollment_id: object, event_type: str) -> dict[str, Any]:
        """The first event of this type about the enrollment; other tests' events pass by."""
        async for found in self.consumer:
            body = json.loads(found.value)
            if from_headers(found.headers).type == event_type and body.get("enrollment_id") == str(enrollment_id):
                assert found.key.decode() == body["person_id"]
                return dict(body)
        raise AssertionError("the consumer ended")


@asynccontextmanager
async def client(made: Any) -> AsyncIterator[Any]:
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@pytest.fixture
async def bus(infrastructure: Infrastructure, fresh_topics: FreshTopics) -> AsyncIterator[Bus]:
    topic = fresh_topics.make(owner="enrollment", readers=("sessions",))
    address = {"bootstrap_servers": infrastructure.open_bootstrap}
    async with client(AIOKafkaProducer(**address)) as producer, client(AIOKafkaConsumer(**address)) as consumer:
        partitions = [TopicPartition(SESSIONS_EVENTS.name, number) for number in range(SESSIONS_EVENTS.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        for partition in partitions:
            await consumer.position(partition)
        yield Bus(producer, consumer, topic.name)


@pytest.fixture
async def worker(story: Story, bus: Bus) -> AsyncIterator[None]:
    """The worker's relay, jobs and projection, the latter on the topic of the test."""
    progress, resources = Progress(), story.site.resources
    own = replace(PROJECTION, events=events_on(bus.enrollment_topic, PROJECTION.events))
    tasks = [
        asyncio.create_task(relay("sessions", story.pool, resources.settings, progress)),
        asyncio.create_task(jobs.work("sessions", resources, story.pool, progress)),
        asyncio.create_task(project("sessions", own, story.pool, resources.settings, progress)),
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.usefixtures("worker")
async def test_from_an_accepted_enrollment_to_an_attendance_on_the_topic(story: Story, bus: Bus) -> None:
    cohort = CohortExample()
    rosa, late = cohort.accepted(), cohort.accepted()
    await bus.send(*cohort.events(), rosa)
    session = await story.session(cohort.cohort_id)

    async def roster() -> list[dict[str, Any]] | None:
        answer = await story.get(f"/api/sessions/{session}/roster", FACILITATOR)
        return list(answer.json()["roster"]) if answer.is_success else None

    [entry] = await wait_until(roster)
    assert (entry["enrollment_id"], entry["standing"]) == (str(rosa.enrollment_id), "expected")

    outcomes = await story.scan(session, scan_of(rosa.enrollment_id), scan_of(late.enrollment_id))
    assert [one["outcome"] for one in outcomes] == ["recorded", "waiting"]
    recorded = await bus.next_event_about(rosa.enrollment_id, "minka.sessions.AttendanceRecorded.v1")
    assert recorded["attendance_id"] == outcomes[0]["attendance_id"]

    await bus.send(late)
    recorded_later = await bus.next_event_about(late.enrollment_id, "minka.sessions.AttendanceRecorded.v1")
    assert recorded_later["state"] == "present"
