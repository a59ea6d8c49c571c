"""The one office of a test run."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.compose.office import Office, new_folder, office
from tests.support.waiting import wait_until


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, float]]:
    """An office that has started Minka, and the seconds that took."""
    with office(new_folder(tmp_path_factory.getbasetemp())) as here:
        seconds = here.up()
        asyncio.run(wait_until(here.signs_people_in))
        yield here, seconds


@pytest.fixture(scope="session")
def minka(started: tuple[Office, float]) -> Office:
    return started[0]
