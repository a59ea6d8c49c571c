"""Locks before writes, versions without inversion, leadership, and named queries."""

import asyncio

import asyncpg
import pytest

from chassis.messaging import outbox
from chassis.messaging.relay import RELAY
from chassis.store.database import TRANSIENT, Connection, Pool, Row, leadership, transaction
from chassis.store.queries import queries
from chassis.tests.records import organization
from tests.support.waiting import wait_until

sql = queries("chassis.messaging")


async def test_every_query_of_the_chassis_is_understood_by_its_schema(pool: Pool) -> None:
    async with pool.acquire() as connection:
        for package in ("store", "runtime", "web", "messaging", "messaging.projections", "messaging.dead_letters"):
            for name, query in queries(f"chassis.{package}").texts.items():
                try:
                    await connection.prepare(query.text)
                except asyncpg.PostgresError as error:
                    pytest.fail(f"{name}: {error}")


def test_a_misspelt_query_is_told_at_once() -> None:
    with pytest.raises(AttributeError, match="no_such_query"):
        _ = sql.no_such_query.text


async def test_versions_of_one_subject_never_come_out_inverted(pool: Pool) -> None:
    subject = organization("a").organization_id

    async def write(number: int) -> None:
        async with transaction(pool, subject) as connection:
            await outbox.add(connection, organization(str(number), subject))

    await asyncio.gather(*(write(number) for number in range(40)))

    await _see(pool, 40)
    assert [row["aggregateversion"] for row in await _seen(pool)] == list(range(1, 41))


async def test_the_relay_does_not_see_past_a_transaction_that_is_still_open(pool: Pool) -> None:
    async with pool.acquire() as slow, slow.transaction():
        await outbox.add(slow, organization("slow"))
        async with transaction(pool) as quick:
            await outbox.add(quick, organization("quick"))
        assert await _seen(pool) == []
    await _see(pool, 2)


async def test_an_idle_relay_finds_its_place_by_the_index(pool: Pool, migrator: Connection) -> None:
    async with transaction(pool) as connection:
        await outbox.add_all(connection, [organization(str(number)) for number in range(3_000)])
    await migrator.execute("ANALYZE outbox")
    last = await pool.fetchrow("SELECT era, xid, id FROM outbox ORDER BY era, xid, id DESC LIMIT 1")
    assert last is not None

    async with pool.acquire() as reader:
        await reader.execute("SET plan_cache_mode = force_generic_plan")
        plan = await reader.fetch(f"EXPLAIN {sql.next_outbox_rows.text}", *last, 2_000)
        plan_of_age = await reader.fetch(f"EXPLAIN {sql.outbox_age.text}", RELAY)

    for each in (plan, plan_of_age):
        assert any("Index Cond: (ROW(era, xid, id) >" in line[0] for line in each), each


async def test_one_leads_and_the_next_takes_over(pool: Pool) -> None:
    async with leadership(pool, "relay") as first:
        assert first is not None
        async with leadership(pool, "relay") as second:
            assert second is None
    async with leadership(pool, "relay") as third:
        assert third is not None


async def test_a_leader_whose_connection_is_lost_leads_no_more(pool: Pool) -> None:
    async with leadership(pool, "relay") as first:
        assert first is not None
        await pool.execute("SELECT pg_terminate_backend($1)", first.get_server_pid())
        with pytest.raises(TRANSIENT):
            await first.execute("SELECT 1")
    async with leadership(pool, "relay") as second:
        assert second is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET type = 'x'",
        "DELETE FROM outbox",
        "DELETE FROM inbox",
        "TRUNCATE inbox",
        "DELETE FROM eras",
        "CREATE TABLE x ()",
    ],
)
async def test_the_application_role_can_neither_rewrite_the_log_nor_change_the_schema(
    pool: Pool, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)


async def _seen(pool: Pool) -> list[Row]:
    """What the relay would send from the beginning on."""
    return await sql.next_outbox_rows.fetch(pool, era=0, xid=0, id=0, rows=100)


async def _see(pool: Pool, number: int) -> None:
    """Until so many events are final: transactions under way in other databases of the cluster hold them back, too."""

    async def seen() -> bool:
        return len(await _seen(pool)) == number

    await wait_until(seen)
