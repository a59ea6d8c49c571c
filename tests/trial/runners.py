"""A trial of a test's own, started and stopped by the commands that a person would type."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.trial import runner
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.layout import REPOSITORY, TrialLayout


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs `python -m deploy.trial` for one folder, as a command of its own."""

    layout: TrialLayout

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        ports = {name: str(port) for name, port in self.layout.configurable_ports().items()}
        return subprocess.run(
            [sys.executable, "-m", "deploy.trial", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "MINKA_HOME": str(self.layout.home), **ports, **variables},
            capture_output=True,
            text=True,
        )

    def start(self) -> None:
        result = self.command("infrastructure")
        assert result.returncode == 0, result.stdout + result.stderr

    @property
    def recorded(self) -> TrialLayout:
        layout = TrialLayout.recorded(self.layout.home)
        assert layout is not None
        return layout

    @property
    def credentials(self) -> Credentials:
        return credentials(self.layout.home)

    def pid(self, name: str) -> int | None:
        """The process of a program, from the supervisor's last report."""
        pid: int | None = self._programs().get(name, {}).get("pid")
        return pid

    def restarts(self, name: str) -> int:
        return int(self._programs()[name]["restarts"])

    def supervisor(self) -> int:
        return int(json.loads((self.layout.home / "processes" / runner.SUPERVISOR).read_text())["pid"])

    def _programs(self) -> dict[str, Any]:
        state = json.loads((self.layout.home / "state.json").read_text())
        return {process["name"]: process for process in state["processes"]}


def share_jars(source: Path, home: Path) -> None:
    """Links the jars of another home into a new one, so that a test downloads nothing."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "jars").symlink_to(source / "jars")
