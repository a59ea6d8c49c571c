"""What the tests of messaging share: a reaction that records its events, and one topic with all that runs on it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from chassis.messaging import kafka, outbox
from chassis.messaging.dead_letters.store import PermanentError
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.messaging.projections.reader import project
from chassis.messaging.reaction_consumer import consume
from chassis.messaging.reactions import ReactionRouter
from chassis.messaging.relay import relay
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, transaction
from chassis.tests.records import organization
from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope, to_headers
from contracts.topics import Topic
from tests.support.records import envelope_of


async def _nothing(event: OrganizationRegistered) -> None:
    return


class RecordingReaction:
    """Records the names of its events, in order, and fails on the name `refused` while `refusing`.

    `before` is called first for each event.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.refusing = True
        self.before: Callable[[OrganizationRegistered], Awaitable[None]] = _nothing
        self.router = ReactionRouter("sessions")
        self.router.on(OrganizationRegistered)(self.handle)

    async def handle(self, connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        await self.before(event)
        if event.name == "refused" and self.refusing:
            raise PermanentError("told to refuse")
        self.names.append(event.name)


class MessagingHarness:
    """One topic, its event type, and what a projection and a reaction did with its events."""

    def __init__(self, pool: Pool, settings: ServiceSettings, topic: Topic) -> None:
        self.pool = pool
        self.settings = settings
        self.topic = topic.name
        self.event: type[OrganizationRegistered] = type("Registered", (OrganizationRegistered,), {"topic": topic.name})
        self.poisoned = uuid4()
        self.reacted: list[str] = []
        self.traces: list[tuple[str | None, str | None]] = []
        self.reactions = ReactionRouter("sessions")
        self.reactions.on(self.event)(self.react)
        self.progress = Progress()
        self.projection = Projection(f"test-{uuid4().hex[:8]}", (self.event,), self.prepare, self.fold)

    async def react(self, connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        self.reacted.append(event.name)
        self.traces.append((telemetry.correlation_id.get(), telemetry.traceparent.get()))

    def prepare(self, recorded: Recorded) -> tuple[str, int, str]:
        return recorded.envelope.subject, recorded.envelope.version, recorded.event.name

    async def fold(self, connection: Connection, batch: Sequence[tuple[str, int, str]]) -> None:
        await connection.executemany("INSERT INTO folded (subject, version, name) VALUES ($1, $2, $3)", batch)

    async def folded(self) -> list[str]:
        return [row["name"] for row in await self.pool.fetch("SELECT name FROM folded ORDER BY name")]

    async def happen(self, *names: str) -> None:
        for name in names:
            thing = self.event(**organization(name).model_dump())
            async with transaction(self.pool, thing.organization_id) as connection:
                await outbox.add(connection, thing)

    async def produce_garbage(self, *headers: tuple[str, bytes], times: int = 1) -> None:
        await self._produce(b"\xff not an event", headers or [("ce_id", b"\xff")], times)

    async def poison(self, name: str = "valid", event_type: str | None = None) -> None:
        """An event that the catalogue lets through; all of them are about one organization."""
        thing = self.event(**organization(name, self.poisoned).model_dump())
        headers = to_headers(envelope_of(thing, event_type=event_type))
        await self._produce(thing.model_dump_json().encode(), headers, key=thing.partition_key.encode())

    async def _produce(
        self, value: bytes, headers: Sequence[tuple[str, bytes]], times: int = 1, key: bytes = b"k"
    ) -> None:
        async with kafka.producer(self.settings) as producer:
            for _ in range(times):
                await producer.send(self.topic, value, key=key, headers=list(headers))
            await producer.flush()

    @asynccontextmanager
    async def running(self, *parts: str) -> AsyncIterator[None]:
        """Runs `relay`, `reactions` and `projection`, or those that are named."""
        progress = self.progress
        loops: dict[str, Any] = {
            "relay": lambda: relay("sessions", self.pool, self.settings, progress),
            "reactions": lambda: consume(self.reactions, self.pool, self.settings, progress),
            "projection": lambda: project("sessions", self.projection, self.pool, self.settings, progress),
        }
        tasks = [asyncio.create_task(loops[part]()) for part in parts or loops]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
