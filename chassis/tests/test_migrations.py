"""Migrations: each once, never changed, one process at a time, before halves before after halves."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.store.migrations import (
    Half,
    HalfMissing,
    Migration,
    MigrationChanged,
    chassis_migrations,
    migrate,
    migrations_in,
    migrations_of,
    pending,
)
from tests.support.infrastructure import Infrastructure
from tests.support.waiting import wait_until

BOTH_HALVES = [
    Migration("chassis/0001_a", "CREATE TABLE a (x int)"),
    Migration("chassis/0002_b.after", "DROP VIEW b"),
    Migration("chassis/0002_b.before", "ALTER TABLE a RENAME TO c; CREATE VIEW b AS TABLE c"),
    Migration("test/0001_d", "CREATE TABLE d (x int)"),
    Migration("test/0002_d.after", "ALTER TABLE d DROP COLUMN x"),
    Migration("test/0002_d.before", "ALTER TABLE d ADD COLUMN y int"),
]
BEFORE = ["chassis/0001_a", "chassis/0002_b.before", "test/0001_d", "test/0002_d.before"]
AFTER = ["chassis/0002_b.after", "test/0002_d.after"]


async def test_each_is_applied_once_and_a_changed_one_is_refused(migrator_url: SecretStr) -> None:
    first = Migration("test/0001_a", "CREATE TABLE a (x int)")
    second = Migration("test/0002_b", "CREATE TABLE b (x int)")

    assert await migrate(migrator_url, [first]) == [first.name]
    assert await migrate(migrator_url, [first, second]) == [second.name]
    with pytest.raises(MigrationChanged, match="0001_a"):
        await migrate(migrator_url, [Migration(first.name, "CREATE TABLE other (x int)")])


async def test_two_at_the_same_time_apply_it_once(migrator_url: SecretStr) -> None:
    migration = Migration("test/0001_a", "CREATE TABLE a (x int)")

    applied = await asyncio.gather(*(migrate(migrator_url, [migration]) for _ in range(4)))

    assert sorted(map(len, applied)) == [0, 0, 0, 1]


async def test_a_second_process_waits_for_the_first(migrator_url: SecretStr) -> None:
    migration = Migration("test/0001_a", "CREATE TABLE a (x int)")
    first = await asyncpg.connect(migrator_url.get_secret_value())
    await first.execute("SELECT pg_advisory_lock(hashtextextended('migrations', 0))")
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    second = asyncio.create_task(migrate(migrator_url, [migration]))

    async def waits_or_has_ended() -> bool:
        return second.done() or bool(await first.fetchval(waiting))

    await wait_until(waits_or_has_ended)
    assert not second.done()
    await first.close()
    assert await second == [migration.name]


async def test_one_that_fails_leaves_nothing_behind(migrator_url: SecretStr) -> None:
    broken = Migration("test/0001_a", "CREATE TABLE a (x int); SELECT nonsense")
    with pytest.raises(Exception, match="nonsense"):
        await migrate(migrator_url, [broken])

    assert await migrate(migrator_url, [Migration(broken.name, "CREATE TABLE a (x int)")]) == [broken.name]


async def test_one_that_cannot_be_recorded_leaves_nothing_behind(migrator_url: SecretStr) -> None:
    unrecorded = Migration(
        "test/0001_a", "CREATE TABLE a (x int); ALTER TABLE migrations ADD CHECK (name <> 'test/0001_a')"
    )
    with pytest.raises(asyncpg.CheckViolationError):
        await migrate(migrator_url, [unrecorded])
    assert await _tables(migrator_url) == {"migrations"}


async def test_those_before_one_that_fails_stay(migrator_url: SecretStr) -> None:
    good, bad = Migration("test/0001_a", "CREATE TABLE a (x int)"), Migration("test/0002_b", "SELECT nonsense")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(migrator_url, [good, bad])
    assert await _tables(migrator_url) == {"a", "migrations"}
    assert await migrate(migrator_url, [good]) == []


async def test_without_a_half_all_before_halves_come_first(migrator_url: SecretStr) -> None:
    assert await migrate(migrator_url, BOTH_HALVES) == [*BEFORE, *AFTER]
    assert await migrate(migrator_url, BOTH_HALVES) == []


async def test_the_halves_are_applied_one_by_one_and_each_once(migrator_url: SecretStr) -> None:
    await migrate(migrator_url, BOTH_HALVES[:1])

    assert await migrate(migrator_url, BOTH_HALVES, [Half.BEFORE]) == BEFORE[1:]
    assert await migrate(migrator_url, BOTH_HALVES, [Half.BEFORE]) == []
    assert await migrate(migrator_url, BOTH_HALVES, [Half.AFTER]) == AFTER
    assert await migrate(migrator_url, BOTH_HALVES, [Half.AFTER]) == []


async def test_an_empty_database_gets_both_halves_at_once(migrator_url: SecretStr) -> None:
    """No former release uses it, so nothing would be left for later."""
    assert await migrate(migrator_url, BOTH_HALVES, [Half.BEFORE]) == [*BEFORE, *AFTER]


async def test_after_halves_wait_for_all_before_halves(migrator_url: SecretStr) -> None:
    await migrate(migrator_url, BOTH_HALVES[:1])

    with pytest.raises(HalfMissing, match=r"0002_b\.before.*migrate --before"):
        await migrate(migrator_url, BOTH_HALVES, [Half.AFTER])
    assert await _tables(migrator_url) == {"a", "migrations"}


def test_before_halves_of_all_come_before_after_halves_of_any() -> None:
    assert [migration.name for migration in pending(BOTH_HALVES, {})] == [*BEFORE, *AFTER]


def test_no_after_half_is_pending_while_a_before_half_is_missing() -> None:
    applied = {migration.name: migration.checksum for migration in BOTH_HALVES if migration.name != BEFORE[-1]}
    with pytest.raises(HalfMissing, match=r"0002_d\.before"):
        pending(BOTH_HALVES, applied, [Half.AFTER])


def test_a_half_that_was_changed_is_refused_whichever_half_is_asked_for() -> None:
    applied = {migration.name: migration.checksum for migration in BOTH_HALVES} | {AFTER[0]: "another"}

    with pytest.raises(MigrationChanged, match=r"0002_b\.after"):
        pending(BOTH_HALVES, applied, [Half.BEFORE])


def test_an_after_half_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (x int)")
    (tmp_path / "0001_a.after.sql").write_text("DROP TABLE a")
    assert [migration.half for migration in migrations_in(tmp_path, "test")] == [Half.AFTER, Half.BEFORE]

    (tmp_path / "0002_b.after.sql").write_text("DROP TABLE b")
    with pytest.raises(HalfMissing, match=r"test/0002_b\.before\.sql"):
        migrations_in(tmp_path, "test")


def test_names_stay_when_a_package_moves() -> None:
    """A database that was migrated when the chassis had no rooms knows these names."""
    assert chassis_migrations()[0].name == "chassis/0001_plumbing"
    assert migrations_of("services.media")[0].name == "services.media/0001_media"
    assert migrations_of("chassis.store", label="other")[0].name == "other/0001_plumbing"


@pytest.mark.parametrize("arguments", [["--before"], ["--after"], []])
async def test_the_command_applies_the_half_that_is_asked_for(
    infrastructure: Infrastructure, migrator_url: SecretStr, arguments: list[str]
) -> None:
    await migrate(migrator_url, chassis_migrations()[:1])

    result = _command(infrastructure, migrator_url, *arguments)

    applied = [line for line in result.stderr.splitlines() if '"migrated"' in line]
    assert any("0005_job_lanes.before" in line for line in applied) == (arguments != ["--after"])
    assert any("0005_job_lanes.after" in line for line in applied) == (arguments == [])
    if arguments == ["--after"]:
        assert result.returncode == 1
        assert result.stderr.startswith("media was not migrated, for these come first: chassis/0002_idempotency")
        assert "Run `migrate --before`" in result.stderr


def test_the_command_takes_one_half_or_none(infrastructure: Infrastructure, migrator_url: SecretStr) -> None:
    assert _command(infrastructure, migrator_url, "--before", "--after").returncode == 2


def _command(infrastructure: Infrastructure, url: SecretStr, *arguments: str) -> "subprocess.CompletedProcess[str]":
    addresses = {"MINKA_MEDIA_MIGRATOR_DATABASE_URL": url.get_secret_value()}
    command = [sys.executable, "-m", "services.media", "migrate", *arguments]
    environment = os.environ | infrastructure.variables() | addresses
    return subprocess.run(command, env=environment, capture_output=True, text=True)


async def _tables(url: SecretStr) -> set[str]:
    connection = await asyncpg.connect(url.get_secret_value())
    try:
        return {
            row["tablename"]
            for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
    finally:
        await connection.close()


async def test_a_redrive_that_was_requested_under_the_former_name_is_done(migrator_url: SecretStr) -> None:
    """By a process of the former release before the migration, or between its halves."""
    request = "INSERT INTO jobs (kind, payload) VALUES ('deadletters.redrive', '{}')"
    migrations = chassis_migrations()
    await migrate(migrator_url, [migration for migration in migrations if migration.name < "chassis/0004"])
    connection = await asyncpg.connect(migrator_url.get_secret_value())
    await connection.execute(request)
    await migrate(migrator_url, migrations, [Half.BEFORE])
    await connection.execute(request)
    await migrate(migrator_url, migrations, [Half.AFTER])

    kinds = [row["kind"] for row in await connection.fetch("SELECT kind FROM jobs")]
    await connection.close()
    assert kinds == ["dead_letters.redrive", "dead_letters.redrive"]
