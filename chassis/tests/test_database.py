"""Locks before writes, versions without inversion, leadership, and named queries."""

import asyncio

import asyncpg
import pytest

from chassis import outbox
from chassis.database import Pool, leadership, queries, transaction
from chassis.tests.records import organization

sql = queries("chassis")


async def test_every_query_of_the_chassis_is_understood_by_its_schema(pool: Pool) -> None:
    async with pool.acquire() as connection:
        for name, text in sql.texts.items():
            try:
                await connection.prepare(text)
            except asyncpg.PostgresError as error:
                pytest.fail(f"{name}: {error}")


def test_a_misspelt_query_is_told_at_once() -> None:
    with pytest.raises(AttributeError, match="no_such_query"):
        _ = sql.no_such_query


async def test_versions_of_one_subject_never_come_out_inverted(pool: Pool) -> None:
    await pool.execute(sql.begin_relay, "kafka")
    subject = organization("a").organization_id

    async def write(number: int) -> None:
        async with transaction(pool, subject) as connection:
            await outbox.add(connection, organization(str(number), subject))

    await asyncio.gather(*(write(number) for number in range(40)))

    rows = await pool.fetch(sql.next_outbox_rows, "kafka", 100)
    assert [row["aggregateversion"] for row in rows] == list(range(1, 41))


async def test_the_relay_does_not_see_past_a_transaction_that_is_still_open(pool: Pool) -> None:
    await pool.execute(sql.begin_relay, "kafka")
    async with pool.acquire() as slow, slow.transaction():
        await outbox.add(slow, organization("slow"))
        async with transaction(pool) as quick:
            await outbox.add(quick, organization("quick"))
        assert await pool.fetch(sql.next_outbox_rows, "kafka", 10) == []
    assert len(await pool.fetch(sql.next_outbox_rows, "kafka", 10)) == 2


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
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await first.execute("SELECT 1")
    async with leadership(pool, "relay") as second:
        assert second is not None


@pytest.mark.parametrize(
    "statement", ["UPDATE outbox SET type = 'x'", "DELETE FROM outbox", "TRUNCATE inbox", "CREATE TABLE x ()"]
)
async def test_the_application_role_can_neither_rewrite_the_log_nor_change_the_schema(
    pool: Pool, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)
