"""While the new release starts, workers of the former one still write to the tables under their former names."""

import json
from uuid import uuid4

import asyncpg
from pydantic import SecretStr

from chassis.store.migrations import Half, chassis_migrations, migrate, migrations_of
from contracts.examples import PROFILE
from tests.support.databases import FreshDatabases

FORMER_UPSERT = """
INSERT INTO heard_enrollments (enrollment_id, version, person_id, programme_id, cohort_id, status, profile)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (enrollment_id) DO UPDATE SET version = excluded.version, person_id = excluded.person_id,
    programme_id = excluded.programme_id, cohort_id = excluded.cohort_id, status = excluded.status,
    profile = excluded.profile
WHERE heard_enrollments.version < excluded.version
RETURNING true
"""
"""As the former release wrote it."""


async def test_a_former_worker_writes_to_the_renamed_tables_until_the_after_half(
    fresh_databases: FreshDatabases,
) -> None:
    database = fresh_databases.empty("sessions")
    migrations = [*chassis_migrations(), *migrations_of("services.sessions")]
    await migrate(SecretStr(database.migrator_url), migrations, {Half.BEFORE})

    former = await asyncpg.connect(database.url)
    profile, ids = json.dumps(PROFILE.model_dump(mode="json")), [uuid4() for _ in range(3)]
    enrollment_id = uuid4()
    newer = await former.fetchval(FORMER_UPSERT, enrollment_id, 2, *ids, "accepted", profile)
    older = await former.fetchval(FORMER_UPSERT, enrollment_id, 1, *ids, "requested", profile)
    assert (newer, older) == (True, None)
    assert await former.fetchval("SELECT status FROM known_enrollments") == "accepted"

    await migrate(SecretStr(database.migrator_url), migrations, set(Half))
    assert await former.fetchval("SELECT count(*) FROM pg_views WHERE viewname LIKE 'heard%'") == 0
    await former.close()
