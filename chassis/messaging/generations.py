"""The candidate generation of a service's projected tables, filled beside the live one.

The schema `candidate` holds the same tables as the schema `live`. The worker keeps both up to date, so that they can be
swapped, and swapped back, at any time. Queries name no schema: the search path decides which generation they use.
`chassis.messaging.admin` creates, compares, swaps and drops.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import structlog

from chassis.messaging.projections.reader import Projection, project
from chassis.runtime.health import Progress
from chassis.runtime.retry import run_forever
from chassis.runtime.settings import ServiceSettings
from chassis.service import BackgroundTask
from chassis.store.database import CANDIDATE_PATH, Pool, open_pool
from chassis.store.queries import queries

sql = queries(__package__)
log = structlog.get_logger()

CANDIDATE = "candidate"
CHECK_SECONDS = 1.0


async def run_candidate(
    service: str,
    projections: Sequence[Projection],
    passes: Mapping[str, BackgroundTask],
    pool: Pool,
    settings: ServiceSettings,
    progress: Progress,
) -> None:
    """Reads and counts for the generation beside the live one, whenever there is one; until cancelled."""

    async def look() -> None:
        if await pool.fetchval(sql.candidate_exists.text):
            name = f"{service} {CANDIDATE}"
            async with await open_pool(settings.database_url, name, search_path=CANDIDATE_PATH) as own:
                loops = [project(service, each, own, settings, progress, CANDIDATE) for each in projections]
                loops += [run(own, f"{name} {CANDIDATE}", progress) for name, run in passes.items()]
                await _while_it_stands(pool, loops, progress)

    await run_forever(CANDIDATE, look, progress)


async def _while_it_stands(pool: Pool, loops: Sequence[Coroutine[Any, Any, None]], progress: Progress) -> None:
    log.info("a generation is made beside the live one")
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        while await pool.fetchval(sql.candidate_exists.text):
            progress.beat(CANDIDATE)
            done, _ = await asyncio.wait(tasks, timeout=CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if done and await pool.fetchval(sql.candidate_exists.text):
                raise next(iter(done)).exception() or RuntimeError("a loop ended")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
