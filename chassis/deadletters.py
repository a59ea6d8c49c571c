"""Dead letters: records that could not be handled, kept whole where an operator can see and redo them.

A reaction *parks the key*: later events of the key queue behind it, so that order holds. A projection, whose facts are
versioned full states, *quarantines* the single record. Errors are told by class and place, never by a record's values.
"""

import asyncio
import base64
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, Protocol

import structlog
from pydantic import ValidationError

from chassis import telemetry
from chassis.database import Connection, Pool, Row, queries
from contracts.envelope import Headers

sql = queries("chassis")
log = structlog.get_logger()

FLOOD = 100
"""Dead letters a minute above which a consumer halts until the flood is over."""

Kind = Literal["parked", "quarantined"]


class Record(Protocol):
    """What is read of a Kafka record, live or parked."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """A record as it was kept, to be handled again."""

    letter: int
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Refused(Exception):
    """A handler's permanent refusal; its text says why, without personal data."""


class UnknownVersion(Refused):
    """A version of a handled type that this code does not know."""


def check_version(event_type: str, known: Collection[str]) -> None:
    """Raises `UnknownVersion` for a type that is not known, but of which another version is."""
    if event_type not in known and _family(event_type) in map(_family, known):
        raise UnknownVersion(f"{storable(event_type)} is not among the versions known here")


def _family(event_type: str) -> str:
    """`minka.enrollment.EnrollmentAccepted` of `minka.enrollment.EnrollmentAccepted.v1`."""
    return event_type.rpartition(".v")[0]


def code_version() -> str:
    """The version of the code that failed."""
    try:
        return version("minka")
    except PackageNotFoundError:
        return "unpackaged"


def describe(error: Exception) -> str:
    """What an operator may read of an error: where it is and of what kind, never the values that caused it."""
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'body'}: {item['type']}" for item in error.errors(include_input=False)
        )
    if isinstance(error, Refused) or type(error).__module__.startswith("contracts."):
        return str(error)
    return type(error).__name__


async def park(connection: Connection, consumer: str, kind: Kind, record: Record, error: Exception) -> None:
    """Keeps a record, in the transaction that moves past it."""
    headers = [
        [storable(name), None if value is None else base64.b64encode(value).decode()] for name, value in record.headers
    ]
    await connection.execute(
        sql.park,
        kind,
        consumer,
        record.topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        headers,
        _type(record.headers),
        type(error).__name__,
        describe(error),
        code_version(),
    )
    telemetry.DEAD_LETTERS.labels(consumer.partition(".")[0], record.topic, kind).inc()
    log.warning("dead letter", kind=kind, consumer=consumer, topic=record.topic, partition=record.partition,
                offset=record.offset, error=type(error).__name__)  # fmt: skip


def _type(headers: Headers) -> str | None:
    for name, value in headers:
        if name == "ce_type" and value is not None:
            return storable(value.decode(errors="replace")[:200])
    return None


def storable(text: str) -> str:
    """The text with a mark for each NUL, which PostgreSQL does not keep."""
    return text.replace("\0", "\ufffd")


def restored(row: Row) -> ParkedRecord:
    """The record a dead letter keeps."""
    headers = [(name, None if value is None else base64.b64decode(value)) for name, value in row["headers"]]
    return ParkedRecord(row["id"], row["topic"], row["partition"], row["offset"], row["key"], row["value"], headers)


async def wait_out_flood(pool: Pool, consumer: str, beat: Callable[[], None]) -> None:
    """Returns once fewer than `FLOOD` dead letters came in the last minute; until then the consumer stands still.

    It `beat`s all the while: who stands still on purpose is alive, and a new process would only stand still again.
    """
    while await pool.fetchval(sql.parked_last_minute, consumer) > FLOOD:
        log.error("halted: over 100 dead letters a minute", consumer=consumer)
        beat()
        await asyncio.sleep(5)
