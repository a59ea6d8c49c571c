"""A reader that knows only CloudEvents and JSON reads every topic: shown with kcat and with the CloudEvents SDK.

Neither reader uses a line of ours; what they read is compared with what was sent.
"""

import json
import os
import shutil
import subprocess

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from contracts import examples
from contracts.catalogue import EVENTS
from contracts.envelope import from_headers, to_headers
from contracts.golden import Message
from contracts.topics import PARTICIPATION_ACTS, TOPICS, Topic
from tests.support.infrastructure import Infrastructure
from tests.support.topics import FreshTopics

# What `participation.acts` carries is not in the catalogue yet.
every_topic = pytest.mark.parametrize("name", [name for name in TOPICS if name != PARTICIPATION_ACTS.name])
needs_kcat = pytest.mark.skipif(
    shutil.which("kcat") is None and os.environ.get("CI") != "true", reason="kcat is not installed (apt install kcat)"
)


def messages_of(name: str) -> list[Message]:
    return [message for event in EVENTS if event.topic == name for message in examples.messages(event)]


@pytest.fixture
def topic(name: str, fresh_topics: FreshTopics) -> Topic:
    """An empty topic with the same kind of retention as the one named."""
    return fresh_topics.make(owner=TOPICS[name].owner, partitions=1, compacted=TOPICS[name].compacted)


@pytest.fixture
async def sent(name: str, topic: Topic, infrastructure: Infrastructure) -> list[Message]:
    """The topic's examples, written as our services write them."""
    messages = messages_of(name)
    async with AIOKafkaProducer(bootstrap_servers=infrastructure.open_bootstrap, acks="all") as producer:
        for message in messages:
            headers = to_headers(from_headers(message.record_headers()))
            await producer.send_and_wait(topic.name, message.record_value(), message.key.encode(), headers=headers)
    return messages


@needs_kcat
@every_topic
def test_kcat_reads_every_topic(sent: list[Message], topic: Topic, infrastructure: Infrastructure) -> None:
    reading = ("-C", "-t", topic.name, "-o", "beginning", "-e", "-q", "-J")
    answer = subprocess.run(
        ["kcat", "-b", infrastructure.open_bootstrap, *reading], capture_output=True, text=True, check=True, timeout=180
    )
    records = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [record["key"] for record in records] == [message.key for message in sent]
    assert [json.loads(record["payload"]) for record in records] == [message.body for message in sent]
    for record, message in zip(records, sent, strict=True):
        names, values = record["headers"][::2], record["headers"][1::2]
        assert dict(zip(names, values, strict=True)) == message.headers
        assert {"ce_id", "ce_source", "ce_type", "ce_specversion"} <= set(names)


@every_topic
async def test_the_cloudevents_sdk_reads_every_topic(
    sent: list[Message], topic: Topic, infrastructure: Infrastructure
) -> None:
    for event, message in zip(await read_as_a_stranger(topic, infrastructure, len(sent)), sent, strict=True):
        assert event.get_specversion() == "1.0"
        assert event.get_datacontenttype() == "application/json"
        assert event.get_id() == message.headers["ce_id"]
        assert event.get_source() == message.headers["ce_source"]
        assert event.get_type() == message.headers["ce_type"]
        assert event.get_subject() == message.headers["ce_subject"]
        assert event.get_time() == from_headers(message.record_headers()).time
        assert event.get_extension("partitionkey") == message.key == message.headers["ce_partitionkey"]
        assert event.get_extension("aggregateversion") == message.headers["ce_aggregateversion"]
        assert event.get_data() == message.body


async def read_as_a_stranger(topic: Topic, infrastructure: Infrastructure, count: int) -> list[BaseCloudEvent]:
    events: list[BaseCloudEvent] = []
    async with AIOKafkaConsumer(
        topic.name, bootstrap_servers=infrastructure.open_bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        async for record in consumer:
            events.append(from_binary_event(KafkaMessage(dict(record.headers), record.key, record.value)))
            if len(events) == count:
                break
    return events
