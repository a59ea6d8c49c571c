"""The projection against the floor and its peers: `python -m benchmarks.projection`, by default the whole job thrice.

Rounds are interleaved, so that a busy moment of the machine meets everybody. The last line says how many times as fast
Minka is; a gate that is missed, or a wrong count, ends it with 1.
"""

import argparse
import sys
from collections.abc import Sequence
from statistics import median

from benchmarks import results
from benchmarks.contestants import CONTESTANTS, MINKA, Contestant
from benchmarks.stage import Run, Wrong, running_stage


def main() -> None:
    arguments = _arguments()
    contestants = [each for each in CONTESTANTS if not arguments.only or each.name in arguments.only]
    try:
        runs = _race(contestants, arguments.records, arguments.rounds)
    except Wrong as wrong:
        sys.exit(str(wrong))
    results.keep("projection", {"records": arguments.records, "runs": [results.of_run(run) for run in runs]})
    _show(contestants, runs)
    if MINKA in contestants:
        sys.exit(_compare([each for each in contestants if each is not MINKA], runs))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.projection")
    parser.add_argument("--records", type=int, default=600_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=[each.name for each in CONTESTANTS])
    return parser.parse_args()


def _race(contestants: Sequence[Contestant], records: int, rounds: int) -> list[Run]:
    runs = []
    with running_stage() as stage:
        stage.log(records)
        for number in range(rounds):
            for contestant in contestants:
                run = stage.run(contestant, contestant.records(of=records))
                print(f"round {number + 1}  {run.contestant:20} {run.rate:10,.0f} events/s  {run.cpu}", flush=True)
                runs.append(run)
    return runs


def _rates(contestant: Contestant, runs: Sequence[Run]) -> list[float]:
    return sorted(run.rate for run in runs if run.contestant == contestant.name)


def _show(contestants: Sequence[Contestant], runs: Sequence[Run]) -> None:
    print(f"\n{'events/s':20} {'min':>10} {'median':>10} {'max':>10}")
    for contestant in contestants:
        rates = _rates(contestant, runs)
        print(f"{contestant.name:20} {rates[0]:10,.0f} {median(rates):10,.0f} {rates[-1]:10,.0f}")


def _compare(others: Sequence[Contestant], runs: Sequence[Run]) -> int:
    """Prints the ratios; 1 where one is below its gate."""
    own = median(_rates(MINKA, runs))
    ratios = {other: own / median(_rates(other, runs)) for other in others}
    print("\n" + "  ".join(f"{other.name} {_brief(ratio)}" for other, ratio in ratios.items()))
    return int(any(other.gate is not None and ratio < other.gate for other, ratio in ratios.items()))


def _brief(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 10 else f"{ratio:.0f}"


if __name__ == "__main__":
    main()
