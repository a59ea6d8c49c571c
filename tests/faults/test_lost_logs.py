"""The log is not the one that was read: a projection halts and says what is gone; it never jumps."""

import time
from collections.abc import Callable

import pytest
from confluent_kafka import TopicPartition

from contracts.topics import Topic
from deploy.operator.broker import topics
from deploy.operator.broker.access import administer
from tests.faults.arena import PARTITIONS, Arena, in_time, write
from tests.faults.effects import SERVICE
from tests.faults.foreign import records
from tests.faults.ledger import Ledger, judge_projection
from tests.faults.programs import Process
from tests.faults.report import note
from tests.support.infrastructure import Infrastructure
from tests.support.waiting import wait_until

HALTS_WITHIN = 10.0
HALTED = "projection halted"

Lose = Callable[[Arena, Infrastructure], None]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


async def test_retention_past_the_stored_offset(arena: Arena, infrastructure: Infrastructure, ledger: Ledger) -> None:
    await read_to_the_end(arena, ledger)
    await write(arena, records(arena.random, 1_000, Ledger()))
    ends = await arena.ends()
    admin = administer(infrastructure.access("administrator"))
    gone = [TopicPartition(arena.topic, partition, end - 10) for partition, end in ends.items()]
    for future in admin.delete_records(gone).values():
        future.result()

    await halts(arena, ledger, "retention past the stored offset")


@pytest.mark.parametrize("events", [200, 3_000], ids=["shorter", "longer"])
async def test_a_topic_recreated_while_the_projector_was_away(
    arena: Arena, infrastructure: Infrastructure, ledger: Ledger, events: int
) -> None:
    await read_to_the_end(arena, ledger)
    recreate(arena, infrastructure)
    await write(arena, records(arena.random, events, Ledger()))

    await halts(arena, ledger, f"topic deleted and recreated, {events:,} events in it")


@pytest.mark.parametrize("events", [200, 3_000], ids=["shorter", "longer"])
async def test_a_topic_recreated_under_the_projector(
    arena: Arena, infrastructure: Infrastructure, ledger: Ledger, events: int
) -> None:
    await write(arena, records(arena.random, 1_000, ledger))
    projector = arena.start("projector")
    await arena.until_projected(limit=60)
    recreate(arena, infrastructure)
    await write(arena, records(arena.random, events, Ledger()))

    await halts(arena, ledger, f"topic recreated under the projector, {events:,} events in it", projector)


async def read_to_the_end(arena: Arena, ledger: Ledger) -> None:
    """A thousand events, and a projector that has folded them and is gone."""
    await write(arena, records(arena.random, 1_000, ledger))
    projector = arena.start("projector")
    await arena.until_projected(limit=60)
    assert projector.end() == 0


def recreate(arena: Arena, infrastructure: Infrastructure) -> None:
    """The topic, without what was in it."""
    administrator = infrastructure.access("administrator")
    topics.remove(administrator, [arena.topic])
    topics.apply(administrator, [Topic(arena.topic, SERVICE, (SERVICE,), key="any", partitions=PARTITIONS)])


async def halts(arena: Arena, ledger: Ledger, fault: str, projector: Process | None = None) -> None:
    """A projector says in time what is gone, and nothing moves."""
    positions, begun = await arena.positions(), time.monotonic()
    projector = projector or arena.start("projector")
    await wait_until(lambda: projector.has_said(HALTED), limit=60)
    seconds = time.monotonic() - begun

    halted = next(line for line in projector.words() if HALTED in line)
    verdict = await judge_projection(arena.pool, ledger)
    note("11", fault, 1, verdict, seconds)
    assert in_time(seconds, HALTS_WITHIN)
    assert arena.topic in halted
    assert await arena.positions() == positions
