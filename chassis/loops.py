"""Loops that end only when they are told to: whatever passing fault interrupts one, it goes on."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chassis import broker
from chassis.cancelling import end_if_cancelled
from chassis.database import TRANSIENT
from chassis.health import Progress

log = structlog.get_logger()

PASSING = (*TRANSIENT, *broker.UNAVAILABLE)
PAUSE_SECONDS = 1.0


async def go_on(name: str, attempt: Callable[[], Awaitable[None]], progress: Progress) -> None:
    """Attempts again and again until cancelled, after a pause; each attempt begins from its marks in the database."""
    while True:
        try:
            await attempt()
        except (*PASSING, asyncio.CancelledError) as error:
            end_if_cancelled()  # otherwise it is a cancellation within a client that was being stopped, and not ours
            log.warning("interrupted; it goes on from its marks", loop=name, error=type(error).__name__)
        progress.beat(name)
        await asyncio.sleep(PAUSE_SECONDS)
