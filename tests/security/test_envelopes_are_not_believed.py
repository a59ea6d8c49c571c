"""A record is an event only where topic, source, key, body and clock agree with its envelope."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.messaging.deserializer import CLOCK_TOLERANCE, deserialize
from chassis.store.database import Pool
from chassis.tests.conftest import database, pool  # noqa: F401
from chassis.tests.messaging_harness import RecordingReaction
from chassis.tests.records import organization
from contracts.envelope import HIGHEST_VERSION, EnvelopeError
from contracts.topics import TOPICS
from services.reporting.facts.projection import PROJECTION
from tests.support.reactions import deliver
from tests.support.records import Record, record_of

Forge = Callable[[Record], Record]


def with_header(name: str, value: str) -> Forge:
    def forge(record: Record) -> Record:
        return replace(record, headers=[*((one, text) for one, text in record.headers if one != name),
                                        (name, value.encode())])  # fmt: skip

    return forge


FORGERIES: dict[str, tuple[str, Forge]] = {
    "a type on the topic of another service": ("ce_type", lambda record: replace(record, topic="media.events")),
    "the source of another service": ("ce_source", with_header("ce_source", "/minka/media")),
    "a source that only begins as the owner": ("ce_source", with_header("ce_source", "/minka/enrollment/media")),
    "a version beyond reach": ("ce_aggregateversion", with_header("ce_aggregateversion", str(HIGHEST_VERSION + 1))),
    "a version of 5,000 digits": ("ce_aggregateversion", with_header("ce_aggregateversion", "9" * 5000)),
    "a time to come": ("ce_time", with_header("ce_time", (datetime.now(UTC) + 2 * CLOCK_TOLERANCE).isoformat())),
    "another subject": ("ce_subject", with_header("ce_subject", str(uuid4()))),
    "another key in the envelope": ("ce_partitionkey", with_header("ce_partitionkey", str(uuid4()))),
    "another key of the record": ("ce_partitionkey", lambda record: replace(record, key=str(uuid4()).encode())),
    "no key of the record": ("ce_partitionkey", lambda record: replace(record, key=None)),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_record_is_refused_with_the_header_that_lies(forgery: str) -> None:
    header, forge = FORGERIES[forgery]
    record = record_of(organization("Red de Jóvenes"))
    assert deserialize(record, PROJECTION.models) is not None
    with pytest.raises(EnvelopeError) as refused:
        deserialize(forge(record), PROJECTION.models)
    assert refused.value.header == header


async def test_a_forged_record_neither_counts_nor_parks_the_key_of_another(pool: Pool) -> None:  # noqa: F811
    reaction = RecordingReaction()
    _header, forge = FORGERIES["the source of another service"]
    true = organization("Red de Jóvenes")

    assert await deliver(reaction.router, pool, forge(record_of(true, version=999))) == "quarantined"
    assert await deliver(reaction.router, pool, record_of(true, version=2)) == "handled"


def test_a_record_of_a_hundred_thousand_headers_is_refused_at_once() -> None:
    """Each header was once compared with every other."""
    headers = Counted([("ce_id", b"")] * 100_000)
    with pytest.raises(EnvelopeError, match="headers"):
        deserialize(replace(record_of(organization("a")), headers=headers), PROJECTION.models)
    assert headers.read <= 100_000


class Counted(list[tuple[str, bytes]]):
    """Headers that count how many of them are read."""

    read = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        for header in super().__iter__():
            self.read += 1
            yield header


def test_an_old_event_is_read_because_it_may_have_been_sent_again() -> None:
    record = with_header("ce_time", (datetime.now(UTC) - timedelta(days=400)).isoformat())(record_of(organization("a")))
    assert deserialize(record, PROJECTION.models) is not None


@pytest.mark.parametrize("written", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])
def test_a_content_type_may_have_parameters(written: str) -> None:
    assert deserialize(with_header("content-type", written)(record_of(organization("a"))), PROJECTION.models)


@pytest.mark.parametrize("written", ["application/json; charset=utf-16", "text/plain", "application/jsonx", ""])
def test_another_content_type_is_refused(written: str) -> None:
    with pytest.raises(EnvelopeError, match="content-type"):
        deserialize(with_header("content-type", written)(record_of(organization("a"))), PROJECTION.models)


def test_every_type_belongs_on_a_topic_that_is_named_after_its_owner() -> None:
    for topic in TOPICS.values():
        assert topic.name.startswith(f"{topic.owner}.")


def test_the_broker_stamps_each_record_itself() -> None:
    """Otherwise a producer could move its events in time."""
    assert {topic.settings()["message.timestamp.type"] for topic in TOPICS.values()} == {"LogAppendTime"}
