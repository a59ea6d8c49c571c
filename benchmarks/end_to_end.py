"""From an enrollment's commit to the changed public figure, at a steady 200 a second over HTTP.

`python -m benchmarks.end_to_end`; a p99 of more than a second ends it with 1. The figure is followed as a page does, by
the stream: the first total of at least k people answers the k-th commit.
"""

import asyncio
import json
import sys
import time

import httpx
import uvloop

from benchmarks import results
from benchmarks.trial import enrollment, measured_trial
from tests.support.trials import NewCohort, Trial

A_SECOND = 200
SECONDS = 20
ENROLLMENTS = A_SECOND * SECONDS
AT_THE_SAME_TIME = 20

LONGEST_SECONDS = 1.0


def main() -> None:
    with measured_trial() as trial, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        committed, shown = runner.run(_measure(trial))
    delays = results.percentiles(_delays(committed, shown))
    rate = round((len(committed) - 1) / (committed[-1] - committed[0]))
    results.keep("end_to_end", {"asked_a_second": A_SECOND, "committed_a_second": rate, "to_figure_seconds": delays})
    print(f"{rate} enrollments a second, commit to figure p50 {delays['p50']:.2f} s, p99 {delays['p99']:.2f} s")
    sys.exit(delays["p99"] > LONGEST_SECONDS)


async def _measure(trial: Trial) -> tuple[list[float], list[tuple[float, int]]]:
    """The moments of the commits, and the totals with the moments they were shown."""
    cohort = trial.cohort(capacity=ENROLLMENTS)
    committed: list[float] = []
    shown: list[tuple[float, int]] = []
    limits = httpx.Limits(max_connections=AT_THE_SAME_TIME + 1)
    async with httpx.AsyncClient(
        base_url=trial.url, headers=trial.headers("coordinator"), limits=limits, timeout=60
    ) as http:
        following = asyncio.create_task(_follow(http, shown))
        begun = time.monotonic() + 1
        await asyncio.gather(*(_send(http, cohort, begun, first, committed) for first in range(AT_THE_SAME_TIME)))
        await asyncio.wait_for(following, 60)
    return sorted(committed), shown


async def _send(http: httpx.AsyncClient, cohort: NewCohort, begun: float, first: int, committed: list[float]) -> None:
    """Every so many-th of the enrollments, each at its time."""
    for number in range(first, ENROLLMENTS, AT_THE_SAME_TIME):
        await asyncio.sleep(begun + number / A_SECOND - time.monotonic())
        answer = await http.post("/enrollment/api/enrollments", json=enrollment(cohort))
        answer.raise_for_status()
        committed.append(time.monotonic())


async def _follow(http: httpx.AsyncClient, shown: list[tuple[float, int]]) -> None:
    """Until everybody is in the total."""
    async with http.stream("GET", "/api/stream", timeout=None) as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data: "):
                continue
            change = json.loads(line.removeprefix("data: "))
            if (change["indicator"], change["dimension"]) == ("enrolled", "total") and change["value"]:
                shown.append((time.monotonic(), change["value"]))
                if change["value"] >= ENROLLMENTS:
                    return


def _delays(committed: list[float], shown: list[tuple[float, int]]) -> list[float]:
    totals = iter(shown)
    moment, total = next(totals)
    delays = []
    for place, commit in enumerate(committed, 1):
        while total < place:
            moment, total = next(totals)
        delays.append(moment - commit)
    return delays


if __name__ == "__main__":
    main()
