"""Generations: what a projection makes, made anew beside what stands, compared with it, and put in its place.

Everything that a service projects into a schema `live` can stand a second time, in `beside`. Both are read on, so that
they can change places, and back, at any moment. Readers find the tables by the search path and notice nothing.
"""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import structlog

from chassis.messaging.projections.reader import Projection, project
from chassis.runtime.health import Progress
from chassis.runtime.retry import run_forever
from chassis.runtime.settings import ServiceSettings
from chassis.service import BackgroundTask
from chassis.store.database import CANDIDATE_PATH, Connection, Pool, open_pool
from chassis.store.queries import queries

sql = queries(__package__)
log = structlog.get_logger()

CANDIDATE = "candidate"
CHECK_SECONDS = 1.0


class NotReady(Exception):
    """The generation beside has not read or counted as much as the live one."""


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


async def swap(connection: Connection, missing_in_candidate: str) -> float:
    """Lets the two generations change places, as their owner; returns how many seconds everybody had to wait.

    `missing_in_candidate` is the service's query of what the candidate still lacks: a row of zeros or nulls when it is
    ready. Otherwise `NotReady` is raised, and nothing changes.
    """
    begun = time.monotonic()
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '10s'")
        await connection.execute(sql.lock_generations.text)
        row = await connection.fetchrow(missing_in_candidate)
        missing = {what: number for what, number in (row or {}).items() if number}
        if missing:
            raise NotReady(", ".join(f"{number} {what} to go" for what, number in missing.items()))
        await connection.execute(sql.swap_generations.text)
    return time.monotonic() - begun
