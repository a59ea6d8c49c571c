"""Entries of the audit trail: with their write or not at all, for two years, by the days of the installation."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest

from chassis.store.database import Pool
from chassis.tests.test_commands import NAMES, gardener
from chassis.web.audit_trail.period import Period
from chassis.web.audit_trail.store import sql
from chassis.web.idempotency import IdempotentRequest
from chassis.web.locale import Locale, using
from tests.support.databases import Database

__all__ = ["gardener"]

AN_ENTRY = "INSERT INTO audit_trail (kind, author, action, at) VALUES ('read', 'ada', 'look', $1)"


async def test_the_entry_of_a_write_that_fails_at_the_end_is_gone_with_it(
    gardener: httpx.AsyncClient,
    pool: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_arguments: object) -> None:
        raise RuntimeError("the reply cannot be kept")

    monkeypatch.setattr(IdempotentRequest, "record_response", fail)
    assert (await gardener.post(NAMES, json={"name": "aliso"})).status_code == 500
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0
    assert await pool.fetchval("SELECT count(*) FROM audit_trail") == 0


async def test_an_entry_is_kept_for_two_years_and_no_longer(database: Database) -> None:
    owner = await asyncpg.connect(database.migrator_url)
    for days in (728, 733):
        await owner.execute(AN_ENTRY, datetime.now(UTC) - timedelta(days=days))
    removed = [await _remove(owner, days) for days in (728, 733)]
    await owner.close()
    assert removed == [False, True]


async def _remove(owner: "asyncpg.Connection[asyncpg.Record]", days: int) -> bool:
    try:
        await owner.execute("DELETE FROM audit_trail WHERE at::date = (now() - make_interval(days => $1))::date", days)
    except asyncpg.InsufficientPrivilegeError:
        return False
    return True


def test_a_day_of_the_trail_begins_at_midnight_of_the_installation() -> None:
    with using(Locale("es-PE", ZoneInfo("America/Lima"))):
        period = Period(date(2025, 5, 12), date(2025, 5, 12))
        assert period.since == datetime(2025, 5, 12, 5, tzinfo=UTC)
        assert period.until == datetime(2025, 5, 13, 5, tzinfo=UTC)


async def test_midnight_belongs_to_the_day_that_begins(pool: Pool) -> None:
    midnight = datetime(2025, 5, 13, 5, tzinfo=UTC)
    await pool.execute(AN_ENTRY, midnight)
    before = await sql.entries.fetch(pool, since=midnight - timedelta(days=1), until=midnight, person=None)
    after = await sql.entries.fetch(pool, since=midnight, until=midnight + timedelta(days=1), person=None)
    assert (len(before), len(after)) == (0, 1)
