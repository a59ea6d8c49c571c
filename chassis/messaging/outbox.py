"""The outbox: an event is written in the transaction of the change that it reports."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol
from uuid import UUID

from chassis.runtime import telemetry
from chassis.store.database import Connection, Pool, columns
from chassis.store.queries import queries

sql = queries(__package__)


class Event(Protocol):
    """What the chassis knows of the catalogues' events."""

    type: ClassVar[str]
    topic: ClassVar[str]

    @property
    def subject(self) -> str: ...

    @property
    def partition_key(self) -> str: ...

    def model_dump_json(self) -> str: ...


async def add(connection: Connection, event: Event) -> int:
    """Writes the event in the caller's transaction and returns its subject's new version.

    The caller holds the subject's lock (`database.lock`), or always the same one of something that the subject belongs
    to, since before its first write. The tests' databases refuse what is written otherwise.
    """
    [version] = await _add(connection, [event])
    return version


async def add_all(connection: Connection, events: Iterable[Event]) -> None:
    """As `add`, for several events in one statement, in their order."""
    if rows := list(events):
        await _add(connection, rows)


async def raise_versions(connection: Connection, subjects: Iterable[UUID | str]) -> None:
    """Gives the subjects a new version for a change that no event tells, so that `If-Match` sees it.

    The next event of such a subject leaves a version out; readers keep the highest.
    """
    await sql.raise_versions.execute(connection, subjects=[str(subject) for subject in subjects])


async def _add(connection: Connection, events: Sequence[Event]) -> list[int]:
    """Writes at least one event and returns the new versions of their subjects."""
    rows = [(one.topic, one.type, one.subject, one.partition_key, one.model_dump_json()) for one in events]
    topics, types, subjects, partition_keys, payloads = columns(rows)
    written = await sql.add_events.fetch(
        connection,
        topics=topics,
        types=types,
        subjects=subjects,
        partition_keys=partition_keys,
        payloads=payloads,
        correlation_id=telemetry.correlation_id.get(),
        traceparent=telemetry.traceparent.get(),
    )
    return [row["aggregateversion"] for row in written]


async def begin_era(connection: Connection | Pool) -> None:
    """Begins a new era where the cluster is a new one; called before a process writes.

    The transaction ids of a restored dump are small again, and would otherwise be below the relay's cursor.
    """
    await sql.begin_era.execute(connection)
