"""The updater: it counts everybody of a round, removes nothing before, and waits a minute at most."""

from types import SimpleNamespace

import pytest

from chassis.store.database import Pool
from services.reporting.counting import contribution_updater
from services.reporting.counting.contribution_updater import ContributionUpdater
from services.reporting.tests.stories import enrolled_people
from services.reporting.tests.worker_steps import cells, fold_events, mark_sources_read


async def counted(pool: Pool) -> int:
    return sum(n for cell, n in (await cells(pool)).items() if (cell.measure, cell.scope) == ("enrolled", "all"))


async def waiting(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM dirty_batches"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The updater's clock, which stands still."""
    clock = SimpleNamespace(now=1_000.0)
    monkeypatch.setattr(contribution_updater, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


async def test_a_round_of_several_steps_counts_everybody_and_keeps_its_batches_until_then(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a worker counted that dies in the middle of a round is counted again by the next one."""
    monkeypatch.setattr(contribution_updater, "OWNERS_PER_STEP", 4)
    monkeypatch.setattr(contribution_updater, "OWNERS_PER_TRANSACTION", 3)
    await fold_events(pool, *enrolled_people(0, 11))
    async with pool.acquire() as connection:
        await ContributionUpdater(pool)(connection)
        assert (await counted(pool), await waiting(pool)) == (4, 1)

        next_worker = ContributionUpdater(pool)
        steps = [await next_worker(connection) for _ in range(4)]

    assert steps == [True, True, True, False]
    assert (await counted(pool), await waiting(pool)) == (11, 0)


async def test_what_comes_during_a_round_is_counted_in_the_next(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contribution_updater, "OWNERS_PER_STEP", 4)
    await fold_events(pool, *enrolled_people(0, 6))
    async with pool.acquire() as connection:
        updater = ContributionUpdater(pool)
        await updater(connection)
        await fold_events(pool, *enrolled_people(100, 2))
        await updater(connection)
        assert (await counted(pool), await waiting(pool)) == (6, 1)
        await updater(connection)

    assert (await counted(pool), await waiting(pool)) == (8, 0)


async def test_nobody_is_counted_while_the_log_is_behind_but_after_a_minute(pool: Pool, clock: SimpleNamespace) -> None:
    await mark_sources_read(pool)
    await pool.execute("UPDATE projection_offsets SET behind = true WHERE topic = 'sessions.events'")
    await fold_events(pool, *enrolled_people(0, 2))
    updater = ContributionUpdater(pool)
    async with pool.acquire() as connection:
        clock.now += 59.9
        assert (await updater(connection), await counted(pool)) == (False, 0)
        clock.now += 0.2
        assert (await updater(connection), await counted(pool)) == (True, 2)

        await fold_events(pool, *enrolled_people(100, 2))
        assert (await updater(connection), await counted(pool)) == (False, 2), "the minute begins anew"
        await pool.execute("UPDATE projection_offsets SET behind = false")
        assert (await updater(connection), await counted(pool)) == (True, 4)
