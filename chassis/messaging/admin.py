"""An operator's changes to a service's messaging: the relay's cursor, projections' offsets, and generations.

All of it needs only the service's database. The functions about generations take a connection as the owner of the
tables, because they create, rename and drop schemas.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import asyncpg
from pydantic import SecretStr

from chassis.messaging.relay import RELAY
from chassis.store.database import Connection, Pool
from chassis.store.queries import Query, queries

sql = queries(__package__)
projection_sql = queries("chassis.messaging.projections")

_DIFFERENCES, _MISSING = "generation_differences", "missing_in_candidate"
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS SETOF json LANGUAGE sql STABLE AS $query$
SELECT row_to_json(found) FROM (
{text}
) AS found
$query$;
"""


@dataclass(frozen=True)
class GenerationQueries:
    """A service's queries about its two generations.

    `differences` returns rows (what, only_live, only_candidate): how many rows of `what` only one of them has.
    `missing_in_candidate` returns one row: what the candidate still lacks, by name; zeros or nulls when it is ready.
    """

    differences: Query
    missing_in_candidate: Query


@dataclass(frozen=True, slots=True)
class Difference:
    """How many rows of `what` (a table, or part of one) only one of the two generations has."""

    what: str
    only_live: int
    only_candidate: int


class GenerationError(RuntimeError):
    """The generations cannot be changed as asked; nothing was changed."""


class NoGenerations(GenerationError):
    """The service projects into no schema of its own."""


class NoCandidate(GenerationError):
    """There is no candidate generation."""


class CandidateExists(GenerationError):
    """There is a candidate generation already."""


class NotReady(GenerationError):
    """The candidate has not read or counted as much as the live generation. The text says how much is missing."""


async def restart_relay(connection: Connection) -> None:
    """Makes the relay send the whole outbox again, in order."""
    await sql.restart_relay.execute(connection, relay=RELAY)


async def list_projections(pool: Pool) -> list[dict[str, Any]]:
    """How far each projection has read, one entry per partition."""
    return [dict(row) for row in await projection_sql.list_projections.fetch(pool)]


async def restart_projection(connection: Connection, projection: str) -> int:
    """Makes a projection read from the beginning. Returns in how many partitions; 0 when it does not exist."""
    return len(await projection_sql.restart_projection.fetch(connection, projection=projection))


async def install_generation_queries(url: SecretStr, service: GenerationQueries) -> None:
    """Keeps the service's queries in its database as functions, so that an operator needs no code of the service.

    Bodies are checked when they are called, because there is no schema `candidate` yet. Idempotent.
    """
    connection = await asyncpg.connect(url.get_secret_value())
    try:
        await connection.execute("SET check_function_bodies = off")
        for name, query in ((_DIFFERENCES, service.differences), (_MISSING, service.missing_in_candidate)):
            await connection.execute(_FUNCTION.format(name=name, text=query.text.removesuffix(";")))
    finally:
        await connection.close()


async def create_candidate(connection: Connection) -> None:
    """Creates the candidate's tables, empty. The worker fills them from the beginning of the log."""
    await _check_generations(connection)
    try:
        await sql.create_candidate.execute(connection)
    except asyncpg.DuplicateSchemaError:
        raise CandidateExists from None


async def drop_candidate(connection: Connection) -> None:
    """Deletes the candidate with all its rows."""
    await _check_candidate(connection)
    await sql.drop_candidate.execute(connection)


async def compare_generations(connection: Connection) -> list[Difference]:
    """Compares the two generations row by row."""
    await _check_candidate(connection)
    return [Difference(**json.loads(text)) for (text,) in await connection.fetch(f"SELECT {_DIFFERENCES}()")]


async def swap_generations(connection: Connection) -> float:
    """Exchanges the names of the two generations. Returns for how many seconds all readers and writers waited."""
    begun = time.monotonic()
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '10s'")
        await _check_candidate(connection)
        await sql.lock_generations.execute(connection)
        numbers = json.loads(await connection.fetchval(f"SELECT {_MISSING}()"))
        if missing := [f"{number} {what}" for what, number in numbers.items() if number]:
            raise NotReady(", ".join(missing))
        await sql.swap_generations.execute(connection)
    return time.monotonic() - begun


async def _check_candidate(connection: Connection) -> None:
    await _check_generations(connection)
    if not await sql.candidate_exists.value(connection):
        raise NoCandidate


async def _check_generations(connection: Connection) -> None:
    if not await sql.has_generations.value(connection):
        raise NoGenerations
