"""Reactors that are cut off, killed without their database, and fed by two sources; a parked key, and a flood."""

from collections import Counter
from functools import partial

import pytest

from chassis.store.queries import queries
from tests.faults import effects
from tests.faults.fault_environment import FaultEnvironment, pause, size, write
from tests.faults.foreign import SOURCE, Written, an_id_from, record, records
from tests.faults.ledger import Ledger, Verdict, judge_reactions
from tests.faults.proxy import CutAfterCommit, CutAtStatement, Proxy, every
from tests.faults.report import note
from tests.support.waiting import wait_until

dead_letter_sql = queries("chassis.messaging.dead_letters")
store_sql = queries("chassis.store")

A_FLOOD = f"""
INSERT INTO dead_letters (kind, consumer, topic, partition, "offset", headers, error_class, error, code_version)
SELECT 'quarantined', '{effects.SERVICE}.reactions', 'another', 0, n, '[]', 'ValueError', 'refused', '0'
FROM generate_series(1, 101) n
"""

LATER = 100
"""Events that follow a parked one."""

LONGER_THAN_THE_DEFAULTS_COMMIT = 5.5
"""Seconds; by default the client commits what it has read every five."""


async def test_the_connection_cut_after_commit_and_before_the_reply(environment: FaultEnvironment) -> None:
    struck, verdict = await cut_after_commits(environment, size(20, 900))

    note("3", "reactor cut off after commit, before the reply", struck, verdict)
    assert verdict.is_exact


@pytest.mark.seeded_bug
async def test_cut_off_without_an_inbox_an_event_is_reacted_to_twice(environment: FaultEnvironment) -> None:
    _, verdict = await cut_after_commits(environment, 1, bug="no inbox")

    assert verdict.doubled


async def test_reactors_killed_while_their_database_is_away(environment: FaultEnvironment) -> None:
    kills = size(1, 20)
    verdict = await killed_without_database(environment, kills)

    note("", "reactor killed while its database is away", kills, verdict)
    assert verdict.is_exact


@pytest.mark.seeded_bug
async def test_acknowledged_when_read_an_event_is_lost(environment: FaultEnvironment) -> None:
    verdict = await killed_without_database(environment, 1, bug="default acknowledgement")

    assert verdict.lost


async def test_the_connection_cut_before_a_record_is_in_work(environment: FaultEnvironment) -> None:
    """Queries before the effect are repeated, because FastStream would pass over a record whose handler raises."""
    ledger = Ledger()
    async with Proxy(environment.database.url) as proxy:
        cutting = CutAtStatement(proxy, store_sql.lock_subjects.text, every(20))
        environment.start("reactor", database_url=proxy.url)
        await write(environment, records(environment.random, size(200, 2_000), ledger))
        await environment.until_read_by_the_reactor()
    verdict = await judge_reactions(environment.pool, ledger)

    note("", "reactor cut off between two records", cutting.struck, verdict)
    assert cutting.struck
    assert verdict.is_exact


async def test_the_connection_cut_while_it_looks_for_a_flood(environment: FaultEnvironment) -> None:
    ledger = Ledger()
    async with Proxy(environment.database.url) as proxy:
        passes = proxy.request
        cutting = CutAtStatement(proxy, dead_letter_sql.parked_last_minute.text, every(1))
        environment.start("reactor", database_url=proxy.url)
        await write(environment, records(environment.random, 50, ledger))
        await wait_until(lambda: cutting.struck > 2)
        proxy.request = passes
        await environment.until_read_by_the_reactor()

    assert (await judge_reactions(environment.pool, ledger)).is_exact


@pytest.mark.parametrize("bug", [None, pytest.param("inbox without source", marks=pytest.mark.seeded_bug)])
async def test_two_sources_may_use_one_id(environment: FaultEnvironment, bug: str | None) -> None:
    ledger = Ledger()
    await write(environment, _of_two_sources(environment, ledger, 50))
    environment.start("reactor", bug)
    await environment.until_read_by_the_reactor()
    verdict = await judge_reactions(environment.pool, ledger)

    if bug:
        assert verdict.lost == 50
    else:
        note("", "event of another source with the same id", 50, verdict)
        assert verdict.is_exact


async def test_a_parked_key_is_redriven_in_order_and_once(environment: FaultEnvironment) -> None:
    ledger = Ledger()
    await parked(environment, ledger)
    assert await environment.pool.fetchval("SELECT count(*) FROM reacted") == ledger.events - LATER - 1

    await environment.pool.execute("DELETE FROM refused")
    assert await _redrive(environment) == LATER + 1
    assert (await judge_reactions(environment.pool, ledger)).is_exact

    await _redrive(environment)
    verdict = await judge_reactions(environment.pool, ledger)
    note("8", "key parked, 100 later events behind it, redriven twice", 1, verdict)
    assert verdict.is_exact


@pytest.mark.seeded_bug
async def test_a_parked_key_forgotten_is_an_inversion(environment: FaultEnvironment) -> None:
    ledger = Ledger()
    await parked(environment, ledger, bug="parked key forgotten")
    await _redrive(environment)

    assert (await judge_reactions(environment.pool, ledger)).inverted


async def test_a_flood_of_dead_letters_halts_until_it_is_over(environment: FaultEnvironment) -> None:
    ledger = Ledger()
    await write(environment, records(environment.random, 150, ledger))
    subjects = list(ledger.accepted)
    await environment.pool.executemany("INSERT INTO refused VALUES ($1)", [(subject,) for subject in subjects])
    reactor = environment.start("reactor")
    await wait_until(lambda: reactor.has_logged("halted: over 100 dead letters a minute"))
    assert await environment.pool.fetchval("SELECT count(*) FROM dead_letters") == 101

    await environment.pool.execute("DELETE FROM refused")
    await environment.pool.execute("UPDATE dead_letters SET parked_at = parked_at - interval '1 minute'")
    await wait_until(lambda: _all_are_settled(environment, ledger))
    note("", "flood of dead letters", 1, Verdict(ledger.events, 0, 0))


async def test_a_flood_that_others_make_halts_too(environment: FaultEnvironment) -> None:
    """Another worker, or this one on another topic, adds the dead letters; this topic adds none."""
    ledger = Ledger()
    reactor = environment.start("reactor")
    await write(environment, records(environment.random, 50, ledger))
    await environment.until_reacted(ledger)
    await environment.pool.execute(A_FLOOD)

    async def halted() -> bool:
        await write(environment, records(environment.random, 1, ledger))
        return reactor.has_logged("halted: over 100 dead letters a minute")

    await wait_until(halted)


async def cut_after_commits(environment: FaultEnvironment, cuts: int, bug: str | None = None) -> tuple[int, Verdict]:
    """Writes events until the reactor has been cut off so often."""
    ledger = Ledger()
    async with Proxy(environment.database.url) as proxy:
        cutting = CutAfterCommit(proxy, every(2))
        environment.start("reactor", bug, proxy.url)
        while cutting.struck < cuts:
            await write(environment, records(environment.random, 50, ledger))
            await environment.until_reacted(ledger)
        await environment.until_read_by_the_reactor()
    return cutting.struck, await judge_reactions(environment.pool, ledger)


async def killed_without_database(environment: FaultEnvironment, kills: int, bug: str | None = None) -> Verdict:
    """Takes the database away while records are in work, then kills the process; the next one has to do them."""
    ledger = Ledger()
    for _ in range(kills):
        async with Proxy(environment.database.url) as proxy:
            reactor = environment.start("reactor", bug, proxy.url)
            await write(environment, records(environment.random, 50, ledger))
            await environment.until_read_by_the_reactor()
            acknowledged = await environment.acknowledged()
            proxy.refuse()
            await write(environment, records(environment.random, 50, ledger))
            if bug:
                await wait_until(partial(_acknowledges_more, environment, acknowledged))
            else:
                await pause(environment.random, LONGER_THAN_THE_DEFAULTS_COMMIT, LONGER_THAN_THE_DEFAULTS_COMMIT + 1)
            reactor.kill()
    environment.start("reactor")
    await environment.until_read_by_the_reactor()
    return await judge_reactions(environment.pool, ledger)


async def _acknowledges_more(environment: FaultEnvironment, acknowledged: Counter[int]) -> bool:
    return (await environment.acknowledged()).total() > acknowledged.total()


async def parked(environment: FaultEnvironment, ledger: Ledger, bug: str | None = None) -> None:
    """Parks the first event of a key; then the others follow, with some of other keys between."""
    subject, person = an_id_from(environment.random), an_id_from(environment.random)
    ledger.accept(str(subject), LATER + 1)
    await environment.pool.execute("INSERT INTO refused VALUES ($1)", str(subject))
    await write(environment, records(environment.random, 100, ledger))
    await write(environment, [record(subject, person, 1, an_id_from(environment.random))])
    reactor = environment.start("reactor", bug)
    await wait_until(lambda: environment.pool.fetchval("SELECT count(*) FROM dead_letters"))
    if bug:
        await environment.pool.execute("DELETE FROM refused")
    versions = range(2, LATER + 2)
    await write(environment, [record(subject, person, version, an_id_from(environment.random)) for version in versions])
    await environment.until_read_by_the_reactor()
    assert reactor.end() == 0


async def _redrive(environment: FaultEnvironment) -> int:
    """Redrives all dead letters, settled or not."""
    await environment.pool.execute("UPDATE dead_letters SET state = 'redriving'")
    return await effects.reactions(environment.topic).redrive(environment.pool)


async def _all_are_settled(environment: FaultEnvironment, ledger: Ledger) -> bool:
    """Whether each event was handled or is a dead letter."""
    handled: int = await environment.pool.fetchval("SELECT count(*) FROM reacted")
    dead_letters: int = await environment.pool.fetchval("SELECT count(*) FROM dead_letters")
    return handled + dead_letters == ledger.events


def _of_two_sources(environment: FaultEnvironment, ledger: Ledger, pairs: int) -> list[Written]:
    """Records of which two at a time have one id, but different sources and subjects."""
    written = []
    for _ in range(pairs):
        identifier = an_id_from(environment.random)
        for source in (SOURCE, "/caxamarca/reporting"):
            subject = an_id_from(environment.random)
            ledger.accept(str(subject))
            written.append(record(subject, subject, 1, identifier, source))
    return written
