"""CloudEvents 1.0 in binary mode over Kafka: one table of headers, read and written by the same rows.

Binding: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

CONTENT_TYPE = "application/json"
SPECIFICATION = "1.0"

Headers = Sequence[tuple[str, bytes | None]]


class EnvelopeError(ValueError):
    """A record that is no CloudEvent of ours. `header` names what is wrong with it, never its value."""

    def __init__(self, header: str, reason: str) -> None:
        super().__init__(f"{header}: {reason}")
        self.header = header


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is said about an event beside its body. `time` is when its owner recorded it."""

    id: UUID
    source: str
    type: str
    time: datetime
    subject: str
    partition_key: str
    version: int
    correlation_id: str | None = None
    traceparent: str | None = None


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset from UTC")
    return moment


def _version(text: str) -> int:
    version = int(text)
    if version < 1:
        raise ValueError("below 1")
    return version


def _text(text: str) -> str:
    if not text:
        raise ValueError("empty")
    return text


@dataclass(frozen=True, slots=True)
class _Row:
    field: str
    header: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    required: bool = True


HEADER_TABLE = (
    _Row("id", "ce_id", UUID),
    _Row("source", "ce_source", _text),
    _Row("type", "ce_type", _text),
    _Row("time", "ce_time", _time, datetime.isoformat),
    _Row("subject", "ce_subject", _text),
    _Row("partition_key", "ce_partitionkey", _text),
    _Row("version", "ce_aggregateversion", _version),
    _Row("correlation_id", "ce_correlationid", _text, required=False),
    _Row("traceparent", "traceparent", _text, required=False),
)

_CONSTANTS = {"ce_specversion": SPECIFICATION, "content-type": CONTENT_TYPE}
_KNOWN = frozenset(_CONSTANTS) | {row.header for row in HEADER_TABLE}


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """The Kafka record's headers."""
    headers = [(name, value.encode()) for name, value in _CONSTANTS.items()]
    for row in HEADER_TABLE:
        value = getattr(envelope, row.field)
        if value is not None:
            headers.append((row.header, row.write(value).encode()))
    return headers


def from_headers(headers: Headers) -> Envelope:
    """The envelope of a Kafka record; raises `EnvelopeError` for a header that is missing, repeated or unreadable."""
    texts = _texts(headers)
    for name, expected in _CONSTANTS.items():
        if texts.get(name) != expected:
            raise EnvelopeError(name, f"must be {expected}")
    return Envelope(**{row.field: _read(row, texts) for row in HEADER_TABLE})


def _texts(headers: Headers) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in headers:
        if name not in _KNOWN:
            continue
        if name in texts:
            raise EnvelopeError(name, "is repeated")
        if value is None:
            raise EnvelopeError(name, "has no value")
        try:
            texts[name] = value.decode()
        except UnicodeDecodeError:
            raise EnvelopeError(name, "is not UTF-8") from None
    return texts


def _read(row: _Row, texts: dict[str, str]) -> Any:
    text = texts.get(row.header)
    if text is None:
        if row.required:
            raise EnvelopeError(row.header, "is missing")
        return None
    try:
        return row.read(text)
    except ValueError:
        raise EnvelopeError(row.header, "cannot be read") from None
