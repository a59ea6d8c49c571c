"""Copies of the working tree in which mistakes are made, and the bounded runs of tests in them."""

import asyncio
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.trial.layout import REPOSITORY
from tests.mutants.mistakes import Mistake
from tests.mutants.outcomes import REPORTS

OPTIONS = (
    *("-q", "-p", "tests.mutants.outcomes", "-p", "no:cacheprovider", "-p", "no:schemathesis"),
    *("-W", "ignore:Module already imported"),
)

WARM = Path(__file__).with_name("warm.py")


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


@dataclass(slots=True)
class Tree:
    """A copy of a repository, and the home of the servers that its tests use."""

    root: Path
    home: Path
    _warm: Process | None = None

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
        for words in (("init", "--quiet"), ("add", "--all")):  # some tests ask git for the files
            subprocess.run(["git", *words], cwd=root, check=True)
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
        if not await self._run_in_fork(tests, self._variables(reports), seconds):
            return None
        return [Report(**json.loads(line)) for line in reports.read_text().splitlines()]

    async def close(self) -> None:
        """Ends the program that forks."""
        if self._warm is not None and self._warm.returncode is None:
            self._warm.kill()
            await self._warm.wait()

    async def _run_in_fork(self, tests: Sequence[str], variables: dict[str, str], seconds: float) -> bool:
        """Whether the run ended by itself. Ends it with the processes that it started otherwise, and when we are
        interrupted."""
        if self._warm is None:
            command = (sys.executable, "-P", str(WARM))
            self._warm = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert self._warm.stdin is not None and self._warm.stdout is not None
        output = str(self.home / "output.txt")
        told = {"arguments": [*OPTIONS, *tests], "folder": str(self.root), "variables": variables, "output": output}
        self._warm.stdin.write(json.dumps(told).encode() + b"\n")
        fork = int(await self._warm.stdout.readline())
        ended = asyncio.ensure_future(self._warm.stdout.readline())
        try:
            await asyncio.wait({ended}, timeout=seconds)
            return ended.done()
        finally:
            if not ended.done():
                os.killpg(fork, signal.SIGKILL)
                await ended

    def _variables(self, reports: Path) -> dict[str, str]:
        """In CI, Hypothesis draws the same examples every time, and a skipped test fails."""
        return {
            "CI": "true",
            "MINKA_TEST_HOME": str(self.home),
            "PYTHONPATH": f"{self.root}{os.pathsep}{REPOSITORY}",
            REPORTS: str(reports),
        }

    def _write(self, path: Path, text: str) -> None:
        """Python would take a file of the same size and second for the one that it compiled before."""
        path.write_text(text)
        if path.suffix == ".py":
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def _files(repository: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (repository / name).is_file()]
