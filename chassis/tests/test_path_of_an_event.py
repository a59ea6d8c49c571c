"""Outbox, relay, Kafka, reactions and projections together, on a real broker."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from chassis.messaging import kafka, outbox
from chassis.messaging.dead_letters import admin, store
from chassis.messaging.dead_letters.store import FLOOD_LIMIT, STATES
from chassis.messaging.projections.reader import Projection, Recorded, project, redrive
from chassis.messaging.reaction_consumer import consume
from chassis.messaging.reactions import Reactions
from chassis.messaging.relay import relay
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, transaction
from chassis.store.queries import queries
from chassis.tests.records import organization
from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope, to_headers
from contracts.topics import Topic
from tests.support.infrastructure import Infrastructure
from tests.support.records import envelope_of
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until

messaging_sql = queries("chassis.messaging")
projection_sql = queries("chassis.messaging.projections")


class Stage:
    """One topic, its event type, and what a projection and a reaction made of it."""

    def __init__(self, pool: Pool, settings: ServiceSettings, topic: Topic) -> None:
        self.pool = pool
        self.settings = settings
        self.topic = topic.name
        self.event: type[OrganizationRegistered] = type("Registered", (OrganizationRegistered,), {"topic": topic.name})
        self.reacted: list[str] = []
        self.traces: list[tuple[str | None, str | None]] = []
        self.reactions = Reactions("sessions")
        self.reactions.on(self.event)(self.react)
        self.progress = Progress()
        self.projection = Projection(f"test-{uuid4().hex[:8]}", (topic.name,), (self.event,), self.prepare, self.fold)

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
        """An event that the catalogue lets through."""
        thing = organization(name)
        await self._produce(thing.model_dump_json().encode(), to_headers(envelope_of(thing, event_type=event_type)))

    async def _produce(self, value: bytes, headers: Sequence[tuple[str, bytes]], times: int = 1) -> None:
        async with kafka.producer(self.settings) as producer:
            for _ in range(times):
                await producer.send(self.topic, value, key=b"k", headers=list(headers))
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


@pytest.fixture
async def stage(pool: Pool, settings: ServiceSettings, fresh_topics: FreshTopics, migrator: Connection) -> Stage:
    await migrator.execute("CREATE TABLE folded (subject text, version int, name text)")
    return Stage(pool, settings, fresh_topics.make(owner="sessions", readers=("sessions",)))


async def test_what_is_committed_is_reacted_to_and_folded_once(stage: Stage) -> None:
    names = [f"n{number:03}" for number in range(200)]
    async with stage.running():
        await stage.happen(*names)
        await wait_until(lambda: len(stage.reacted) >= 200)
        await wait_until(lambda: _count(stage, 200))

    assert sorted(stage.reacted) == names
    assert await stage.folded() == names


async def test_a_requests_trace_reaches_the_reaction_to_its_event(stage: Stage) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with stage.running("relay", "reactions"):
        with telemetry.correlated("request-1", trace):
            await stage.happen("traced")
        await wait_until(lambda: stage.reacted)

    assert stage.traces == [("request-1", trace)]


async def test_sent_again_from_the_outbox_nothing_is_reacted_to_twice(stage: Stage) -> None:
    async with stage.running("relay", "reactions"):
        await stage.happen("a", "b", "c")
        await wait_until(lambda: len(stage.reacted) == 3)
        await stage.pool.execute(messaging_sql.restart_relay.text, "kafka")
        await stage.happen("last")
        await wait_until(lambda: "last" in stage.reacted)

        await wait_until(lambda: _written(stage, 7))

    assert sorted(stage.reacted) == ["a", "b", "c", "last"]


async def test_a_projection_goes_on_where_it_stood(stage: Stage) -> None:
    async with stage.running("relay", "projection"):
        await stage.happen("a", "b")
        await wait_until(lambda: _count(stage, 2))
    async with stage.running("relay", "projection"):
        await stage.happen("c")
        await wait_until(lambda: _count(stage, 3))

    assert await stage.folded() == ["a", "b", "c"]


async def test_a_bad_record_is_quarantined_and_its_neighbours_are_folded(stage: Stage) -> None:
    async with stage.running("relay", "projection"):
        await stage.happen("before")
        await wait_until(lambda: _count(stage, 1))
        await stage.produce_garbage()
        await stage.happen("after", "and more", "and still more")
        await wait_until(lambda: _count(stage, 4))
        await wait_until(lambda: stage.pool.fetchval("SELECT count(*) FROM dead_letters"))

    kept = await stage.pool.fetchrow("SELECT kind, value, consumer FROM dead_letters")
    assert kept is not None
    assert (kept["kind"], kept["value"], kept["consumer"]) == (
        "quarantined",
        b"\xff not an event",
        stage.projection.name,
    )


async def test_what_cannot_be_folded_is_quarantined_alone_and_stays_so_when_redriven(stage: Stage) -> None:
    await stage.happen("a", "b")
    async with stage.running("relay"):
        await stage.poison(name="no\x00text")
        await stage.happen("c")
        await _relayed(stage)
    async with stage.running("projection"):
        await wait_until(lambda: _count(stage, 3))
        await wait_until(lambda: stage.pool.fetchval("SELECT count(*) FROM dead_letters"))

    assert await stage.folded() == ["a", "b", "c"]
    await stage.pool.execute("UPDATE dead_letters SET state = 'redriving'")
    assert await redrive(stage.projection, stage.pool) == 0
    assert await stage.pool.fetchval("SELECT state FROM dead_letters") == "waiting"


@pytest.mark.parametrize(
    "headers",
    [
        [("ce_type", b"a\x00b")],
        [("a\x00name", b"")],
        [("ce_id", b"a\x00b")],
        [("ce_id", b"\xff" * 100_000)],
    ],
)
async def test_no_header_stops_anybody(stage: Stage, headers: list[tuple[str, bytes]]) -> None:
    async with stage.running():
        await stage.produce_garbage(*headers)
        await stage.happen("after")
        await wait_until(lambda: stage.reacted)
        await wait_until(lambda: _count(stage, 1))
        await wait_until(lambda: _parked(stage, 2))


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed (Debian package kcat)")
async def test_a_header_whose_name_is_no_text_stops_nobody(stage: Stage, infrastructure: Infrastructure) -> None:
    """kcat, because libraries in Python do not write such a name."""
    async with stage.running():
        kcat = ("kcat", "-P", "-b", infrastructure.open_bootstrap, "-t", stage.topic, "-p", "0", "-H", b"\xff=1")
        writing = await asyncio.create_subprocess_exec(*kcat, stdin=asyncio.subprocess.PIPE)
        await writing.communicate(b"one\ntwo\n")
        await stage.happen("after", "and more", "and still more")
        await wait_until(lambda: len(stage.reacted) == 3)
        await wait_until(lambda: _count(stage, 3))
        await wait_until(lambda: _parked(stage, 2 * 2))


@pytest.mark.parametrize("part", ["reactions", "projection"])
async def test_a_flood_halts_its_consumer_until_it_is_over(stage: Stage, part: str) -> None:
    loop = stage.projection.name if part == "projection" else f"{stage.reactions.consumer}:{stage.topic}"
    await stage.produce_garbage(times=FLOOD_LIMIT + 2)
    async with stage.running("relay", part):
        await wait_until(lambda: loop in stage.progress.halted)
        await stage.happen("after")
        assert _halted(loop) == 1
        await _relayed(stage)
        assert stage.reacted == await stage.folded() == []

        await stage.pool.execute("UPDATE dead_letters SET parked_at = parked_at - interval '1 minute'")
        await wait_until(lambda: _arrived(stage, part))
        await wait_until(lambda: stage.progress.halted == {})
        assert _halted(loop) == 0


async def test_the_metrics_tell_what_waits_and_what_was_settled(stage: Stage) -> None:
    await stage.produce_garbage(times=3)
    async with stage.running("projection"):
        await wait_until(lambda: _parked(stage, 3))
    async with transaction(stage.pool) as connection:
        await admin.discard(connection, 1, "not needed")
    await store.measure("sessions", stage.pool)

    labels = {"service": "sessions", "consumer": stage.projection.name, "kind": "quarantined"}
    told = [REGISTRY.get_sample_value("minka_dead_letters_by_state", {**labels, "state": s}) for s in STATES]
    assert dict(zip(STATES, told, strict=True)) == {"waiting": 2, "redriving": 0, "redriven": 0, "discarded": 1}


async def test_another_version_of_what_is_folded_is_quarantined(stage: Stage) -> None:
    async with stage.running("relay", "projection"):
        await stage.poison(event_type=stage.event.type.replace(".v1", ".v9"))
        await wait_until(lambda: stage.pool.fetchval("SELECT count(*) FROM dead_letters"))

    assert await stage.pool.fetchval("SELECT error_class FROM dead_letters") == "UnknownVersion"


async def test_a_zombie_changes_nothing(stage: Stage) -> None:
    """Seeded bug: without the compare-and-set the events would be folded again behind the moved offsets."""
    async with stage.running("relay", "projection"):
        await stage.happen("a")
        await wait_until(lambda: _count(stage, 1))
        await stage.pool.execute("UPDATE projection_offsets SET next = next + 1000, last_event = NULL")
        await stage.happen("overtaken", "overtaken too")
        await _relayed(stage)
        await stage.pool.execute("UPDATE projection_offsets SET next = next - 1000")
        await wait_until(lambda: _count(stage, 3))

    assert await stage.folded() == ["a", "overtaken", "overtaken too"]


async def test_another_log_under_the_same_name_halts(stage: Stage) -> None:
    before = [f"before {number}" for number in range(30)]  # so many that each partition has some
    async with stage.running("relay", "projection"):
        await stage.happen(*before)
        await wait_until(lambda: _count(stage, 30))
        await _relayed(stage)
    await stage.pool.execute("UPDATE projection_offsets SET last_event = 'another' WHERE next > 0")

    with capture_logs() as logs:
        async with stage.running("relay", "projection"):
            await stage.happen(*(f"after {number}" for number in range(10)))
            await wait_until(lambda: any("holds another event" in entry.get("reason", "") for entry in logs))
            assert "holds another event" in stage.progress.halted[stage.projection.name]
            await _relayed(stage)
            assert len(await stage.folded()) == 30

    await stage.pool.execute(projection_sql.restart_projection.text, stage.projection.name)
    async with stage.running("relay", "projection"):
        await wait_until(lambda: _count(stage, 30 + 40))


async def _written(stage: Stage, expected: int) -> bool:
    """Whether the topic holds so many records."""
    async with kafka.consumer(stage.settings, f"sessions.{uuid4().hex}") as consumer:
        partitions = [TopicPartition(stage.topic, partition) for partition in range(3)]
        return bool(sum((await consumer.end_offsets(partitions)).values()) == expected)


async def _count(stage: Stage, expected: int) -> bool:
    return len(await stage.folded()) == expected


async def _parked(stage: Stage, expected: int) -> bool:
    return len(await stage.pool.fetch("SELECT FROM dead_letters")) == expected


async def _arrived(stage: Stage, part: str) -> bool:
    return "after" in (await stage.folded() if part == "projection" else stage.reacted)


def _halted(loop: str) -> float | None:
    return REGISTRY.get_sample_value("minka_consumer_halted", {"loop": loop})


async def _relayed(stage: Stage) -> None:
    """The relay has sent all there is."""

    async def nothing_waits() -> bool:
        age: float = await stage.pool.fetchval(messaging_sql.outbox_age.text, "kafka")
        return age == 0

    await wait_until(nothing_waits)
