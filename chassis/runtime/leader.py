"""Leadership: of several processes one repeats a step; the others wait to take over."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.runtime.health import Progress
from chassis.runtime.retry import run_forever
from chassis.store.database import Connection, Pool, leadership

Step = Callable[[Connection], Awaitable[bool | int]]
"""Does a limited amount of work on the leader's connection; returns whether there may be more to do at once."""


async def run_as_leader(pool: Pool, name: str, step: Step, pause: float, progress: Progress) -> None:
    """Repeats the step until cancelled; pauses for so many seconds whenever it found nothing more to do."""

    async def attempt() -> None:
        async with leadership(pool, name) as connection:
            while connection is not None:
                more = await step(connection)
                progress.beat(name)
                if not more:
                    await asyncio.sleep(pause)

    await run_forever(name, attempt, progress)
