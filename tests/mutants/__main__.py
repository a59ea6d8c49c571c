"""Runs the mistakes that are new or changed since the last run, and says which of all are noticed.

python -m tests.mutants [--only NAME_OR_AREA ...] [--list] [--processes 2] [--seconds 300] [--again] [--write]
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from deploy.trial.layout import REPOSITORY
from tests.mutants import report
from tests.mutants.mistakes import Mistake, chosen, read
from tests.mutants.runner import Kept, Result, Runner
from tests.mutants.trees import Tree
from tests.support.infrastructure import shared_infrastructure, tests_home

KEPT = REPOSITORY / ".minka-test" / "mutants.jsonl"
DOCUMENT = REPOSITORY / "docs" / "reliability.md"


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    mistakes = chosen(read(), options.only)
    if options.list:
        print("\n".join(f"{each.area:24} {each.kind:9} {each.severity:9} {each.name}" for each in mistakes))
        return 0
    kept = Kept(KEPT)
    if options.again:
        kept.forget(each.name for each in mistakes)
    results = _results(mistakes, kept, options.processes, options.seconds)
    print("\n".join(("", report.table(results), "", report.others(results), "", report.last_line(results))))
    if options.write:
        DOCUMENT.write_text(report.written_into(DOCUMENT.read_text(), results))
    return 0 if report.is_enough(results) else 1


def _results(mistakes: Sequence[Mistake], kept: Kept, processes: int, seconds: float) -> list[Result]:
    """Each process has a tree of its own, and a broker and a database that all its runs share."""
    homes = [tests_home() / "mutants" / str(number) for number in range(processes)]
    with ExitStack() as servers:
        for home in homes:
            servers.enter_context(shared_infrastructure(home))
        trees = [Tree.copied(REPOSITORY, home) for home in homes]
        return asyncio.run(Runner(REPOSITORY, trees, kept, seconds).run(mistakes))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--only", nargs="+", default=[], help="names or areas of mistakes")
    parser.add_argument("--list", action="store_true", help="names them and runs nothing")
    parser.add_argument("--processes", type=int, default=2, help="that run at a time, each with servers of its own")
    parser.add_argument("--seconds", type=float, default=300.0, help="that the tests of one mistake may take")
    parser.add_argument("--again", action="store_true", help="runs those that were run before, too")
    parser.add_argument("--write", action="store_true", help=f"writes the findings into {Path('docs', DOCUMENT.name)}")
    options = parser.parse_args(arguments)
    if options.write and options.only:
        parser.error("--write needs all mistakes")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
