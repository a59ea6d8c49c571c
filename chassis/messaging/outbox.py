"""The outbox: an event is written in the transaction of the change that it reports."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Protocol
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

    def forms(self) -> "Sequence[Event]": ...


async def add(connection: Connection, event: Event) -> int:
    """Writes the event in the caller's transaction and returns its subject's new version.

    The caller holds the subject's lock (`database.lock`), or always the same one of something that the subject belongs
    to, since before its first write. The tests' databases refuse what is written otherwise.
    """
    version, *_ = await _add(connection, [event])
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
    """Writes at least one event and returns the version of each row."""
    rows = [row for number, event in enumerate(events) for row in _rows(number, event)]
    numbers, subjects, partition_keys, sent_as, topics, types, payloads = columns(rows)
    written = await sql.add_events.fetch(
        connection,
        numbers=numbers,
        subjects=subjects,
        partition_keys=partition_keys,
        sent_as=sent_as,
        topics=topics,
        types=types,
        payloads=payloads,
        correlation_id=telemetry.correlation_id.get(),
        traceparent=telemetry.traceparent.get(),
    )
    return [row["aggregateversion"] for row in written]


def _rows(number: int, event: Event) -> list[tuple[Any, ...]]:
    """One row for each type as which the event is sent; they have one subject, key and version."""
    forms = event.forms()
    sent_as = " ".join(form.type for form in forms) if len(forms) > 1 else None
    common = (number, event.subject, event.partition_key, sent_as)
    return [(*common, form.topic, form.type, form.model_dump_json()) for form in forms]


async def begin_era(connection: Connection | Pool) -> None:
    """Begins a new era where the cluster is a new one; called before a process writes.

    The transaction ids of a restored dump are small again, and would otherwise be below the relay's cursor.
    """
    await sql.begin_era.execute(connection)
