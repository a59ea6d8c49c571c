"""One trial for all of these tests."""

from collections.abc import Iterator

import pytest

from tests.support.trials import Trial, running_trial


@pytest.fixture(scope="session")
def trial() -> Iterator[Trial]:
    with running_trial() as trial:
        yield trial
