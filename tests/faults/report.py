"""The results of the fault tests: one line of JSON each while they run, then the table of docs/reliability.md.

python -m tests.faults.report RESULTS [DOCUMENT]     the last line; with a document, its table anew
"""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.ledger import Verdict

BEGIN, END = "<!-- results -->", "<!-- end of results -->"
HEAD = (
    "| acceptance | fault | times struck | events | lost | doubled | recovered within |",
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: |",
)


@dataclass(frozen=True, slots=True)
class Result:
    """One fault, and the judge's finding. `recovery` is the longest, in seconds, where it was measured."""

    acceptance: str
    fault: str
    struck: int
    events: int
    lost: int
    doubled: int
    recovery: float | None = None

    def row(self) -> str:
        recovery = "" if self.recovery is None else f"{self.recovery:.1f} s"
        numbers = (self.struck, self.events, self.lost, self.doubled)
        cells = (self.acceptance, self.fault, *(f"{number:,}" for number in numbers), recovery)
        return f"| {' | '.join(cells)} |"


def note(acceptance: str, fault: str, struck: int, verdict: Verdict, recovery: float | None = None) -> None:
    """Prints a test's result and adds it to the file that MINKA_FAULTS_RESULTS names, if any."""
    result = Result(acceptance, fault, struck, verdict.events, verdict.lost, verdict.doubled, recovery)
    print(result.row())
    if path := os.environ.get("MINKA_FAULTS_RESULTS"):
        with Path(path).open("a") as results:
            results.write(json.dumps(asdict(result)) + "\n")


def read(path: Path) -> list[Result]:
    results = [Result(**json.loads(line)) for line in path.read_text().splitlines()]
    return sorted(results, key=lambda result: (int(result.acceptance or 99), result.fault))


def last_line(results: Iterable[Result]) -> str:
    found = list(results)
    struck, events, lost, doubled = (
        sum(getattr(result, number) for result in found) for number in ("struck", "events", "lost", "doubled")
    )
    return f"faults struck {struck:,}, events {events:,}, lost {lost:,}, doubled {doubled:,}"


def written_into(document: str, results: Iterable[Result]) -> str:
    """The document with a new table."""
    found = list(results)
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join((BEGIN, *HEAD, *(result.row() for result in found), "", last_line(found), END))
    return f"{before}{table}{after}"


def main(results: str, document: str | None = None) -> None:
    found = read(Path(results))
    if document is not None:
        path = Path(document)
        path.write_text(written_into(path.read_text(), found))
    print(last_line(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
