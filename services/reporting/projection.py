"""The projection: what the other services say becomes facts, whose every version is kept, and marks whom to count."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.messaging.dead_letters.store import PermanentError
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.store.database import Connection, columns
from chassis.store.queries import queries
from contracts.enrollment import Merge
from services.reporting.facts import EVENTS, TOPICS, kind_of, owner_of, subject_of

NAME = "reporting"
MERGE = Merge.subject_field.removesuffix("_id")

sql = queries("services.reporting")

COLUMNS = (
    "subject", "kind", "version", "owner", "type", "event_id",
    "occurred_at", "recorded_at", "topic", "partition", "offset", "body",
)  # fmt: skip

Version = tuple[Any, ...]
"""A version of a fact, by `COLUMNS`."""

Key = tuple[Any, ...]
"""What names a fact: its subject and kind."""

NUL = "\\u0000"
"""How JSON writes the one character that PostgreSQL does not keep; after an even number of backslashes."""

WRITTEN_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def prepare(recorded: Recorded) -> Version:
    """The version to be kept."""
    if NUL in recorded.body and WRITTEN_NUL.search(recorded.body):
        raise PermanentError("a text holds a NUL, which no store keeps")
    envelope, event = recorded.envelope, recorded.event
    return (
        subject_of(event), kind_of(event), envelope.version, owner_of(event), envelope.type, envelope.id,
        event.occurred_at, envelope.time, recorded.topic, recorded.partition, recorded.offset, recorded.body,
    )  # fmt: skip


async def fold(connection: Connection, batch: Sequence[Version]) -> None:
    """Moves each fact to its highest version and keeps every other one."""
    if not batch:
        return
    newest, older = _apart(batch)
    await connection.execute(sql.make_heard.text + sql.empty_heard.text)
    await connection.copy_records_to_table("heard", records=newest.values(), columns=COLUMNS)
    late = older + [newest[key] for key in map(tuple, await connection.fetch(sql.move_facts.text))]
    if late:
        await connection.execute(sql.keep_superseded.text, *columns(late))
    if aliases := _aliases(batch):
        await connection.execute(sql.move_aliases.text, *columns(aliases))


def _apart(batch: Sequence[Version]) -> tuple[dict[Key, Version], list[Version]]:
    """Each subject's newest version in the batch, and the older ones."""
    newest: dict[Key, Version] = {}
    older: list[Version] = []
    for version in batch:
        key = version[:2]
        known = newest.setdefault(key, version)
        if known is not version:
            newest[key], outdated = (version, known) if version[2] > known[2] else (known, version)
            older.append(outdated)
    return newest, older


def _aliases(batch: Sequence[Version]) -> list[tuple[UUID, UUID, int]]:
    """Person, as whom they are counted, and the version that says so; the newest of each person."""
    newest: dict[UUID, tuple[UUID, UUID, int]] = {}
    for _, kind, version, person, *_, body in batch:
        if kind == MERGE and (person not in newest or newest[person][2] < version):
            newest[person] = person, Merge.model_validate_json(body).counted_as, version
    return [newest[person] for person in sorted(newest)]


async def is_behind(connection: Connection) -> bool:
    """Whether much of what the others said is still to be read."""
    return bool(await connection.fetchval(queries("chassis.messaging.projections").is_behind.text, NAME))


PROJECTION = Projection(NAME, TOPICS, EVENTS, prepare, fold)
