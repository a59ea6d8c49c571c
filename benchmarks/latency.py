"""How long an event waits in the log until its fact stands: at a steady rate, by the size of a batch.

`python -m benchmarks.latency`. The k-th event has waited until so many were folded as were sent with it.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import asyncpg

from benchmarks import results
from benchmarks.contestants import MINKA
from benchmarks.growth import BATCHES
from benchmarks.job import Job, Recount
from benchmarks.stage import Stage, running_stage
from chassis.store.database import SEARCH_PATH
from chassis.store.queries import queries
from contracts.topics import SESSIONS_EVENTS

A_SECOND = 2_000
WARM_UP = 10 * A_SECOND
"""Events in whose time the worker starts."""
MEASURED = 20 * A_SECOND
RECORDS = WARM_UP + MEASURED
LIMIT = 300.0
"""Seconds."""

sql = queries("benchmarks")


def main() -> None:
    runs = []
    with running_stage() as stage:
        for batch in BATCHES:
            waits = results.percentiles(_waits(stage, batch))
            print(
                f"batches of {batch:,}: p50 {waits['p50'] * 1000:.0f} ms, p99 {waits['p99'] * 1000:.0f} ms", flush=True
            )
            runs.append({"batch": batch, "to_fact_seconds": waits})
    results.keep("latency", {"events_a_second": A_SECOND, "runs": runs})


def _waits(stage: Stage, batch: int) -> Sequence[float]:
    stage.empty_topic(SESSIONS_EVENTS.name)
    with stage.database(MINKA) as (address, environment), ThreadPoolExecutor() as threads:
        assignment = stage.assignment(SESSIONS_EVENTS.name, RECORDS, address, batch=batch)
        running = threads.submit(stage.clocked, MINKA, assignment, environment)
        following = threads.submit(asyncio.run, _follow(address))
        sent = stage.write(SESSIONS_EVENTS.name, Job(RECORDS).log(Recount()), A_SECOND)
        folded = following.result()
        running.result()
    return [_reached(folded, place) - moment for place, moment in islice(enumerate(sent, 1), WARM_UP, None)]


async def _follow(address: str) -> list[tuple[int, float]]:
    """How many were folded at which moment, until all are."""
    connection = await asyncpg.connect(address, server_settings={"search_path": SEARCH_PATH})
    folded = [(0, time.monotonic())]
    async with asyncio.timeout(LIMIT):
        while folded[-1][0] < RECORDS:
            await asyncio.sleep(0.005)
            count = await connection.fetchval(sql.folded.text, SESSIONS_EVENTS.name)
            if count > folded[-1][0]:
                folded.append((count, time.monotonic()))
    await connection.close()
    return folded


def _reached(folded: Sequence[tuple[int, float]], place: int) -> float:
    """The first moment at which so many were folded."""
    return folded[bisect_left(folded, (place, 0.0))][1]


if __name__ == "__main__":
    main()
