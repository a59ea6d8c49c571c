"""One trial for all of these tests."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial, running_trial
from tests.support.waiting import wait_until


@pytest.fixture(scope="session")
def trial() -> Iterator[Trial]:
    """With enough people in it that the public total is not withheld."""
    with running_trial() as trial:
        cohort = trial.cohort()
        rows = [row(cohort.name, document()) for _ in range(12)]
        trial.post("/enrollment/api/imports", files={"file": ("sheet.csv", sheet(rows))})
        asyncio.run(wait_until(lambda: trial.is_published("enrolled", len(rows))))
        yield trial
