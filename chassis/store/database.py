"""PostgreSQL: the pool, a transaction that locks before it writes, and leadership by advisory lock."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr

from chassis.store.queries import queries

if TYPE_CHECKING:
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Row: TypeAlias = asyncpg.Record
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection | PoolConnectionProxy
    Row = asyncpg.Record

sql = queries(__package__)

TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    ConnectionError,
    TimeoutError,
)
"""Errors worth retrying. All others are treated as permanent."""

SEARCH_PATH = "live, public"
"""Projected tables stand in the schema `live`, so that a candidate generation can be built in another schema."""

CANDIDATE_PATH = "candidate, public"
"""Finds the tables of the candidate generation."""


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


async def _keep_session(_connection: object) -> None:
    """Session settings end with their transaction and leadership with its block, so a connection that returns to the
    pool needs no reset; asyncpg would send one each time."""


async def open_pool(url: SecretStr, name: str, size: int = 8, search_path: str = SEARCH_PATH) -> Pool:
    """A pool whose sessions speak UTC and whose `jsonb` values are Python's. `name` shows in `pg_stat_activity`."""
    return await asyncpg.create_pool(
        url.get_secret_value(),
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=_keep_session,
        command_timeout=60,
        max_inactive_connection_lifetime=20,  # an idle session holds memory
        server_settings={
            "application_name": name,
            "timezone": "UTC",
            "lock_timeout": "20s",
            "search_path": search_path,
        },
    )


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """The columns of rows, as `unnest` takes them; of no rows there are none."""
    return [list(column) for column in zip(*rows, strict=True)]


def array_of_bytes(values: Iterable[bytes]) -> str:
    """An array of bytes in PostgreSQL's notation, for a query that takes several such arrays of different lengths."""
    hexadecimal = ",".join(rf'"\\x{value.hex()}"' for value in values)
    return f"{{{hexadecimal}}}"


async def lock(connection: Connection, *subjects: UUID | str) -> None:
    """Takes the subjects' locks in one order for everybody, until the transaction ends.

    Must come before the transaction's first write: a transaction that wrote first has drawn its place in the outbox
    already, and versions of one subject could come out inverted.
    """
    if subjects:
        await sql.lock_subjects.execute(connection, subjects=sorted({str(subject) for subject in subjects}))


@asynccontextmanager
async def transaction(pool: Pool, *subjects: UUID | str) -> AsyncIterator[Connection]:
    """A transaction that holds the subjects' locks before anything is written."""
    async with pool.acquire() as connection, connection.transaction():
        await lock(connection, *subjects)
        yield connection


@asynccontextmanager
async def leadership(pool: Pool, name: str) -> AsyncIterator[Connection | None]:
    """Leads `name` among all processes for as long as the block and its connection live; yields None to the others.

    What the leader writes as leader goes through the yielded connection, so that one who lost it can write nothing.
    """
    async with pool.acquire() as connection:
        leads = await sql.try_leadership.value(connection, name=name)
        try:
            yield connection if leads else None
        finally:
            if leads:
                with suppress(*TRANSIENT):  # the lock dies with its connection
                    await connection.reset()


async def answers(pool: Pool) -> None:
    """Raises unless the database answers within two seconds."""
    await pool.fetchval("SELECT 1", timeout=2)
