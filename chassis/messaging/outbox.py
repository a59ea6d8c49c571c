"""The outbox: what happened is written down in the transaction that made it happen."""

from collections.abc import Iterable
from typing import ClassVar, Protocol

from chassis.runtime import telemetry
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries

sql = queries(__package__)


class Event(Protocol):
    """What the catalogues' events are to the plumbing."""

    type: ClassVar[str]
    topic: ClassVar[str]

    @property
    def subject(self) -> str: ...

    @property
    def partition_key(self) -> str: ...

    def model_dump_json(self) -> str: ...


async def add(connection: Connection, event: Event) -> int:
    """Writes the event down in the caller's transaction and returns its subject's new version.

    The caller holds the subject's lock (`database.lock`) since before its first write.
    """
    version: int = await connection.fetchval(sql.add_event.text, *_values(event))
    return version


async def add_all(connection: Connection, events: Iterable[Event]) -> None:
    """As `add`, for several events in one round trip, in their order."""
    values = [_values(event) for event in events]
    if values:
        await connection.executemany(sql.add_event.text, values)


def _values(event: Event) -> tuple[str | None, ...]:
    return (
        event.topic,
        event.type,
        event.subject,
        event.partition_key,
        event.model_dump_json(),
        telemetry.correlation_id.get(),
        telemetry.traceparent.get(),
    )


async def begin_era(connection: Connection | Pool) -> None:
    """Called before a process writes: a restored dump, whose transaction ids are small again, begins a new era."""
    await connection.execute(sql.begin_era.text)
