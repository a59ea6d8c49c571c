"""PostgreSQL: the pool, a transaction that locks before it writes, and named queries from `.sql` files."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr

if TYPE_CHECKING:
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Row: TypeAlias = asyncpg.Record
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection | PoolConnectionProxy
    Row = asyncpg.Record

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
"""What may be gone when tried again; everything else is permanent."""

NOT_TEXT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""Somebody sent a text with a NUL in it, which PostgreSQL does not keep."""

SEARCH_PATH = "live, public"
"""What is projected may stand in a schema of its own, so that another generation can be made beside it."""

BESIDE_PATH = "beside, public"
"""Where that other generation is found."""

_NAME = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)


class Queries:
    """The named queries of one package: each attribute is the SQL text of the query of that name."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def __getattr__(self, name: str) -> str:
        try:
            return self.texts[name]
        except KeyError:
            raise AttributeError(f"no query is named {name}") from None


@cache
def queries(package: str) -> Queries:
    """Reads `queries/*.sql` of a package. Each query starts with `-- name: …` and a comment that says why."""
    texts: dict[str, str] = {}
    for file in sorted(files(package).joinpath("queries").iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".sql"):
            continue
        _, *parts = _NAME.split(file.read_text())
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in texts:
                raise ValueError(f"two queries of {package} are named {name}")
            texts[name] = text.strip()
    return Queries(texts)


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


async def _as_it_is(_connection: object) -> None:
    """What a session was told ends with its transaction, and leadership with its block: nothing is left that the
    server had to be asked to forget, as asyncpg does each time."""


async def open_pool(url: SecretStr, name: str, size: int = 8, search_path: str = SEARCH_PATH) -> Pool:
    """A pool whose sessions speak UTC and whose `jsonb` values are Python's. `name` shows in `pg_stat_activity`."""
    return await asyncpg.create_pool(
        url.get_secret_value(),
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=_as_it_is,
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


async def lock(connection: Connection, *subjects: UUID | str) -> None:
    """Takes the subjects' locks in one order for everybody, until the transaction ends.

    Must come before the transaction's first write: a transaction that wrote first has drawn its place in the outbox
    already, and versions of one subject could come out inverted.
    """
    if subjects:
        await connection.execute(queries("chassis").lock_subjects, sorted({str(subject) for subject in subjects}))


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
        leads = await connection.fetchval(queries("chassis").try_leadership, name)
        try:
            yield connection if leads else None
        finally:
            if leads:
                with suppress(*TRANSIENT):  # the lock dies with its connection
                    await connection.reset()


async def answers(pool: Pool) -> None:
    """Raises unless the database answers within two seconds."""
    await pool.fetchval("SELECT 1", timeout=2)
