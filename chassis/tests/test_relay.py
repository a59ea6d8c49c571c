"""What the relay must not do: lose what a full batch leaves over, go on before all is acknowledged, or look past a row.

The producer here builds real batches and sends them nowhere. Its acknowledgements come when a test says so.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaError, NotEnoughReplicasError
from aiokafka.producer.message_accumulator import BatchBuilder

from chassis.messaging import kafka, outbox, relay
from chassis.runtime.health import Progress
from chassis.store.database import Connection, Pool, Row, transaction
from chassis.store.queries import queries
from chassis.tests.records import organization
from contracts import golden
from contracts.envelope import from_headers
from tests.support.reactions import UNUSED
from tests.support.waiting import wait_until

sql = queries("chassis.messaging")

BATCH_BYTES = 10_000
ORIGIN = relay.Origin("sessions", "https://minka.example")
START = {"era": 0, "xid": 0, "id": 0}


class KeepingBatch:
    """A batch of aiokafka that remembers the values it took."""

    def __init__(self) -> None:
        self.batch = BatchBuilder(BATCH_BYTES, 0)
        self.values: list[bytes] = []

    def append(self, **record: Any) -> Any:
        taken = self.batch.append(**record)
        if taken is not None:
            self.values.append(record["value"])
        return taken


class HeldProducer:
    """Stands for aiokafka's producer: three partitions, and acknowledgements that wait for `acknowledge`."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, list[bytes]]] = []
        self.acknowledgements: list[asyncio.Future[None]] = []

    async def partitions_for(self, topic: str) -> set[int]:
        return {0, 1, 2}

    def create_batch(self) -> KeepingBatch:
        return KeepingBatch()

    async def send_batch(self, batch: KeepingBatch, topic: str, *, partition: int) -> "asyncio.Future[None]":
        self.sent.append((partition, batch.values))
        self.acknowledgements.append(asyncio.get_running_loop().create_future())
        return self.acknowledgements[-1]

    async def has_sent(self, batches: int) -> None:
        await wait_until(lambda: len(self.sent) >= batches, pause=0)

    def acknowledge(self, *batches: int) -> None:
        for batch in batches:
            self.acknowledgements[batch].set_result(None)

    def values(self) -> list[bytes]:
        return [value for _, values in self.sent for value in values]


def a_row(payload: str, key: str = "a key", **others: object) -> Mapping[str, Any]:
    """A row of the outbox."""
    row = {
        "event_id": uuid4(),
        "type": "minka.enrollment.OrganizationRegistered.v1",
        "aggregatetype": "enrollment.events",
        "aggregateid": str(uuid4()),
        "aggregateversion": 1,
        "partitionkey": key,
        "payload": payload,
        "recorded_at": datetime(2025, 5, 12, 15, tzinfo=UTC),
        "correlation_id": None,
        "traceparent": None,
        "sent_as": None,
    }
    return row | others


async def send_acknowledged(producer: HeldProducer, rows: Sequence[Any]) -> None:
    sending = asyncio.create_task(relay._send(ORIGIN, producer, rows))
    while not sending.done():
        await asyncio.sleep(0)
        for acknowledgement in producer.acknowledgements:
            if not acknowledgement.done():
                acknowledgement.set_result(None)
    await sending


async def test_a_record_that_does_not_fit_into_a_full_batch_begins_the_next() -> None:
    payloads = [f"{number:03}".ljust(1_000, "x") for number in range(100)]
    producer = HeldProducer()

    await send_acknowledged(producer, [a_row(payload) for payload in payloads])

    assert [value.decode() for value in producer.values()] == payloads
    assert len(producer.sent) > 10
    assert len({partition for partition, _ in producer.sent}) == 1


async def test_each_key_keeps_its_order_in_one_partition() -> None:
    rows = [a_row(f"{key}{number}", f"key {key}") for number in range(20) for key in "abcdef"]
    producer = HeldProducer()

    await send_acknowledged(producer, rows)

    assert len({partition for partition, _ in producer.sent}) > 1
    for key in "abcdef":
        own = [
            (partition, value)
            for partition, values in producer.sent
            for value in values
            if value.startswith(key.encode())
        ]
        assert [value.decode() for _, value in own] == [f"{key}{number}" for number in range(20)]
        assert len({partition for partition, _ in own}) == 1


@pytest.mark.parametrize("last", [0, 1])
async def test_sending_ends_when_every_batch_is_acknowledged(last: int) -> None:
    rows: list[Any] = [a_row("x" * 9_000), a_row("y" * 9_000)]
    producer = HeldProducer()
    sending = asyncio.create_task(relay._send(ORIGIN, producer, rows))
    await producer.has_sent(2)

    producer.acknowledge(1 - last)
    for _ in range(20):
        await asyncio.sleep(0)
    assert not sending.done(), "one batch is not acknowledged"

    producer.acknowledge(last)
    await sending


async def test_a_refused_acknowledgement_leaves_the_cursor_where_it_was(pool: Pool) -> None:
    await write(pool, 1)
    async with pool.acquire() as connection:
        await sql.begin_relay.execute(connection, relay=relay.RELAY)
        producer = HeldProducer()
        sending = asyncio.create_task(relay._send_batch(ORIGIN, connection, producer))
        await producer.has_sent(1)
        producer.acknowledgements[0].set_exception(NotEnoughReplicasError())

        with pytest.raises(KafkaError):
            await sending
        assert await cursor(connection) == START | {"restarts": 0}


async def test_what_was_sent_is_not_sent_again(pool: Pool) -> None:
    await write(pool, 3)
    async with pool.acquire() as connection:
        await sql.begin_relay.execute(connection, relay=relay.RELAY)
        for expected in (3, 0):
            producer = HeldProducer()
            sending = asyncio.create_task(relay._send_batch(ORIGIN, connection, producer))
            while not sending.done():
                await asyncio.sleep(0.001)
                producer.acknowledge(*(n for n, each in enumerate(producer.acknowledgements) if not each.done()))
            assert (sending.result(), len(producer.values())) == (expected, expected)


def test_the_partition_is_the_one_that_kafkas_own_clients_choose() -> None:
    """The hashes of Kafka's own test (`UtilsTest.testMurmur2`)."""
    known = {"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536, "abc": 479470107}
    assert {key: relay._hash(key.encode()) for key in known} == {
        key: value & 0x7FFFFFFF for key, value in known.items()
    }


def test_the_envelope_names_the_subject_beside_the_key_of_its_person() -> None:
    row: Any = a_row("{}", "a person", aggregateid="an enrollment", aggregateversion=7, correlation_id="request-1")

    record = relay._record(ORIGIN, b"a person", row)

    envelope = from_headers(record["headers"])
    assert (envelope.subject, envelope.partition_key, envelope.version) == ("an enrollment", "a person", 7)
    assert (envelope.id, envelope.source, envelope.time) == (row["event_id"], "/minka/sessions", row["recorded_at"])
    assert (envelope.type, envelope.correlation_id, record["key"]) == (row["type"], "request-1", b"a person")


def test_a_record_names_the_newest_schema_of_its_type_at_the_public_address() -> None:
    event_type = "minka.enrollment.ModulePublished.v1"
    number = len(golden.read(event_type))
    row: Any = a_row("{}", type=event_type)

    envelope = from_headers(relay._record(ORIGIN, b"a key", row)["headers"])

    assert envelope.data_schema == f"https://minka.example/contracts/schemas/{event_type}/{number}.json"


def test_a_record_of_a_type_without_a_schema_names_none() -> None:
    row: Any = a_row("{}", type="minka.enrollment.Unheard.v1")
    assert from_headers(relay._record(ORIGIN, b"a key", row)["headers"]).data_schema is None


async def test_rows_come_in_the_order_of_transactions_and_none_is_passed_over(pool: Pool) -> None:
    """A transaction that began earlier writes its second row after a later one has written."""
    async with pool.acquire() as early, early.transaction():
        await outbox.add(early, organization("early 1"))
        async with transaction(pool) as late:
            await outbox.add(late, organization("late"))
        await outbox.add(early, organization("early 2"))
    await finality(pool, 3)

    position, pages = START, []
    for _ in range(4):
        rows = await sql.next_outbox_rows.fetch(pool, **position, rows=1)
        pages += rows
        position = {column: rows[-1][column] for column in START} if rows else position

    assert [name_of(row) for row in pages] == ["early 1", "early 2", "late"]


async def test_what_an_earlier_cluster_left_is_sent_before_what_this_one_writes(
    pool: Pool, migrator: Connection
) -> None:
    """A restored dump has transaction ids that this cluster has not reached yet."""
    await write(pool, 1)
    await migrator.execute("UPDATE outbox SET xid = '9000000000000000000'::xid8")
    await migrator.execute("UPDATE eras SET system_identifier = 1")
    await outbox.begin_era(pool)
    await write(pool, 1, "here")
    here = await pool.fetchrow("SELECT era, xid FROM outbox ORDER BY id DESC LIMIT 1")
    assert here is not None
    await wait_until(lambda: pool.fetchval("SELECT $1 < pg_snapshot_xmin(pg_current_snapshot())", here["xid"]))

    rows = await sql.next_outbox_rows.fetch(pool, **START, rows=10)
    assert [name_of(row) for row in rows] == ["0", "here 0"]
    assert rows[0]["era"] < rows[1]["era"] == here["era"]


async def test_a_cluster_begins_one_era(pool: Pool) -> None:
    for _ in range(3):
        await outbox.begin_era(pool)
    assert await pool.fetchval("SELECT count(*) FROM eras") == 1


async def test_a_relay_that_was_overtaken_moves_no_cursor(pool: Pool) -> None:
    await sql.begin_relay.execute(pool, relay=relay.RELAY)
    old = {**START, "restarts": 0}
    await move(pool, old, 7)
    await move(pool, old, 3)
    assert (await cursor(pool))["id"] == 7


async def test_a_batch_in_flight_does_not_undo_a_restart_that_found_the_cursor_at_the_beginning(pool: Pool) -> None:
    await sql.begin_relay.execute(pool, relay=relay.RELAY)
    await sql.restart_relay.execute(pool, relay=relay.RELAY)
    await move(pool, {**START, "restarts": 0}, 7)
    assert await cursor(pool) == {**START, "restarts": 1}


async def test_a_relay_that_starts_anew_goes_on_where_the_last_one_stood(pool: Pool) -> None:
    await sql.begin_relay.execute(pool, relay=relay.RELAY)
    await move(pool, {**START, "restarts": 0}, 7)
    await sql.begin_relay.execute(pool, relay=relay.RELAY)
    assert (await cursor(pool))["id"] == 7


async def test_an_event_keeps_its_subject_apart_from_the_key_of_its_person(pool: Pool) -> None:
    class AboutAPerson(SimpleNamespace):
        def model_dump_json(self) -> str:
            return "{}"

        def forms(self) -> list["AboutAPerson"]:
            return [self]

    event = AboutAPerson(type="a.Type.v1", topic="a.topic", subject="an enrollment", partition_key="a person")
    async with transaction(pool) as connection:
        await outbox.add(connection, event)  # type: ignore[arg-type]
    row = await pool.fetchrow("SELECT aggregateid, partitionkey, aggregatetype, type FROM outbox")
    assert row is not None and tuple(row) == ("an enrollment", "a person", "a.topic", "a.Type.v1")


async def test_several_events_are_written_in_their_order(pool: Pool) -> None:
    subject = uuid4()
    async with transaction(pool, subject) as connection:
        await outbox.add_all(connection, [organization(f"n{number}", subject) for number in range(5)])
    rows = await pool.fetch("SELECT payload, aggregateversion FROM outbox ORDER BY id")
    assert [(name_of(row), row["aggregateversion"]) for row in rows] == [
        (f"n{number}", number + 1) for number in range(5)
    ]


async def test_events_of_several_subjects_continue_the_versions_of_each(pool: Pool) -> None:
    first, second = uuid4(), uuid4()
    for names in ("ab", "abba"):
        async with transaction(pool, first, second) as connection:
            await outbox.add_all(connection, [organization(name, {"a": first, "b": second}[name]) for name in names])
    rows = await pool.fetch("SELECT payload, aggregateversion FROM outbox ORDER BY id")
    assert [(name_of(row), row["aggregateversion"]) for row in rows] == [
        ("a", 1), ("b", 1), ("a", 2), ("b", 2), ("b", 3), ("a", 3),
    ]  # fmt: skip


async def test_the_relay_pauses_where_a_batch_was_not_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full batch has more behind it, and without events the pause grows to a tenth of a second."""
    answers, pauses = [2_000, 2_000, 1_999, 0, 0, 0, 0], []

    async def send(*_arguments: object) -> int:
        assert answers, "the relay paused"
        return answers.pop(0)

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 5:
            raise asyncio.CancelledError

    nothing: Any = None
    monkeypatch.setattr(relay, "_send_batch", send)
    monkeypatch.setattr("chassis.messaging.relay.asyncio.sleep", pause)
    with pytest.raises(asyncio.CancelledError):
        await relay._drain(ORIGIN, nothing, nothing, Progress())
    assert pauses == [0.02, 0.04, 0.08, 0.1, 0.1]


async def test_a_producer_waits_for_all_replicas_and_a_consumer_never_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments: dict[str, Any] = {}

    class Client:
        def __init__(self, **told: Any) -> None:
            arguments.update(told)

        async def start(self) -> None: ...
        async def stop(self) -> None: ...

    monkeypatch.setattr(kafka, "AIOKafkaProducer", Client)
    monkeypatch.setattr(kafka, "AIOKafkaConsumer", Client)
    async with kafka.producer(UNUSED), kafka.consumer(UNUSED, "group"):
        expected = {
            "acks": "all",
            "enable_idempotence": True,
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
        }
    assert {name: arguments[name] for name in expected} == expected


async def write(pool: Pool, number: int, name: str = "") -> None:
    for count in range(number):
        async with transaction(pool) as connection:
            await outbox.add(connection, organization(f"{name} {count}".strip()))
    await finality(pool, number)


async def finality(pool: Pool, number: int) -> None:
    """Until so many rows are below the horizon, which transactions in other databases hold back, too."""

    async def final() -> bool:
        return len(await sql.next_outbox_rows.fetch(pool, **START, rows=100)) >= number

    await wait_until(final)


async def cursor(connection: Connection | Pool) -> dict[str, int]:
    return dict(await sql.relay_cursor.fetch_row(connection, relay=relay.RELAY) or {})


async def move(pool: Pool, expected: dict[str, int], number: int) -> None:
    last = {"last_era": 1, "last_xid": 10, "last_id": number}
    await sql.move_relay_cursor.execute(pool, relay=relay.RELAY, **expected, **last)


def name_of(row: Row) -> str:
    payload: str = row["payload"]
    return payload.partition('"name":"')[2].partition('"')[0]
