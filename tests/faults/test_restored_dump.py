"""A dump is restored into a new cluster, whose transaction ids are small again; the next events are sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from chassis.messaging import outbox
from chassis.store.database import open_pool
from deploy.trial import databases, postgres
from deploy.trial.credentials import Credentials
from deploy.trial.layout import TrialLayout
from tests.faults.effects import SERVICE
from tests.faults.fault_environment import FaultEnvironment
from tests.faults.ledger import Ledger, judge_log
from tests.faults.report import note
from tests.faults.servers import Disk, own_cluster
from tests.faults.writers import write_outbox
from tests.support.databases import Database
from tests.support.dumps import dump

EARLIER_TRANSACTIONS = 2_000
"""Transactions that the first cluster has had, more than setting up a new one takes."""

NEWEST = "SELECT max(xid::text::bigint) FROM outbox"


@pytest.mark.parametrize("bug", [None, pytest.param("no eras", marks=pytest.mark.seeded_bug)])
async def test_a_restored_dump_sends_what_is_written_next(
    environment: FaultEnvironment, tmp_path: Path, bug: str | None
) -> None:
    for _ in range(EARLIER_TRANSACTIONS):
        await environment.pool.execute("SELECT pg_current_xact_id()")
    ledger = Ledger()
    relay = environment.start("relay")
    await write_outbox(environment, ledger, 500)
    await environment.until_relayed()
    relay.end()
    async with restored(environment, tmp_path, begins_an_era=bug is None) as elsewhere:
        before = await elsewhere.pool.fetchval(NEWEST)
        await write_outbox(elsewhere, ledger, 300)
        assert await elsewhere.pool.fetchval(f"{NEWEST} WHERE id > 500") < before, "the new cluster counts anew"
        elsewhere.start("relay", bug)
        await elsewhere.until_relayed()
    verdict = judge_log(await environment.versions_in_log(), ledger)

    if bug:
        assert verdict.lost == 300
    else:
        note("", "dump restored into a new cluster", 1, verdict)
        assert verdict.is_exact


@asynccontextmanager
async def restored(
    environment: FaultEnvironment, folder: Path, begins_an_era: bool = True, disk: Disk = nullcontext
) -> AsyncIterator[FaultEnvironment]:
    """The same fault environment on a copy of its database in a new cluster."""
    script = folder / "dump.sql"
    script.write_text(dump(environment.database.superuser_url))
    async with own_cluster(folder / "cluster", disk) as (layout, secrets):
        database = _restore(script, layout, secrets)
        pool = await open_pool(SecretStr(database.url), "faults", size=24)
        if begins_an_era:
            await outbox.begin_era(pool)
        elsewhere = replace(environment, database=database, pool=pool, processes=[])
        try:
            yield elsewhere
        finally:
            elsewhere.stop_all()
            await pool.close()


def _restore(script: Path, layout: TrialLayout, secrets: Credentials) -> Database:
    databases.create(layout, secrets, SERVICE, "restored", "template0")
    superuser_url = postgres.superuser_url(layout, secrets, "restored")
    postgres.psql(script, superuser_url)
    return Database(
        "restored",
        databases.application_url(layout, secrets, SERVICE, "restored"),
        databases.migrator_url(layout, secrets, SERVICE, "restored"),
        superuser_url,
    )
