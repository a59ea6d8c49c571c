"""Kill -9 of any one process during an import: afterwards every accepted row is counted once."""

import os
import signal
from typing import Any

import pytest

from tests.end_to_end.recounts import settled
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.waiting import wait_until

ROWS = 400


@pytest.mark.parametrize(
    "victim",
    ["enrollment-worker", "reporting-worker", "web", "kafka", "postgresql"],
)
async def test_whoever_is_killed_every_accepted_row_is_counted_once(trial: Trial, victim: str) -> None:
    cohort = trial.cohort()
    before = await settled(trial, "enrolled")
    content = sheet(row(cohort.name, document()) for _ in range(ROWS))
    answer = trial.post("/enrollment/api/imports", files={"file": ("sheet.csv", content)})
    path = f"/enrollment/api/imports/{answer.json()['import_id']}"
    await wait_until(lambda: trial.get(path, "coordinator").json()["done"] > 20)

    killed = trial.pids()[victim]
    os.kill(killed, signal.SIGKILL)

    def finished() -> dict[str, Any] | None:
        answer = trial.patiently(path, "coordinator")
        job: dict[str, Any] = answer.json() if answer and answer.is_success else {}
        return job if job.get("state") in ("done", "failed") else None

    job = await wait_until(finished, limit=480)
    assert (job["state"], job["accepted_new_people"]) == ("done", ROWS)
    await wait_until(lambda: trial.pids().get(victim) not in (None, killed))
    await wait_until(lambda: _total(trial) == before + ROWS, limit=480)


def _total(trial: Trial) -> Any:
    answer = trial.patiently("/api/indicators/enrolled")
    return answer.json()["rows"][0]["value"] if answer and answer.is_success else None
