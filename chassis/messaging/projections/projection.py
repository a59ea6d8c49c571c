"""The declaration of a projection: what a service author writes.

`prepare(recorded)` is pure and returns what is to be written of an event; `fold(connection, batch)` writes it, guarded
by each subject's version. Offsets, batches, retries, other processes, bad records and lost logs are handled elsewhere.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel

from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import Record
from chassis.store.database import Connection
from contracts.envelope import Envelope, from_headers


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
    topics: tuple[str, ...]
    events: tuple[type[BaseModel], ...]
    prepare: Callable[[Recorded], Any]
    fold: Callable[[Connection, Sequence[Any]], Awaitable[None]]
    models: dict[str, type[BaseModel]] = field(init=False)

    def __post_init__(self) -> None:
        described: tuple[Any, ...] = self.events
        object.__setattr__(self, "models", {event.type: event for event in described})

    def read(self, record: Record) -> Any:
        """What is to be written of the record, or None for a type that is not folded here.

        Raises what is in `UNREADABLE`.
        """
        envelope = from_headers(record.headers)
        store.check_version(envelope.type, self.models)
        model = self.models.get(envelope.type)
        if model is None:
            return None
        value = record.value or b""
        event = model.model_validate_json(value)
        return self.prepare(Recorded(envelope, event, value.decode(), record.topic, record.partition, record.offset))
