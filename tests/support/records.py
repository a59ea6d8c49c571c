"""Kafka records as a test writes them down, as a service's relay would have sent them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from pydantic import BaseModel

from chassis.messaging.deserializer import owner_of
from contracts.envelope import Envelope, Headers, to_headers
from contracts.event import Event

_offsets = count()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as aiokafka hands it over."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int = field(default_factory=lambda: int(time.time() * 1000))


def events_on(topic: str, events: Iterable[type[BaseModel]]) -> tuple[type[BaseModel], ...]:
    """The events on a topic of a test's own."""
    return tuple(type(event.__name__, (event,), {"topic": topic}) for event in events)


def envelope_of(event: Event, version: int = 1, event_type: str | None = None) -> Envelope:
    """A new event's envelope; another `event_type` makes it one that this code does not know."""
    return Envelope(
        id=uuid4(),
        source=f"/minka/{owner_of(event.topic)}",
        type=event_type or event.type,
        time=datetime.now(UTC),
        subject=event.subject,
        partition_key=event.partition_key,
        version=version,
    )


def record_of(
    event: Event, version: int = 1, event_type: str | None = None, sent_as: tuple[str, ...] | None = None
) -> Record:
    """The event as it stands on its topic."""
    headers = to_headers(envelope_of(event, version, event_type)._replace(sent_as=sent_as))
    key, value = event.partition_key.encode(), event.model_dump_json().encode()
    return Record(event.topic, 0, next(_offsets), key, value, headers)
