"""Migrations: each once, never changed, nobody at the same time."""

import asyncio

import pytest
from pydantic import SecretStr

from chassis.store.migrations import Migration, MigrationChanged, migrate


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


async def test_one_that_fails_leaves_nothing_behind(migrator_url: SecretStr) -> None:
    broken = Migration("test/0001_a", "CREATE TABLE a (x int); SELECT nonsense")
    with pytest.raises(Exception, match="nonsense"):
        await migrate(migrator_url, [broken])

    assert await migrate(migrator_url, [Migration(broken.name, "CREATE TABLE a (x int)")]) == [broken.name]
