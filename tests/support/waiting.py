"""Waiting for a condition instead of sleeping."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def wait_until(condition: Callable[[], Awaitable[T | None]], limit: float = ..., pause: float = ...) -> T: ...
@overload
async def wait_until(condition: Callable[[], T | None], limit: float = ..., pause: float = ...) -> T: ...
async def wait_until(condition: Callable[[], Any], limit: float = 180.0, pause: float = 0.05) -> Any:
    """Polls a condition, plain or async, until it is true. Returns its value.

    `limit` is in seconds, and generous because it only matters when the condition never becomes true.
    """
    deadline = time.monotonic() + limit
    while True:
        answer = condition()
        value = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"still not true after {limit} s: {_source(condition)}")
        await asyncio.sleep(pause)


def _source(condition: Callable[[], Any]) -> str:
    return inspect.getsource(condition.func if isinstance(condition, partial) else condition).strip()
