"""Outbox, relay, Kafka, reactions and projections together, on a real broker."""

import asyncio
import shutil
from collections.abc import Sequence
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from chassis.messaging import kafka, relay
from chassis.messaging.dead_letters import admin, store
from chassis.messaging.dead_letters.admin import DiscardReason
from chassis.messaging.dead_letters.store import FLOOD_LIMIT, STATES
from chassis.messaging.projections import reader
from chassis.messaging.projections.writer import redrive
from chassis.messaging.reaction_consumer import consume
from chassis.runtime import telemetry
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, Row, transaction
from chassis.store.queries import queries
from chassis.tests.messaging_harness import MessagingHarness
from tests.support.infrastructure import Infrastructure
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until

messaging_sql = queries("chassis.messaging")
projection_sql = queries("chassis.messaging.projections")


@pytest.fixture
async def harness(
    pool: Pool, settings: ServiceSettings, fresh_topics: FreshTopics, migrator: Connection
) -> MessagingHarness:
    await migrator.execute("CREATE TABLE folded (subject text, version int, name text)")
    return MessagingHarness(pool, settings, fresh_topics.make(owner="sessions", readers=("sessions",)))


async def test_what_is_committed_is_reacted_to_and_folded_once(harness: MessagingHarness) -> None:
    names = [f"n{number:03}" for number in range(200)]
    async with harness.running():
        await harness.happen(*names)
        await wait_until(lambda: len(harness.reacted) >= 200)
        await wait_until(lambda: _count(harness, 200))

    assert sorted(harness.reacted) == names
    assert await harness.folded() == names


async def test_a_requests_trace_reaches_the_reaction_to_its_event(harness: MessagingHarness) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with harness.running("relay", "reactions"):
        with telemetry.correlated("request-1", trace):
            await harness.happen("traced")
        await wait_until(lambda: harness.reacted)

    assert harness.traces == [("request-1", trace)]


async def test_sent_again_from_the_outbox_nothing_is_reacted_to_twice(harness: MessagingHarness) -> None:
    async with harness.running("relay", "reactions"):
        await harness.happen("a", "b", "c")
        await wait_until(lambda: len(harness.reacted) == 3)
        await messaging_sql.restart_relay.execute(harness.pool, relay="kafka")
        await harness.happen("last")
        await wait_until(lambda: "last" in harness.reacted)

        await wait_until(lambda: _written(harness, 7))

    assert sorted(harness.reacted) == ["a", "b", "c", "last"]


async def test_a_restart_during_the_first_batch_is_not_undone_by_it(
    harness: MessagingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log was lost after the batch had been acknowledged, nothing else would send it again.

    The batch may hold one row or both: a transaction anywhere in the cluster keeps the second from being final.
    """
    send = relay._send
    first: list[Row] = []

    async def send_and_restart(origin: relay.Origin, producer: AIOKafkaProducer, rows: Sequence[Row]) -> None:
        await send(origin, producer, rows)
        monkeypatch.undo()
        await messaging_sql.restart_relay.execute(harness.pool, relay="kafka")
        first.extend(rows)

    monkeypatch.setattr(relay, "_send", send_and_restart)
    await harness.happen("a", "b")
    async with harness.running("relay"):
        await wait_until(lambda: first)
        await wait_until(lambda: _written(harness, len(first) + 2))


async def test_a_fault_around_a_handler_ends_the_reactions_and_loses_no_record(
    harness: MessagingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FastStream goes on after an error: were the next record's offset committed, the first would be lost."""

    async def fails(*_arguments: object) -> None:
        raise LookupError("a fault in the chassis")

    await harness.poison(event_type=harness.event.type.replace(".v1", ".v9"))
    await harness.poison("of the same partition")
    with monkeypatch.context() as patched:
        patched.setattr(store, "park", fails)
        with pytest.raises(LookupError):
            await asyncio.wait_for(consume(harness.reactions, harness.pool, harness.settings, harness.progress), 180)
    async with harness.running("reactions"):
        await wait_until(lambda: _parked(harness, 1 + len(harness.reacted)))

    assert (await harness.pool.fetchval("SELECT error_class FROM dead_letters ORDER BY id")) == "UnknownVersion"


async def test_a_projection_goes_on_where_it_stood(harness: MessagingHarness) -> None:
    async with harness.running("relay", "projection"):
        await harness.happen("a", "b")
        await wait_until(lambda: _count(harness, 2))
    async with harness.running("relay", "projection"):
        await harness.happen("c")
        await wait_until(lambda: _count(harness, 3))

    assert await harness.folded() == ["a", "b", "c"]


async def test_a_bad_record_is_quarantined_and_its_neighbours_are_folded(harness: MessagingHarness) -> None:
    async with harness.running("relay", "projection"):
        await harness.happen("before")
        await wait_until(lambda: _count(harness, 1))
        await harness.produce_garbage()
        await harness.happen("after", "and more", "and still more")
        await wait_until(lambda: _count(harness, 4))
        await wait_until(lambda: harness.pool.fetchval("SELECT count(*) FROM dead_letters"))

    kept = await harness.pool.fetchrow("SELECT kind, value, consumer FROM dead_letters")
    assert kept is not None
    assert (kept["kind"], kept["value"], kept["consumer"]) == (
        "quarantined",
        b"\xff not an event",
        harness.projection.name,
    )


async def test_what_cannot_be_folded_is_quarantined_alone_and_stays_so_when_redriven(harness: MessagingHarness) -> None:
    await harness.happen("a", "b")
    async with harness.running("relay"):
        await harness.poison(name="no\x00text")
        await harness.happen("c")
        await _relayed(harness)
    async with harness.running("projection"):
        await wait_until(lambda: _count(harness, 3))
        await wait_until(lambda: harness.pool.fetchval("SELECT count(*) FROM dead_letters"))

    assert await harness.folded() == ["a", "b", "c"]
    await harness.pool.execute("UPDATE dead_letters SET state = 'redriving'")
    assert await redrive(harness.projection, harness.pool) == 0
    assert await harness.pool.fetchval("SELECT state FROM dead_letters") == "waiting"


@pytest.mark.parametrize(
    "headers",
    [
        [("ce_type", b"a\x00b")],
        [("a\x00name", b"")],
        [("ce_id", b"a\x00b")],
        [("ce_id", b"\xff" * 100_000)],
    ],
)
async def test_no_header_stops_anybody(harness: MessagingHarness, headers: list[tuple[str, bytes]]) -> None:
    async with harness.running():
        await harness.produce_garbage(*headers)
        await harness.happen("after")
        await wait_until(lambda: harness.reacted)
        await wait_until(lambda: _count(harness, 1))
        await wait_until(lambda: _parked(harness, 2))


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed (Debian package kcat)")
async def test_a_header_whose_name_is_no_text_stops_nobody(
    harness: MessagingHarness, infrastructure: Infrastructure
) -> None:
    """kcat, because libraries in Python do not write such a name."""
    async with harness.running():
        kcat = ("kcat", "-P", "-b", infrastructure.open_bootstrap, "-t", harness.topic, "-p", "0", "-H", b"\xff=1")
        writing = await asyncio.create_subprocess_exec(*kcat, stdin=asyncio.subprocess.PIPE)
        await writing.communicate(b"one\ntwo\n")
        await harness.happen("after", "and more", "and still more")
        await wait_until(lambda: len(harness.reacted) == 3)
        await wait_until(lambda: _count(harness, 3))
        await wait_until(lambda: _parked(harness, 2 * 2))


@pytest.mark.parametrize("part", ["reactions", "projection"])
async def test_a_flood_halts_its_consumer_until_it_is_over(harness: MessagingHarness, part: str) -> None:
    loop = harness.projection.name if part == "projection" else f"{harness.reactions.consumer}:{harness.topic}"
    await harness.produce_garbage(times=FLOOD_LIMIT + 2)
    async with harness.running("relay", part):
        await wait_until(lambda: loop in harness.progress.halted)
        await harness.happen("after")
        assert _halted(loop) == 1
        await _relayed(harness)
        assert harness.reacted == await harness.folded() == []

        await harness.pool.execute("UPDATE dead_letters SET parked_at = parked_at - interval '1 minute'")
        await wait_until(lambda: _arrived(harness, part))
        await wait_until(lambda: harness.progress.halted == {})
        assert _halted(loop) == 0


async def test_the_metrics_tell_what_waits_and_what_was_settled(harness: MessagingHarness) -> None:
    await harness.produce_garbage(times=3)
    async with harness.running("projection"):
        await wait_until(lambda: _parked(harness, 3))
    async with transaction(harness.pool) as connection:
        await admin.discard(connection, 1, DiscardReason.TEST)
    await store.measure("sessions", harness.pool)

    labels = {"service": "sessions", "consumer": harness.projection.name, "kind": "quarantined"}
    told = [REGISTRY.get_sample_value("minka_dead_letters_by_state", {**labels, "state": s}) for s in STATES]
    assert dict(zip(STATES, told, strict=True)) == {"waiting": 2, "redriving": 0, "redriven": 0, "discarded": 1}


async def test_another_version_of_what_is_folded_is_quarantined(harness: MessagingHarness) -> None:
    async with harness.running("relay", "projection"):
        await harness.poison(event_type=harness.event.type.replace(".v1", ".v9"))
        await wait_until(lambda: harness.pool.fetchval("SELECT count(*) FROM dead_letters"))

    assert await harness.pool.fetchval("SELECT error_class FROM dead_letters") == "UnknownVersion"


async def test_a_zombie_changes_nothing(harness: MessagingHarness) -> None:
    """Seeded bug: without the compare-and-set the events would be folded again behind the moved offsets."""
    async with harness.running("relay", "projection"):
        await harness.happen("a")
        await wait_until(lambda: _count(harness, 1))
        await harness.pool.execute("UPDATE projection_offsets SET next = next + 1000, last_event = NULL")
        await harness.happen("overtaken", "overtaken too")
        await _relayed(harness)
        await harness.pool.execute("UPDATE projection_offsets SET next = next - 1000")
        await wait_until(lambda: _count(harness, 3))

    assert await harness.folded() == ["a", "overtaken", "overtaken too"]


async def test_another_log_under_the_same_name_halts(harness: MessagingHarness) -> None:
    before = [f"before {number}" for number in range(30)]  # so many that each partition has some
    async with harness.running("relay", "projection"):
        await harness.happen(*before)
        await wait_until(lambda: _count(harness, 30))
        await _relayed(harness)
    await harness.pool.execute("UPDATE projection_offsets SET last_event = 'another' WHERE next > 0")

    with capture_logs() as logs:
        async with harness.running("relay", "projection"):
            await harness.happen(*(f"after {number}" for number in range(10)))
            await wait_until(lambda: any("holds another event" in entry.get("reason", "") for entry in logs))
            assert "holds another event" in harness.progress.halted[harness.projection.name]
            await _relayed(harness)
            assert len(await harness.folded()) == 30

    await projection_sql.restart_projection.execute(harness.pool, projection=harness.projection.name)
    async with harness.running("relay", "projection"):
        await wait_until(lambda: _count(harness, 30 + 40))


async def test_a_restart_is_noticed_while_no_event_comes(
    harness: MessagingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "FRESHNESS_SECONDS", 0.1)
    async with harness.running("relay", "projection"):
        await harness.happen("a", "b", "c")
        await wait_until(lambda: _count(harness, 3))
        await projection_sql.restart_projection.execute(harness.pool, projection=harness.projection.name)
        await wait_until(lambda: _count(harness, 6))


async def _written(harness: MessagingHarness, expected: int) -> bool:
    """Whether the topic holds so many records."""
    async with kafka.consumer(harness.settings, f"sessions.{uuid4().hex}") as consumer:
        partitions = [TopicPartition(harness.topic, partition) for partition in range(3)]
        return bool(sum((await consumer.end_offsets(partitions)).values()) == expected)


async def _count(harness: MessagingHarness, expected: int) -> bool:
    return len(await harness.folded()) == expected


async def _parked(harness: MessagingHarness, expected: int) -> bool:
    return len(await harness.pool.fetch("SELECT FROM dead_letters")) == expected


async def _arrived(harness: MessagingHarness, part: str) -> bool:
    return "after" in (await harness.folded() if part == "projection" else harness.reacted)


def _halted(loop: str) -> float | None:
    return REGISTRY.get_sample_value("minka_consumer_halted", {"loop": loop})


async def _relayed(harness: MessagingHarness) -> None:
    """The relay has sent all there is."""

    async def nothing_waits() -> bool:
        age: float = await messaging_sql.outbox_age.value(harness.pool, relay="kafka")
        return age == 0

    await wait_until(nothing_waits)
