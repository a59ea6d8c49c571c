"""The declaration of a projection: what a service author writes.

`prepare(recorded)` is pure and returns what is to be written of an event; `fold(connection, batch)` writes it, guarded
by each subject's version. Offsets, batches, retries, other processes, bad records and lost logs are handled elsewhere.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel

from chassis.messaging.dead_letters.store import Record
from chassis.messaging.deserializer import deserialize
from chassis.messaging.projections.plain_reader import PlainReader, PlainRow
from chassis.store.database import Connection
from contracts.envelope import Envelope


class Recorded(NamedTuple):
    """An event as it stands in the log. `event` is one of the projection's models, `body` the JSON it was read from."""

    envelope: Envelope
    event: Any
    body: str
    topic: str
    partition: int
    offset: int


@dataclass(frozen=True)
class Projection:
    """`fold` gets what was prepared of a batch, in order within each partition; types not among `events` are skipped.

    `prepare` returns little more than the row to be written of each event, because the events of a batch are not kept.
    `plain_row` says how the same row is made of a record in plain form, where many come at once.
    """

    name: str
    events: tuple[type[BaseModel], ...]
    prepare: Callable[[Recorded], Any]
    fold: Callable[[Connection, Sequence[Any]], Awaitable[None]]
    plain_row: Callable[[Any], PlainRow] | None = None
    models: dict[str, type[BaseModel]] = field(init=False)
    topics: tuple[str, ...] = field(init=False)
    plain_reader: PlainReader | None = field(init=False)

    def __post_init__(self) -> None:
        described: tuple[Any, ...] = self.events
        object.__setattr__(self, "models", {event.type: event for event in described})
        object.__setattr__(self, "topics", tuple(sorted({event.topic for event in described})))
        object.__setattr__(self, "plain_reader", self.plain_row and PlainReader(self.events, self.plain_row))

    def read(self, record: Record) -> Any:
        """What is to be written of the record, or None for a type that is not folded here.

        Raises what is in `UNREADABLE`.
        """
        if self.plain_reader and (row := self.plain_reader.read(record)) is not None:
            return row
        found = deserialize(record, self.models)
        if found is None:
            return None
        envelope, event = found
        if self.plain_reader:
            self.plain_reader.learn(record, type(event))
        body = (record.value or b"").decode()
        return self.prepare(Recorded(envelope, event, body, record.topic, record.partition, record.offset))
