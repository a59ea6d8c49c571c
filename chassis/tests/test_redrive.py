"""The events of a parked key wait in order, whatever arrives and whichever worker redrives them."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import DiscardReason, NotOpen, QueuesBehind
from chassis.store.database import Pool, transaction
from chassis.tests.messaging_harness import RecordingReaction
from chassis.tests.records import garbage, organization
from contracts.enrollment import OrganizationRegistered
from tests.support.reactions import deliver, delivering
from tests.support.records import record_of
from tests.support.waiting import wait_until


@pytest.fixture
def reaction() -> RecordingReaction:
    return RecordingReaction()


async def park(pool: Pool, reaction: RecordingReaction, key: UUID, *names: str) -> list[int]:
    """Parks events of one key, the first of which is refused; returns the numbers of their dead letters."""
    async with delivering(reaction.router, pool) as deliver_one:
        for version, name in enumerate(names, 1):
            assert await deliver_one(record_of(organization(name, key), version)) == "parked"
    return [row["id"] for row in await pool.fetch("SELECT id FROM dead_letters ORDER BY id")][-len(names) :]


async def request(pool: Pool, number: int | None = None, *, whole_key: bool = False) -> list[int]:
    async with transaction(pool) as connection:
        return await admin.request_redrive(connection, number, whole_key=whole_key)


async def discard(pool: Pool, number: int) -> list[int]:
    async with transaction(pool) as connection:
        return await admin.discard(connection, number, DiscardReason.TEST)


async def states(pool: Pool) -> list[str]:
    return [row["state"] for row in await pool.fetch("SELECT state FROM dead_letters ORDER BY id")]


async def test_later_events_of_a_parked_key_queue_behind_it_and_are_redriven_in_order(
    pool: Pool, reaction: RecordingReaction
) -> None:
    await park(pool, reaction, uuid4(), "refused", "second", "third")
    assert await deliver(reaction.router, pool, record_of(organization("another key"))) == "handled"

    await request(pool)
    assert await reaction.router.redrive(pool) == 0, "still refused: nothing behind it may pass"
    assert reaction.names == ["another key"]

    reaction.refusing = False
    await request(pool)
    assert await reaction.router.redrive(pool) == 3
    assert reaction.names == ["another key", "refused", "second", "third"]

    assert await request(pool) == []
    assert await reaction.router.redrive(pool) == 0, "redriving is idempotent"


async def test_one_hundred_events_behind_a_parked_key_are_redriven_in_order(
    pool: Pool, reaction: RecordingReaction
) -> None:
    names = ["refused", *map(str, range(100))]
    first, *_ = await park(pool, reaction, uuid4(), *names)
    reaction.refusing = False

    await request(pool, first, whole_key=True)
    assert await reaction.router.redrive(pool) == 101
    assert reaction.names == names


async def test_only_the_first_of_a_key_can_be_redriven_alone(pool: Pool, reaction: RecordingReaction) -> None:
    first, second, third = await park(pool, reaction, uuid4(), "refused", "second", "third")
    reaction.refusing = False

    with pytest.raises(QueuesBehind) as refusal:
        await request(pool, second)
    assert refusal.value.first == first

    assert await request(pool, first) == [first]
    assert await reaction.router.redrive(pool) == 1
    assert reaction.names == ["refused"]
    assert await request(pool, third, whole_key=True) == [second, third]
    assert await reaction.router.redrive(pool) == 2
    with pytest.raises(NotOpen):
        await request(pool, first)


async def test_one_key_is_redriven_and_the_others_wait(pool: Pool, reaction: RecordingReaction) -> None:
    await park(pool, reaction, uuid4(), "refused", "of the first")
    _, last = await park(pool, reaction, uuid4(), "refused", "of the second")
    reaction.refusing = False

    await request(pool, last, whole_key=True)
    assert await reaction.router.redrive(pool) == 2
    assert reaction.names == ["refused", "of the second"]
    assert await states(pool) == ["waiting", "waiting", "redriven", "redriven"]


async def test_an_event_that_arrives_while_its_key_is_redriven_queues_behind_and_follows(
    pool: Pool, reaction: RecordingReaction
) -> None:
    key = uuid4()
    await park(pool, reaction, key, "refused", "second")
    reaction.refusing = False
    arriving: list[asyncio.Task[str]] = []

    async def another_comes(event: OrganizationRegistered) -> None:
        if not arriving:
            arriving.append(
                asyncio.create_task(deliver(reaction.router, pool, record_of(organization("third", key), 3)))
            )
            await wait_until(lambda: somebody_waits(pool))

    reaction.before = another_comes
    await request(pool)
    assert await reaction.router.redrive(pool) == 3
    assert await arriving[0] == "parked"
    assert reaction.names == ["refused", "second", "third"]


@pytest.mark.parametrize("refusing", [True, False])
async def test_two_workers_that_redrive_at_once_handle_each_dead_letter_once(
    pool: Pool, reaction: RecordingReaction, refusing: bool
) -> None:
    """Seeded bug: were the state not read again under the key's lock, the first dead letter would be handled twice."""
    await park(pool, reaction, uuid4(), "refused", "second", "third")
    reaction.refusing = refusing
    calls: list[str] = []

    async def while_the_other_waits(event: OrganizationRegistered) -> None:
        calls.append(event.name)
        if len(calls) == 1:
            await wait_until(lambda: somebody_waits(pool))

    reaction.before = while_the_other_waits
    await request(pool)
    done = await asyncio.gather(reaction.router.redrive(pool), reaction.router.redrive(pool))

    assert sum(done) == (0 if refusing else 3)
    assert calls == (["refused"] if refusing else ["refused", "second", "third"])
    assert await states(pool) == 3 * ["waiting" if refusing else "redriven"]
    assert await pool.fetchval("SELECT max(attempts) FROM dead_letters") == (2 if refusing else 1)


async def test_discarding_the_first_of_a_key_leaves_the_others_waiting_in_order(
    pool: Pool, reaction: RecordingReaction
) -> None:
    key = uuid4()
    first, second, third = await park(pool, reaction, key, "refused", "second", "third")

    assert await discard(pool, first) == [second, third]
    assert await deliver(reaction.router, pool, record_of(organization("fourth", key), 4)) == "parked"
    await request(pool)
    assert await reaction.router.redrive(pool) == 3
    assert reaction.names == ["second", "third", "fourth"]
    assert await pool.fetchval("SELECT reason FROM dead_letters WHERE id = $1", first) == "test"
    with pytest.raises(NotOpen):
        await discard(pool, first)


async def test_a_dead_letter_discarded_while_it_waits_for_the_worker_is_not_handled(
    pool: Pool, reaction: RecordingReaction
) -> None:
    (first,) = await park(pool, reaction, uuid4(), "refused")
    reaction.refusing = False

    await request(pool)
    await discard(pool, first)
    assert await reaction.router.redrive(pool) == 0
    assert reaction.names == []


async def test_records_without_a_key_wait_for_their_next_redrive_each_on_its_own(
    pool: Pool, reaction: RecordingReaction
) -> None:
    for offset in range(3):
        await deliver(reaction.router, pool, replace(garbage(offset), key=None))

    await request(pool)
    assert await reaction.router.redrive(pool) == 0
    assert await states(pool) == 3 * ["waiting"]


async def somebody_waits(pool: Pool) -> bool:
    """Whether a session waits for a lock in this database."""
    waiting = """
        SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND NOT l.granted
    """
    return bool(await pool.fetchval(waiting))
