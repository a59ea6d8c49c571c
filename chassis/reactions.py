"""Reactions: one event, one typed handler, one transaction; redelivered for ever, in effect once.

A service declares them and opens nothing by it::

    reactions = Reactions("sessions")

    @reactions.on(EnrollmentAccepted, lock=lambda event: [event.enrollment_id])
    async def seat_on_roster(connection, event, envelope): ...
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
from pydantic import BaseModel

from chassis import deadletters, telemetry
from chassis.database import TRANSIENT, Connection, Pool, lock, queries
from chassis.deadletters import Record, Refused, UnknownVersion
from chassis.loops import end_if_cancelled
from contracts.envelope import Envelope, EnvelopeError, from_headers

sql = queries("chassis")
log = structlog.get_logger()

E = TypeVar("E", bound=BaseModel)
T = TypeVar("T")
Subjects = Iterable[UUID | str]
Handle = Callable[[Connection, Any, Envelope], Awaitable[None]]
H = TypeVar("H", bound=Handle)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds between tries while the database is away; the partition waits, nothing is skipped."""


@dataclass(frozen=True, slots=True)
class Handler:
    """`lock` names the aggregates that the handler will version."""

    name: str
    event: type[BaseModel]
    handle: Handle
    lock: Callable[[Any], Subjects]


class QueuedBehindParkedKey(Refused):
    """An earlier event of the same key waits for an operator."""


class Reactions:
    """The reactions of one service, one handler per event type; `consumer` names them in dead letters."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.consumer = f"{service}.reactions"
        self.handlers: dict[str, Handler] = {}
        self.topics: set[str] = set()

    def on(self, event: type[E], lock: Callable[[E], Subjects] | None = None) -> Callable[[H], H]:
        """Declares the handler of an event type. Without `lock`, the event's own subject is locked."""

        def declare(handle: H) -> H:
            described: Any = event
            self.topics.add(described.topic)
            self.handlers[described.type] = Handler(handle.__name__, event, handle, lock or _own_subject)
            return handle

        return declare

    async def react(self, pool: Pool, record: Record) -> str:
        """Handles one record to its end and says how it ended: handled, repeated, passed over, parked, quarantined."""
        try:
            envelope = from_headers(record.headers)
            handler = self._handler(envelope.type)
        except UnknownVersion as error:
            return await _persist(partial(self._park, pool, "parked", record, error))
        except EnvelopeError as error:
            return await _persist(partial(self._park, pool, "quarantined", record, error))
        if handler is None:
            return "passed over"
        with telemetry.correlated(envelope.correlation_id, envelope.traceparent):
            return await _persist(partial(self._handle, pool, record, envelope, handler))

    def _handler(self, event_type: str) -> Handler | None:
        deadletters.check_version(event_type, self.handlers)
        return self.handlers.get(event_type)

    async def _handle(self, pool: Pool, record: Record, envelope: Envelope, handler: Handler) -> str:
        try:
            event = handler.event.model_validate_json(record.value or b"")
            async with pool.acquire() as connection, connection.transaction():
                await lock(connection, self._key_lock(record), *handler.lock(event))
                if await connection.fetchval(sql.key_is_parked, self.consumer, record.key):
                    await deadletters.park(
                        connection, self.consumer, "parked", record, QueuedBehindParkedKey("the key is parked")
                    )
                    return "parked"
                return await self._apply(connection, event, envelope, handler)
        except TRANSIENT:
            raise
        except Exception as error:
            return await self._park(pool, "parked", record, error)

    async def _apply(self, connection: Connection, event: BaseModel, envelope: Envelope, handler: Handler) -> str:
        if not await connection.fetchval(sql.remember_event, handler.name, envelope.source, envelope.id):
            return "repeated"
        await handler.handle(connection, event, envelope)
        return "handled"

    async def _park(self, pool: Pool, kind: deadletters.Kind, record: Record, error: Exception) -> str:
        async with pool.acquire() as connection, connection.transaction():
            await lock(connection, self._key_lock(record))
            await deadletters.park(connection, self.consumer, kind, record, error)
        return kind

    def _key_lock(self, record: Record) -> str:
        return f"{self.consumer}/{(record.key or b'').hex()}"

    async def redrive(self, pool: Pool) -> int:
        """Handles again, in order, what an operator asked for; a key that fails stays parked. Returns successes."""
        letters = await pool.fetch(sql.letters_to_redrive, self.consumer)
        failed: set[bytes] = set()
        done = 0
        for row in letters:
            if row["key"] not in failed:
                try:
                    await self._redrive_one(pool, deadletters.restored(row))
                    done += 1
                except TRANSIENT:
                    raise
                except Exception as error:
                    if row["key"] is not None:  # records without a key do not queue behind each other
                        failed.add(row["key"])
                    log.warning("redrive failed", letter=row["id"], error=deadletters.describe(error))
                    await pool.execute(sql.letter_failed_again, row["id"], self.consumer, row["key"])
        return done

    async def _redrive_one(self, pool: Pool, record: deadletters.ParkedRecord) -> None:
        envelope = from_headers(record.headers)
        handler = self._handler(envelope.type)
        async with pool.acquire() as connection, connection.transaction():
            if handler is not None:
                event = handler.event.model_validate_json(record.value or b"")
                await lock(connection, self._key_lock(record), *handler.lock(event))
                await self._apply(connection, event, envelope, handler)
            await connection.execute(sql.settle_letter, record.letter, "redriven", None)


async def _persist(attempt: Callable[[], Awaitable[T]]) -> T:
    """Tries until the database answers; the pause grows."""
    pause = FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except TRANSIENT as error:
            end_if_cancelled()
            log.warning("tried again after a passing fault", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _own_subject(event: Any) -> Subjects:
    return [event.subject]
