"""`minka import`: what it prints is what happened."""

import json
import subprocess
import sys
from pathlib import Path

from deploy.trial.layout import REPOSITORY
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial


def minka_import(trial: Trial, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy", "import", "--url", trial.url, *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=trial.environment, capture_output=True, text=True)


def test_it_waits_for_the_counts(trial: Trial, tmp_path: Path) -> None:
    cohort = trial.cohort()
    file = tmp_path / "hoja.csv"
    file.write_bytes(sheet([*(row("", document()) for _ in range(5)), row("", "12")]))

    ended = minka_import(trial, str(file), "--cohort", cohort.name, "--json")

    assert ended.returncode == 0, ended.stderr
    counts = json.loads(ended.stdout)
    assert (counts["state"], counts["accepted_new_people"], counts["refused"]) == ("done", 5, 1)


def test_a_file_that_is_refused_as_a_whole_is_an_error(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "hoja.csv"
    file.write_bytes(sheet([row("", document())]).replace(b"UBIGEO INEI", b"UBIGEO"))

    ended = minka_import(trial, str(file))

    assert ended.returncode == 1
    assert "UBIGEO INEI" in ended.stderr
