"""The candidate generation of a service's projected tables, filled beside the live one.

The schema `candidate` holds the same tables as the schema `live`. The worker keeps both up to date, so that they can be
swapped, and swapped back, at any time. Queries name no schema: the search path decides which generation they use.
`chassis.messaging.admin` creates, compares, swaps and drops.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

import structlog

from chassis.messaging.projections.projection import Projection
from chassis.messaging.projections.reader import project
from chassis.runtime.health import Progress
from chassis.runtime.retry import run_forever
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import CANDIDATE_PATH, Pool, open_pool
from chassis.store.queries import queries

sql = queries(__package__)
log = structlog.get_logger()

BackgroundTask = Callable[[Pool, str, Progress], Coroutine[Any, Any, None]]
"""Works on the projected tables of one generation, which the pool finds; runs under this name until cancelled."""

CANDIDATE = "candidate"
CHECK_SECONDS = 1.0


async def run_candidate(
    service: str,
    projections: Sequence[Projection],
    background_tasks: Mapping[str, BackgroundTask],
    pool: Pool,
    settings: ServiceSettings,
    progress: Progress,
) -> None:
    """Projects into the candidate generation and works on it, whenever one exists; runs until cancelled."""

    async def attempt() -> None:
        if await sql.candidate_exists.value(pool):
            name = f"{service} {CANDIDATE}"
            async with await open_pool(settings.database_url, name, search_path=CANDIDATE_PATH) as own:
                loops = [project(service, each, own, settings, progress, CANDIDATE) for each in projections]
                loops += [run(own, f"{name} {CANDIDATE}", progress) for name, run in background_tasks.items()]
                await _run_while_candidate_exists(pool, loops, progress)

    await run_forever(CANDIDATE, attempt, progress)


async def _run_while_candidate_exists(
    pool: Pool, loops: Sequence[Coroutine[Any, Any, None]], progress: Progress
) -> None:
    log.info("a candidate generation is built")
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        while await sql.candidate_exists.value(pool):
            progress.beat(CANDIDATE)
            done, _ = await asyncio.wait(tasks, timeout=CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if done and await sql.candidate_exists.value(pool):
                raise next(iter(done)).exception() or RuntimeError("a loop ended")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
