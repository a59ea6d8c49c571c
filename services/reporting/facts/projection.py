"""The projection: folds the other services' events into facts, keeps every older version, and queues dirty batches."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.messaging.dead_letters.store import PermanentError
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.store.database import Connection, columns
from chassis.store.queries import queries
from contracts.enrollment import Merge
from contracts.sessions import Completion
from services.reporting.facts.domain import EVENTS, OrganizationCompletion, kind_of, owner_of, subject_of

NAME = "reporting"
MERGE = kind_of(Merge)
COMPLETION = kind_of(Completion)

sql = queries(__package__)


class Version(NamedTuple):
    """A version of a fact: a row of `facts` and of `superseded`, in the order of their columns, as COPY takes it."""

    subject: UUID
    kind: str
    version: int
    owner: UUID
    type: str
    event_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    topic: str
    partition: int
    offset: int
    body: str


class Alias(NamedTuple):
    """As whom a person is counted, and the version that says so."""

    person: UUID
    counted_as: UUID
    version: int


NUL = "\\u0000"
"""How JSON writes the one character that PostgreSQL does not store; after an even number of backslashes."""

ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def prepare(recorded: Recorded) -> Version:
    """The row of an event. Raises `PermanentError` for a body that PostgreSQL cannot store."""
    if NUL in recorded.body and ESCAPED_NUL.search(recorded.body):
        raise PermanentError("a text contains a NUL character, which PostgreSQL cannot store")
    envelope, event = recorded.envelope, recorded.event
    return Version(
        subject_of(event), kind_of(event), envelope.version, owner_of(event), envelope.type, envelope.id,
        event.occurred_at, envelope.time, recorded.topic, recorded.partition, recorded.offset, recorded.body,
    )  # fmt: skip


async def fold(connection: Connection, batch: Sequence[Version]) -> None:
    """Moves each fact to its highest version and keeps every other version."""
    if not batch:
        return
    newest, older = _newest_and_older([*batch, *_of_organizations(batch)])
    # The texts are sent together: two statements in one round trip, which a named query cannot be.
    await connection.execute(sql.create_incoming.text + sql.clear_incoming.text)
    await connection.copy_records_to_table("incoming", records=newest.values(), columns=Version._fields)
    late = older + [newest[key] for key in map(tuple, await sql.move_facts.fetch(connection))]
    if late:
        await sql.keep_superseded.execute(connection, **_by_column(late))
    if aliases := _aliases(batch):
        await sql.move_aliases.execute(connection, **_by_column(aliases))


def _of_organizations(batch: Iterable[Version]) -> list[Version]:
    """The second fact of each completion in the batch, which its organization owns."""
    return [
        row._replace(
            kind=kind_of(OrganizationCompletion), owner=owner_of(OrganizationCompletion.model_validate_json(row.body))
        )
        for row in batch
        if row.kind == COMPLETION
    ]


def _newest_and_older(batch: Sequence[Version]) -> tuple[dict[tuple[Any, ...], Version], list[Version]]:
    """Each fact's newest version in the batch, by subject and kind, and the older ones."""
    newest: dict[tuple[Any, ...], Version] = {}
    older: list[Version] = []
    for version in batch:
        key = version[:2]  # by position: a batch has ten thousand rows
        known = newest.setdefault(key, version)
        if known is not version:
            newest[key], outdated = (version, known) if version.version > known.version else (known, version)
            older.append(outdated)
    return newest, older


def _aliases(batch: Sequence[Version]) -> list[Alias]:
    """The newest alias of each person in the batch, in the order of the persons' ids."""
    newest: dict[UUID, Alias] = {}
    for row in batch:
        if row.kind == MERGE and (row.owner not in newest or newest[row.owner].version < row.version):
            newest[row.owner] = Alias(row.owner, Merge.model_validate_json(row.body).counted_as, row.version)
    return [newest[person] for person in sorted(newest)]


def _by_column(rows: Iterable[Version] | Iterable[Alias]) -> dict[str, list[Any]]:
    first, *rest = rows
    return dict(zip(first._fields, columns([first, *rest]), strict=True))


PROJECTION = Projection(NAME, EVENTS, prepare, fold)
