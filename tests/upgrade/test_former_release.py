"""An upgrade while people work: the former release on the new before halves, the new one with and without after halves.

A change that breaks this belongs into two halves: docs/how-to/change-a-table.md.
"""

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from chassis.store.migrations import CHASSIS, Half, migrate, migrations_in
from deploy.local.issuer import Issuer
from deploy.local.places import REPOSITORY
from tests.upgrade.path import expect_figures, open_cohort, train_a_cohort
from tests.upgrade.releases import Release, ReleaseBroken, unpack

DESTRUCTIVE = "ALTER TABLE inbox DROP COLUMN source"


async def test_both_releases_work_on_what_the_upgrade_leaves_them(
    former: Release, current: Release, issuer: Issuer
) -> None:
    await former.migrate()
    await current.migrate("--before")
    async with former.running(issuer) as running:
        earlier = await train_a_cohort(running)

    async with current.running(issuer) as running:
        await expect_figures(running, earlier)
        await train_a_cohort(running)
        await current.migrate("--after")
        await train_a_cohort(running)
        await expect_figures(running, earlier)


async def test_a_destructive_before_half_breaks_the_former_worker(
    former: Release, current: Release, issuer: Issuer, tmp_path: Path
) -> None:
    """The test above fails where it should."""
    seeded = tmp_path / "migrations"
    shutil.copytree(REPOSITORY / "chassis/store/migrations", seeded)
    (seeded / "9999_seeded.before.sql").write_text(DESTRUCTIVE)
    await former.migrate()
    await current.migrate("--before")
    url = SecretStr(former.environment["MINKA_SESSIONS_MIGRATOR_DATABASE_URL"])
    assert await migrate(url, migrations_in(seeded, CHASSIS), [Half.BEFORE]) == [f"{CHASSIS}/9999_seeded.before"]

    with pytest.raises(ReleaseBroken, match=r"the worker of sessions failed.*UndefinedColumn"):
        async with former.running(issuer, ["enrollment", "sessions"]) as running:
            await open_cohort(running)


def test_without_the_history_the_test_fails_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="THE UPGRADE IS NOT TESTED"):
        unpack("0" * 40, tmp_path)
