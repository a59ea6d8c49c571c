"""Forward-only migrations: numbered `.sql` files, each applied once, in one transaction, and never changed after."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import asyncpg
from pydantic import SecretStr

_RECORDS = """
CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""


class MigrationChanged(RuntimeError):
    """A migration that was applied has another text now; write a new one instead."""


@dataclass(frozen=True, slots=True)
class Migration:
    """`name` is `package/NNNN_what`."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations_of(package: str, folder: str = "migrations") -> Iterator[Migration]:
    """A package's migrations in order of their numbers."""
    for file in sorted(files(package).joinpath(folder).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            yield Migration(f"{package}/{file.name.removesuffix('.sql')}", file.read_text())


async def migrate(url: SecretStr, migrations: list[Migration]) -> list[str]:
    """Applies what is missing, as the migrator role, while nobody else does; returns the names applied."""
    connection = await asyncpg.connect(url.get_secret_value())
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended('migrations', 0))")
        await connection.execute(_RECORDS)
        applied = {
            row["name"]: row["checksum"] for row in await connection.fetch("SELECT name, checksum FROM migrations")
        }
        return [migration.name for migration in migrations if await _apply(connection, migration, applied)]
    finally:
        await connection.close()


async def _apply(
    connection: "asyncpg.Connection[asyncpg.Record]", migration: Migration, applied: dict[str, str]
) -> bool:
    known = applied.get(migration.name)
    if known == migration.checksum:
        return False
    if known is not None:
        raise MigrationChanged(f"{migration.name} was applied with another text; add a new migration instead")
    async with connection.transaction():
        await connection.execute(migration.text)
        await connection.execute(
            "INSERT INTO migrations (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum
        )
    return True
