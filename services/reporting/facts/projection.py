"""The projection: folds the other services' events into facts, keeps every older version, and queues dirty batches."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from re import Match
from typing import Any, NamedTuple
from uuid import UUID

from chassis.messaging.dead_letters.store import PermanentError, Record
from chassis.messaging.projections.plain_reader import PlainRow
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.store.database import Connection, columns
from chassis.store.queries import queries
from contracts.enrollment import Merge
from contracts.event import Event
from contracts.sessions import Completion
from services.reporting.facts.domain import EVENTS, OrganizationCompletion, kind_of, owner_field, owner_of, subject_of

NAME = "reporting"
MERGE = kind_of(Merge)
COMPLETION = kind_of(Completion)

sql = queries(__package__)


class Version(NamedTuple):
    """A version of a fact: a row of `facts` and of `superseded`, in the order of their columns, each in PostgreSQL's
    notation."""

    subject: str
    kind: str
    version: str
    owner: str
    type: str
    event_id: str
    occurred_at: str
    recorded_at: str
    topic: str
    partition: str
    offset: str
    body: str


class Alias(NamedTuple):
    """As whom a person is counted, and the version that says so."""

    person: UUID
    counted_as: UUID
    version: int


NUL = "\\u0000"
"""How JSON writes the one character that PostgreSQL does not store; after an even number of backslashes."""

ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def prepare(recorded: Recorded) -> Version:
    """The row of an event. Raises `PermanentError` for a body that PostgreSQL cannot store."""
    if NUL in recorded.body and ESCAPED_NUL.search(recorded.body):
        raise PermanentError("a text contains a NUL character, which PostgreSQL cannot store")
    envelope, event = recorded.envelope, recorded.event
    return Version(
        str(subject_of(event)), kind_of(event), str(envelope.version), str(owner_of(event)), envelope.type,
        str(envelope.id), event.occurred_at.isoformat(), envelope.time.isoformat(),
        recorded.topic, str(recorded.partition), str(recorded.offset), recorded.body,
    )  # fmt: skip


def plain_row(event: type[Event]) -> PlainRow:
    """The same row, from the texts of a record in plain form."""
    kind, owner = kind_of(event), owner_field(event)

    def make(found: Match[bytes], record: Record) -> Version:
        texts = (text.decode() for text in found.group("subject", "version", owner, "id", "occurred_at", "time"))
        subject, version, owned_by, event_id, occurred_at, recorded_at = texts
        body = (record.value or b"").decode()
        return Version(
            subject, kind, version, owned_by, event.type, event_id, occurred_at, recorded_at,
            record.topic, str(record.partition), str(record.offset), body,
        )  # fmt: skip

    return PlainRow(("occurred_at", owner), make)


async def fold(connection: Connection, batch: Sequence[Version]) -> None:
    """Moves each fact to its highest version and keeps every other version."""
    if not batch:
        return
    # The texts are sent together: two statements in one round trip, which a named query cannot be.
    await connection.execute(sql.create_incoming.text + sql.clear_incoming.text)
    versions = copied([*batch, *_of_organizations(batch)])
    await connection.copy_to_table("incoming", source=versions, columns=Version._fields)
    if late := await sql.move_facts.value(connection):
        await sql.keep_superseded.execute(connection, late=late)
    if aliases := _aliases(batch):
        await sql.move_aliases.execute(connection, **_by_column(aliases))


def copied(batch: Iterable[Version]) -> BytesIO:
    """The versions as lines for COPY, which reads a tabulator, a line end or a backslash only behind a backslash."""
    return BytesIO("\n".join("\t".join(_escaped(version)) for version in batch).encode())


def _escaped(version: Version) -> Version:
    body = version.body
    if "\\" in body or "\n" in body or "\t" in body or "\r" in body:
        return version._replace(body=body.translate(ESCAPED))
    return version


def _of_organizations(batch: Iterable[Version]) -> list[Version]:
    """The second fact of each completion in the batch, which its organization owns."""
    return [
        row._replace(
            kind=kind_of(OrganizationCompletion),
            owner=str(owner_of(OrganizationCompletion.model_validate_json(row.body))),
        )
        for row in batch
        if row.kind == COMPLETION
    ]


def _aliases(batch: Sequence[Version]) -> list[Alias]:
    """The newest alias of each person in the batch, in the order of the persons' ids."""
    newest: dict[UUID, Alias] = {}
    merges = [row for row in batch if row.kind == MERGE]
    for row in sorted(merges, key=lambda row: int(row.version), reverse=True):
        merge = Merge.model_validate_json(row.body)
        newest.setdefault(merge.person_id, Alias(merge.person_id, merge.counted_as, int(row.version)))
    return [newest[person] for person in sorted(newest)]


def _by_column(rows: Sequence[Alias]) -> dict[str, list[Any]]:
    return dict(zip(Alias._fields, columns(rows), strict=True))


PROJECTION = Projection(NAME, EVENTS, prepare, fold, plain_row)
