"""Waiting for a condition instead of the clock."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def wait_until(condition: Callable[[], T | Awaitable[T]], limit: float = 60.0, pause: float = 0.05) -> T:
    """Ask again and again until the condition, plain or async, is true; returns what it said.

    `limit` is in seconds and generous: it ends only what would never end.
    """
    deadline = time.monotonic() + limit
    while True:
        answer = condition()
        value: T = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"still not true after {limit} s: {inspect.getsource(condition).strip()}")
        await asyncio.sleep(pause)
