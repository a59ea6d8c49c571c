"""Partitions move from one process to another under load; nothing is lost and no partition stands still for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from chassis.store.queries import queries
from tests.faults.fault_environment import FaultEnvironment, in_time, size, under_way, write
from tests.faults.foreign import records
from tests.faults.ledger import Ledger, judge_log, judge_projection, judge_reactions
from tests.faults.proxy import Proxy, Statement
from tests.faults.report import note
from tests.faults.writers import write_outbox
from tests.support.waiting import wait_until

PER_SECOND = 240
LONGEST_PAUSE = 5.0
"""Seconds for which a partition may stand still while it moves."""

sql = queries("chassis.messaging.projections")


async def test_workers_restarted_in_turn_under_load(environment: FaultEnvironment) -> None:
    ledger = Ledger()
    for _ in range(2):
        environment.start("worker")
    restarts = size(4, 40)
    async with commanding(environment, ledger):
        for number in range(restarts):
            leaving = environment.processes[number % 2]
            await wait_until(partial(environment.has_folded, leaving))
            assert await asyncio.to_thread(leaving.end) == 0
            environment.restart(leaving)
    await environment.until_relayed()
    await environment.until_projected()
    recovery = await environment.until_reacted(ledger)
    await environment.until_read_by_the_reactor()

    verdict = await judge_projection(environment.pool, ledger)
    note("15", "worker restarted (SIGTERM) under load", restarts, verdict, recovery)
    assert verdict.is_exact
    assert (await judge_reactions(environment.pool, ledger)).is_exact
    assert judge_log(await environment.versions_in_log(), ledger).is_exact


async def test_partitions_handed_over_and_back(environment: FaultEnvironment) -> None:
    ledger, handovers = Ledger(), size(3, 30)
    environment.start("projector")
    begun = await under_way(environment, ledger)
    async with trickling(environment, ledger):
        for _ in range(handovers):
            coming = environment.start("projector")
            await wait_until(partial(environment.has_folded, coming))
            assert await asyncio.to_thread(coming.end) == 0
            await environment.advance()
    await environment.until_projected()

    verdict, longest = await judge_projection(environment.pool, ledger), await environment.longest_wait(begun)
    note("", "projector joins and leaves under load", handovers, verdict, longest)
    assert verdict.is_exact
    assert in_time(longest, LONGEST_PAUSE)


async def test_the_database_goes_away_while_partitions_are_handed_over(environment: FaultEnvironment) -> None:
    ledger = Ledger()
    asks = Statement(sql.offset_of_partition.text)
    struck = 0

    async def cut_when_asked(chunk: bytes) -> bool:
        nonlocal struck
        cuts = asks.is_in(chunk) and struck < 3
        struck += cuts
        return not cuts

    async with Proxy(environment.database.url) as proxy:
        proxy.request = cut_when_asked
        await write(environment, records(environment.random, 500, ledger))
        environment.start("projector", database_url=proxy.url)
        recovery = await environment.until_projected()
        verdict = await judge_projection(environment.pool, ledger)

    note("", "database away while partitions are handed over", struck, verdict, recovery)
    assert struck == 3
    assert verdict.is_exact


@asynccontextmanager
async def trickling(environment: FaultEnvironment, ledger: Ledger) -> AsyncIterator[None]:
    """Writes records steadily for as long as the block lasts."""
    over = asyncio.Event()

    async def trickle() -> None:
        while not over.is_set():
            await write(environment, records(environment.random, PER_SECOND, ledger), PER_SECOND)

    trickling = asyncio.create_task(trickle())
    yield
    over.set()
    await trickling


@asynccontextmanager
async def commanding(environment: FaultEnvironment, ledger: Ledger) -> AsyncIterator[None]:
    """Writes events to the outbox for as long as the block lasts."""
    over = asyncio.Event()

    async def command() -> None:
        while not over.is_set():
            await write_outbox(environment, ledger, 50, writers=2)

    commanding = asyncio.create_task(command())
    yield
    over.set()
    await commanding
