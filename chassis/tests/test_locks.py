"""Locks of subjects and of leaders: who holds what, and in which order they are taken."""

import asyncio
from uuid import UUID

from chassis.store.database import Pool, leadership, lock, transaction
from tests.support.waiting import wait_until

FIRST = UUID("0197a000-0000-7000-8000-00000000000a")
SECOND = UUID("0197a000-0000-7000-8000-00000000000b")

IS_FREE = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"


async def is_free(pool: Pool, name: UUID | str) -> bool:
    """Whether another session could take the lock."""
    return bool(await pool.fetchval(IS_FREE, str(name)))


async def somebody_waits(pool: Pool) -> bool:
    waiting = """
        SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND NOT l.granted
    """
    return bool(await pool.fetchval(waiting))


async def waits_or_has_ended(pool: Pool, task: "asyncio.Task[None]") -> bool:
    return task.done() or await somebody_waits(pool)


async def test_a_transaction_holds_the_locks_of_all_its_subjects_until_it_ends(pool: Pool) -> None:
    """Others have another session: one session may take its own lock as often as it likes."""
    async with pool.acquire() as other:

        async def free() -> list[bool]:
            return [await other.fetchval(IS_FREE, str(subject)) for subject in (FIRST, SECOND)]

        async with transaction(pool, FIRST, SECOND):
            assert await free() == [False, False]
        assert await free() == [True, True]


async def test_two_transactions_of_one_subject_come_one_after_the_other(pool: Pool) -> None:
    async def change() -> None:
        async with transaction(pool, FIRST):
            pass

    async with transaction(pool, FIRST):
        second = asyncio.create_task(change())
        await wait_until(lambda: waits_or_has_ended(pool, second))
        assert not second.done()
    await second


async def test_locks_are_taken_in_one_order_however_they_are_named(pool: Pool) -> None:
    """A transaction that waits for the first lock holds none of the later ones, so that nobody waits in a ring."""

    async def take(*subjects: UUID) -> None:
        async with transaction(pool, *subjects):
            pass

    async with transaction(pool, FIRST):
        waiting = [asyncio.create_task(take(*order)) for order in ((SECOND, FIRST), (FIRST, SECOND))]
        await wait_until(lambda: somebody_waits(pool))
        assert await is_free(pool, SECOND)
    await asyncio.gather(*waiting)


async def test_a_subject_is_the_same_as_an_identifier_and_as_a_text(pool: Pool) -> None:
    async with transaction(pool, FIRST):
        assert not await is_free(pool, str(FIRST))


async def test_locks_of_nothing_are_none(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await lock(connection)


async def test_a_leader_that_ends_leaves_its_lock_to_others(pool: Pool) -> None:
    """Others have another session: one session may take its own lock as often as it likes."""
    async with pool.acquire() as other:
        async with leadership(pool, "relay") as leader:
            assert leader is not None
            assert not await other.fetchval(IS_FREE, "leadership/relay")
        assert await other.fetchval(IS_FREE, "leadership/relay")


async def test_there_is_a_leader_for_each_name(pool: Pool) -> None:
    async with leadership(pool, "relay") as first, leadership(pool, "publisher") as second:
        assert first is not None and second is not None


async def test_a_session_waits_for_no_lock_and_no_statement_without_end(pool: Pool) -> None:
    assert await pool.fetchval("SHOW lock_timeout") == "20s"
    assert await pool.fetchval("SHOW TimeZone") == "UTC"
    assert await pool.fetchval("SHOW search_path") == "live, public"
