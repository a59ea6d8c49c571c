"""The fixtures of every test folder; `conftest.py` at the root brings them in."""

from collections.abc import Iterator

import pytest

from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure, shared_infrastructure, tests_home
from tests.support.topics import FreshTopics


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Infrastructure]:
    """PostgreSQL and Kafka as the trial has them, on ports of their own, shared by the processes of the run."""
    with shared_infrastructure(tests_home()) as running:
        yield running


@pytest.fixture(scope="module")
def module_databases(infrastructure: Infrastructure) -> Iterator[FreshDatabases]:
    """Makes databases that live as long as the test module."""
    databases = FreshDatabases(infrastructure)
    yield databases
    databases.drop()


@pytest.fixture
def fresh_databases(infrastructure: Infrastructure) -> Iterator[FreshDatabases]:
    """Makes databases that live as long as one test."""
    databases = FreshDatabases(infrastructure)
    yield databases
    databases.drop()


@pytest.fixture
def fresh_topics(infrastructure: Infrastructure) -> Iterator[FreshTopics]:
    """Makes topics that live as long as one test."""
    topics = FreshTopics(infrastructure)
    yield topics
    topics.delete()
