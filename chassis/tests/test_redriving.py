"""A parked key's events wait in order, whatever comes and whoever redrives them; redriven twice nothing changes."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import NotOpen, QueuesBehind
from chassis.store.database import Pool, transaction
from chassis.tests.hearing import Heard
from chassis.tests.records import garbage, organization
from contracts.enrollment import OrganizationRegistered
from tests.support.records import record_of
from tests.support.waiting import wait_until


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def park(pool: Pool, heard: Heard, key: UUID, *names: str) -> list[int]:
    """Events of one key, the first of which is refused; returns their letters."""
    for version, name in enumerate(names, 1):
        assert await heard.reactions.react(pool, record_of(organization(name, key), version)) == "parked"
    return [row["id"] for row in await pool.fetch("SELECT id FROM dead_letters ORDER BY id")][-len(names) :]


async def ask(pool: Pool, number: int | None = None, *, whole_key: bool = False) -> list[int]:
    async with transaction(pool) as connection:
        return await admin.ask_redrive(connection, number, whole_key=whole_key)


async def discard(pool: Pool, number: int) -> list[int]:
    async with transaction(pool) as connection:
        return await admin.discard(connection, number, "a test record")


async def states(pool: Pool) -> list[str]:
    return [row["state"] for row in await pool.fetch("SELECT state FROM dead_letters ORDER BY id")]


async def test_later_events_of_a_parked_key_queue_behind_it_and_are_redriven_in_order(pool: Pool, heard: Heard) -> None:
    await park(pool, heard, uuid4(), "refused", "second", "third")
    assert await heard.reactions.react(pool, record_of(organization("another key"))) == "handled"

    await ask(pool)
    assert await heard.reactions.redrive(pool) == 0, "still refused: nothing behind it may pass"
    assert heard.names == ["another key"]

    heard.refusing = False
    await ask(pool)
    assert await heard.reactions.redrive(pool) == 3
    assert heard.names == ["another key", "refused", "second", "third"]

    assert await ask(pool) == []
    assert await heard.reactions.redrive(pool) == 0, "a second redrive changes nothing"


async def test_one_hundred_events_behind_a_parked_key_are_redriven_in_order(pool: Pool, heard: Heard) -> None:
    names = ["refused", *map(str, range(100))]
    first, *_ = await park(pool, heard, uuid4(), *names)
    heard.refusing = False

    await ask(pool, first, whole_key=True)
    assert await heard.reactions.redrive(pool) == 101
    assert heard.names == names


async def test_only_the_first_of_a_key_can_be_redriven_alone(pool: Pool, heard: Heard) -> None:
    first, second, third = await park(pool, heard, uuid4(), "refused", "second", "third")
    heard.refusing = False

    with pytest.raises(QueuesBehind) as refusal:
        await ask(pool, second)
    assert refusal.value.first == first

    assert await ask(pool, first) == [first]
    assert await heard.reactions.redrive(pool) == 1
    assert heard.names == ["refused"]
    assert await ask(pool, third, whole_key=True) == [second, third]
    assert await heard.reactions.redrive(pool) == 2
    with pytest.raises(NotOpen):
        await ask(pool, first)


async def test_one_key_is_redriven_and_the_others_wait(pool: Pool, heard: Heard) -> None:
    await park(pool, heard, uuid4(), "refused", "of the first")
    _, last = await park(pool, heard, uuid4(), "refused", "of the second")
    heard.refusing = False

    await ask(pool, last, whole_key=True)
    assert await heard.reactions.redrive(pool) == 2
    assert heard.names == ["refused", "of the second"]
    assert await states(pool) == ["waiting", "waiting", "redriven", "redriven"]


async def test_what_comes_while_its_key_is_redriven_queues_behind_and_follows(pool: Pool, heard: Heard) -> None:
    key = uuid4()
    await park(pool, heard, key, "refused", "second")
    heard.refusing = False
    arriving: list[asyncio.Task[str]] = []

    async def another_comes(event: OrganizationRegistered) -> None:
        if not arriving:
            arriving.append(asyncio.create_task(heard.reactions.react(pool, record_of(organization("third", key), 3))))
            await wait_until(lambda: somebody_waits(pool))

    heard.before = another_comes
    await ask(pool)
    assert await heard.reactions.redrive(pool) == 3
    assert await arriving[0] == "parked"
    assert heard.names == ["refused", "second", "third"]


@pytest.mark.parametrize("refusing", [True, False])
async def test_two_workers_that_redrive_at_once_handle_each_letter_once(
    pool: Pool, heard: Heard, refusing: bool
) -> None:
    """Seeded bug: if the letter's state were not read again under its key's lock, the first would be handled twice."""
    await park(pool, heard, uuid4(), "refused", "second", "third")
    heard.refusing = refusing
    calls: list[str] = []

    async def while_the_other_waits(event: OrganizationRegistered) -> None:
        calls.append(event.name)
        if len(calls) == 1:
            await wait_until(lambda: somebody_waits(pool))

    heard.before = while_the_other_waits
    await ask(pool)
    done = await asyncio.gather(heard.reactions.redrive(pool), heard.reactions.redrive(pool))

    assert sum(done) == (0 if refusing else 3)
    assert calls == (["refused"] if refusing else ["refused", "second", "third"])
    assert await states(pool) == 3 * ["waiting" if refusing else "redriven"]
    assert await pool.fetchval("SELECT max(attempts) FROM dead_letters") == (2 if refusing else 1)


async def test_discarding_the_first_of_a_key_leaves_the_others_waiting_in_order(pool: Pool, heard: Heard) -> None:
    key = uuid4()
    first, second, third = await park(pool, heard, key, "refused", "second", "third")

    assert await discard(pool, first) == [second, third]
    assert await heard.reactions.react(pool, record_of(organization("fourth", key), 4)) == "parked"
    await ask(pool)
    assert await heard.reactions.redrive(pool) == 3
    assert heard.names == ["second", "third", "fourth"]
    assert await pool.fetchval("SELECT reason FROM dead_letters WHERE id = $1", first) == "a test record"
    with pytest.raises(NotOpen):
        await discard(pool, first)


async def test_a_letter_discarded_while_it_waits_for_the_worker_is_not_handled(pool: Pool, heard: Heard) -> None:
    (first,) = await park(pool, heard, uuid4(), "refused")
    heard.refusing = False

    await ask(pool)
    await discard(pool, first)
    assert await heard.reactions.redrive(pool) == 0
    assert heard.names == []


async def test_records_without_a_key_wait_for_their_next_redrive_each_on_its_own(pool: Pool, heard: Heard) -> None:
    for offset in range(3):
        await heard.reactions.react(pool, replace(garbage(offset), key=None))

    await ask(pool)
    assert await heard.reactions.redrive(pool) == 0
    assert await states(pool) == 3 * ["waiting"]


async def somebody_waits(pool: Pool) -> bool:
    """Whether somebody stands before a lock in this database."""
    waiting = """
        SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND NOT l.granted
    """
    return bool(await pool.fetchval(waiting))
