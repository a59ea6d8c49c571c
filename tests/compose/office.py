"""An office with only this project's folder and Docker."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx

from deploy.trial.layout import REPOSITORY, TrialLayout, free_ports
from tests.support.spans import SpanReceiver
from tests.support.trials import Trial

SERVICES = tuple(
    f"{service}-{kind}" for service in ("enrollment", "sessions", "media", "reporting") for kind in ("api", "worker")
)
LASTING = ("postgres", "kafka", *SERVICES, "front-door")
"""The containers that run as long as Minka does."""

SETTINGS = """\
MINKA_PORT={port}
MINKA_VERSION=test
MINKA_REVISION={revision}
MINKA_ENVIRONMENT=trial
MINKA_ISSUER_INTERNAL_URL=http://front-door:8000/issuer
"""


@dataclass
class Office(Trial):
    """Minka in containers, and the actions of its people."""

    @property
    def folder(self) -> Path:
        return self.layout.home

    def compose(self, *arguments: str, script: str | None = None) -> str:
        """The standard output of `docker compose`, which must succeed."""
        return run(self.folder, "docker", "compose", *arguments, script=script)

    def operator(self, *command: str) -> str:
        return self.compose("run", "--rm", "--no-TTY", "operator", *command)

    def differing_rows(self) -> int:
        """In how many rows the two generations of reporting differ; `compare` exits with 1 while they do."""
        answer = self.operator("sh", "-c", "minka projection compare reporting --json || test $? = 1")
        return sum(row["only_live"] + row["only_candidate"] for row in json.loads(answer))

    def inside(self, service: str, module: str, *arguments: str) -> str:
        """Runs a module of the tests with the secrets and the network of a service of the operator's image."""
        tests = f"--volume={self.folder / 'tests'}:/app/tests:ro"
        return self.compose(
            *("run", "--rm", "--no-TTY", "--no-deps", tests, service, "python", "-m", module, *arguments)
        )

    def is_healthy(self, service: str) -> bool:
        return "(healthy)" in self.compose("ps", "--format={{.Status}}", service)

    def signs_people_in(self) -> bool:
        """Whether the trial's issuer answers; the front door answers for it before."""
        answer = self.patiently("/issuer/keys")
        return answer is not None and answer.is_success

    def up(self) -> float:
        """Starts Minka as the guide does, and then the trial's issuer. Returns the seconds of the guide's command."""
        begun = time.monotonic()
        self.compose("up", "--detach", "--wait")
        seconds = time.monotonic() - begun
        self.compose("up", "--detach", "--wait", "issuer")
        return seconds


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An office with a copy of this project in `folder`, and images built from it; both are removed at the end."""
    _copy_project(folder)
    (port,) = free_ports(1)
    revision = run(REPOSITORY, "git", "rev-parse", "HEAD").strip()
    (folder / ".env").write_text(SETTINGS.format(port=port, revision=revision))
    run(folder, "deploy/compose/secrets")
    layout = TrialLayout(folder, port)
    with httpx.Client(base_url=layout.public_url, timeout=60) as http:
        here = Office(layout, {}, http, SpanReceiver(""))
        try:
            here.compose("--profile=*", "build")
            yield here
        finally:
            here.compose("--profile=*", "down", "--volumes", "--timeout=10")


def new_folder(parent: Path) -> Path:
    """A folder with a unique name, which is the name of the Compose project."""
    return parent / f"minka-test-{uuid4().hex[:8]}"


def run(folder: Path, *command: str, script: str | None = None) -> str:
    """The output of a command, which must succeed. pytest shows its errors when a test fails."""
    result = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "COMPOSE_PROGRESS": "plain"},
        input=script,
        stdin=None if script is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    print(f"$ {' '.join(command)}", result.stderr, file=sys.stderr)
    assert result.returncode == 0, f"{' '.join(command)}: {result.stdout[-2000:]}{result.stderr[-4000:]}"
    return result.stdout


def _copy_project(folder: Path) -> None:
    """Copies the files that belong to the project, without ignored ones."""
    listed = run(REPOSITORY, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
