"""Passes: one process leads and does a step again and again; the others wait to take over."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chassis.database import TRANSIENT, Connection, Pool, leadership
from chassis.health import Progress

log = structlog.get_logger()

FOLLOWER_SECONDS = 1.0

Step = Callable[[Connection], Awaitable[bool | int]]
"""One transaction's worth of work on the leader's connection; whether there may be more to do at once."""


async def lead(pool: Pool, name: str, step: Step, pause: float, progress: Progress) -> None:
    """Runs until cancelled. Pauses (seconds) when a step found nothing more to do."""
    while True:
        try:
            async with leadership(pool, name) as connection:
                while connection is not None:
                    more = await step(connection)
                    progress.beat(name)
                    if not more:
                        await asyncio.sleep(pause)
        except TRANSIENT as error:
            log.warning("pass interrupted; it goes on from its marks", loop=name, error=type(error).__name__)
        progress.beat(name)
        await asyncio.sleep(FOLLOWER_SECONDS)
