"""Retrying: back-off, loops that resume after an outage, and waiting for a row that is on its way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from aiokafka.errors import KafkaError

from chassis.runtime.health import Progress
from chassis.store.database import TRANSIENT

log = structlog.get_logger()

T = TypeVar("T")

BROKER_UNAVAILABLE = (KafkaError, ConnectionError)
"""Errors that mean that the broker is away; clients are created anew after them."""

UNAVAILABLE = (*TRANSIENT, *BROKER_UNAVAILABLE)

PAUSE_SECONDS = 1.0
"""Between two attempts of a loop."""

POLL_SECONDS = 0.1
"""Between two looks for something that is on its way."""

MOST_GROWTH_STEPS = 100
"""Pauses grow no further: by then each is longer than any `timedelta`."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to pause between attempts: `first`, then `factor` times the pause before, at most `longest`.

    The attempt number `attempts` is the last one; None means that there is no last one.
    """

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=10)
    attempts: int | None = None
    factor: int = 2

    def pause_after(self, attempt: int) -> timedelta:
        """The pause after a failed attempt; the first attempt is number 1."""
        growth = self.factor ** min(attempt - 1, MOST_GROWTH_STEPS)
        return self.longest if growth >= self.longest / self.first else self.first * growth

    def is_last(self, attempt: int) -> bool:
        """Whether nothing is tried again after this attempt."""
        return self.attempts is not None and attempt >= self.attempts


DATABASE_BACKOFF = Backoff(first=timedelta(milliseconds=100), longest=timedelta(seconds=10))


async def run_forever(name: str, attempt: Callable[[], Awaitable[None]], progress: Progress) -> None:
    """Repeats the attempt until cancelled, with a pause after each; every attempt resumes from the database.

    It beats before the first attempt, so that a loop that never comes to its first step is noticed too.
    """
    progress.beat(name)
    while True:
        try:
            await attempt()
        except (*UNAVAILABLE, asyncio.CancelledError) as error:
            raise_if_cancelled()  # otherwise a client that was being stopped left the cancellation behind
            log.warning("loop interrupted, it will resume", loop=name, error=type(error).__name__)
        progress.beat(name)
        await asyncio.sleep(PAUSE_SECONDS)


async def retry_while_unavailable(attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeats the attempt until the database answers, with the pauses of `DATABASE_BACKOFF`."""
    failed = 0
    while True:
        try:
            return await attempt()
        except TRANSIENT as error:
            raise_if_cancelled()
            failed += 1
            pause = DATABASE_BACKOFF.pause_after(failed).total_seconds()
            log.warning("retrying after a transient error", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)


async def poll_until(find: Callable[[], Awaitable[T | None]], seconds: float, pause: float = POLL_SECONDS) -> T | None:
    """Repeats `find` until it returns something, for at most `seconds`; returns that, or None. Looks at least once."""
    deadline = asyncio.get_running_loop().time() + seconds
    while (found := await find()) is None and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(pause)
    return found


def is_cancelled() -> bool:
    """Whether the current task was cancelled, even if a client library swallowed the cancellation.

    asyncpg may answer the cancellation of a transaction with an error of its own.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def raise_if_cancelled() -> None:
    """Re-raises a cancellation of the current task that a client library swallowed."""
    if is_cancelled():
        raise asyncio.CancelledError
