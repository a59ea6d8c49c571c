"""What guards a projection: the log is the one that was read, a batch is written whole or not at all, and by one."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from aiokafka import ConsumerRecord, TopicPartition

from chassis.messaging.projections.offsets import (
    Halted,
    OffsetAdvance,
    PartitionOffset,
    ProjectionOffsets,
    event_id,
    verify_continuity,
)
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.messaging.projections.reader import ProjectionReader
from chassis.messaging.projections.writer import Batch, Fenced, ProjectionWriter
from chassis.runtime.health import Progress
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.tests.records import organization
from contracts.enrollment import OrganizationRegistered
from tests.support.reactions import consumer_record
from tests.support.records import record_of

sql = queries("chassis.messaging.projections")

TOPIC = "enrollment.events"
FIRST, SECOND = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)


def a_record(offset: int, partition: TopicPartition = FIRST, name: str = "") -> "ConsumerRecord[bytes, bytes]":
    record = replace(record_of(organization(name or f"n{offset}")), offset=offset, partition=partition.partition)
    return consumer_record(record)


def records(*offsets: int) -> list["ConsumerRecord[bytes, bytes]"]:
    return [a_record(offset) for offset in offsets]


def offsets_of(found: Sequence["ConsumerRecord[bytes, bytes]"]) -> list[int]:
    return [record.offset for record in found]


# The log that was read -----------------------------------------------------------------------------------------------


def test_the_record_read_last_is_verified_and_not_folded_again() -> None:
    batch = records(4, 5, 6)
    offset = PartitionOffset(5, event_id(batch[0]))
    assert offsets_of(verify_continuity(FIRST, batch, offset)) == [5, 6]
    assert offset.unverified is None


def test_another_event_where_the_last_one_stood_halts() -> None:
    with pytest.raises(Halted, match=r"enrollment.events-0 holds another event at 4"):
        verify_continuity(FIRST, records(4, 5), PartitionOffset(5, "another"))


@pytest.mark.parametrize("first", [6, 7, 100])
def test_a_log_that_begins_after_what_was_to_be_read_halts_and_names_what_is_lost(first: int) -> None:
    with pytest.raises(Halted, match=rf"has lost 5 to {first - 1}"):
        verify_continuity(FIRST, records(first), PartitionOffset(5, "the last"))


def test_a_log_that_goes_on_with_the_very_next_record_is_the_same() -> None:
    try:
        read = verify_continuity(FIRST, records(5, 6), PartitionOffset(5, "the last"))
    except Halted as error:
        pytest.fail(str(error))
    assert offsets_of(read) == [5, 6]


def test_a_log_is_verified_once_and_may_have_gaps_afterwards() -> None:
    assert offsets_of(verify_continuity(FIRST, records(8), PartitionOffset(5, None))) == [8]


def test_a_step_ends_behind_its_last_record() -> None:
    assert OffsetAdvance(FIRST, 5, records(5, 6, 9)).next == 10


async def test_reading_begins_one_before_where_a_record_was_read_and_at_the_beginning_else(pool: Pool) -> None:
    offsets = ProjectionOffsets("p", pool)
    assert await offsets.load(FIRST) == 0
    await pool.execute("UPDATE projection_offsets SET next = 7, last_event = 'e'")
    assert await offsets.load(FIRST) == 6
    assert offsets.assigned[FIRST] == PartitionOffset(7, "e")


async def test_a_restart_forgets_the_offsets_and_events_of_its_projection_alone(pool: Pool) -> None:
    for projection in ("p", "q"):
        await ProjectionOffsets(projection, pool).load(FIRST)
    await pool.execute("UPDATE projection_offsets SET next = 7, last_event = 'e'")
    await sql.restart_projection.fetch(pool, projection="p")
    assert (await ProjectionOffsets("p", pool).load(FIRST), await ProjectionOffsets("q", pool).load(FIRST)) == (0, 6)
    offsets = ProjectionOffsets("p", pool)
    await offsets.load(FIRST)
    assert offsets.assigned[FIRST].unverified is None


def test_a_partition_that_is_not_ours_any_more_is_passed_over() -> None:
    offsets = ProjectionOffsets("p", none())
    offsets.assigned[FIRST] = PartitionOffset(5, None)
    steps = offsets.advances({FIRST: records(5, 6), SECOND: [a_record(0, SECOND)]})
    assert [(step.partition, step.expected, step.next) for step in steps] == [(FIRST, 5, 7)]


# Writing -------------------------------------------------------------------------------------------------------------


class NameKeeper:
    """A projection that writes names, and what its fold is told to raise."""

    def __init__(self) -> None:
        self.projection = Projection("p", (OrganizationRegistered,), self.prepare, self.fold)
        self.error: Callable[[Sequence[str]], Exception | None] = lambda _names: None
        self.calls: list[list[str]] = []

    def prepare(self, recorded: Recorded) -> str:
        return str(recorded.event.name)

    async def fold(self, connection: Connection, batch: Sequence[str]) -> None:
        self.calls.append(list(batch))
        await connection.executemany("INSERT INTO folded VALUES ($1)", [(name,) for name in batch])
        if error := self.error(batch):
            raise error


@pytest.fixture
async def keeper(migrator: Connection) -> NameKeeper:
    await migrator.execute("CREATE TABLE folded (name text)")
    return NameKeeper()


def a_writer(keeper: NameKeeper, pool: Pool, end: int = 0) -> ProjectionWriter:
    return ProjectionWriter("p", keeper.projection, pool, Progress(), lambda partition: end)


def a_batch(*steps: OffsetAdvance) -> Batch:
    read = [record for step in steps for record in step.records]
    return Batch(steps, [(record, name_of(record)) for record in read], [])


def name_of(record: Any) -> str:
    return OrganizationRegistered.model_validate_json(record.value).name


async def folded(pool: Pool) -> list[str]:
    return [row["name"] for row in await pool.fetch("SELECT name FROM folded ORDER BY name")]


async def next_of(pool: Pool) -> dict[int, int]:
    rows = await pool.fetch("SELECT partition, next FROM projection_offsets ORDER BY partition")
    return {row["partition"]: row["next"] for row in rows}


async def assigned(pool: Pool, *partitions: TopicPartition) -> None:
    for partition in partitions:
        await ProjectionOffsets("p", pool).load(partition)


async def test_a_batch_and_its_offsets_are_written_together(pool: Pool, keeper: NameKeeper) -> None:
    await assigned(pool, FIRST, SECOND)
    steps = OffsetAdvance(FIRST, 0, records(0, 1)), OffsetAdvance(SECOND, 0, [a_record(0, SECOND, "other")])
    await a_writer(keeper, pool).write(a_batch(*steps))
    assert await folded(pool) == ["n0", "n1", "other"]
    assert await next_of(pool) == {0: 2, 1: 1}


@pytest.mark.parametrize("moved", [FIRST, SECOND])
async def test_a_batch_of_which_another_process_moved_one_partition_changes_nothing(
    pool: Pool, keeper: NameKeeper, moved: TopicPartition
) -> None:
    await assigned(pool, FIRST, SECOND)
    await pool.execute("UPDATE projection_offsets SET next = 1 WHERE partition = $1", moved.partition)
    before = await next_of(pool)
    steps = OffsetAdvance(FIRST, 0, records(0, 1)), OffsetAdvance(SECOND, 0, [a_record(0, SECOND)])

    with pytest.raises(Fenced):
        await a_writer(keeper, pool).write(a_batch(*steps))
    assert (await folded(pool), await next_of(pool)) == ([], before)


async def test_the_same_batch_is_written_once(pool: Pool, keeper: NameKeeper) -> None:
    await assigned(pool, FIRST)
    batch = a_batch(OffsetAdvance(FIRST, 0, records(0, 1)))
    await a_writer(keeper, pool).write(batch)
    with pytest.raises(Fenced):
        await a_writer(keeper, pool).write(batch)
    assert await folded(pool) == ["n0", "n1"]


async def test_a_projection_of_another_name_moves_no_offset_of_ours(pool: Pool, keeper: NameKeeper) -> None:
    await assigned(pool, FIRST)
    await ProjectionOffsets("another", pool).load(FIRST)
    with suppress(Fenced):
        await a_writer(keeper, pool).write(a_batch(OffsetAdvance(FIRST, 0, records(0))))
    rows = await pool.fetch("SELECT projection, next FROM projection_offsets ORDER BY projection")
    assert [tuple(row) for row in rows] == [("another", 0), ("p", 1)]


@pytest.mark.parametrize("bad", [["n3"], ["n0"], ["n6"], ["n0", "n1", "n2", "n3", "n4", "n5", "n6"]])
async def test_what_cannot_be_folded_is_quarantined_and_all_others_are_folded_once(
    pool: Pool, keeper: NameKeeper, bad: list[str]
) -> None:
    await assigned(pool, FIRST)
    keeper.error = lambda names: ValueError("no") if set(bad) & set(names) else None
    await a_writer(keeper, pool).write(a_batch(OffsetAdvance(FIRST, 0, records(*range(7)))))

    assert await folded(pool) == [name for name in (f"n{number}" for number in range(7)) if name not in bad]
    rows = await pool.fetch('SELECT "offset", kind, consumer FROM dead_letters ORDER BY "offset"')
    assert [tuple(row) for row in rows] == [(int(name[1:]), "quarantined", "p") for name in bad]
    assert await next_of(pool) == {0: 7}


@pytest.mark.parametrize("passing", [asyncpg.DeadlockDetectedError, ConnectionResetError, TimeoutError])
async def test_a_passing_error_quarantines_nothing_and_moves_nothing(
    pool: Pool, keeper: NameKeeper, passing: type[Exception]
) -> None:
    await assigned(pool, FIRST)
    keeper.error = lambda names: passing("once")
    with suppress(passing):
        await a_writer(keeper, pool).write(a_batch(OffsetAdvance(FIRST, 0, records(0, 1))))
    assert await pool.fetchval("SELECT count(*) FROM dead_letters") == 0
    assert (await folded(pool), await next_of(pool)) == ([], {0: 0})


async def test_what_cannot_be_read_is_quarantined_in_its_batch(pool: Pool, keeper: NameKeeper) -> None:
    await assigned(pool, FIRST)
    good, bad = records(0, 1)
    batch = Batch([OffsetAdvance(FIRST, 0, [good, bad])], [(good, "good")], [(bad, ValueError("bytes"))])
    await a_writer(keeper, pool).write(batch)
    assert await pool.fetchval('SELECT "offset" FROM dead_letters') == 1
    assert (await folded(pool), await next_of(pool)) == (["good"], {0: 2})


async def test_events_come_to_the_fold_in_the_order_of_the_log(pool: Pool, keeper: NameKeeper) -> None:
    await assigned(pool, FIRST)
    await a_writer(keeper, pool).write(a_batch(OffsetAdvance(FIRST, 0, records(0, 1, 2))))
    assert keeper.calls == [["n0", "n1", "n2"]]


# Freshness -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("remaining", "is_behind"), [(0, False), (1_000, False), (1_001, True)])
async def test_a_projection_is_behind_while_more_than_a_thousand_records_wait(
    pool: Pool, keeper: NameKeeper, remaining: int, is_behind: bool
) -> None:
    await assigned(pool, FIRST)
    await a_writer(keeper, pool, end=1 + remaining).write(a_batch(OffsetAdvance(FIRST, 0, records(0))))
    assert await sql.is_behind.value(pool, projection="p") is is_behind
    assert await sql.is_behind.value(pool, projection="another") is False


async def test_one_partition_that_is_behind_is_enough(pool: Pool) -> None:
    await assigned(pool, FIRST, SECOND)
    await pool.execute("UPDATE projection_offsets SET behind = partition = 1")
    assert await sql.is_behind.value(pool, projection="p") is True


async def test_a_partition_is_caught_up_when_nothing_of_it_waits(pool: Pool, keeper: NameKeeper) -> None:
    await assigned(pool, FIRST, SECOND)
    await pool.execute("UPDATE projection_offsets SET caught_up_at = '2025-01-01Z'")
    ends = {FIRST: 1, SECOND: 2}
    writer = ProjectionWriter("p", keeper.projection, pool, Progress(), ends.__getitem__)
    steps = OffsetAdvance(FIRST, 0, records(0)), OffsetAdvance(SECOND, 0, [a_record(0, SECOND)])
    await writer.write(a_batch(*steps))
    rows = await pool.fetch("SELECT caught_up_at > '2025-01-02Z' AS now FROM projection_offsets ORDER BY partition")
    assert [row["now"] for row in rows] == [True, False]


async def test_the_instant_that_was_read_up_to_never_goes_back(pool: Pool, keeper: NameKeeper) -> None:
    await assigned(pool, FIRST)
    later = datetime.now(UTC) + timedelta(days=1)
    await pool.execute("UPDATE projection_offsets SET read_up_to = $1", later)
    await a_writer(keeper, pool).write(a_batch(OffsetAdvance(FIRST, 0, records(0))))
    assert await pool.fetchval("SELECT read_up_to FROM projection_offsets") == later


# Reading and handing over --------------------------------------------------------------------------------------------


class StillConsumer:
    """Stands for a consumer: it gives the batches that it was made with, and notes what is sought and committed."""

    def __init__(self, *batches: dict[TopicPartition, list[Any]]) -> None:
        self.batches = list(batches)
        self.ends: dict[TopicPartition, int] = {}
        self.sought: list[tuple[TopicPartition, int]] = []
        self.committed: list[dict[TopicPartition, int]] = []

    def subscribe(self, topics: Sequence[str], listener: object) -> None: ...

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        return self.batches.pop(0) if self.batches else {}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.sought.append((partition, offset))

    def highwater(self, partition: TopicPartition) -> int | None:
        return self.ends.get(partition)

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self.committed.append(offsets)


def a_reader(pool: Pool, keeper: NameKeeper, consumer: StillConsumer) -> ProjectionReader:
    told: Any = consumer
    return ProjectionReader("p", keeper.projection, pool, told, Progress())


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_partitions_are_handed_over_when_their_batch_is_written() -> None:
    reader = a_reader(none(), NameKeeper(), StillConsumer())
    reader.offsets.assigned[FIRST] = PartitionOffset(5, None)
    may_end = asyncio.Event()
    reader.writer.writing = asyncio.create_task(ignore(may_end.wait()))

    handing_over = asyncio.create_task(reader.on_partitions_revoked([FIRST]))
    await turns()
    assert not handing_over.done(), "the batch is still being written"
    assert FIRST in reader.offsets.assigned

    may_end.set()
    await handing_over
    assert reader.offsets.assigned == {}


async def test_a_batch_behind_a_fenced_one_is_dropped_and_read_again(pool: Pool, keeper: NameKeeper) -> None:
    consumer = StillConsumer()
    reader = a_reader(pool, keeper, consumer)
    await reader.on_partitions_assigned([FIRST])
    reader.writer.writing = asyncio.create_task(fenced())

    await reader._hand_over([OffsetAdvance(FIRST, 0, records(0, 1))])

    assert reader.writer.writing is None
    assert consumer.sought == [(FIRST, 0), (FIRST, 0)]
    assert await folded(pool) == []


async def test_records_that_were_polled_across_an_assignment_are_read_again(pool: Pool, keeper: NameKeeper) -> None:
    consumer = StillConsumer()
    reader = a_reader(pool, keeper, consumer)
    polls: list[int] = []

    async def poll() -> Any:
        polls.append(reader.assignment)
        if len(polls) == 1:
            await reader.on_partitions_assigned([FIRST])
            return {FIRST: records(3, 4)}
        raise asyncio.CancelledError

    reader._poll = poll  # type: ignore[method-assign]
    with suppress(asyncio.CancelledError):
        await reader.run()
    assert consumer.sought == [(FIRST, 0), (FIRST, 0)]
    assert reader.offsets.assigned[FIRST].next == 0
    assert await folded(pool) == []


async def test_an_assignment_that_could_not_be_sought_ends_the_reading(pool: Pool, keeper: NameKeeper) -> None:
    reader = a_reader(pool, keeper, StillConsumer())

    async def fail(_partition: TopicPartition) -> int:
        raise ConnectionResetError("the database is away")

    reader.offsets.load = fail  # type: ignore[method-assign, assignment]
    await reader.on_partitions_assigned([FIRST])
    reader._beat = not_reached  # type: ignore[method-assign]
    with pytest.raises(ConnectionResetError):
        await reader.run()


async def test_freshness_is_shown_of_the_partitions_that_are_read_to_their_end(pool: Pool, keeper: NameKeeper) -> None:
    consumer = StillConsumer()
    reader = a_reader(pool, keeper, consumer)
    await reader.on_partitions_assigned([FIRST, SECOND])
    await pool.execute("UPDATE projection_offsets SET caught_up_at = '2025-01-01Z'")
    consumer.ends = {FIRST: 0}

    await reader._show_freshness()

    rows = await pool.fetch("SELECT caught_up_at > '2025-01-02Z' AS now FROM projection_offsets ORDER BY partition")
    assert [row["now"] for row in rows] == [True, False], "nobody has told the end of the second"
    assert reader.freshness_shown_at == 0.0, "it tries again soon"


async def test_a_poll_takes_no_more_than_a_batch(pool: Pool, keeper: NameKeeper) -> None:
    """The rest waits in the log: what is taken is sought by nobody again."""
    asked: list[int] = []

    class Endless(StillConsumer):
        async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
            asked.append(max_records)
            return {FIRST: [None] * max_records}

    polled = await a_reader(pool, keeper, Endless())._poll()
    assert len(polled[FIRST]) == 10_000
    assert max(asked) == 100


async def fenced() -> None:
    raise Fenced


async def ignore(work: Any) -> None:
    await work


def not_reached() -> None:
    pytest.fail("it went on")


def none() -> Any:
    return None
