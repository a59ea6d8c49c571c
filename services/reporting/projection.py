"""The projection: what the other services say becomes facts, whose every version is kept, and marks whom to count."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from chassis.database import Connection, queries
from chassis.projection import Projection, Recorded
from contracts.enrollment import Merge
from services.reporting.facts import EVENTS, TOPICS, kind_of, owner_of, subject_of

NAME = "reporting"

sql = queries("services.reporting")

Row = tuple[Any, ...]
"""A version, by the columns of `facts`."""


async def fold(connection: Connection, batch: Sequence[Recorded]) -> None:
    """Moves each fact to its highest version and keeps every other one; all in the order of their keys."""
    if not batch:
        return
    newest, older = _apart(batch)
    heard_before = await connection.fetch(sql.move_facts, *_columns(newest))
    late = older + [newest[row["place"] - 1] for row in heard_before]
    if late:
        await connection.execute(sql.keep_superseded, *_columns(late))
    if aliases := _aliases(batch):
        await connection.execute(sql.move_aliases, *_columns(aliases))


def _apart(batch: Sequence[Recorded]) -> tuple[list[Row], list[Row]]:
    """Each subject's newest version in the batch, and the older ones."""
    newest: dict[tuple[UUID, str], Row] = {}
    older: list[Row] = []
    for row in map(_row, batch):
        known = newest.setdefault(row[:2], row)
        if known is not row:
            newest[row[:2]], outdated = (row, known) if row[2] > known[2] else (known, row)
            older.append(outdated)
    return [newest[key] for key in sorted(newest)], older


def _row(recorded: Recorded) -> Row:
    envelope, event = recorded.envelope, recorded.event
    return (
        subject_of(event), kind_of(event), envelope.version, owner_of(event), envelope.type, envelope.id,
        event.occurred_at, envelope.time, recorded.topic, recorded.partition, recorded.offset, recorded.body,
    )  # fmt: skip


def _aliases(batch: Sequence[Recorded]) -> list[Row]:
    """Person, as whom they are counted, and the version that says so; the newest of each person."""
    merges = [recorded for recorded in batch if isinstance(recorded.event, Merge)]
    newest = {
        merge.event.person_id: (merge.event.person_id, merge.event.counted_as, merge.envelope.version)
        for merge in sorted(merges, key=lambda recorded: recorded.envelope.version)
    }
    return [newest[person] for person in sorted(newest)]


def _columns(rows: Iterable[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


async def is_behind(connection: Connection) -> bool:
    """Whether much of what the others said is still to be read."""
    return bool(await connection.fetchval(queries("chassis").is_behind, NAME))


PROJECTION = Projection(name=NAME, topics=TOPICS, events=EVENTS, fold=fold)
