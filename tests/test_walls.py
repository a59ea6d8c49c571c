"""Every import wall falls when somebody climbs it: a wall that cannot fall guards nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.trial.layout import REPOSITORY

PACKAGES = ("contracts", "chassis", "services", "deploy", "tests")

BREACHES = {
    "No service imports another": ("services/enrollment/cohorts/domain.py", "import services.sessions.calendar.domain"),
    "Contracts import pydantic": ("contracts/topics.py", "import httpx"),
    "The chassis has no business word": ("chassis/messaging/outbox.py", "import contracts.media"),
    "The operator's command needs the contracts": ("deploy/operator/status.py", "import deploy.trial.layout"),
    "Only the local trial imports several services": ("deploy/environment.py", "import services.sessions.calendar"),
    "Decisions are pure": ("services/sessions/calendar/domain.py", "import time"),
    "Interfaces and pages only translate": (
        "services/media/links/service.py",
        "import services.media.campaigns.pages",
    ),
    "The rooms of the chassis": ("chassis/store/queries.py", "import chassis.web.problems"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The house, to be damaged."""
    for package in PACKAGES:
        shutil.copytree(REPOSITORY / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("wall", BREACHES)
def test_a_breach_is_seen(copy: Path, wall: str) -> None:
    module, line = BREACHES[wall]
    with (copy / module).open("a") as file:
        file.write(f"\n{line}\n")

    report = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )

    broken = [said for said in report.stdout.splitlines() if said.startswith(wall) and "BROKEN" in said]
    assert broken, report.stdout + report.stderr
