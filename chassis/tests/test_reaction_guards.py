"""What guards a reaction: locks before anything is looked at, an inbox by source, and which errors are tried again."""

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import DeadLetter, PermanentError
from chassis.messaging.deserializer import deserialize
from chassis.messaging.reactions import ReactionRouter
from chassis.runtime import retry
from chassis.runtime.health import Progress
from chassis.runtime.retry import Backoff
from chassis.store.database import Connection, Pool, lock, transaction
from chassis.store.queries import queries
from chassis.tests.messaging_harness import RecordingReaction
from chassis.tests.records import garbage, organization
from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope, EnvelopeError
from tests.support.reactions import deliver, delivering
from tests.support.records import Record, record_of
from tests.support.waiting import wait_until

sql = queries("chassis.messaging.dead_letters")

SUBJECT = UUID("0197a000-0000-7000-8000-00000000000a")
IS_FREE = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"


@pytest.fixture
def reaction() -> RecordingReaction:
    return RecordingReaction()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shortest = timedelta(microseconds=1)
    monkeypatch.setattr(retry, "DATABASE_BACKOFF", Backoff(shortest, shortest))


# Locks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locked", [None, [SUBJECT], ["another", SUBJECT]])
async def test_a_handler_holds_the_locks_of_its_subjects(pool: Pool, locked: list[Any] | None) -> None:
    event = organization("one")
    free: list[bool] = []
    router = ReactionRouter("sessions")

    @router.on(OrganizationRegistered, None if locked is None else lambda _event: locked)
    async def look(_connection: Connection, _event: OrganizationRegistered, _envelope: Envelope) -> None:
        free.extend([await pool.fetchval(IS_FREE, str(subject)) for subject in locked or [event.subject]])

    assert await deliver(router, pool, record_of(event)) == "handled"
    assert free == [False] * len(locked or [None])


async def test_a_redrive_holds_the_locks_of_its_key_and_its_subjects(pool: Pool, reaction: RecordingReaction) -> None:
    record = record_of(organization("refused"))
    free: list[bool] = []

    async def look(event: OrganizationRegistered) -> None:
        names = (event.subject, reaction.router.key_lock(record))
        free.extend([await pool.fetchval(IS_FREE, name) for name in names])

    assert await deliver(reaction.router, pool, record) == "parked"
    reaction.refusing, reaction.before = False, look
    await sql.request_redrive_of_all.fetch(pool)
    assert await reaction.router.redrive(pool) == 1
    assert free == [False, False]


async def test_whether_a_key_is_parked_is_asked_under_its_lock(pool: Pool, reaction: RecordingReaction) -> None:
    """Asked before, an event that comes while an earlier one is being parked would overtake it."""
    earlier, later = record_of(organization("first", SUBJECT)), record_of(organization("second", SUBJECT), 2)
    async with pool.acquire() as connection:
        async with connection.transaction():
            await lock(connection, reaction.router.key_lock(earlier))
            coming = asyncio.create_task(deliver(reaction.router, pool, later))
            await wait_until(lambda: _waits_or_has_ended(pool, coming))
            await _park(connection, reaction.router.consumer, earlier)
        assert await coming == "parked"
    assert reaction.names == []


# The inbox -----------------------------------------------------------------------------------------------------------


async def test_two_sources_may_use_one_id(pool: Pool, reaction: RecordingReaction) -> None:
    first = record_of(organization("one"))
    headers = [(name, b"/elsewhere/enrollment" if name == "ce_source" else value) for name, value in first.headers]
    second = replace(first, offset=first.offset + 1, headers=headers)

    assert [await deliver(reaction.router, pool, each) for each in (first, second, first, second)] == [
        "handled",
        "handled",
        "repeated",
        "repeated",
    ]


async def test_two_handlers_have_each_event_once(pool: Pool) -> None:
    record = record_of(organization("one"))
    names: list[str] = []

    def routing(name: str) -> ReactionRouter:
        async def handle(_connection: Connection, _event: OrganizationRegistered, _envelope: Envelope) -> None:
            names.append(name)

        handle.__name__ = name
        router = ReactionRouter("sessions")
        router.on(OrganizationRegistered)(handle)
        return router

    for name in ("seat_on_roster", "count", "count"):
        await deliver(routing(name), pool, record)
    assert names == ["seat_on_roster", "count"]


# Errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "passing",
    [
        asyncpg.DeadlockDetectedError,
        asyncpg.SerializationError,
        asyncpg.LockNotAvailableError,
        asyncpg.QueryCanceledError,
        asyncpg.TooManyConnectionsError,
        asyncpg.AdminShutdownError,
        asyncpg.CannotConnectNowError,
        asyncpg.ConnectionDoesNotExistError,
        asyncpg.InterfaceError,
        ConnectionResetError,
        TimeoutError,
    ],
)
async def test_a_passing_error_is_tried_again_and_parks_nothing(
    pool: Pool, reaction: RecordingReaction, passing: type[Exception]
) -> None:
    errors = iter([passing("first"), passing("second")])

    async def stumble(_event: OrganizationRegistered) -> None:
        for error in errors:
            raise error

    reaction.before = stumble
    assert await deliver(reaction.router, pool, record_of(organization("one"))) == "handled"
    assert reaction.names == ["one"]
    assert await pool.fetchval("SELECT count(*) FROM dead_letters") == 0


@pytest.mark.parametrize("lasting", [asyncpg.NotNullViolationError, asyncpg.UniqueViolationError, KeyError, OSError])
async def test_a_lasting_error_parks_its_key_at_once(
    pool: Pool, reaction: RecordingReaction, lasting: type[Exception]
) -> None:
    attempts: list[str] = []

    async def fail(event: OrganizationRegistered) -> None:
        attempts.append(event.name)
        if len(attempts) == 1:
            raise lasting("always")

    reaction.before = fail
    assert await deliver(reaction.router, pool, record_of(organization("one"))) == "parked"
    assert attempts == ["one"]


async def test_a_passing_error_leaves_a_redrive_as_it_was(pool: Pool) -> None:
    await _park(pool, "sessions.reactions", record_of(organization("one")))
    await sql.request_redrive_of_all.fetch(pool)
    dead_letter = await store.next_to_redrive(pool, "sessions.reactions", 0)
    assert dead_letter is not None

    async def stumble() -> None:
        raise asyncpg.DeadlockDetectedError

    with pytest.raises(asyncpg.DeadlockDetectedError):
        await _redrive(pool, dead_letter, stumble)
    row = await pool.fetchrow("SELECT state, attempts FROM dead_letters")
    assert row is not None and tuple(row) == ("redriving", 1)


async def test_a_redrive_that_fails_leaves_nothing_of_what_it_did(pool: Pool, migrator: Connection) -> None:
    await migrator.execute("CREATE TABLE effects (x int)")
    await _park(pool, "sessions.reactions", record_of(organization("one")))
    await sql.request_redrive_of_all.fetch(pool)
    dead_letter = await store.next_to_redrive(pool, "sessions.reactions", 0)
    assert dead_letter is not None

    async with transaction(pool) as connection:

        async def half() -> None:
            await connection.execute("INSERT INTO effects VALUES (1)")
            raise PermanentError("half done")

        assert not await store.redrive(connection, "sessions.reactions", dead_letter, half)
    assert await pool.fetchval("SELECT count(*) FROM effects") == 0
    row = await pool.fetchrow("SELECT state, attempts, error FROM dead_letters")
    assert row is not None and tuple(row) == ("waiting", 2, "half done")


async def test_a_redrive_of_what_was_handled_meanwhile_changes_nothing(pool: Pool, reaction: RecordingReaction) -> None:
    """By an older release, say, that knew the event's version before it was parked."""
    record = record_of(organization("one"))
    await deliver(reaction.router, pool, record)
    await _park(pool, reaction.router.consumer, record)
    await sql.request_redrive_of_all.fetch(pool)
    assert await reaction.router.redrive(pool) == 1
    assert reaction.names == ["one"]


async def test_what_queues_behind_an_open_dead_letter_is_not_redriven_before_it(
    pool: Pool, reaction: RecordingReaction
) -> None:
    for version, name in enumerate(("first", "second"), 1):
        await _park(pool, reaction.router.consumer, record_of(organization(name, SUBJECT), version))
    await sql.request_redrive.fetch(pool, ids=[2])
    assert await reaction.router.redrive(pool) == 0
    assert reaction.names == []


async def test_what_was_discarded_under_the_workers_hands_is_not_handled(
    pool: Pool, reaction: RecordingReaction
) -> None:
    await _park(pool, reaction.router.consumer, record_of(organization("one")))
    await sql.request_redrive_of_all.fetch(pool)
    dead_letter = await store.next_to_redrive(pool, reaction.router.consumer, 0)
    assert dead_letter is not None
    await sql.discard_dead_letter.value(pool, id=dead_letter.id, reason="test")

    assert not await reaction.router._redrive(pool, dead_letter)
    assert reaction.names == []
    assert await pool.fetchval("SELECT state FROM dead_letters") == "discarded"


async def test_a_redrive_that_fails_requeues_its_own_key_alone(pool: Pool, reaction: RecordingReaction) -> None:
    for name, subject in (("refused", SUBJECT), ("second", SUBJECT), ("another", uuid4())):
        await _park(pool, reaction.router.consumer, record_of(organization(name, subject)))
    await sql.request_redrive_of_all.fetch(pool)
    assert await reaction.router.redrive(pool) == 1
    rows = await pool.fetch("SELECT state FROM dead_letters ORDER BY id")
    assert [row["state"] for row in rows] == ["waiting", "waiting", "redriven"]


# Envelopes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "is_read"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)])
def test_an_envelope_may_be_an_hour_ahead_of_the_broker_and_no_more(ahead: timedelta, is_read: bool) -> None:
    record = record_of(organization("one"))
    [written] = [value for name, value in record.headers if name == "ce_time"]
    stamped = datetime.fromisoformat((written or b"").decode()) - ahead
    behind = replace(record, timestamp=int(stamped.timestamp() * 1000))
    with nullcontext() if is_read else pytest.raises(EnvelopeError, match="clock"):
        assert deserialize(behind, RecordingReaction().router.models)


# Floods --------------------------------------------------------------------------------------------------------------


async def _flood(pool: Pool, consumer: str, number: int, age_seconds: float = 0) -> None:
    for count in range(number):
        await _park(pool, consumer, garbage(count))
    await pool.execute(
        "UPDATE dead_letters SET parked_at = clock_timestamp() - $1::interval", timedelta(0, age_seconds)
    )


@pytest.mark.parametrize(("parked", "age_seconds", "halts"), [(100, 0, 0), (101, 0, 1), (101, 61, 0), (101, 50, 1)])
async def test_more_than_a_hundred_dead_letters_of_the_last_minute_halt_until_they_are_older(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, parked: int, age_seconds: float, halts: int
) -> None:
    await _flood(pool, "one", parked, age_seconds)
    progress = Progress()
    halted: list[dict[str, str]] = []

    async def a_minute(_seconds: float) -> None:
        halted.append(dict(progress.halted))
        assert len(halted) == 1, "the flood is over"
        assert "loop" in progress.beats, "a loop that halts on purpose is alive"
        await pool.execute("UPDATE dead_letters SET parked_at = parked_at - interval '61 seconds'")

    monkeypatch.setattr("chassis.messaging.dead_letters.store.asyncio.sleep", a_minute)
    await store.wait_out_flood(pool, "one", progress, "loop")
    assert [list(each) for each in halted] == [["loop"]] * halts
    assert progress.halted == {}


async def test_a_flood_at_one_consumer_halts_no_other(pool: Pool) -> None:
    await _flood(pool, "one", 101)
    assert await sql.parked_last_minute.value(pool, consumer="one") == 101
    assert await sql.parked_last_minute.value(pool, consumer="another") == 0


# Dead letters --------------------------------------------------------------------------------------------------------


async def test_a_key_is_parked_for_its_consumer_alone(pool: Pool) -> None:
    record = record_of(organization("one"))
    await _park(pool, "sessions.reactions", record)
    for consumer, key, is_parked in (
        ("sessions.reactions", record.key, True),
        ("media.reactions", record.key, False),
        ("sessions.reactions", b"another", False),
    ):
        assert await store.key_is_parked(_any(pool), consumer, replace(record, key=key)) is is_parked


@pytest.mark.parametrize("settled", ["redriven", "discarded"])
async def test_a_settled_dead_letter_parks_its_key_no_more_and_is_settled_for_good(pool: Pool, settled: str) -> None:
    record = record_of(organization("one"))
    await _park(pool, "sessions.reactions", record)
    await pool.execute("UPDATE dead_letters SET state = $1::dead_letter_state", settled)

    assert not await store.key_is_parked(_any(pool), "sessions.reactions", record)
    assert await sql.request_redrive_of_all.fetch(pool) == []
    assert await sql.request_redrive.fetch(pool, ids=[1]) == []
    assert await sql.discard_dead_letter.value(pool, id=1, reason="other") is None


async def test_what_was_quarantined_parks_no_key(pool: Pool, reaction: RecordingReaction) -> None:
    record = record_of(organization("one"))
    await _park(pool, "sessions.reactions", record, "quarantined")
    assert not await store.key_is_parked(_any(pool), "sessions.reactions", record)


async def test_one_key_that_is_parked_holds_up_no_other(pool: Pool, reaction: RecordingReaction) -> None:
    async with delivering(reaction.router, pool) as deliver_one:
        outcomes = [await deliver_one(record_of(organization(name, uuid4()))) for name in ("refused", "one", "two")]
    assert outcomes == ["parked", "handled", "handled"]


def _any(pool: Pool) -> Any:
    return pool


async def _park(connection: Any, consumer: str, record: Record, kind: store.Kind = "parked") -> None:
    await store.park(connection, consumer, kind, record, PermanentError("a test"))


async def _redrive(pool: Pool, dead_letter: DeadLetter, handle: Any) -> bool:
    async with transaction(pool) as connection:
        return await store.redrive(connection, "sessions.reactions", dead_letter, handle)


async def _waits_or_has_ended(pool: Pool, coming: "asyncio.Task[str]") -> bool:
    waiting = """
        SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND NOT l.granted
    """
    return coming.done() or bool(await pool.fetchval(waiting))
