"""Copies of the working tree in which mistakes are made, and the bounded runs of tests in them."""

import asyncio
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.trial.layout import REPOSITORY
from tests.mutants.mistakes import Mistake
from tests.mutants.outcomes import REPORTS


@dataclass(frozen=True, slots=True)
class Report:
    """How one phase of one test ended, as `tests.mutants.outcomes` wrote it."""

    test: str
    phase: str
    passed: bool
    asserted: bool
    error: str
    message: str

    def is_of(self, node: str) -> bool:
        """Whether the test is the node, or an example, method or function of it."""
        return self.test == node or self.test.startswith((f"{node}[", f"{node}::"))


@dataclass(frozen=True, slots=True)
class Tree:
    """A copy of a repository, and the home of the servers that its tests use."""

    root: Path
    home: Path

    @classmethod
    def copied(cls, repository: Path, home: Path) -> "Tree":
        """A fresh copy of all files that git knows or would add."""
        root = home / "tree"
        shutil.rmtree(root, ignore_errors=True)
        for name in _files(repository):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / name, root / name)
        if (repository / ".venv").exists():
            (root / ".venv").symlink_to(repository / ".venv")
        return cls(root, home)

    @contextmanager
    def with_mistake(self, mistake: Mistake) -> Iterator[None]:
        path = self.root / mistake.file
        kept = path.read_text()
        self._write(path, mistake.applied(kept))
        try:
            yield
        finally:
            self._write(path, kept)

    async def run(self, tests: Sequence[str], seconds: float) -> list[Report] | None:
        """Runs these tests and returns their reports; None when they took longer."""
        reports = self.home / "reports.jsonl"
        reports.write_text("")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutants.outcomes", "-p", "no:cacheprovider"]
        with (self.home / "output.txt").open("w") as output:
            process = await asyncio.create_subprocess_exec(
                *(*command, *tests),
                cwd=self.root,
                env=self._environment(reports),
                start_new_session=True,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            if not await _ended(process, seconds):
                return None
        return [Report(**json.loads(line)) for line in reports.read_text().splitlines()]

    def _environment(self, reports: Path) -> dict[str, str]:
        """In CI, Hypothesis draws the same examples every time, and a skipped test fails."""
        own = {
            "CI": "true",
            "MINKA_TEST_HOME": str(self.home),
            "PYTHONPATH": f"{self.root}{os.pathsep}{REPOSITORY}",
            REPORTS: str(reports),
        }
        return {**os.environ, **own}

    def _write(self, path: Path, text: str) -> None:
        """Python would take a file of the same size and second for the one that it compiled before."""
        path.write_text(text)
        if path.suffix == ".py":
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


async def _ended(process: asyncio.subprocess.Process, seconds: float) -> bool:
    """Whether it ended by itself. Ends it with the processes that it started otherwise, and when we are interrupted."""
    try:
        await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return True


def _files(repository: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (repository / name).is_file()]
