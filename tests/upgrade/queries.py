"""The named queries of a release, planned on a database with the rights of its application."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import asyncpg

from chassis.store.database import SEARCH_PATH
from chassis.store.queries import Query

FILES = ("chassis/**/*.sql", "services/**/*.sql")
NAME = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)

Name = tuple[str, str]
"""File, and name in the file."""


def queries_of(tree: Path) -> dict[Name, str]:
    """All named queries of a checkout, whatever folders they are in."""
    found: dict[Name, str] = {}
    for path in sorted(path for pattern in FILES for path in tree.glob(pattern)):
        _, *parts = NAME.split(path.read_text())
        file = str(path.relative_to(tree))
        found |= {(file, name): Query(text).text for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return found


async def misfits_of(texts: Mapping[Name, str], url: str) -> dict[Name, str]:
    """The queries that this database refuses, each with its reason: unknown columns, missing rights, views that cannot
    be written to. PostgreSQL plans them and runs none."""
    connection = await asyncpg.connect(url, server_settings={"search_path": SEARCH_PATH})
    try:
        for text in texts.values():
            if "CREATE TEMPORARY TABLE" in text:
                with suppress(asyncpg.PostgresError):  # another service's, which needs other rights and tables
                    await connection.execute(text)
        reasons = {name: await _reason(connection, text) for name, text in texts.items()}
    finally:
        await connection.close()
    return {name: reason for name, reason in reasons.items() if reason is not None}


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _reason(connection: "asyncpg.Connection[asyncpg.Record]", text: str) -> str | None:
    try:
        await connection.execute(f"EXPLAIN (GENERIC_PLAN) {text}")
    except asyncpg.PostgresSyntaxError:
        return await _reason_of_a_command(connection, text)
    except asyncpg.PostgresError as error:
        return str(error)
    return None


async def _reason_of_a_command(connection: "asyncpg.Connection[asyncpg.Record]", text: str) -> str | None:
    """Commands such as CREATE and LOCK have no plan, and PostgreSQL only parses them."""
    try:
        await connection.prepare(text)
    except asyncpg.PostgresError as error:
        return str(error)
    return None
