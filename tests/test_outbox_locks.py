"""In the tests a service's database refuses an event that was written without the lock of its subject."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, open_pool, transaction
from chassis.web import idempotency
from contracts.enrollment import OrganizationRegistered
from contracts.event import OrganizationType
from services.media.app import service as media
from services.media.tests.stories import CAMPAIGN
from tests.support.databases import FreshDatabases
from tests.support.sites import serving

REFUSED = "no lock puts the versions"


@pytest.fixture
async def pool(fresh_databases: FreshDatabases) -> AsyncIterator[Pool]:
    url = SecretStr(fresh_databases.of_service("enrollment")["enrollment"].url)
    async with await open_pool(url, "locks", size=1) as pool:
        await outbox.begin_era(pool)
        yield pool


async def add(pool: Pool, organization_id: UUID, *locks: UUID) -> None:
    event = OrganizationRegistered(
        occurred_at=datetime(2025, 5, 12, 15, tzinfo=UTC),
        organization_id=organization_id,
        name="Asociación Yaku",
        organization_type=OrganizationType.YOUTH,
        district="060101",
    )
    async with transaction(pool, *locks) as connection:
        await outbox.add(connection, event)


async def test_an_event_without_a_lock_is_refused(pool: Pool) -> None:
    with pytest.raises(asyncpg.AssertError, match=REFUSED):
        await add(pool, uuid4())


async def test_the_versions_of_a_subject_have_one_lock_in_common(pool: Pool) -> None:
    subject, owner = uuid4(), uuid4()
    await add(pool, subject, subject, owner)
    await add(pool, subject, owner)
    with pytest.raises(asyncpg.AssertError, match=REFUSED):
        await add(pool, subject, subject)


async def test_a_route_without_its_locks_is_found(
    fresh_databases: FreshDatabases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: the locks that a route names are not taken."""

    async def take_none(_connection: Connection, *_subjects: UUID | str) -> None: ...

    monkeypatch.setattr(idempotency, "lock", take_none)
    environment = fresh_databases.variables("media") | {"MINKA_MEDIA_STORAGE": str(tmp_path)}
    async with serving(media, environment) as site:
        answer = await site.browser("communications").post("/api/campaigns", json=CAMPAIGN)
        assert answer.status_code == 500
