"""Projectors that are killed, frozen and cut off: each record has its effect once, because the offset is part of it."""

import asyncio
from random import Random

import pytest

from chassis.store.queries import queries
from tests.faults import bugs
from tests.faults.fault_environment import LONGEST_TEST, FaultEnvironment, pause, size, write
from tests.faults.foreign import an_id_from, record, records, with_duplicates
from tests.faults.ledger import Ledger, Verdict, judge_projection
from tests.faults.proxy import CutAfterCommit, Proxy, StatementHold, every
from tests.faults.report import note
from tests.support.waiting import wait_until

PROJECTORS = 3

sql = queries("chassis.messaging.projections")
facts_sql = queries("services.reporting.facts")


async def test_projectors_killed_at_random(environment: FaultEnvironment) -> None:
    verdict, recovery = await killed_at_random(
        environment, events=size(20_000, 1_000_000), kills=(kills := size(3, 40))
    )

    note("1", "projectors killed (SIGKILL)", kills, verdict, recovery)
    assert verdict.is_exact


async def test_a_projector_killed_before_its_commit(environment: FaultEnvironment) -> None:
    assert (await killed_within_a_batch(environment, facts_sql.move_facts.text)).is_exact


@pytest.mark.seeded_bug
async def test_killed_an_effect_apart_from_its_offset_is_doubled(environment: FaultEnvironment) -> None:
    verdict = await killed_within_a_batch(environment, bugs.EFFECT_IS_APART, bug="effect apart from the offset")

    assert verdict.doubled


@pytest.mark.parametrize("after", [False, True], ids=["before its offsets move", "with its offsets moved"])
async def test_a_frozen_projector_wakes_up_as_a_zombie(environment: FaultEnvironment, after: bool) -> None:
    verdict, zombie_was_fenced = await frozen_and_thawed(environment, after)

    note("2", f"projector frozen past its session (SIGSTOP), {'locks held' if after else 'no locks held'}", 1, verdict)
    assert verdict.is_exact
    assert zombie_was_fenced is not after


@pytest.mark.seeded_bug
async def test_without_the_offset_guard_the_zombie_folds_twice(environment: FaultEnvironment) -> None:
    verdict, _ = await frozen_and_thawed(environment, after=False, bug="no offset guard")

    assert verdict.doubled


async def test_the_connection_cut_after_commit_and_before_the_reply(environment: FaultEnvironment) -> None:
    struck, verdict = await cut_after_commits(environment, size(5, 100))

    note("3", "projector cut off after commit, before the reply", struck, verdict)
    assert verdict.is_exact


@pytest.mark.seeded_bug
async def test_cut_off_an_effect_apart_from_its_offset_is_doubled(environment: FaultEnvironment) -> None:
    _, verdict = await cut_after_commits(environment, 1, bug="effect apart from the offset")

    assert verdict.doubled


async def test_duplicates_at_new_offsets(environment: FaultEnvironment) -> None:
    duplicates, verdict = await duplicated(environment, size(15_000, 200_000))

    note("9", "record sent again, at once or days later", duplicates, verdict)
    assert verdict.is_exact


@pytest.mark.seeded_bug
async def test_without_the_version_guard_a_duplicate_takes_a_fact_back(environment: FaultEnvironment) -> None:
    assert (await an_older_version_again(environment, bug="no version guard")).lost


async def test_an_older_version_sent_again_takes_no_fact_back(environment: FaultEnvironment) -> None:
    assert (await an_older_version_again(environment)).is_exact


async def killed_at_random(environment: FaultEnvironment, events: int, kills: int) -> tuple[Verdict, float]:
    """Three projectors of one group. Returns also the seconds from the last kill to the end of the log."""
    ledger = Ledger()
    for _ in range(PROJECTORS):
        environment.start("projector")
    killing = asyncio.create_task(_kill(environment, kills, environment.another_random()))
    await write(environment, records(environment.random, events, ledger))
    while not killing.done():
        await write(environment, records(environment.random, 1_000, ledger))
    await killing
    recovery = await environment.until_projected()
    return await judge_projection(environment.pool, ledger), recovery


async def _kill(environment: FaultEnvironment, kills: int, random: Random) -> None:
    for _ in range(kills):
        await environment.advance()
        await pause(random, 0, size(1, 3))
        victim = random.choice(environment.processes)
        assert victim.is_alive
        victim.kill()
        environment.restart(victim)


async def killed_within_a_batch(environment: FaultEnvironment, statement: str, bug: str | None = None) -> Verdict:
    """Kills a projector when it has executed this statement of its first batch; another one goes on."""
    ledger = Ledger()
    await write(environment, records(environment.random, 500, ledger))
    async with Proxy(environment.database.url) as proxy:
        projector = environment.start("projector", bug, proxy.url)
        hold = StatementHold(proxy, statement, projector.kill, after=True)
        await asyncio.wait_for(hold.reached.wait(), LONGEST_TEST)
        proxy.cut()
        hold.release.set()
    environment.start("projector")
    await environment.until_projected()
    return await judge_projection(environment.pool, ledger)


async def frozen_and_thawed(environment: FaultEnvironment, after: bool, bug: str | None = None) -> tuple[Verdict, bool]:
    """Freezes one projector within a batch, while another does its work or waits for its locks.

    Returns also whether the first was fenced after it was thawed.
    """
    ledger = Ledger()
    async with Proxy(environment.database.url) as proxy:
        zombie = environment.start("projector", bug, proxy.url)
        hold = StatementHold(proxy, sql.move_offsets.text, zombie.freeze, after)
        await write(environment, records(environment.random, 8_000, ledger))
        await asyncio.wait_for(hold.reached.wait(), LONGEST_TEST)
        environment.start("projector", bug)
        if after:
            await wait_until(lambda: environment.pool.fetchval(SOMEBODY_WAITS))
        else:
            await environment.until_projected()
        hold.release.set()
        zombie.thaw()
        await asyncio.wait_for(hold.ended.wait(), LONGEST_TEST)
        await environment.until_projected()
        return await judge_projection(environment.pool, ledger), zombie.has_logged("fenced")


SOMEBODY_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def cut_after_commits(environment: FaultEnvironment, cuts: int, bug: str | None = None) -> tuple[int, Verdict]:
    """Writes events until the projector has been cut off so often."""
    ledger = Ledger()
    async with Proxy(environment.database.url) as proxy:
        cutting = CutAfterCommit(proxy, every(2))
        environment.start("projector", bug, proxy.url)
        while cutting.struck < cuts:
            await write(environment, records(environment.random, 50, ledger))
            await environment.until_projected()
        await environment.until_projected()
        return cutting.struck, await judge_projection(environment.pool, ledger)


async def an_older_version_again(environment: FaultEnvironment, bug: str | None = None) -> Verdict:
    """Writes two versions of a fact and, when they are folded, the first one again."""
    ledger, subject = Ledger(), an_id_from(environment.random)
    ledger.accept(str(subject), 2)
    first, second = [record(subject, subject, version, an_id_from(environment.random)) for version in (1, 2)]
    environment.start("projector", bug)
    for written in ([first, second], [first]):
        await write(environment, written)
        await environment.until_projected()
    return await judge_projection(environment.pool, ledger)


async def duplicated(environment: FaultEnvironment, events: int) -> tuple[int, Verdict]:
    ledger = Ledger()
    written = await write(environment, with_duplicates(environment.random, records(environment.random, events, ledger)))
    environment.start("projector")
    await environment.until_projected()
    return written - events, await judge_projection(environment.pool, ledger)
