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
    """

    name: str
    events: tuple[type[BaseModel], ...]
    prepare: Callable[[Recorded], Any]
    fold: Callable[[Connection, Sequence[Any]], Awaitable[None]]
    models: dict[str, type[BaseModel]] = field(init=False)
    topics: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        described: tuple[Any, ...] = self.events
        object.__setattr__(self, "models", {event.type: event for event in described})
        object.__setattr__(self, "topics", tuple(sorted({event.topic for event in described})))

    def read(self, record: Record) -> Any:
        """What is to be written of the record, or None for a type that is not folded here.

        Raises what is in `UNREADABLE`.
        """
        found = deserialize(record, self.models)
        if found is None:
            return None
        envelope, event = found
        body = (record.value or b"").decode()
        return self.prepare(Recorded(envelope, event, body, record.topic, record.partition, record.offset))
