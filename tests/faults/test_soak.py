"""All faults mixed at random with one seed, on a broker of the test's own, and the judges at the end."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from tests.faults.effects import SERVICE
from tests.faults.fault_environment import FaultEnvironment, pause, write
from tests.faults.foreign import Written, an_id_from, record
from tests.faults.garbage import KINDS, spoilt
from tests.faults.ledger import Ledger, judge_log, judge_projection, judge_reactions
from tests.faults.proxy import CutAfterCommit, Proxy
from tests.faults.report import note
from tests.faults.servers import OwnBroker
from tests.faults.writers import write_outbox

SECONDS = 60 * float(os.environ.get("MINKA_SOAK_MINUTES", "0.3"))
LONGER_THAN_A_SESSION = 7.0
CONSUMERS = ("faults", f"{SERVICE}.reactions")
PROGRAMS = ("relay", "relay", "projector", "projector", "reactor", "reactor")

SENT_AGAIN = 2_000
STEP_BACK = """
UPDATE relay_cursor c SET era = o.era, xid = o.xid, id = o.id
FROM (
    SELECT era, xid, id FROM (SELECT era, xid, id FROM outbox ORDER BY era DESC, xid DESC, id DESC LIMIT $1) last
    ORDER BY era, xid, id LIMIT 1
) o
WHERE (c.era, c.xid, c.id) > (o.era, o.xid, o.id)
"""


@dataclass(frozen=True)
class SoakTargets:
    """What the faults strike. `garbage` has the unreadable records that were written into the log."""

    environment: FaultEnvironment
    broker: OwnBroker
    proxy: Proxy
    random: Random
    garbage: list[Written]


Fault = Callable[[SoakTargets], Awaitable[None]]


async def test_all_at_once(aside: FaultEnvironment, broker: OwnBroker) -> None:
    ledger, struck, ended = Ledger(), Counter[str](), 0
    async with Proxy(aside.database.url) as proxy:
        stage = SoakTargets(aside, broker, proxy, aside.another_random(), [])
        for program in PROGRAMS:
            aside.start(program, database_url=proxy.url)
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            ended += aside.restart_ended()
            name = stage.random.choice([*FAULTS])
            await asyncio.gather(write_outbox(aside, ledger, 200, writers=4), FAULTS[name](stage))
            struck[name] += 1
        ended += aside.restart_ended()
        await aside.until_relayed()
        recovery = await aside.until_projected()
        await aside.until_reacted(ledger)
        await aside.until_read_by_the_reactor()

    verdict = await judge_projection(aside.pool, ledger)
    print(dict(struck), f"ended by themselves and started anew: {ended}")
    note("", f"{len(struck)} kinds at random", struck.total(), verdict, recovery)
    assert verdict.is_exact
    assert (await judge_reactions(aside.pool, ledger)).is_exact
    assert judge_log(await aside.versions_in_log(but={one.key for one in stage.garbage}), ledger).is_exact
    assert await _dead_letters(aside) == {consumer: len(stage.garbage) for consumer in CONSUMERS if stage.garbage}


async def _dead_letters(environment: FaultEnvironment) -> dict[str, int]:
    rows = await environment.pool.fetch("SELECT consumer, count(*) AS number FROM dead_letters GROUP BY consumer")
    return {row["consumer"]: row["number"] for row in rows}


async def _kill(stage: SoakTargets) -> None:
    victim = stage.random.choice(stage.environment.processes)
    victim.kill()
    stage.environment.restart(victim)


async def _restart(stage: SoakTargets) -> None:
    victim = stage.random.choice(stage.environment.processes)
    await asyncio.to_thread(victim.end)
    stage.environment.restart(victim)


async def _freeze(stage: SoakTargets) -> None:
    victim = stage.random.choice(stage.environment.processes)
    with suppress(ProcessLookupError):  # it may have ended by itself: the database was away when it started
        victim.freeze()
    await pause(stage.random, 0, LONGER_THAN_A_SESSION)
    with suppress(ProcessLookupError):
        victim.thaw()


async def _cut(stage: SoakTargets) -> None:
    stage.proxy.cut()


async def _cut_after_commits(stage: SoakTargets) -> None:
    passes = stage.proxy.reply
    CutAfterCommit(stage.proxy, lambda: stage.random.random() < 0.3)
    await pause(stage.random, 0.5, 2)
    stage.proxy.reply = passes


async def _take_the_database_away(stage: SoakTargets) -> None:
    stage.proxy.refuse()
    await pause(stage.random, 0, 3)
    stage.proxy.refuses = False


async def _send_again(stage: SoakTargets) -> None:
    """Sends the last rows again; sending all of them each time would take the reactions more than a day."""
    await stage.environment.pool.execute(STEP_BACK, SENT_AGAIN)


async def _restart_the_broker(stage: SoakTargets) -> None:
    await stage.broker.restart()


async def _kill_the_broker(stage: SoakTargets) -> None:
    await stage.broker.kill_and_start()


async def _write_garbage(stage: SoakTargets) -> None:
    """Writes one unreadable record of each kind, each under a key of its own."""
    ids = [an_id_from(stage.random) for _ in KINDS]
    new = [spoilt(record(key, key, 1, key), kind, stage.random) for key, kind in zip(ids, KINDS, strict=True)]
    await write(stage.environment, new)
    stage.garbage.extend(new)


FAULTS: dict[str, Fault] = {
    "kill": _kill,
    "restart": _restart,
    "freeze": _freeze,
    "cut": _cut,
    "cut after commits": _cut_after_commits,
    "no database": _take_the_database_away,
    "sent again": _send_again,
    "broker restarted": _restart_the_broker,
    "broker killed": _kill_the_broker,
    "garbage": _write_garbage,
}
