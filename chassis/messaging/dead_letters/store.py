"""Dead letters: records that could not be handled, kept whole where an operator can see them and redrive them.

A reaction *parks the key*: later events of the key queue behind it, so that they stay in order. A projection, whose
facts are versioned full states, *quarantines* the single record. An error is described by its class and place, never by
a record's values.
"""

import asyncio
import base64
import traceback
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, Protocol, get_args

import structlog
from pydantic import ValidationError

from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.rejections import RejectedError
from chassis.store.database import TRANSIENT, Connection, Pool, Row
from chassis.store.queries import queries
from contracts.envelope import EnvelopeError, Headers

sql = queries(__package__)
log = structlog.get_logger()

FLOOD_LIMIT = 100
"""Dead letters a minute above which a consumer halts until the flood is over."""

FLOOD_SECONDS = 5.0
"""Between two checks whether a flood is over."""

REPOSITORY_ROOT = Path(__file__).parents[3]

Kind = Literal["parked", "quarantined"]
KINDS = get_args(Kind)

STATES = ("waiting", "redriving", "redriven", "discarded")


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
    @property
    def timestamp(self) -> int:
        """When the broker took the record, in milliseconds since 1970."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record as it was kept, to be handled again. `id` is the dead letter's number.

    `timestamp` is when it was kept, which is later than the broker's own.
    """

    id: int
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int


class PermanentError(Exception):
    """An event that no retry helps; the text says why, without personal data."""


class QueuedBehindParkedKey(PermanentError):
    """An earlier event of the same key waits for an operator."""


class UnknownVersion(PermanentError):
    """A version of a handled type that this code does not know."""


UNREADABLE = (EnvelopeError, ValidationError, PermanentError)
"""Errors of reading a record, before it is handled."""


def check_version(event_type: str, sent_as: Collection[str], known: Collection[str]) -> None:
    """Raises `UnknownVersion` for a type that is not known, but of which another version is.

    An event that is also sent as a type that is known is read there.
    """
    if event_type not in known and is_known(event_type, known) and not any(one in known for one in sent_as):
        raise UnknownVersion(f"this version of {storable(_family(event_type))} is not known here")


def is_known(event_type: str, known: Collection[str]) -> bool:
    """Whether the type, or another version of it, is among the known ones."""
    return event_type in known or _family(event_type) in map(_family, known)


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
    """What an operator may read of an error: its kind and its place, never the values that caused it."""
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'body'}: {item['type']}" for item in error.errors(include_input=False)
        )
    if isinstance(error, PermanentError) or type(error).__module__.startswith("contracts."):
        return str(error)
    name = error.rejection.code if isinstance(error, RejectedError) else type(error).__name__
    return f"{name}{_place(error)}"


def _described(error: Exception) -> dict[str, str]:
    return {"error_class": type(error).__name__, "error": describe(error), "code_version": code_version()}


def _place(error: Exception) -> str:
    """The innermost line of our own code that the error passed."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(REPOSITORY_ROOT):
            place = path.relative_to(REPOSITORY_ROOT)
            if place.parts[0] in {"chassis", "contracts", "services"}:
                return f" at {place}:{frame.lineno} in {frame.name}"
    return ""


async def park(connection: Connection, consumer: str, kind: Kind, record: Record, error: Exception) -> None:
    """Keeps a record, in the transaction that moves past it."""
    headers = [
        [storable(name), None if value is None else base64.b64encode(value).decode()] for name, value in record.headers
    ]
    await sql.park.execute(
        connection,
        kind=kind,
        consumer=consumer,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=headers,
        type=type_of(record.headers),
        **_described(error),
    )
    telemetry.DEAD_LETTERS.labels(consumer, record.topic, kind).inc()
    log.warning("dead letter", kind=kind, consumer=consumer, topic=record.topic, partition=record.partition,
                offset=record.offset, error=type(error).__name__)  # fmt: skip


def type_of(headers: Headers) -> str | None:
    """The event's type as it is written, cut where it is longer than any; None where there is none."""
    for name, value in headers:
        if name == "ce_type" and value is not None:
            return storable(value.decode(errors="replace")[:200])
    return None


def storable(text: str) -> str:
    """The text with U+FFFD for each NUL, which PostgreSQL does not keep."""
    return text.replace("\0", "\ufffd")


def restored(row: Row) -> DeadLetter:
    """The record a dead letter keeps."""
    headers = [(name, None if value is None else base64.b64decode(value)) for name, value in row["headers"]]
    kept = {name: row[name] for name in ("id", "topic", "partition", "offset", "key", "value")}
    return DeadLetter(**kept, headers=headers, timestamp=int(row["parked_at"].timestamp() * 1000))


async def next_to_redrive(pool: Pool, consumer: str, after: int) -> DeadLetter | None:
    """The first record above number `after` of which an operator requested the redrive."""
    row = await sql.next_dead_letter_to_redrive.fetch_row(pool, consumer=consumer, after=after)
    return None if row is None else restored(row)


async def redrive(
    connection: Connection, consumer: str, record: DeadLetter, handle: Callable[[], Awaitable[None]]
) -> bool:
    """Handles a dead letter again, in the caller's transaction, which holds the key's lock. True where it succeeded.

    Nothing happens where another worker has settled it meanwhile. Where it fails, it waits with what queues behind it.
    """
    if not await sql.lock_dead_letter_to_redrive.value(connection, id=record.id):
        return False
    try:
        async with connection.transaction():
            await handle()
    except TRANSIENT:
        raise
    except Exception as error:
        log.warning("redrive failed", consumer=consumer, dead_letter=record.id, error=describe(error))
        await sql.mark_failed_again.execute(connection, id=record.id, **_described(error))
        await sql.requeue_key.execute(connection, id=record.id)
        return False
    await sql.mark_redriven.execute(connection, id=record.id)
    return True


async def key_is_parked(connection: Connection, consumer: str, record: Record) -> bool:
    """Whether an earlier record of the same key waits to be redriven. The caller holds the key's lock."""
    return bool(await sql.key_is_parked.value(connection, consumer=consumer, key=record.key))


async def wait_out_flood(pool: Pool, consumer: str, progress: Progress, loop: str) -> None:
    """Halts the consumer's loop while more than `FLOOD_LIMIT` dead letters came in the last minute.

    Keeps sending heartbeats while halted, so that the watchdog does not restart the process, which would halt again.
    """
    halted = False
    while await sql.parked_last_minute.value(pool, consumer=consumer) > FLOOD_LIMIT:
        halted = True
        log.error("halted: over 100 dead letters a minute", consumer=consumer)
        progress.halt(loop, f"more than {FLOOD_LIMIT} dead letters in a minute")
        progress.beat(loop)
        await asyncio.sleep(FLOOD_SECONDS)
    if halted:
        progress.resume(loop)


async def measure(service: str, pool: Pool) -> None:
    """Shows in the metrics how many dead letters are in which state."""
    for row in await sql.dead_letters_by_state.fetch(pool):
        for state in STATES:
            telemetry.DEAD_LETTERS_BY_STATE.labels(service, row["consumer"], row["kind"], state).set(row[state])
