"""A foreign reader with kcat alone, and an outsider's way to the outcomes."""

import json
import shutil
import subprocess

import pytest

from tests.end_to_end.test_from_sheet_to_figure import import_sheet
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.waiting import wait_until

NAME = "Chuquimango Ñontol"


def read(trial: Trial, topic: str) -> list[str]:
    command = [
        "kcat",
        "-b",
        trial.layout.open_bootstrap,
        "-C",
        "-t",
        topic,
        "-o",
        "beginning",
        "-e",
        "-q",
        "-f",
        "%h\t%s\n",
    ]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout.splitlines()


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed (Debian package kcat)")
async def test_kcat_reads_events_with_their_context_and_without_names(trial: Trial) -> None:
    cohort = trial.cohort()
    number = document()
    await import_sheet(trial, sheet([row(cohort.name, number, family=NAME, given="Zoila Esperanza")]))

    def accepted() -> list[str]:
        return [
            line
            for line in read(trial, "enrollment.events")
            if "EnrollmentAccepted" in line and str(cohort.cohort_id) in line
        ]

    (line,) = await wait_until(accepted)
    headers, _, body = line.partition("\t")
    assert {"ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_specversion=1.0"} <= {
        part if part.startswith("ce_specversion") else part.partition("=")[0] for part in headers.split(",")
    }
    assert json.loads(body)["cohort_id"] == str(cohort.cohort_id)
    for topic in ("enrollment.events", "sessions.events", "reporting.outcomes"):
        everything = "\n".join(read(trial, topic))
        assert number not in everything
        assert "Chuquimango" not in everything and "Zoila Esperanza" not in everything


async def test_no_log_and_no_database_but_ciphertext_holds_a_name(trial: Trial) -> None:
    cohort = trial.cohort()
    number = document()
    await import_sheet(trial, sheet([row(cohort.name, number, family=NAME, given="Zoila Esperanza")]))

    logs = "\n".join(path.read_text(errors="replace") for path in trial.layout.logs.glob("*.log*"))
    assert "import" in logs, "the logs that are looked through are the real ones"
    assert number not in logs
    assert "Chuquimango" not in logs
