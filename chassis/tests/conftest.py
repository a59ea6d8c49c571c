"""A database with the chassis' tables alone, as a service's application role sees it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.messaging import outbox
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, open_pool
from tests.support.databases import Database, FreshDatabases
from tests.support.infrastructure import Infrastructure


@pytest.fixture
def database(fresh_databases: FreshDatabases) -> Database:
    return fresh_databases.of_chassis("sessions")


@pytest.fixture
async def migrator(database: Database) -> AsyncIterator[Connection]:
    """The role that may add a table."""
    connection = await asyncpg.connect(database.migrator_url)
    yield connection
    await connection.close()


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    pool = await open_pool(SecretStr(database.url), "test")
    await outbox.begin_era(pool)
    yield pool
    await pool.close()


@pytest.fixture
def migrator_url(fresh_databases: FreshDatabases) -> SecretStr:
    return SecretStr(fresh_databases.empty("sessions").migrator_url)


@pytest.fixture
def settings(infrastructure: Infrastructure) -> ServiceSettings:
    """As the service `sessions` is told, to read and write the topics of a test."""
    access = infrastructure.access("sessions")
    return ServiceSettings(
        environment="trial",
        database_url=SecretStr("postgresql://unused"),
        kafka_bootstrap=access.bootstrap,
        kafka_username=access.username,
        kafka_password=SecretStr(access.password or ""),
        public_url="http://127.0.0.1:8000",
        issuer_url="http://127.0.0.1:8000/issuer",
        session_secret=SecretStr("a secret of the tests, long enough to sign"),
    )
