"""The broker is restarted again and again, and once loses all its data: on a broker of the tests' own."""

import time

from chassis.store.queries import queries
from tests.faults.fault_environment import FaultEnvironment, in_time, size
from tests.faults.ledger import Ledger, judge_log, judge_projection, judge_reactions
from tests.faults.report import note
from tests.faults.servers import OwnBroker
from tests.faults.writers import write_outbox
from tests.support.waiting import wait_until

GOES_ON_WITHIN = 60.0

messaging_sql = queries("chassis.messaging")
projection_sql = queries("chassis.messaging.projections")


async def test_the_broker_falls_under_a_worker(aside: FaultEnvironment, broker: OwnBroker) -> None:
    ledger, falls = Ledger(), size(2, 20)
    aside.start("worker")
    recoveries = []
    for number in range(falls):
        await write_outbox(aside, ledger, 300)
        await (broker.kill_and_start() if number % 2 else broker.restart())
        begun = time.monotonic()
        await write_outbox(aside, ledger, 300)
        await wait_until(lambda: _all_goes_on(aside, ledger), 3 * GOES_ON_WITHIN)
        recoveries.append(time.monotonic() - begun)

    verdict = await judge_projection(aside.pool, ledger)
    note("12", "broker restarted, or killed (SIGKILL)", falls, verdict, max(recoveries))
    assert verdict.is_exact
    assert (await judge_reactions(aside.pool, ledger)).is_exact
    assert in_time(max(recoveries), GOES_ON_WITHIN)


async def test_the_broker_loses_everything(aside: FaultEnvironment, broker: OwnBroker) -> None:
    ledger = Ledger()
    relay, projector = aside.start("relay"), aside.start("projector")
    await write_outbox(aside, ledger, size(2_000, 100_000))
    await aside.until_relayed()
    await aside.until_projected()
    relay.end()

    await broker.lose_everything()
    await write_outbox(aside, ledger, 1_000)
    await wait_until(lambda: projector.has_logged("projection halted"))
    projector.end()

    await messaging_sql.restart_relay.execute(aside.pool, relay="kafka")
    await projection_sql.restart_projection.execute(aside.pool, projection="faults")
    await aside.pool.execute("DELETE FROM applied")  # the new log has the same offsets again
    aside.start("relay")
    await aside.until_relayed()
    aside.start("projector")
    recovery = await aside.until_projected()

    verdict = await judge_projection(aside.pool, ledger)
    note("13", "broker lost everything, outbox sent again", 1, verdict, recovery)
    assert verdict.is_exact
    assert judge_log(await aside.versions_in_log(), ledger).is_exact


async def _all_goes_on(environment: FaultEnvironment, ledger: Ledger) -> bool:
    """Whether all accepted events had their effects; a worker that ended, as it may, is restarted."""
    environment.restart_ended()
    projected: int = await environment.pool.fetchval("SELECT count(*) FROM applied")
    reacted: int = await environment.pool.fetchval("SELECT count(*) FROM reacted")
    return min(projected, reacted) >= ledger.events
