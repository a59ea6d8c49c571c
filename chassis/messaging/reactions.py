"""Reactions: one typed handler for each event type, run in one transaction, in effect once.

An idea declares its reactions on a FastStream router; that opens nothing::

    reactions = ReactionRouter("sessions")

    @reactions.on(EnrollmentAccepted, lock=lambda event: [event.enrollment_id])
    async def seat_on_roster(connection: Connection, event: EnrollmentAccepted, envelope: Envelope) -> None: ...

The service's application puts the routers of its ideas together: ``ReactionRouter("sessions", roster, calendar)``.
What happens around a handler is in `reaction_middlewares`.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from aiokafka import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaMessage, KafkaRouter
from pydantic import BaseModel

from chassis.messaging import kafka, message_traces
from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import UNREADABLE, DeadLetter, Record
from chassis.messaging.deserializer import deserialize
from chassis.messaging.settled_offsets import SettledOffsets
from chassis.runtime import telemetry
from chassis.runtime.traces import Step
from chassis.store.database import Connection, Pool, transaction
from chassis.store.queries import queries
from contracts.envelope import Envelope

if TYPE_CHECKING:
    from faststream.kafka.subscriber.usecase import LogicSubscriber

sql = queries(__package__)

E = TypeVar("E", bound=BaseModel)
Subjects = Iterable[UUID | str]
Parser = Callable[["ConsumerRecord[bytes, bytes]"], Awaitable[KafkaMessage]]
Handle = Callable[[Connection, Any, Envelope], Awaitable[None]]
H = TypeVar("H", bound=Handle)


@dataclass(frozen=True, slots=True)
class Reaction:
    """The handler of one event type. `lock` returns the subjects that the handler will version."""

    name: str
    event: type[BaseModel]
    handle: Handle
    lock: Callable[[Any], Subjects]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event that was read from a record, and the reaction to it, which is `handler` in the inbox."""

    reaction: Reaction
    handler: str
    event: BaseModel
    envelope: Envelope

    @property
    def subjects(self) -> Subjects:
        return self.reaction.lock(self.event)

    def arguments(self, connection: Connection) -> tuple[Connection, BaseModel, Envelope]:
        """What the handler is called with."""
        return connection, self.event, self.envelope

    def traced(self) -> AbstractContextManager[object]:
        """Carries the event's correlation id and trace through the block, which is a span of it."""
        return traced(self.envelope, message_traces.reacting(self.envelope.type))

    async def enter_inbox(self, connection: Connection) -> bool:
        """Whether the event is new to this handler; its inbox row is written in the transaction of its effect."""
        source, event_id = self.envelope.source, _id_in_inbox(self.envelope)
        return bool(await sql.record_in_inbox.value(connection, handler=self.handler, source=source, event_id=event_id))


class ReactionRouter(KafkaRouter):
    """The reactions of one service: one FastStream subscriber for each topic, one handler for each event type.

    It takes the reactions of `ideas` over instead of including their routers: two subscribers of one group on one topic
    would split its partitions, and each would miss events. `consumer` names the reactions in dead letters and, with the
    topic, as a consumer group.
    """

    def __init__(self, service: str, *ideas: "ReactionRouter") -> None:
        super().__init__(parser=self._parse, decoder=_decode)
        self.service = service
        self.consumer = f"{service}.reactions"
        self.reactions: dict[str, Reaction] = {}
        self.models: dict[str, type[BaseModel]] = {}
        self.offsets: dict[str, SettledOffsets] = {}
        self._parsed: KafkaMessage | None = None
        for reaction in chain.from_iterable(idea.reactions.values() for idea in ideas):
            self.on(reaction.event, reaction.lock)(reaction.handle)

    def on(self, event: type[E], lock: Callable[[E], Subjects] | None = None) -> Callable[[H], H]:
        """Declares the handler of an event type. Without `lock`, the event's own subject is locked."""

        def declare(handle: H) -> H:
            described: Any = event
            if other := self.reactions.get(described.type):
                twice = f"{described.type} has two handlers, {other.name} and {handle.__name__}"
                raise ValueError(f"{twice}; let one handler call both services.")
            self.models[described.type] = event
            self.reactions[described.type] = Reaction(handle.__name__, event, handle, lock or _own_subject)
            self._subscriber(described.topic)(handle, filter=partial(_has_type, described.type))
            return handle

        return declare

    def read(self, record: Record) -> Delivery | None:
        """The event of a record with its reaction, or None for a type without one. Raises what is in `UNREADABLE`."""
        found = deserialize(record, self.models)
        if found is None:
            return None
        envelope, event = found
        return Delivery(self.reactions[envelope.type], self._handler_in_inbox(envelope), event, envelope)

    def _handler_in_inbox(self, envelope: Envelope) -> str:
        """The handler of the oldest type as which the event is sent, so that all its records have one."""
        known = [event_type for event_type in envelope.sent_as or () if event_type in self.reactions]
        return self.reactions[known[-1] if known else envelope.type].name

    def loop_name(self, topic: str) -> str:
        """How the loop of a topic's subscriber is named in health and metrics."""
        return f"{self.consumer}:{topic}"

    def key_lock(self, record: Record) -> str:
        """The lock under which a key is parked, redriven and found to be parked."""
        return f"{self.consumer}/{(record.key or b'').hex()}"

    async def redrive(self, pool: Pool) -> int:
        """Handles again, in order, what an operator requested, and what queues up behind it. Returns successes."""
        done = after = 0
        while (record := await store.next_to_redrive(pool, self.consumer, after)) is not None:
            done += await self._redrive(pool, record)
            after = record.id
        return done

    async def _redrive(self, pool: Pool, record: DeadLetter) -> bool:
        delivery, error = self._read_again(record)
        subjects = () if delivery is None else delivery.subjects
        async with transaction(pool, self.key_lock(record), *subjects) as connection:
            handle = partial(_handle_again, connection, delivery, error)
            return await store.redrive(connection, self.consumer, record, handle)

    def _read_again(self, record: DeadLetter) -> tuple[Delivery | None, Exception | None]:
        try:
            return self.read(record), None
        except UNREADABLE as error:
            return None, error

    def _subscriber(self, topic: str) -> "LogicSubscriber[Any]":
        if topic not in self.offsets:
            self.offsets[topic] = offsets = SettledOffsets()
            offsets.subscriber = subscriber = self.subscriber(
                topic,
                group_id=f"{self.consumer}.{topic}",
                auto_offset_reset="earliest",
                ack_policy=AckPolicy.MANUAL,
                no_reply=True,
                listener=offsets,
                session_timeout_ms=kafka.SESSION_MILLISECONDS,
                heartbeat_interval_ms=kafka.HEARTBEAT_MILLISECONDS,
            )
            subscriber(_pass_over, filter=self._has_no_handler)
        return self.offsets[topic].subscriber

    async def _parse(self, record: "ConsumerRecord[bytes, bytes]", original: Parser) -> KafkaMessage:
        """Parses a record once; FastStream asks for it again before the filter of each handler."""
        if self._parsed is None or self._parsed.raw_message is not record:
            self._parsed = await parse(record, original)
        return self._parsed

    async def _has_no_handler(self, message: KafkaMessage) -> bool:
        return message.headers["ce_type"] not in self.reactions


async def parse(record: "ConsumerRecord[bytes, bytes]", original: Parser) -> KafkaMessage:
    """Never raises: FastStream's own parser fails on a null or non-UTF-8 header, and its record would be skipped.

    Of the headers, the message has the event's type alone, by which FastStream finds the handler.
    """
    message = await original(replace(record, headers=()))
    message.raw_message = record
    message.headers = {"ce_type": store.type_of(record.headers)}
    return message


def traced(envelope: Envelope, step: Step | None = None) -> AbstractContextManager[object]:
    """Carries the event's correlation id and trace through the block, which is a span of it if it is a `step`."""
    return telemetry.correlated(envelope.correlation_id, envelope.traceparent, step)


async def _decode(message: KafkaMessage) -> Any:
    """The handler's arguments, which the transaction's middleware leaves in the message."""
    return message.body


async def _has_type(event_type: str, message: KafkaMessage) -> bool:
    """FastStream would call a filter that is not asynchronous in a thread of its own."""
    return bool(message.headers["ce_type"] == event_type)


async def _pass_over(body: bytes) -> None:
    """Takes the records of types without a handler, which the middlewares end before it is called."""


async def _handle_again(connection: Connection, delivery: Delivery | None, error: Exception | None) -> None:
    """Handles the event of a dead letter, unless its type has no handler any more; raises why it cannot be read."""
    if error is not None:
        raise error
    if delivery is not None:
        with delivery.traced():
            if await delivery.enter_inbox(connection):
                await delivery.reaction.handle(*delivery.arguments(connection))


def _id_in_inbox(envelope: Envelope) -> UUID:
    """The event's id. Where it is sent as several types, each record has its own; subject and version are common."""
    if envelope.sent_as is None:
        return envelope.id
    return uuid5(NAMESPACE_URL, f"{envelope.source}/{envelope.subject}/{envelope.version}")


def _own_subject(event: Any) -> Subjects:
    return [event.subject]
