"""How the projection grows: with facts already stored, with workers, with the size of its batches.

`python -m benchmarks.growth`. Facts of earlier years are filled in by SQL, with bodies that nobody reads again. More
than 15 % slower at ten million facts than at none ends it with 1.
"""

import argparse
import sys
from statistics import median
from typing import Any

from benchmarks import results
from benchmarks.contestants import MINKA
from benchmarks.stage import Stage, running_stage

MILLION = 1_000_000
STORED = (0, MILLION, 10 * MILLION)
WORKERS = (1, 2)
BATCHES = (500, 2_000, 10_000)

LEAST_SHARE = 0.85


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stored", type=int, nargs="+", default=STORED)
    arguments = parser.parse_args()
    variations: list[dict[str, int]] = [
        *({"stored": stored} for stored in arguments.stored),
        *({"workers": workers} for workers in WORKERS if workers > 1),
        *({"batch": batch} for batch in BATCHES),
    ]
    with running_stage() as stage:
        runs = [
            _measured(stage, arguments.records, variation) for _ in range(arguments.rounds) for variation in variations
        ]
    results.keep("growth", {"records": arguments.records, "runs": runs})
    none, most = (_rate(runs, stored) for stored in (arguments.stored[0], arguments.stored[-1]))
    print(f"with {arguments.stored[-1]:,} facts stored {most / none:.0%} of the events a second with none")
    sys.exit(most < LEAST_SHARE * none)


def _measured(stage: Stage, records: int, variation: dict[str, int]) -> dict[str, Any]:
    """A run with its variation, and the processor seconds of a million events."""
    run = stage.run(MINKA, records, **variation)
    million = {who: round(seconds * MILLION / records, 1) for who, seconds in run.cpu.items()}
    print(f"{variation}  {run.rate:,.0f} events/s  CPU seconds of a million events: {million}", flush=True)
    return {**variation, "events_per_second": round(run.rate), "cpu_seconds_of_a_million": million}


def _rate(runs: list[dict[str, Any]], stored: int) -> float:
    return float(median(run["events_per_second"] for run in runs if run.get("stored") == stored))


if __name__ == "__main__":
    main()
