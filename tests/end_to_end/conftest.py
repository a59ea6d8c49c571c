"""One trial for all of these tests."""

from collections.abc import Iterator

import pytest

from tests.support.trials import Trial, running_trial


@pytest.fixture(scope="session")
def trial() -> Iterator[Trial]:
    with running_trial() as trial:
        yield trial


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They share one trial, so one process of the test run takes them all."""
    for item in items:
        if "end_to_end" in item.nodeid or "browser" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("trial"))
