"""Reactions: one event, one typed handler, one transaction; redelivered for ever, in effect once.

A service declares them and opens nothing by it::

    reactions = Reactions("sessions")

    @reactions.on(EnrollmentAccepted, lock=lambda event: [event.enrollment_id])
    async def seat_on_roster(connection, event, envelope): ...
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
from pydantic import BaseModel

from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import UNREADABLE, ParkedRecord, PermanentError, Record, UnknownVersion
from chassis.runtime import telemetry
from chassis.runtime.retry import retry_while_unavailable
from chassis.store.database import TRANSIENT, Connection, Pool, lock
from chassis.store.queries import queries
from contracts.envelope import Envelope, EnvelopeError, from_headers

sql = queries(__package__)
dead_letter_sql = queries("chassis.messaging.dead_letters")
log = structlog.get_logger()

E = TypeVar("E", bound=BaseModel)
Subjects = Iterable[UUID | str]
Handle = Callable[[Connection, Any, Envelope], Awaitable[None]]
H = TypeVar("H", bound=Handle)


@dataclass(frozen=True, slots=True)
class Handler:
    """`lock` names the aggregates that the handler will version."""

    name: str
    event: type[BaseModel]
    handle: Handle
    lock: Callable[[Any], Subjects]

    def read(self, record: Record) -> BaseModel:
        """The record's event; raises pydantic's `ValidationError`."""
        return self.event.model_validate_json(record.value or b"")


class QueuedBehindParkedKey(PermanentError):
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
            return await retry_while_unavailable(partial(self._park, pool, "parked", record, error))
        except EnvelopeError as error:
            return await retry_while_unavailable(partial(self._park, pool, "quarantined", record, error))
        if handler is None:
            return "passed over"
        with telemetry.correlated(envelope.correlation_id, envelope.traceparent):
            return await retry_while_unavailable(partial(self._handle, pool, record, envelope, handler))

    def _handler(self, event_type: str) -> Handler | None:
        store.check_version(event_type, self.handlers)
        return self.handlers.get(event_type)

    async def _handle(self, pool: Pool, record: Record, envelope: Envelope, handler: Handler) -> str:
        try:
            event = handler.read(record)
            async with pool.acquire() as connection, connection.transaction():
                await lock(connection, self._key_lock(record), *handler.lock(event))
                if await connection.fetchval(dead_letter_sql.key_is_parked.text, self.consumer, record.key):
                    await store.park(
                        connection, self.consumer, "parked", record, QueuedBehindParkedKey("the key is parked")
                    )
                    return "parked"
                return await self._apply(connection, event, envelope, handler)
        except TRANSIENT:
            raise
        except Exception as error:
            return await self._park(pool, "parked", record, error)

    async def _apply(self, connection: Connection, event: BaseModel, envelope: Envelope, handler: Handler) -> str:
        if not await connection.fetchval(sql.record_in_inbox.text, handler.name, envelope.source, envelope.id):
            return "repeated"
        await handler.handle(connection, event, envelope)
        return "handled"

    async def _park(self, pool: Pool, kind: store.Kind, record: Record, error: Exception) -> str:
        async with pool.acquire() as connection, connection.transaction():
            await lock(connection, self._key_lock(record))
            await store.park(connection, self.consumer, kind, record, error)
        return kind

    def _key_lock(self, record: Record) -> str:
        return f"{self.consumer}/{(record.key or b'').hex()}"

    async def redrive(self, pool: Pool) -> int:
        """Handles again, in order, what an operator asked for, and what queues up behind it. Returns successes."""
        done = after = 0
        while (record := await store.next_to_redrive(pool, self.consumer, after)) is not None:
            done += await self._redrive(pool, record)
            after = record.letter
        return done

    async def _redrive(self, pool: Pool, record: ParkedRecord) -> bool:
        async with pool.acquire() as connection, connection.transaction():
            await lock(connection, self._key_lock(record), *self._subjects(record))
            return await store.redrive(
                connection, self.consumer, record, partial(self._handle_again, connection, record)
            )

    def _subjects(self, record: Record) -> Subjects:
        """What handling the record will version; nothing where it still cannot be read."""
        with suppress(*UNREADABLE):
            handler = self._handler(from_headers(record.headers).type)
            if handler is not None:
                return handler.lock(handler.read(record))
        return ()

    async def _handle_again(self, connection: Connection, record: Record) -> None:
        envelope = from_headers(record.headers)
        handler = self._handler(envelope.type)
        if handler is not None:
            with telemetry.correlated(envelope.correlation_id, envelope.traceparent):
                await self._apply(connection, handler.read(record), envelope, handler)


def _own_subject(event: Any) -> Subjects:
    return [event.subject]
