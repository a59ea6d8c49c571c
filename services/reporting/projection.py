"""The projection: whatever the other services say becomes history and facts, and marks whom to count again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.database import Connection, queries
from chassis.projection import Projection, Recorded
from services.reporting.facts import EVENTS, TOPICS, kind_of, owner_of, subject_of

NAME = "reporting"

sql = queries("services.reporting")


async def fold(connection: Connection, batch: Sequence[Recorded]) -> None:
    """Keeps every version, moves each fact to its highest; both statements in the order of their keys."""
    if not batch:
        return
    latest: dict[tuple[str, UUID], Recorded] = {}
    for recorded in batch:
        key = _key(recorded)
        if key not in latest or latest[key].envelope.version < recorded.envelope.version:
            latest[key] = recorded
    await connection.execute(sql.keep_history, *_columns([_history(recorded) for recorded in batch]))
    await connection.execute(sql.move_facts, *_columns([_fact(latest[key]) for key in sorted(latest)]))


def _key(recorded: Recorded) -> tuple[str, UUID]:
    return kind_of(recorded.event), subject_of(recorded.event)


def _history(recorded: Recorded) -> tuple[Any, ...]:
    envelope, event = recorded.envelope, recorded.event
    return (
        *_key(recorded), envelope.version, event.type, envelope.id, event.occurred_at, envelope.time,
        recorded.topic, recorded.partition, recorded.offset, event.model_dump_json(),
    )  # fmt: skip


def _fact(recorded: Recorded) -> tuple[Any, ...]:
    return *_key(recorded), recorded.envelope.version, owner_of(recorded.event)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


PROJECTION = Projection(name=NAME, topics=TOPICS, events=EVENTS, fold=fold)
