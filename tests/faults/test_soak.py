"""All faults that leave the broker alone, mixed at random with one seed, and the judges at the end."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

from chassis.database import queries
from tests.faults.arena import Arena, pause
from tests.faults.ledger import Ledger, judge_log, judge_projection, judge_reactions
from tests.faults.proxy import CutAfterCommit, Proxy
from tests.faults.report import note
from tests.faults.writers import write_outbox

SECONDS = 60 * float(os.environ.get("MINKA_SOAK_MINUTES", "0.3"))
LONGER_THAN_A_SESSION = 7.0
PROGRAMS = ("relay", "relay", "projector", "projector", "reactor", "reactor")

sql = queries("chassis")

Fault = Callable[[Arena, Proxy, Random], Awaitable[None]]


async def test_all_at_once(arena: Arena) -> None:
    ledger, struck, ended, random = Ledger(), Counter[str](), 0, arena.another_random()
    async with Proxy(arena.database.url) as proxy:
        for program in PROGRAMS:
            arena.start(program, database_url=proxy.url)
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            ended += arena.restart_ended()
            name = random.choice([*FAULTS])
            await asyncio.gather(write_outbox(arena, ledger, 200, writers=4), FAULTS[name](arena, proxy, random))
            struck[name] += 1
        ended += arena.restart_ended()
        await arena.until_relayed(limit=120)
        recovery = await arena.until_projected(limit=120)
        await arena.until_reacted(ledger)
        await arena.until_read_by_the_reactor()

    verdict = await judge_projection(arena.pool, ledger)
    print(dict(struck), f"ended by themselves and started anew: {ended}")
    note("", f"{len(struck)} kinds at random", struck.total(), verdict, recovery)
    assert verdict.is_exact
    assert (await judge_reactions(arena.pool, ledger)).is_exact
    assert judge_log(await arena.versions_in_log(), ledger).is_exact


async def _kill(arena: Arena, proxy: Proxy, random: Random) -> None:
    victim = random.choice(arena.processes)
    victim.kill()
    arena.restart(victim)


async def _restart(arena: Arena, proxy: Proxy, random: Random) -> None:
    victim = random.choice(arena.processes)
    await asyncio.to_thread(victim.end)
    arena.restart(victim)


async def _freeze(arena: Arena, proxy: Proxy, random: Random) -> None:
    victim = random.choice(arena.processes)
    with suppress(ProcessLookupError):  # it may have ended by itself: the database was away when it started
        victim.freeze()
    await pause(random, 0, LONGER_THAN_A_SESSION)
    with suppress(ProcessLookupError):
        victim.thaw()


async def _cut(arena: Arena, proxy: Proxy, random: Random) -> None:
    proxy.cut()


async def _cut_after_commits(arena: Arena, proxy: Proxy, random: Random) -> None:
    passes = proxy.reply
    CutAfterCommit(proxy, random, probability=0.3)
    await pause(random, 0.5, 2)
    proxy.reply = passes


async def _take_the_database_away(arena: Arena, proxy: Proxy, random: Random) -> None:
    proxy.refuses = True
    proxy.cut()
    await pause(random, 0, 3)
    proxy.refuses = False


async def _send_everything_again(arena: Arena, proxy: Proxy, random: Random) -> None:
    await arena.pool.execute(sql.restart_relay, "kafka")


FAULTS: dict[str, Fault] = {
    "kill": _kill,
    "restart": _restart,
    "freeze": _freeze,
    "cut": _cut,
    "cut after commits": _cut_after_commits,
    "no database": _take_the_database_away,
    "sent again": _send_everything_again,
}
