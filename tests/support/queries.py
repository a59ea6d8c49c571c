"""Checks that named queries fit the migrated database, by preparing them."""

from collections.abc import Sequence

import asyncpg

from chassis.store.database import SEARCH_PATH
from chassis.store.queries import queries
from deploy.trial.layout import REPOSITORY


def packages_with_queries(*folders: str) -> list[str]:
    """The packages below these folders of the repository that have named queries."""
    found = {
        path.parent if path.name == "queries.sql" else path.parents[1]
        for folder in folders
        for pattern in ("**/queries.sql", "**/queries/*.sql")
        for path in (REPOSITORY / folder).glob(pattern)
    }
    return sorted(".".join(path.relative_to(REPOSITORY).parts) for path in found if "tests" not in path.parts)


async def ill_fitting(package: str, *urls: str) -> dict[str, str]:
    """The package's queries that fit none of its databases, each with what the last of them says."""
    connections = [await asyncpg.connect(url, server_settings={"search_path": SEARCH_PATH}) for url in urls]
    try:
        texts = {name: query.text for name, query in queries(package).texts.items()}
        for text in texts.values():
            if "CREATE TEMPORARY TABLE" in text:  # what is a session's own has to be made in this one
                await connections[0].execute(text)
        complaints = {name: await _complaint(text, connections) for name, text in texts.items()}
    finally:
        for connection in connections:
            await connection.close()
    return {name: complaint for name, complaint in complaints.items() if complaint}


async def create_candidate(owner: str) -> None:
    """Where there are generations, a second one, which some queries compare with the first."""
    connection = await asyncpg.connect(owner)
    if await connection.fetchval(queries("chassis.messaging").has_generations.text):
        await connection.execute(queries("chassis.messaging").create_candidate.text)
    await connection.close()


def unexplained(package: str) -> list[str]:
    """The package's queries that do not start by saying why they are there."""
    return [name for name, text in queries(package).texts.items() if not text.text.startswith("-- Why: ")]


async def _complaint(text: str, connections: Sequence["asyncpg.Connection[asyncpg.Record]"]) -> str | None:
    complaint = None
    for connection in connections:
        try:
            await connection.prepare(text)
        except asyncpg.PostgresError as error:
            complaint = str(error)
        else:
            return None
    return complaint
