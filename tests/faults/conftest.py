"""A fault environment for each test: fresh tables, a fresh topic, and a seed that is printed and can be set."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.messaging import outbox
from chassis.store.database import open_pool
from deploy.operator.broker.access import Access
from tests.faults.effects import SERVICE, TABLES
from tests.faults.fault_environment import PARTITIONS, FaultEnvironment
from tests.faults.servers import TOPIC, OwnBroker, own_broker
from tests.support.databases import Database, FreshDatabases
from tests.support.infrastructure import Infrastructure
from tests.support.topics import FreshTopics


@pytest.fixture
def random() -> Random:
    """Seeded by MINKA_FAULTS_SEED, or at random; a failed test shows the printed seed."""
    seed = int(os.environ.get("MINKA_FAULTS_SEED") or secrets.randbits(32))
    print(f"MINKA_FAULTS_SEED={seed}")
    return Random(seed)


@pytest.fixture
async def environment(
    infrastructure: Infrastructure, fresh_databases: FreshDatabases, fresh_topics: FreshTopics, random: Random,
    tmp_path: Path,
) -> AsyncIterator[FaultEnvironment]:  # fmt: skip
    topic = fresh_topics.make(owner=SERVICE, readers=(SERVICE,), partitions=PARTITIONS)
    database = fresh_databases.of_service(SERVICE)[SERVICE]
    async with opened(infrastructure.access(SERVICE), database, topic.name, random, tmp_path) as environment:
        yield environment


@pytest.fixture
async def broker(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[OwnBroker]:
    async with own_broker(infrastructure, tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
async def aside(
    broker: OwnBroker, fresh_databases: FreshDatabases, random: Random, tmp_path: Path
) -> AsyncIterator[FaultEnvironment]:
    """A fault environment on a broker of its own."""
    database = fresh_databases.of_service(SERVICE)[SERVICE]
    async with opened(broker.access, database, TOPIC.name, random, tmp_path) as environment:
        yield environment


@asynccontextmanager
async def opened(
    access: Access, database: Database, topic: str, random: Random, logs: Path
) -> AsyncIterator[FaultEnvironment]:
    """A fault environment on the given broker; its programs end with it."""
    migrator = await asyncpg.connect(database.migrator_url)
    await migrator.execute(TABLES)
    await migrator.close()
    pool = await open_pool(SecretStr(database.url), "faults", size=24)
    await outbox.begin_era(pool)
    environment = FaultEnvironment(access, database, pool, topic, random, logs)
    try:
        yield environment
    finally:
        environment.stop_all()
        await pool.close()
