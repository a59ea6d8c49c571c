"""The log is not the one that was read: a projection halts and names what is gone; it never jumps."""

import time
from collections.abc import Callable

import pytest
from confluent_kafka import TopicPartition

from contracts.topics import Topic
from deploy.operator.broker import topics
from deploy.operator.broker.access import administer
from tests.faults.effects import SERVICE
from tests.faults.fault_environment import PARTITIONS, FaultEnvironment, in_time, write
from tests.faults.foreign import records
from tests.faults.ledger import Ledger, judge_projection
from tests.faults.programs import Process
from tests.faults.report import note
from tests.support.infrastructure import Infrastructure
from tests.support.waiting import wait_until

HALTS_WITHIN = 10.0
HALTED = "projection halted"

Lose = Callable[[FaultEnvironment, Infrastructure], None]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


async def test_retention_past_the_stored_offset(
    environment: FaultEnvironment, infrastructure: Infrastructure, ledger: Ledger
) -> None:
    await read_to_the_end(environment, ledger)
    await write(environment, records(environment.random, 1_000, Ledger()))
    ends = await environment.ends()
    admin = administer(infrastructure.access("administrator"))
    gone = [TopicPartition(environment.topic, partition, end - 10) for partition, end in ends.items()]
    for future in admin.delete_records(gone).values():
        future.result()

    await halts(environment, ledger, "retention past the stored offset")


@pytest.mark.parametrize("events", [200, 3_000], ids=["shorter", "longer"])
async def test_a_topic_recreated_while_the_projector_was_away(
    environment: FaultEnvironment, infrastructure: Infrastructure, ledger: Ledger, events: int
) -> None:
    await read_to_the_end(environment, ledger)
    recreate(environment, infrastructure)
    await write(environment, records(environment.random, events, Ledger()))

    await halts(environment, ledger, f"topic deleted and recreated, {events:,} events in it")


@pytest.mark.parametrize("events", [200, 3_000], ids=["shorter", "longer"])
async def test_a_topic_recreated_under_the_projector(
    environment: FaultEnvironment, infrastructure: Infrastructure, ledger: Ledger, events: int
) -> None:
    await write(environment, records(environment.random, 1_000, ledger))
    projector = environment.start("projector")
    await environment.until_projected()
    recreate(environment, infrastructure)
    await write(environment, records(environment.random, events, Ledger()))

    await halts(environment, ledger, f"topic recreated under the projector, {events:,} events in it", projector)


async def read_to_the_end(environment: FaultEnvironment, ledger: Ledger) -> None:
    """Writes a thousand events and runs a projector until it has folded them."""
    await write(environment, records(environment.random, 1_000, ledger))
    projector = environment.start("projector")
    await environment.until_projected()
    assert projector.end() == 0


def recreate(environment: FaultEnvironment, infrastructure: Infrastructure) -> None:
    """Deletes the topic and creates it again, empty."""
    administrator = infrastructure.access("administrator")
    topics.remove(administrator, [environment.topic])
    topics.apply(administrator, [Topic(environment.topic, SERVICE, (SERVICE,), key="any", partitions=PARTITIONS)])


async def halts(environment: FaultEnvironment, ledger: Ledger, fault: str, projector: Process | None = None) -> None:
    """Asserts that a projector logs in time what is gone, and moves nothing."""
    positions, begun = await environment.positions(), time.monotonic()
    projector = projector or environment.start("projector")
    await wait_until(lambda: projector.has_logged(HALTED))
    seconds = time.monotonic() - begun

    halted = next(line for line in projector.log_lines() if HALTED in line)
    verdict = await judge_projection(environment.pool, ledger)
    note("11", fault, 1, verdict, seconds)
    assert in_time(seconds, HALTS_WITHIN)
    assert environment.topic in halted
    assert await environment.positions() == positions
