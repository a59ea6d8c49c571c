"""Running coroutines concurrently, with cancellation on the first error."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def gather_all(*work: Coroutine[Any, Any, None]) -> None:
    """Runs all coroutines concurrently. The first error cancels the others and is raised when they have ended."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
