"""Any order of writes, relays, folds and crashes ends as a plain fold of the history would.

Hypothesis draws a history, step by step; the real loops run it on a real broker and a real database.
"""

import asyncio
import gc
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from aiokafka import ConsumerRecord
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from chassis.messaging import outbox, relay
from chassis.messaging.projections import reader
from chassis.messaging.relay import RELAY
from chassis.runtime import retry
from chassis.store.database import Connection, Row, lock
from chassis.store.queries import queries
from contracts.envelope import from_headers
from services.reporting.tests.stories import MORNING, an_id
from tests.faults.bugs import planted
from tests.faults.conftest import opened
from tests.faults.crashable_loops import CrashableLoop
from tests.faults.effects import SERVICE, attendance
from tests.faults.fault_environment import NOTHING_WAITS, PARTITIONS, FaultEnvironment, is_full, size, write
from tests.faults.foreign import Written, an_attendance
from tests.faults.ledger import Version, inversions
from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure
from tests.support.topics import FreshTopics

SUBJECTS = [an_id(100 + number) for number in range(4)]
LAST = an_id(300)
PEOPLE = [an_id(200), an_id(201)]
"""Two subjects have the same person, and so the same partition."""

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""A loop that is crashed leaves open what it had open."""

LOOPS = (CrashableLoop.of_relay, CrashableLoop.of_relay, CrashableLoop.of_projection, CrashableLoop.of_projection)
LONGEST_END = 60.0

WHICH = st.sampled_from(range(len(LOOPS)))
TURNS = st.lists(WHICH, max_size=5)
SOME = st.lists(st.sampled_from(range(len(SUBJECTS))), min_size=1, max_size=3)

sql = queries("chassis.messaging")


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """A writer's transaction before its commit: the subjects, each with an event's body."""

    connection: "PoolConnectionProxy[Row]"
    transaction: Transaction
    written: list[tuple[UUID, str]]


def run_in_history(step: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    """Runs a step in the history's event loop. Between two steps nothing runs, because the loops are its tasks."""

    @wraps(step)
    def run(history: "History", *arguments: Any, **named: Any) -> Any:
        return history.runner.run(step(history, *arguments, **named))

    return run


def step_rule(**drawn: Any) -> Callable[[Callable[..., Coroutine[Any, Any, Any]]], Callable[..., Any]]:
    """A rule of Hypothesis: the step, then some loops advance to their next breakpoints, in the drawn turns.

    So every history advances, whichever rules Hypothesis leaves out of it.
    """

    def decorate(step: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        @wraps(step)
        async def with_turns(history: "History", turns: Sequence[int], **named: Any) -> Any:
            result = await step(history, **named)
            for which in turns:
                await history.loops[which].advance()
            return result

        as_rule: Callable[[Any], Callable[..., Any]] = rule(turns=TURNS, **drawn)
        return as_rule(run_in_history(with_turns))

    return decorate


class History(RuleBasedStateMachine):
    """Writers, two relays, two projections and the faults that strike them.

    `committed` is the model: each subject's bodies, in the order of their versions.
    """

    transactions: Bundle[OpenTransaction] = Bundle("transactions")

    def __init__(self, infrastructure: Infrastructure, logs: Path) -> None:
        super().__init__()
        self.databases, self.topics = FreshDatabases(infrastructure), FreshTopics(infrastructure)
        self.access, self.logs = infrastructure.access(SERVICE), logs
        self.runner = asyncio.Runner()
        self.open: list[OpenTransaction] = []
        self.committed: defaultdict[str, list[str]] = defaultdict(list)
        self.runs = self.events = 0
        self._begin()

    @run_in_history
    async def _begin(self) -> None:
        topic = self.topics.make(owner=SERVICE, readers=(SERVICE,), partitions=PARTITIONS)
        database = self.databases.of_service(SERVICE)[SERVICE]
        self.closing = AsyncExitStack()
        environment = opened(self.access, database, topic.name, Random(0), self.logs)
        self.environment = await self.closing.enter_async_context(environment)
        self.loops = [await self._live(loop) for loop in LOOPS]

    @step_rule(subjects=SOME)
    async def a_command_is_given(self, subjects: list[int]) -> None:
        if transaction := await self._write(subjects):
            await self._commit(transaction)

    @step_rule(target=transactions, subjects=SOME)
    async def a_command_begins(self, subjects: list[int]) -> "OpenTransaction | MultipleResults[Any]":
        return await self._write(subjects) or multiple()

    @step_rule(transaction=consumes(transactions), well=st.booleans())
    async def a_command_ends(self, transaction: OpenTransaction, well: bool) -> None:
        await (self._commit(transaction) if well else self._roll_back(transaction))

    @step_rule(which=WHICH)
    async def a_loop_catches_up(self, which: int) -> None:
        await self.loops[which].catch_up()

    @step_rule(which=WHICH)
    async def a_loop_crashes(self, which: int) -> None:
        await self.loops[which].crash()
        self.loops[which] = await self._live(LOOPS[which])

    @step_rule(which=WHICH)
    async def a_loop_is_taken_for_dead(self, which: int) -> None:
        await self.loops[which].lose_connections()

    @step_rule(number=st.none() | st.integers(0, 9))
    async def records_are_sent_again(self, number: int | None) -> None:
        """A foreign producer repeats one record of the log, or the relay sends the whole outbox again."""
        if number is None:
            await sql.restart_relay.execute(self.environment.pool, relay=RELAY)
        elif log := await self.environment.read_log():
            await self._repeat(log[number % len(log)])

    # What always holds, and what holds in the end

    @invariant()
    @run_in_history
    async def what_is_below_the_offsets_had_its_effect_once(self) -> None:
        assert await self.environment.pool.fetchval(EFFECTS_FIT_OFFSETS)

    def teardown(self) -> None:
        try:
            self._ends_as_a_plain_fold()
        finally:
            self._end()

    @run_in_history
    async def _ends_as_a_plain_fold(self) -> None:
        async with asyncio.timeout(LONGEST_END):
            await self._run_to_the_end()
        log = await self.environment.read_log()
        self._compare_log(log)
        await self._compare_projection(log)

    async def _run_to_the_end(self) -> None:
        """Commits another command before the open ones, and one that is the last in every order.

        Then a foreign producer repeats an outdated record, which is folded alone.
        """
        await self._commit(await self._open([LAST]))
        for loop in self.loops:
            await loop.catch_up()
        while self.open:
            await self._commit(self.open[0])
        await self._commit(await self._open([LAST]))
        await self._come_to_rest()
        await self._repeat(
            next(record for record in await self.environment.read_log() if _version(record) == (str(LAST), 1))
        )
        await self._come_to_rest()

    async def _come_to_rest(self) -> None:
        while not await self._is_at_the_end():
            for loop in self.loops:
                await loop.catch_up()

    async def _is_at_the_end(self) -> bool:
        if any(loop.halted_at for loop in self.loops) or not await self.environment.pool.fetchval(NOTHING_WAITS):
            return False
        return await self.environment.positions() == await self.environment.ends()

    def _compare_log(self, log: "Sequence[ConsumerRecord[bytes, bytes]]") -> None:
        order = list(dict.fromkeys(map(_version, log)))
        assert inversions(order) == 0
        assert Counter(order) == Counter(
            (subject, version) for subject, bodies in self.committed.items() for version in range(1, len(bodies) + 1)
        )

    async def _compare_projection(self, log: "Sequence[ConsumerRecord[bytes, bytes]]") -> None:
        fetch = self.environment.pool.fetch
        facts = await fetch("SELECT subject::text, version, body FROM facts")
        older = await fetch("SELECT subject::text, version, body FROM superseded")
        applied = await fetch('SELECT partition, "offset" FROM applied')
        versions = {s: list(enumerate(bodies, start=1)) for s, bodies in self.committed.items()}
        assert {tuple(row) for row in facts} == {(s, *known[-1]) for s, known in versions.items()}
        assert {tuple(row) for row in older} == {(s, *one) for s, known in versions.items() for one in known[:-1]}
        assert Counter(tuple(row) for row in applied) == Counter((record.partition, record.offset) for record in log)

    def _end(self) -> None:
        self._close_all()
        self.runner.close()
        self.databases.drop()
        self.topics.delete()

    @run_in_history
    async def _close_all(self) -> None:
        for loop in self.loops:
            await loop.crash()
        for transaction in self.open:
            transaction.connection.terminate()
        await self.closing.aclose()

    async def _repeat(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        await write(self.environment, [Written(record.key, record.value, [*record.headers])])

    async def _live(self, loop: Callable[[FaultEnvironment, str], Awaitable[CrashableLoop]]) -> CrashableLoop:
        self.runs += 1
        return await loop(self.environment, f"run-{self.runs}")

    async def _write(self, numbers: Iterable[int]) -> OpenTransaction | None:
        """Begins a command on those of the subjects that no open transaction has locked."""
        locked = {subject for other in self.open for subject, _ in other.written}
        subjects = [SUBJECTS[number] for number in numbers if SUBJECTS[number] not in locked]
        return await self._open(subjects) if subjects else None

    async def _open(self, subjects: Sequence[UUID]) -> OpenTransaction:
        connection = await self.environment.pool.acquire()
        transaction = connection.transaction()
        await transaction.start()
        await lock(connection, *subjects)
        written = [(subject, await self._add(connection, subject)) for subject in subjects]
        self.open.append(OpenTransaction(connection, transaction, written))
        return self.open[-1]

    async def _add(self, connection: Connection, subject: UUID) -> str:
        """Adds an event, whose body is like no other."""
        self.events += 1
        body = an_attendance(subject, PEOPLE[subject.int % len(PEOPLE)]).model_dump()
        event = attendance(self.environment.topic)(**body | {"checked_in_at": MORNING + timedelta(seconds=self.events)})
        await outbox.add(connection, event)
        return event.model_dump_json()

    async def _commit(self, transaction: OpenTransaction) -> None:
        await transaction.transaction.commit()
        for subject, body in transaction.written:
            self.committed[str(subject)].append(body)
        await self._close(transaction)

    async def _roll_back(self, transaction: OpenTransaction) -> None:
        await transaction.transaction.rollback()
        await self._close(transaction)

    async def _close(self, transaction: OpenTransaction) -> None:
        self.open.remove(transaction)
        await self.environment.pool.release(transaction.connection)


def _version(record: "ConsumerRecord[bytes, bytes]") -> Version:
    envelope = from_headers(record.headers)
    return envelope.subject, envelope.version


EFFECTS_FIT_OFFSETS = """
SELECT NOT EXISTS (
    SELECT FROM projection_offsets o
    FULL JOIN (
        SELECT partition, count(*) AS effects, count(DISTINCT "offset") AS records, max("offset") + 1 AS next
        FROM applied GROUP BY partition
    ) a USING (partition)
    WHERE coalesce(o.next, 0) <> coalesce(a.effects, 0) OR a.effects <> a.records OR a.records <> a.next
)
"""
"""Whether every record below a partition's offset, and no other, had its effect, and had it once."""


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Shortens the pauses, because a history takes hundreds of turns."""
    monkeypatch.setattr(retry, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(relay, "LONGEST_PAUSE", relay.SHORTEST_PAUSE)
    monkeypatch.setattr(reader, "POLL_MILLISECONDS", 30)
    yield
    gc.collect()


def try_histories(infrastructure: Infrastructure, logs: Path, examples: int, chance: Random | None = None) -> None:
    """Raises and prints a history that ends otherwise than it should. Without `chance`, always tries the same ones."""

    def history() -> History:
        return History(infrastructure, logs)

    machine: Any = seed(chance.getrandbits(32))(history) if chance else history
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            database=None,
            derandomize=chance is None,
            print_blob=True,
            phases=[Phase.generate],  # a shorter history would take minutes to find
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_any_history_ends_as_a_plain_fold(infrastructure: Infrastructure, tmp_path: Path, random: Random) -> None:
    try_histories(infrastructure, tmp_path, size(8, 200), random if is_full() else None)


@pytest.mark.seeded_bug
@pytest.mark.parametrize("bug", ["no offset guard", "no version guard", "poll by id"])
def test_a_bug_is_found(infrastructure: Infrastructure, tmp_path: Path, bug: str) -> None:
    with planted(bug), pytest.raises((AssertionError, FlakyFailure)):  # whichever loop is faster
        try_histories(infrastructure, tmp_path, 50)
