"""The fixtures of every test folder; `conftest.py` at the root brings them in."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure, shared_infrastructure, tests_home
from tests.support.sheets import document, row, sheet
from tests.support.todays_sessions import check_in_first, session_today
from tests.support.topics import FreshTopics
from tests.support.trials import Trial, running_trial
from tests.support.waiting import wait_until


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Infrastructure]:
    """PostgreSQL and Kafka as in the trial, with ports of their own, shared by all processes of the run."""
    with shared_infrastructure(tests_home()) as running:
        yield running


@pytest.fixture(scope="module")
def module_databases(infrastructure: Infrastructure) -> Iterator[FreshDatabases]:
    """Creates databases that exist as long as the test module."""
    databases = FreshDatabases(infrastructure)
    yield databases
    databases.drop()


@pytest.fixture
def fresh_databases(infrastructure: Infrastructure) -> Iterator[FreshDatabases]:
    """Creates databases that exist as long as one test."""
    databases = FreshDatabases(infrastructure)
    yield databases
    databases.drop()


@pytest.fixture
def fresh_topics(infrastructure: Infrastructure) -> Iterator[FreshTopics]:
    """Creates topics that exist as long as one test."""
    topics = FreshTopics(infrastructure)
    yield topics
    topics.delete()


@pytest.fixture(scope="session")
def trial() -> Iterator[Trial]:
    """The one whole trial of a test run, with enough people in it that the public total is not withheld."""
    with running_trial() as trial:
        cohort = trial.cohort()
        rows = [row(cohort.name, document()) for _ in range(12)]
        trial.post("/enrollment/api/imports", files={"file": ("sheet.csv", sheet(rows))})
        asyncio.run(wait_until(lambda: trial.is_published("enrolled", len(rows))))
        yield trial


@pytest.fixture(scope="session")
def demonstration(trial: Trial) -> Trial:
    """The trial with the demonstration's year."""
    load_demonstration(trial)
    return trial


@pytest.fixture(scope="session")
def demonstration_today(demonstration: Trial) -> Trial:
    """The demonstration's year and a session of today with one of its people present, so that whoever facilitates it
    reaches the same pages on every day. Other tests leave `facilitator-0603` alone."""

    async def begin() -> None:
        await check_in_first(demonstration, await session_today(demonstration, "Hoy", "facilitator-0603"))

    asyncio.run(begin())
    return demonstration


def load_demonstration(trial: Trial) -> None:
    """As `minka demo` does."""
    command = [sys.executable, "-m", "deploy", "demo"]
    subprocess.run(command, env=trial.environment, check=True)
