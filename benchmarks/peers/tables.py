"""The tables that one would make beside an ordinary consumer: an inbox, what was said last, the counters."""

from collections.abc import Mapping

import asyncpg

TABLES = """
CREATE TABLE inbox (event_id uuid PRIMARY KEY);
CREATE TABLE attendances (attendance_id uuid PRIMARY KEY, counts boolean NOT NULL);
CREATE TABLE attended (place text PRIMARY KEY, n bigint NOT NULL);
"""


async def connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection to the empty database, with the tables made."""
    connection = await asyncpg.connect(url)
    await connection.execute(TABLES)
    return connection


async def recount(connection: "asyncpg.Connection[asyncpg.Record]") -> Mapping[str, int]:
    """What the counters hold."""
    return {row["place"]: row["n"] for row in await connection.fetch("SELECT place, n FROM attended WHERE n <> 0")}
