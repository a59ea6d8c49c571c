"""An upgrade while people work: the former release on the new before halves, the new one with and without after halves.

A change that breaks this belongs into two halves: docs/how-to/change-a-table.md.
"""

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from chassis.store.migrations import CHASSIS, Half, migrate, migrations_in
from contracts.topics import TOPICS
from deploy.operator.broker import topics
from deploy.trial.issuer import Issuer
from deploy.trial.layout import REPOSITORY
from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure
from tests.upgrade.conftest import Databases
from tests.upgrade.path import (
    expect_figures,
    expect_in_media,
    expect_known,
    open_cohort,
    publish_programme,
    train_a_cohort,
)
from tests.upgrade.queries import Name, execute, misfits_of, queries_of
from tests.upgrade.releases import Release, ReleaseBroken, unpack

DESTRUCTIVE = "ALTER TABLE inbox DROP COLUMN source"


async def test_both_releases_work_on_what_the_upgrade_leaves_them(
    former: Release, current: Release, issuer: Issuer, own_infrastructure: Infrastructure
) -> None:
    async with former.running(issuer) as running:
        earlier = await train_a_cohort(running)
    async with former.running(issuer, ["enrollment"]) as running:
        last_programme = await publish_programme(running)

    async with current.running(issuer) as running:
        await expect_figures(running, earlier)
        await train_a_cohort(running)
        current.migrate("--after")
        topics.apply(own_infrastructure.access("administrator"), TOPICS.values())
        await expect_known(running, earlier)
        await train_a_cohort(running)
        await expect_figures(running, earlier)
        await expect_in_media(running, last_programme)


async def test_a_destructive_before_half_breaks_the_former_worker(
    former: Release, issuer: Issuer, tmp_path: Path
) -> None:
    """The test above fails where it should."""
    seeded = tmp_path / "migrations"
    shutil.copytree(REPOSITORY / "chassis/store/migrations", seeded)
    (seeded / "9999_seeded.before.sql").write_text(DESTRUCTIVE)
    url = SecretStr(former.environment["MINKA_SESSIONS_MIGRATOR_DATABASE_URL"])
    assert await migrate(url, migrations_in(seeded, CHASSIS), [Half.BEFORE]) == [f"{CHASSIS}/9999_seeded.before"]

    with pytest.raises(ReleaseBroken, match=r"the worker of sessions failed.*UndefinedColumn"):
        async with former.running(issuer, ["enrollment", "sessions"]) as running:
            await open_cohort(running)


async def test_every_query_of_the_former_release_fits_the_before_halves(
    former_tree: Path, former_databases: Databases, before_databases: Databases
) -> None:
    """Its processes above go one way; here is what they would ask on every other."""
    texts = queries_of(former_tree)
    broken: list[str] = []
    checked: set[Name] = set()
    for role, database in former_databases.items():
        misfits = await misfits_of(texts, database.url)
        fitting = {name: text for name, text in texts.items() if name not in misfits}
        for name, reason in (await misfits_of(fitting, before_databases[role].url)).items():
            broken.append(f"{': '.join(name)}, on the database {role}: {reason}")
        checked |= fitting.keys()

    assert not broken, "\n".join(broken)
    assert [name for name in texts.keys() - checked if "beside" not in texts[name]] == []


async def test_every_query_of_this_checkout_fits_the_before_halves_alone(before_databases: Databases) -> None:
    """The new release starts before the after halves are applied."""
    texts = {name: text for name, text in queries_of(REPOSITORY).items() if "candidate" not in text}
    misfits = [await misfits_of(texts, database.url) for database in before_databases.values()]

    assert {name: misfits[0][name] for name in texts if all(name in found for found in misfits)} == {}


async def test_a_query_that_would_break_is_found(
    former_tree: Path, before_databases: Databases, databases: FreshDatabases
) -> None:
    seeded = databases.copy(before_databases["sessions"], "sessions")
    texts = queries_of(former_tree)
    before = await misfits_of(texts, seeded.url)
    for statement, named in (
        ("ALTER TABLE jobs RENAME COLUMN due_at TO starts_at", "add_job"),
        ("REVOKE INSERT ON inbox FROM sessions", "remember_event"),
    ):
        await execute(seeded.migrator_url, statement)
        found = (await misfits_of(texts, seeded.url)).keys() - before.keys()
        assert named in {name for _, name in found}, statement


def test_without_the_history_the_test_fails_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="THE UPGRADE IS NOT TESTED"):
        unpack("0" * 40, tmp_path)
