"""Makes each mistake in a copy of the tree, runs the tests that must notice it, and decides whether one did."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from tests.mutants.mistakes import Mistake
from tests.mutants.trees import Report, Tree


class Verdict(StrEnum):
    NOTICED = "noticed"
    BY_ACCIDENT = "by accident"
    UNNOTICED = "not noticed"
    ARGUED = "argued"
    UNSOUND = "fails without the mistake"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mistake. `why` names the test and what it said, or the argument. `seconds` its tests took."""

    mistake: Mistake
    verdict: Verdict
    why: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Kept:
    """A file of results by key, to which each one is added at once, so that an interrupted run goes on where it was."""

    path: Path
    _entries: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self._entries = {entry["key"]: entry for entry in map(json.loads, lines)}

    def get(self, key: str) -> dict[str, str] | None:
        return self._entries.get(key)

    def put(self, key: str, **entry: str) -> None:
        self._entries[key] = {"key": key, **entry}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as lines:
            lines.write(json.dumps(self._entries[key]) + "\n")

    def forget(self, names: Iterable[str]) -> None:
        """Forgets the results of the mistakes of these names."""
        forgotten = set(names)
        self._entries = {key: entry for key, entry in self._entries.items() if entry.get("name") not in forgotten}


@dataclass(slots=True)
class Runner:
    """Runs mistakes in these trees at a time. No run of tests takes longer than `seconds`."""

    repository: Path
    trees: Sequence[Tree]
    kept: Kept
    seconds: float = 300.0
    _free: "asyncio.Queue[Tree]" = field(default_factory=asyncio.Queue)
    _unsound: dict[str, str] = field(default_factory=dict)

    async def run(self, mistakes: Sequence[Mistake]) -> list[Result]:
        """The results in the order of the mistakes. Those that are kept are not run again."""
        for tree in self.trees:
            self._free.put_nowait(tree)
        try:
            await self._check_without_mistakes(mistakes)
            return await asyncio.gather(*(self._result(mistake) for mistake in mistakes))
        finally:
            await asyncio.gather(*(tree.close() for tree in self.trees))

    async def _check_without_mistakes(self, mistakes: Sequence[Mistake]) -> None:
        """Runs the tests of new mistakes once without any, those of one file together."""
        new = [mistake for mistake in mistakes if not mistake.argued and not self.kept.get(self._key(mistake))]
        keys = {self._sound_key(mistake, node): node for mistake in new for node in mistake.seen_by}
        missing = sorted({node for key, node in keys.items() if not self.kept.get(key)})
        by_file = [list(nodes) for _, nodes in groupby(missing, key=_file_of)]
        await asyncio.gather(*(self._run_without_mistakes(nodes) for nodes in by_file))
        for key, node in keys.items():
            if node not in self._unsound and not self.kept.get(key):
                self.kept.put(key, test=node)

    async def _run_without_mistakes(self, nodes: Sequence[str]) -> None:
        async with self._tree() as tree:
            reports = await tree.run(nodes, self.seconds * len(nodes))
        self._unsound |= {node: why for node in nodes if (why := _unsoundness(node, reports))}

    async def _result(self, mistake: Mistake) -> Result:
        if mistake.argued:
            return Result(mistake, Verdict.ARGUED, mistake.argued)
        key = self._key(mistake)
        if kept := self.kept.get(key):
            return Result(mistake, Verdict(kept["verdict"]), kept["why"], float(kept["seconds"]))
        if unsound := [f"{node}: {self._unsound[node]}" for node in mistake.seen_by if node in self._unsound]:
            return Result(mistake, Verdict.UNSOUND, unsound[0])
        result = await self._tried(mistake)
        print(f"{result.verdict:>14}  {mistake.area}: {mistake.name} ({result.seconds:.0f} s)", flush=True)
        told = {"name": mistake.name, "verdict": result.verdict, "why": result.why}
        self.kept.put(key, **told, seconds=f"{result.seconds:.1f}")
        return result

    async def _tried(self, mistake: Mistake) -> Result:
        async with self._tree() as tree:
            begun = time.monotonic()
            with tree.with_mistake(mistake):
                reports = await tree.run(mistake.seen_by, self.seconds)
        verdict, why = verdict_of(reports)
        return Result(mistake, verdict, why, time.monotonic() - begun)

    @asynccontextmanager
    async def _tree(self) -> AsyncIterator[Tree]:
        """One of the trees, for this block alone."""
        tree = await self._free.get()
        try:
            yield tree
        finally:
            self._free.put_nowait(tree)

    def _key(self, mistake: Mistake) -> str:
        """Over the mistake, its file and the files of its tests: whoever changes one of them has it run again."""
        told = {name: value for name, value in asdict(mistake).items() if name in {"file", "old", "new", "seen_by"}}
        return self._digest(json.dumps(told), mistake.file, *map(_file_of, mistake.seen_by))

    def _sound_key(self, mistake: Mistake, node: str) -> str:
        return self._digest(node, mistake.file, _file_of(node))

    def _digest(self, told: str, *files: str) -> str:
        contents = (hashlib.sha256((self.repository / file).read_bytes()).hexdigest() for file in sorted(set(files)))
        return hashlib.sha256("\n".join((told, *contents)).encode()).hexdigest()[:32]


def verdict_of(reports: Iterable[Report] | None) -> tuple[Verdict, str]:
    """The verdict and the test that says so; without reports the tests took too long."""
    if reports is None:
        return Verdict.BY_ACCIDENT, "the tests took too long"
    found = list(reports)
    for report in sorted(found, key=lambda report: not report.asserted):
        if not report.passed:
            verdict = Verdict.NOTICED if report.asserted else Verdict.BY_ACCIDENT
            return verdict, _told(report)
    return (Verdict.UNNOTICED, "") if found else (Verdict.BY_ACCIDENT, "no test could be collected")


def _file_of(node: str) -> str:
    return node.partition("::")[0]


def _unsoundness(node: str, reports: Iterable[Report] | None) -> str:
    own = [report for report in reports or () if report.is_of(node)]
    if not own:
        return "took too long" if reports is None else "was not found"
    return next((_told(report) for report in own if not report.passed), "")


def _told(report: Report) -> str:
    first = report.message.partition("\n")[0]
    return f"{report.test} ({report.phase}): {report.error}: {first}"
