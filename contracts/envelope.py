"""CloudEvents 1.0 in binary mode over Kafka: one table of headers, read and written by the same rows.

Binding: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

CONTENT_TYPE = "application/json"
SPECIFICATION = "1.0"

CENTURY = range(2000, 2100)
MOST_HEADERS = 50
"""Headers of a record; ours have thirteen, and tracing adds a few."""

LONGEST = 500
"""Characters of a header's text."""

HIGHEST_VERSION = 1_000_000
"""Versions that a subject can have; nothing is changed so often, and a higher one would outdo every true version."""

DIGITS = len(str(HIGHEST_VERSION))

Headers = Sequence[tuple[str, bytes | None]]


class EnvelopeError(ValueError):
    """A record that is no CloudEvent of ours. `header` names what is wrong with it, never its value."""

    def __init__(self, header: str, reason: str) -> None:
        super().__init__(f"{header}: {reason}")
        self.header = header


class Envelope(NamedTuple):
    """What is said about an event beside its body. `time` is when its owner recorded it.

    `sent_as` has the types of an event that is sent as several records, the newest type first; `data_schema` is the
    address of the body's JSON Schema.
    """

    id: UUID
    source: str
    type: str
    time: datetime
    subject: str
    partition_key: str
    version: int
    correlation_id: str | None = None
    traceparent: str | None = None
    sent_as: tuple[str, ...] | None = None
    data_schema: str | None = None


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.year not in CENTURY:
        raise ValueError("no offset from UTC, or out of reach of a calendar")
    return moment


def _version(text: str) -> int:
    if len(text) > DIGITS or not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= HIGHEST_VERSION:
        raise ValueError("no number from 1 up, or out of reach")
    return int(text)


def _text(text: str) -> str:
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        raise ValueError("empty, too long, or with control characters")
    return text


def _types(text: str) -> tuple[str, ...]:
    return tuple(_text(one) for one in _text(text).split(" "))


@dataclass(frozen=True, slots=True)
class Header:
    """One header of the table; `format` is its JSON Schema format, where it has one."""

    field: str
    name: str
    description: str
    read: Callable[[str], Any] = _text
    write: Callable[[Any], str] = str
    format: str | None = None
    required: bool = True


HEADER_TABLE = (
    Header("id", "ce_id", "The event's own id (UUIDv7); the same event sent twice keeps it.", UUID, format="uuid"),
    Header("source", "ce_source", "Who says so. Source and id together are unique."),
    Header("type", "ce_type", "The event's dotted, versioned type."),
    Header("time", "ce_time", "When its owner recorded it.", _time, datetime.isoformat, format="date-time"),
    Header("subject", "ce_subject", "The id of the thing the event is about."),
    Header("partition_key", "ce_partitionkey", "The record's key."),
    Header("version", "ce_aggregateversion", "Counts the subject's events from 1; the highest is the state.", _version),
    Header("correlation_id", "ce_correlationid", "What was asked for, across services.", required=False),
    Header("traceparent", "traceparent", "The W3C trace context.", required=False),
    Header(
        "sent_as",
        "ce_sentas",
        "The types as which this event is sent, the newest first, with a space between them; where there are several.",
        _types,
        " ".join,
        required=False,
    ),
    Header("data_schema", "ce_dataschema", "The address of the body's JSON Schema.", format="uri", required=False),
)

CONSTANTS = {"ce_specversion": SPECIFICATION, "content-type": CONTENT_TYPE}
_CONSTANTS = {name: value.encode() for name, value in CONSTANTS.items()}.items()
_FIELDS = attrgetter(*(row.field for row in HEADER_TABLE))
HEADER_NAMES = frozenset(CONSTANTS) | {row.name for row in HEADER_TABLE}
_ROWS = [(row.name, row.read, row.required) for row in HEADER_TABLE]


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """The Kafka record's headers."""
    values = zip(HEADER_TABLE, _FIELDS(envelope), strict=True)
    return [*_CONSTANTS, *[(row.name, row.write(value).encode()) for row, value in values if value is not None]]


def from_headers(headers: Headers) -> Envelope:
    """The envelope of a Kafka record; raises `EnvelopeError` for a header that is missing, repeated or unreadable."""
    if len(headers) > MOST_HEADERS:
        raise EnvelopeError("headers", f"are more than {MOST_HEADERS}")
    values = dict(headers)
    if len(values) == len(headers) and values.items() >= _CONSTANTS:
        try:
            return _read_all(values)
        except (KeyError, ValueError, AttributeError):
            pass
    return _read_one_by_one(headers, values)


def _read_all(values: Mapping[str, Any]) -> Envelope:
    """Raises without saying what is wrong, which only costs time where nothing is."""
    return Envelope._make(
        [read(values[name].decode()) if required or name in values else None for name, read, required in _ROWS]
    )


def _read_one_by_one(headers: Headers, values: Mapping[str, bytes | None]) -> Envelope:
    """Says of what is wrong what it is."""
    _refuse_repeated(headers)
    for name, expected in CONSTANTS.items():
        if not _is_constant(name, values.get(name) or b""):
            for known in sorted(HEADER_NAMES):  # what is not even text says more
                _text_of(known, values)
            raise EnvelopeError(name, f"must be {expected}")
    return Envelope(*[_read(row, values) for row in HEADER_TABLE])


def _is_constant(name: str, value: bytes) -> bool:
    """Whether a header says what it always says. A content type may have parameters; its charset is UTF-8."""
    if name != "content-type":
        return value == CONSTANTS[name].encode()
    kind, *parameters = (part.strip().lower() for part in value.decode(errors="replace")[:LONGEST].split(";"))
    charsets = [part.partition("=")[2].strip('"') for part in parameters if part.startswith("charset=")]
    return kind == CONTENT_TYPE and set(charsets) <= {"utf-8"}


def _refuse_repeated(headers: Headers) -> None:
    names = [name for name, _ in headers if name in HEADER_NAMES]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise EnvelopeError(repeated[0], "is repeated")


def _read(row: Header, values: Mapping[str, bytes | None]) -> Any:
    text = _text_of(row.name, values)
    if text is None:
        if row.required:
            raise EnvelopeError(row.name, "is missing")
        return None
    try:
        return row.read(text)
    except ValueError:
        raise EnvelopeError(row.name, "cannot be read") from None


def _text_of(name: str, values: Mapping[str, bytes | None]) -> str | None:
    value = values.get(name)
    if value is None:
        if name in values:
            raise EnvelopeError(name, "has no value")
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EnvelopeError(name, "is not UTF-8") from None
