"""Relays under concurrent writers, killed at the worst moment, and two at once: what is committed is sent, in order."""

import asyncio

import pytest

from chassis.store.queries import queries
from tests.faults.fault_environment import LONGEST_TEST, FaultEnvironment, size
from tests.faults.foreign import an_id_from
from tests.faults.ledger import Ledger, Verdict, judge_log, judge_projection, judge_reactions
from tests.faults.proxy import Proxy, StatementHold
from tests.faults.report import note
from tests.faults.writers import command, write_outbox

sql = queries("chassis.messaging")

KILLS_IN_A_ROW = 4
"""The same rows are sent again after each kill, until one relay may end."""


async def test_writers_at_once_that_hold_their_transactions(environment: FaultEnvironment) -> None:
    verdict = await written_at_once(environment, size(6_000, 100_000))

    note("4", "20 writers holding transactions 0 to 10 ms", 20, verdict)
    assert verdict.is_exact


@pytest.mark.seeded_bug
async def test_polled_by_id_what_commits_late_is_lost(environment: FaultEnvironment) -> None:
    assert (await committed_late(environment, bug="poll by id")).lost


async def test_what_commits_late_is_sent(environment: FaultEnvironment) -> None:
    assert (await committed_late(environment)).is_exact


async def test_relays_killed_between_the_acknowledgement_and_the_cursor(environment: FaultEnvironment) -> None:
    kills = size(8, 500)
    effects, log, repeated = await killed_before_the_cursor_moved(environment, kills)

    note("5", "relay killed between acknowledgement and cursor", kills, effects)
    assert repeated >= kills
    assert log.is_exact
    assert effects.is_exact


@pytest.mark.seeded_bug
async def test_without_an_inbox_what_is_sent_again_is_reacted_to_again(environment: FaultEnvironment) -> None:
    effects, _, _ = await killed_before_the_cursor_moved(environment, 2, bug="no inbox")

    assert effects.doubled


async def test_two_relays_that_both_believe_they_lead(environment: FaultEnvironment) -> None:
    log, effects, repeated = await two_leaders(environment, size(5_000, 50_000))

    note("6", "two relays lead, and one is frozen and thawed", 1, effects)
    assert repeated
    assert log.is_exact
    assert effects.is_exact


@pytest.mark.seeded_bug
async def test_a_batch_in_any_order_is_an_inversion(environment: FaultEnvironment) -> None:
    ledger = Ledger()
    await write_outbox(environment, ledger, 2_000)
    environment.start("relay", "unordered batch")
    await environment.until_relayed()

    assert judge_log(await environment.versions_in_log(), ledger).inverted


async def committed_late(environment: FaultEnvironment, bug: str | None = None) -> Verdict:
    """A command gets the first id and commits when the relay has looked past it."""
    ledger, late = Ledger(), an_id_from(environment.random)
    relay = environment.start("relay", bug)
    async with environment.pool.acquire() as connection, connection.transaction():
        await command(environment, connection, [late])
        await write_outbox(environment, ledger, 1, writers=1)
        if bug:
            await environment.until_relayed()
    ledger.accept(str(late))
    assert relay.is_alive
    await write_outbox(environment, ledger, 1, writers=1)
    await environment.until_relayed()
    return judge_log(await environment.versions_in_log(), ledger)


async def written_at_once(environment: FaultEnvironment, events: int) -> Verdict:
    ledger = Ledger()
    environment.start("relay")
    await write_outbox(environment, ledger, events)
    await write_outbox(environment, ledger, 1, writers=1)  # the last by its id and by its transaction's
    await environment.until_relayed()
    return judge_log(await environment.versions_in_log(), ledger)


async def killed_before_the_cursor_moved(
    environment: FaultEnvironment, kills: int, bug: str | None = None
) -> tuple[Verdict, Verdict, int]:
    """The verdicts on the reactions and on the log, and how many records of the log are repetitions."""
    ledger = Ledger()
    environment.start("reactor", bug)
    async with Proxy(environment.database.url) as proxy:
        for kill in range(1, kills + 1):
            await write_outbox(environment, ledger, environment.random.randint(1, 50), writers=1)
            await _kill_before_the_cursor_moves(environment, proxy)
            if kill % KILLS_IN_A_ROW == 0 or kill == kills:
                await _get_through(environment)
    await environment.until_reacted(ledger)
    await environment.until_read_by_the_reactor()
    log = await environment.versions_in_log()
    return await judge_reactions(environment.pool, ledger), judge_log(log, ledger), len(log) - len(set(log))


async def _kill_before_the_cursor_moves(environment: FaultEnvironment, proxy: Proxy) -> None:
    relay = environment.start("relay", database_url=proxy.url)
    hold = StatementHold(proxy, sql.move_relay_cursor.text, relay.kill)
    await asyncio.wait_for(hold.reached.wait(), LONGEST_TEST)
    hold.release.set()
    proxy.cut()
    environment.processes.remove(relay)


async def _get_through(environment: FaultEnvironment) -> None:
    """Runs one relay until nothing waits."""
    relay = environment.start("relay")
    await environment.until_relayed()
    relay.kill()
    environment.processes.remove(relay)


async def two_leaders(environment: FaultEnvironment, events: int) -> tuple[Verdict, Verdict, int]:
    """The verdicts on the log and on a projection of it, and how many records are repetitions."""
    ledger = Ledger()
    async with Proxy(environment.database.url) as proxy:
        first = environment.start("relay", "believes it leads", proxy.url)
        hold = StatementHold(proxy, sql.move_relay_cursor.text, first.freeze)
        writing = asyncio.create_task(write_outbox(environment, ledger, events))
        await asyncio.wait_for(hold.reached.wait(), LONGEST_TEST)
        environment.start("relay", "believes it leads")
        await writing
        hold.release.set()
        first.thaw()
        await write_outbox(environment, ledger, events)
        await environment.until_relayed()
    log = await environment.versions_in_log()
    environment.start("projector")
    await environment.until_projected()
    return judge_log(log, ledger), await judge_projection(environment.pool, ledger), len(log) - len(set(log))
