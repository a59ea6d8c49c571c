"""More events arrive than the database can take: the worker waits for it and needs no more memory."""

import asyncio

from tests.faults.fault_environment import FaultEnvironment, size, write
from tests.faults.foreign import records
from tests.faults.ledger import Ledger, judge_projection
from tests.faults.programs import Process
from tests.faults.proxy import Proxy
from tests.faults.report import note

BOUND = 350_000_000
"""Bytes that a projector may have resident, however much waits in the log."""

CRAWL = 4_000_000
"""Bytes a second that a slow database takes."""


async def test_a_burst_on_a_crawling_database(environment: FaultEnvironment) -> None:
    ledger, events = Ledger(), size(40_000, 400_000)
    await write(environment, records(environment.random, events, ledger))
    async with Proxy(environment.database.url) as proxy:
        proxy.request = _crawl
        projector = environment.start("projector", database_url=proxy.url)
        watching = asyncio.create_task(_highest(projector))
        recovery = await environment.until_projected()
        projector.kill()
        highest = await watching

    verdict = await judge_projection(environment.pool, ledger)
    note("", f"burst on a crawling database ({highest / 1e6:.0f} MB resident at most)", 1, verdict, recovery)
    assert verdict.is_exact
    assert highest < BOUND


async def _crawl(chunk: bytes) -> bool:
    await asyncio.sleep(len(chunk) / CRAWL)
    return True


async def _highest(process: Process) -> int:
    """The highest resident memory of the process, in bytes, until it ended."""
    highest = 0
    while process.is_alive:
        highest = max(highest, process.resident_bytes)
        await asyncio.sleep(0.1)
    return highest
