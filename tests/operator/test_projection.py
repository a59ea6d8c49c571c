"""`minka projection`: candidate generations of reporting, and the sentence for each error."""

import asyncio

import asyncpg
import pytest

from deploy.operator.errors import OperatorError
from tests.support.command_lines import minka
from tests.support.databases import Database, FreshDatabases

ADDRESS = "MINKA_{}_MIGRATOR_DATABASE_URL"
ADD_OFFSET = "INSERT INTO live.projection_offsets (projection, topic, partition, next) VALUES ('p', 't', 0, 1)"


@pytest.fixture
def reporting(fresh_databases: FreshDatabases, monkeypatch: pytest.MonkeyPatch) -> Database:
    database = fresh_databases.of_service("reporting")["reporting"]
    monkeypatch.setenv(ADDRESS.format("REPORTING"), database.migrator_url)
    return database


def as_owner(database: Database, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(database.migrator_url)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(execute())


def refused(command: str, service: str = "reporting") -> str:
    """The sentence with which a command fails."""
    error = minka("projection", command, service).exception
    assert isinstance(error, OperatorError), error
    return str(error)


@pytest.mark.usefixtures("reporting")
@pytest.mark.parametrize("command", ["compare", "swap", "drop"])
def test_without_a_candidate_the_sentence_says_how_to_create_one(command: str) -> None:
    assert refused(command).endswith("has no candidate generation; create one: minka projection rebuild reporting")


def test_a_candidate_is_created_once_compared_and_dropped(reporting: Database) -> None:
    assert minka("projection", "rebuild", "reporting").exit_code == 0
    assert "has a candidate generation already" in refused("rebuild")
    assert minka("projection", "compare", "reporting").exit_code == 0
    assert minka("projection", "drop", "reporting").exit_code == 0


def test_a_candidate_that_has_not_read_everything_is_not_swapped(reporting: Database) -> None:
    minka("projection", "rebuild", "reporting")
    as_owner(reporting, ADD_OFFSET)

    assert "is not ready, still to process: 1 partitions" in refused("swap")


def test_a_database_of_an_older_version_is_named(reporting: Database) -> None:
    minka("projection", "rebuild", "reporting")
    as_owner(reporting, "DROP FUNCTION generation_differences")

    assert refused("compare") == "The database of reporting is older than this command; migrate it first."


def test_a_service_without_generations_says_who_has_them(
    fresh_databases: FreshDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADDRESS.format("SESSIONS"), fresh_databases.of_chassis("sessions").migrator_url)

    assert refused("compare", "sessions") == "sessions has no generations; reporting has."


def test_without_an_address_or_a_database_the_sentence_says_so(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINKA_HOME", str(tmp_path_factory.mktemp("nothing")))
    assert refused("compare").startswith("MINKA_REPORTING_MIGRATOR_DATABASE_URL is not set; ")

    monkeypatch.setenv(ADDRESS.format("REPORTING"), "postgresql://127.0.0.1:1/nothing")
    assert "does not answer" in refused("compare")
    assert refused("compare", "accounting").startswith("There is no service accounting")
