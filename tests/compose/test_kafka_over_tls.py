"""From a sheet to a public figure and its outcome where Kafka speaks TLS alone, as the guide says."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.compose.figures import import_and_follow
from tests.compose.office import Office, new_folder, office, run
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(new_folder(tmp_path_factory.getbasetemp())) as here:
        run(here.folder, "deploy/compose/certificates")
        with (here.folder / ".env").open("a") as settings:
            settings.write("COMPOSE_FILE=docker-compose.yml:deploy/compose/tls.yml\n")
        here.up()
        asyncio.run(wait_until(here.signs_people_in))
        yield here


async def test_a_sheet_becomes_a_figure_and_an_outcome(secured: Office) -> None:
    await import_and_follow(secured)


async def test_the_operators_commands_reach_the_broker(secured: Office) -> None:
    assert "nothing was changed" in secured.operator("minka", "topics", "apply")


async def test_nobody_reaches_the_broker_without_tls(secured: Office) -> None:
    unset = "unset MINKA_ADMIN_KAFKA_SECURITY_PROTOCOL MINKA_ADMIN_KAFKA_CA_FILE"
    said = secured.operator("sh", "-c", f"{unset}; minka topics apply 2>&1 || test $? = 3")
    assert said.startswith("No broker answers")
