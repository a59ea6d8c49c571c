"""Reads a topic of Minka to its end and prints the newest state of each subject, one JSON object a line.

python reader.py [TOPIC TYPE...]

TYPE... are the types of events that this program understands. KAFKA_BOOTSTRAP, KAFKA_SECURITY_PROTOCOL, KAFKA_USERNAME,
KAFKA_PASSWORD and KAFKA_CA_FILE say which broker; without them it is the open one of a trial on this machine.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

OUTCOMES = ["reporting.outcomes", "minka.reporting.OutcomePublished.v1"]
TIMEOUT_SECONDS = 30


def settings() -> dict[str, Any]:
    """How the broker is reached."""
    protocol = os.environ.get("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT")
    told = {"bootstrap.servers": os.environ.get("KAFKA_BOOTSTRAP", "127.0.0.1:9092"), "security.protocol": protocol}
    if protocol.startswith("SASL_"):
        told["sasl.mechanism"] = "SCRAM-SHA-512"
        told["sasl.username"] = os.environ["KAFKA_USERNAME"]
        told["sasl.password"] = os.environ["KAFKA_PASSWORD"]
    if authorities := os.environ.get("KAFKA_CA_FILE"):
        told["ssl.ca.location"] = authorities
    return told


def read(topic: str) -> Iterator[Message]:
    """All records of the topic. A program that goes on listening leaves out the end."""
    # No group is joined, but librdkafka looks for one; a user may name those that begin with its own name.
    group = f"{os.environ.get('KAFKA_USERNAME', 'anybody')}.reader"
    consumer = Consumer(settings() | {"group.id": group, "enable.auto.commit": False, "enable.partition.eof": True})
    found = consumer.list_topics(topic, timeout=TIMEOUT_SECONDS).topics[topic]
    if found.error:
        raise KafkaException(found.error)
    consumer.assign([TopicPartition(topic, partition, 0) for partition in found.partitions])
    ended: set[int | None] = set()
    while ended != set(found.partitions):
        record = consumer.poll(1)
        if record is None:
            continue
        error = record.error()
        if error is None:
            yield record
        elif error.code() == KafkaError._PARTITION_EOF:
            ended.add(record.partition())
        else:
            raise KafkaException(error)
    consumer.close()


def newest(records: Iterable[Message], known: list[str]) -> tuple[dict[str, dict[str, Any]], Counter[str]]:
    """The newest state of each subject, and how many events of other types were passed over."""
    states: dict[str, dict[str, Any]] = {}
    passed_over: Counter[str] = Counter()
    for record in records:
        headers = {name: value.decode() for name, value in record.headers() or ()}
        type_ = headers["ce_type"]
        if type_ not in known:
            # An event that is sent as several types comes once more, as one that is known.
            if not set(known) & set(headers.get("ce_sentas", "").split()):
                passed_over[type_] += 1
            continue
        subject, version = headers["ce_subject"], int(headers["ce_aggregateversion"])
        if subject not in states or states[subject]["version"] < version:  # of one version the first record counts
            states[subject] = {
                "subject": subject,
                "version": version,
                "type": type_,
                "data": json.loads(record.value()),
            }
    return states, passed_over


if __name__ == "__main__":
    topic, *known = sys.argv[1:] or OUTCOMES
    states, passed_over = newest(read(topic), known)
    for subject in sorted(states):
        print(json.dumps(states[subject], ensure_ascii=False))
    for type_, count in sorted(passed_over.items()):
        print(f"passed over {count} of {type_}", file=sys.stderr)
