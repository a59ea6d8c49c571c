"""Retrying: loops that go on after an outage, and attempts that are repeated until the database answers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiokafka.errors import KafkaError

from chassis.runtime.health import Progress
from chassis.store.database import TRANSIENT

log = structlog.get_logger()

T = TypeVar("T")

BROKER_UNAVAILABLE = (KafkaError, ConnectionError)
"""Errors that mean the broker is away; clients are created anew after them."""

UNAVAILABLE = (*TRANSIENT, *BROKER_UNAVAILABLE)

PAUSE_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds between attempts while the database is away."""


async def run_forever(name: str, attempt: Callable[[], Awaitable[None]], progress: Progress) -> None:
    """Repeats the attempt until cancelled, with a pause after each; every attempt resumes from the database."""
    while True:
        try:
            await attempt()
        except (*UNAVAILABLE, asyncio.CancelledError) as error:
            raise_if_cancelled()  # otherwise a client that was being stopped left the cancellation behind
            log.warning("loop interrupted, it will resume", loop=name, error=type(error).__name__)
        progress.beat(name)
        await asyncio.sleep(PAUSE_SECONDS)


async def retry_while_unavailable(attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeats the attempt until the database answers; the pause doubles up to `LONGEST_PAUSE`."""
    pause = FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except TRANSIENT as error:
            raise_if_cancelled()
            log.warning("retrying after a transient error", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def raise_if_cancelled() -> None:
    """Re-raises a cancellation of the current task that a client library swallowed.

    asyncpg may answer the cancellation of a transaction with an error of its own.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
