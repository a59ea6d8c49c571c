"""From an enrollment's commit to the changed public figure, at a steady 200 a second over HTTP.

`python -m benchmarks.end_to_end`; a p99 of more than a second, or fewer enrollments, ends it with 1. The figure is
followed as a page does, by the stream: the first total of at least k people answers the k-th commit.
"""

import asyncio
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import uvloop

from benchmarks import results
from benchmarks.trial import enrollment, measured_trial
from tests.support.trials import NewCohort, Trial

A_SECOND = 200
SECONDS = 20
ENROLLMENTS = A_SECOND * SECONDS
AT_THE_SAME_TIME = 20
WARM_UP = 50

COHORTS = 13
"""As many as provinces: seats of one cohort are given one after the other."""

LEAST_A_SECOND = 0.95 * A_SECOND
LONGEST_SECONDS = 1.0


def main() -> None:
    with measured_trial() as trial, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        committed, shown = runner.run(_measure(trial))
    delays = results.percentiles(_delays(committed, shown))
    rate = round((len(committed) - 1) / (committed[-1] - committed[0]))
    results.keep("end_to_end", {"asked_a_second": A_SECOND, "committed_a_second": rate, "to_figure_seconds": delays})
    print(f"{rate} enrollments a second, commit to figure p50 {delays['p50']:.2f} s, p99 {delays['p99']:.2f} s")
    sys.exit(delays["p99"] > LONGEST_SECONDS or rate < LEAST_A_SECOND)


async def _measure(trial: Trial) -> tuple[list[float], list[tuple[float, int]]]:
    """The moments of the commits, and the totals with the moments they were shown."""
    cohorts = [trial.cohort(capacity=ENROLLMENTS) for _ in range(COHORTS)]
    committed: list[float] = []
    shown: list[tuple[float, int]] = []
    async with httpx.AsyncClient(base_url=trial.url, headers=trial.headers("coordinator"), timeout=60) as http:
        await _warm_up(http, trial)
        following = asyncio.create_task(_follow(http, shown, WARM_UP + ENROLLMENTS))
        begun = time.monotonic() + 1
        with ThreadPoolExecutor(AT_THE_SAME_TIME) as senders:
            loop = asyncio.get_running_loop()
            await asyncio.gather(
                *(
                    loop.run_in_executor(senders, _send, trial, cohorts, begun, first, committed)
                    for first in range(AT_THE_SAME_TIME)
                )
            )
        await asyncio.wait_for(following, 60)
    return sorted(committed), shown


async def _warm_up(http: httpx.AsyncClient, trial: Trial) -> None:
    """Returns when the first people are in the total: every source has been read, every path taken."""
    cohort = trial.cohort(capacity=WARM_UP)
    for _ in range(WARM_UP):
        (await http.post("/enrollment/api/enrollments", json=enrollment(cohort))).raise_for_status()
    await asyncio.wait_for(_follow(http, [], WARM_UP), 60)


def _send(trial: Trial, cohorts: list[NewCohort], begun: float, first: int, committed: list[float]) -> None:
    """Every so many-th of the enrollments, each at its time; by the client that takes least of the processor."""
    headers = {**trial.headers("coordinator"), "Content-Type": "application/json"}
    with closing(HTTPConnection(urlsplit(trial.url).netloc, timeout=60)) as http:
        for number in range(first, ENROLLMENTS, AT_THE_SAME_TIME):
            time.sleep(max(0.0, begun + number / A_SECOND - time.monotonic()))
            body = json.dumps(enrollment(cohorts[number % COHORTS]))
            http.request("POST", "/enrollment/api/enrollments", body, headers)
            answer = http.getresponse()
            answer.read()
            assert answer.status == HTTPStatus.CREATED, answer.status
            committed.append(time.monotonic())


async def _follow(http: httpx.AsyncClient, shown: list[tuple[float, int]], least: int) -> None:
    """Until so many are in the total."""
    async with http.stream("GET", "/api/stream?since=0", timeout=None) as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data: "):
                continue
            change = json.loads(line.removeprefix("data: "))
            if (change["indicator"], change["dimension"]) == ("enrolled", "total") and change["value"]:
                shown.append((time.monotonic(), change["value"]))
                if change["value"] >= least:
                    return


def _delays(committed: list[float], shown: list[tuple[float, int]]) -> list[float]:
    totals = iter(shown)
    moment, total = next(totals)
    delays = []
    for place, commit in enumerate(committed, WARM_UP + 1):
        while total < place:
            moment, total = next(totals)
        delays.append(moment - commit)
    return delays


if __name__ == "__main__":
    main()
