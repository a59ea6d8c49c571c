"""Migrations: numbered `.sql` files, each applied once, in one transaction, forward only and never changed after.

A migration may have two halves. `NNNN_what.before.sql` only adds: it is applied while the former release runs, and
that release works on. `NNNN_what.after.sql` removes what only the former release needed: it is applied when no process
of that release runs any more. A plain `NNNN_what.sql` is a before half.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable

import asyncpg
from pydantic import SecretStr

_RECORDS = """
CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""

CHASSIS = "chassis"
"""The label of the chassis' migrations."""


class Half(StrEnum):
    """When a migration is applied: before the new release starts, or after the former one has ended."""

    BEFORE = "before"
    AFTER = "after"


ALL_HALVES = tuple(Half)


class MigrationError(RuntimeError):
    """The database cannot be migrated as these migrations stand; the text says what to do."""

    def __init__(self, text: str, *names: str) -> None:
        super().__init__(text)
        self.names = names


class MigrationChanged(MigrationError):
    """A migration that was applied has another text now."""


class HalfMissing(MigrationError):
    """An after half has no before half, or its before half is not applied yet."""


@dataclass(frozen=True, slots=True)
class Migration:
    """`name` is what the database records: `label/NNNN_what`, with `.before` or `.after` where the file has it."""

    name: str
    text: str

    @property
    def half(self) -> Half:
        return Half.AFTER if self.name.endswith(f".{Half.AFTER}") else Half.BEFORE

    @property
    def stem(self) -> str:
        """The name that both halves share."""
        return self.name.removesuffix(f".{Half.BEFORE}").removesuffix(f".{Half.AFTER}")

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations_of(package: str, folder: str = "migrations", label: str | None = None) -> list[Migration]:
    """A package's migrations, recorded under `label`: the package's own name unless another is given.

    The label stays when a package moves, so that databases know what was applied to them.
    """
    return migrations_in(files(package).joinpath(folder), label or package)


def chassis_migrations() -> list[Migration]:
    """The migrations that every service's database begins with."""
    return migrations_of("chassis.store", label=CHASSIS)


def migrations_in(folder: Traversable, label: str) -> list[Migration]:
    """A folder's migrations in order of their numbers. Raises `HalfMissing` for an after half alone."""
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    migrations = [Migration(f"{label}/{entry.name.removesuffix('.sql')}", entry.read_text()) for entry in entries]
    begun = {migration.stem for migration in migrations if migration.half is Half.BEFORE}
    for migration in migrations:
        if migration.stem not in begun:
            raise HalfMissing(f"{migration.name} has no before half: add {migration.stem}.before.sql", migration.name)
    return migrations


def pending(
    migrations: Sequence[Migration], applied: Mapping[str, str], halves: Collection[Half] = ALL_HALVES
) -> list[Migration]:
    """What is still to be applied of these halves, all before halves first; `applied` maps names to checksums.

    A database without any migration gets after halves together with before halves, as no former release uses it.
    Raises `MigrationChanged`, and `HalfMissing` where only after halves are wanted and a before half is missing.
    """
    for migration in migrations:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            text = f"{migration.name} was applied with another text; add a new migration instead"
            raise MigrationChanged(text, migration.name)
    missing = {
        half: [migration for migration in migrations if migration.half is half and migration.name not in applied]
        for half in Half
    }
    if missing[Half.BEFORE] and Half.BEFORE not in halves:
        names = [migration.name for migration in missing[Half.BEFORE]]
        text = f"{', '.join(names)} must be applied first: run `migrate --before`, then replace every process"
        raise HalfMissing(text, *names)
    wanted = halves if applied else ALL_HALVES
    return [migration for half in Half if half in wanted for migration in missing[half]]


async def migrate(url: SecretStr, migrations: Sequence[Migration], halves: Collection[Half] = ALL_HALVES) -> list[str]:
    """Applies what is pending and returns its names; as the migrator role, one process at a time.

    Raises `MigrationError`. A migration that fails leaves nothing behind; those before it stay.
    """
    connection = await asyncpg.connect(url.get_secret_value())
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended('migrations', 0))")
        await connection.execute(_RECORDS)
        rows = await connection.fetch("SELECT name, checksum FROM migrations")
        missing = pending(migrations, {row["name"]: row["checksum"] for row in rows}, halves)
        for migration in missing:
            await _apply(connection, migration)
        return [migration.name for migration in missing]
    finally:
        await connection.close()


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.text)
        await connection.execute(
            "INSERT INTO migrations (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum
        )
