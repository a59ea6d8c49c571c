"""A loop ends only when it is told to."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka.errors import KafkaConnectionError

from chassis.runtime import retry
from chassis.runtime.health import Progress
from tests.support.waiting import wait_until


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSE_SECONDS", 0.0)


@pytest.mark.parametrize("interruption", [ConnectionError, KafkaConnectionError, asyncio.CancelledError])
async def test_it_goes_on_after(interruption: Callable[[], BaseException]) -> None:
    """The last is what a client's own cancelled task leaves behind when the client is stopped."""
    attempts = 0

    async def attempt() -> None:
        nonlocal attempts
        attempts += 1
        raise interruption()

    loop = asyncio.create_task(retry.run_forever("test", attempt, Progress()))
    await wait_until(lambda: attempts > 2)
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop


async def test_what_nobody_expects_ends_it() -> None:
    async def attempt() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        await retry.run_forever("test", attempt, Progress())
