"""Reading an event from a Kafka record, without believing what its envelope says.

A type counts only on its own topic and from the topic's owner, so that the broker's access rules bind its meaning, too.
A record whose body, key or time on the broker's clock contradicts its envelope is quarantined alone; it parks no key,
because the key may be another's. A record of a type that the service does not read is passed over before anything else
of it is looked at, so that nothing of it is kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import Record
from contracts.envelope import Envelope, EnvelopeError, Headers, from_headers

CLOCK_TOLERANCE = timedelta(hours=1)
"""How far an owner's clock may be ahead of the broker's."""


def deserialize(record: Record, models: Mapping[str, type[BaseModel]]) -> tuple[Envelope, Any] | None:
    """The envelope and the event of a record; None for a type that is not among `models`.

    Raises what is in `UNREADABLE`.
    """
    if _is_for_others(record.headers, models):
        return None
    envelope = from_headers(record.headers)
    store.check_version(envelope.type, envelope.sent_as or (), models)
    model: Any = models.get(envelope.type)
    if model is None:
        return None
    _check_origin(envelope, model.topic, record)
    event = model.model_validate_json(record.value or b"")
    _check_subject(envelope, event, record)
    return envelope, event


def _is_for_others(headers: Headers, models: Mapping[str, type[BaseModel]]) -> bool:
    """Whether the record says its type, and it is none of these.

    A record that says none, or several of which one is, may be for this service.
    """
    types = [value for name, value in headers if name == "ce_type"]
    return bool(types) and all(_is_another_type(value, models) for value in types)


def _is_another_type(value: bytes | None, models: Mapping[str, type[BaseModel]]) -> bool:
    if not value or not value.isascii():
        return False
    text = value.decode()
    return text.isprintable() and not store.is_known(text, models)


def _check_origin(envelope: Envelope, topic: str, record: Record) -> None:
    if record.topic != topic:
        raise EnvelopeError("ce_type", "the type belongs on another topic")
    if not envelope.source.endswith(f"/{owner_of(topic)}"):
        raise EnvelopeError("ce_source", "the topic belongs to another service")
    if envelope.time > _broker_time(record) + CLOCK_TOLERANCE:
        raise EnvelopeError("ce_time", "it is later than the broker's clock")


def _check_subject(envelope: Envelope, event: Any, record: Record) -> None:
    if envelope.subject != event.subject:
        raise EnvelopeError("ce_subject", "the body is about another subject")
    if not envelope.partition_key == event.partition_key == (record.key or b"").decode(errors="replace"):
        raise EnvelopeError("ce_partitionkey", "the body or the record has another key")


def owner_of(topic: str) -> str:
    """The service that alone may write a topic: the first part of the topic's name."""
    return topic.partition(".")[0]


def _broker_time(record: Record) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)
