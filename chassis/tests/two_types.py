"""One event as two types, and a service that reads it in its former release and in its new one."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord, TopicPartition

from chassis.messaging import kafka, outbox
from chassis.messaging.dead_letters.store import PermanentError
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.messaging.projections.reader import project
from chassis.messaging.reaction_consumer import consume
from chassis.messaging.reactions import ReactionRouter
from chassis.messaging.relay import RELAY, relay
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, transaction
from chassis.store.queries import queries
from chassis.tests.records import organization
from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope, from_headers
from contracts.event import Event
from tests.support.waiting import wait_until

messaging_sql = queries("chassis.messaging")
projection_sql = queries("chassis.messaging.projections")

PARTITIONS = 3
PROJECTION = "two types"
NEWER_TYPE = "minka.enrollment.OrganizationRegistered.v2"

TABLES = """
CREATE TABLE reacted (subject text, version int, type text);
CREATE TABLE folded (subject text PRIMARY KEY, version int, type text);
"""


@dataclass(frozen=True, slots=True)
class TwoTypes:
    """The former type, and the newer one, which says how many members an organization has."""

    former: type[OrganizationRegistered]
    newer: type[OrganizationRegistered]

    def as_former(self, organization_id: UUID, name: str = "a") -> Event:
        """As the former release of its owner sends it."""
        return self.former(**organization(name, organization_id).model_dump())

    def as_both(self, organization_id: UUID, name: str = "a") -> Event:
        """As the new release of its owner sends it."""
        values: dict[str, Any] = organization(name, organization_id).model_dump()
        return self.newer(**values, members=40)


def two_types(topic_of_both: str) -> TwoTypes:
    class Former(OrganizationRegistered):
        topic = topic_of_both

    class Newer(OrganizationRegistered):
        type = NEWER_TYPE
        topic = topic_of_both
        members: int

        def to_former_type(self) -> Former:
            return Former(**self.model_dump(exclude={"members"}))

    return TwoTypes(Former, Newer)


class Release:
    """A release of a service that reads these types: its reactions and its projection, which note what they did."""

    def __init__(self, *known: type[OrganizationRegistered]) -> None:
        self.refused: set[str] = set()
        self.reactions = ReactionRouter("sessions")
        for event in known:
            self._react_to(event)
        self.projection = Projection(PROJECTION, known, prepare, fold)

    def _react_to(self, event: type[OrganizationRegistered]) -> None:
        async def react(connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
            if envelope.type in self.refused:
                raise PermanentError("refused")
            note = "INSERT INTO reacted (subject, version, type) VALUES ($1, $2, $3)"
            await connection.execute(note, envelope.subject, envelope.version, envelope.type)

        react.__name__ = f"react_to_{event.__name__}"
        self.reactions.on(event)(react)


def prepare(recorded: Recorded) -> tuple[str, int, str]:
    return recorded.envelope.subject, recorded.envelope.version, recorded.envelope.type


async def fold(connection: Connection, batch: Sequence[tuple[str, int, str]]) -> None:
    """Keeps the highest version, as every projection does."""
    await connection.executemany(
        """
        INSERT INTO folded AS f VALUES ($1, $2, $3) ON CONFLICT (subject) DO UPDATE
        SET version = excluded.version, type = excluded.type WHERE f.version < excluded.version
        """,
        batch,
    )


Effects = list[tuple[UUID, int, str]]
"""Subject, version, and the version of the type, such as `v2`."""


class Rehearsal:
    """The owner of the events, one topic, and a service that reads them in one release or the other."""

    def __init__(self, pool: Pool, settings: ServiceSettings, topic: str) -> None:
        self.pool = pool
        self.settings = settings
        self.topic = topic
        self.types = two_types(topic)
        self.former = Release(self.types.former)
        self.new = Release(self.types.former, self.types.newer)

    async def send(self, *events: Event) -> None:
        """Writes the events in the outbox and has them sent."""
        for event in events:
            async with transaction(self.pool, event.subject) as connection:
                await outbox.add(connection, event)
        await self._relay()

    async def send_all_again(self) -> None:
        await messaging_sql.restart_relay.execute(self.pool, relay=RELAY)
        await self._relay()

    async def read(self, release: Release) -> None:
        """Runs the release's reactions and projection until both have read the topic to its end."""
        progress = Progress()
        loops = (
            consume(release.reactions, self.pool, self.settings, progress),
            project("sessions", release.projection, self.pool, self.settings, progress),
        )
        await _run_until(self._is_read, *loops)

    async def begin_anew(self) -> None:
        """The projection reads everything again, into an empty table."""
        await self.pool.execute("DELETE FROM folded")
        await projection_sql.restart_projection.execute(self.pool, projection=PROJECTION)

    async def reacted(self) -> Effects:
        return _effects(await self.pool.fetch("SELECT subject, version, type FROM reacted ORDER BY subject, version"))

    async def folded(self) -> Effects:
        return _effects(await self.pool.fetch("SELECT * FROM folded ORDER BY subject, version"))

    async def dead_letters(self) -> list[str]:
        return [row["error"] for row in await self.pool.fetch("SELECT error FROM dead_letters")]

    async def as_a_stranger_reads_it(self) -> dict[UUID, int]:
        """The highest version of each subject, for a program that knows the former type alone."""
        kept: dict[UUID, int] = {}
        ids: set[tuple[str, UUID]] = set()
        for record in await self._log():
            envelope = from_headers(record.headers)
            is_repeated = (envelope.source, envelope.id) in ids
            ids.add((envelope.source, envelope.id))
            if envelope.type == self.types.former.type and not is_repeated:
                event = OrganizationRegistered.model_validate_json(record.value)
                known = kept.get(event.organization_id, 0)
                kept[event.organization_id] = max(known, envelope.version)
        return kept

    async def _relay(self) -> None:
        await _run_until(self._is_sent, relay("sessions", self.pool, self.settings, Progress()))

    async def _is_sent(self) -> bool:
        return bool(await messaging_sql.outbox_age.value(self.pool, relay=RELAY) == 0)

    async def _is_read(self) -> bool:
        rows = await self.pool.fetch("SELECT partition, next FROM projection_offsets")
        projected = {row["partition"]: row["next"] for row in rows}
        async with kafka.consumer(self.settings, f"sessions.reactions.{self.topic}") as consumer:
            ends = {one: end for one, end in (await consumer.end_offsets(self._partitions)).items() if end}
            settled = {one: await consumer.committed(one) for one in ends}
            return settled == ends and all(projected.get(one.partition) == end for one, end in ends.items())

    async def _log(self) -> "list[ConsumerRecord[bytes, bytes]]":
        """All records of the topic now."""
        async with kafka.consumer(self.settings, "sessions.stranger") as consumer:
            ends = await consumer.end_offsets(self._partitions)
            consumer.assign(self._partitions)
            for partition in self._partitions:
                consumer.seek(partition, 0)
            log: list[ConsumerRecord[bytes, bytes]] = []
            while len(log) < sum(ends.values()):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    log.extend(batch)
            return log

    @property
    def _partitions(self) -> list[TopicPartition]:
        return [TopicPartition(self.topic, partition) for partition in range(PARTITIONS)]


async def _run_until(condition: Callable[[], Awaitable[bool]], *loops: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        await wait_until(condition)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _effects(rows: Sequence[Any]) -> Effects:
    return [(UUID(row["subject"]), row["version"], row["type"][-2:]) for row in rows]
