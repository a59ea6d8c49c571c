"""A loop ends only when it is told to; pauses grow up to their bound; polling ends."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from aiokafka.errors import KafkaConnectionError
from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime import retry
from chassis.runtime.health import Progress
from chassis.runtime.retry import Backoff
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


async def test_polling_ends_with_what_was_found() -> None:
    answers = iter([None, None, "found"])

    async def find() -> str | None:
        return next(answers)

    assert await retry.poll_until(find, seconds=60, pause=0) == "found"


async def test_polling_looks_once_and_ends_without_what_never_comes() -> None:
    looks: list[str] = []

    async def find() -> str | None:
        looks.append("looked")
        return None

    assert await retry.poll_until(find, seconds=0) is None
    assert looks == ["looked"]


def test_the_pauses_of_a_webhook_last_for_days() -> None:
    backoff = Backoff(first=timedelta(seconds=5), longest=timedelta(hours=12), attempts=12, factor=4)

    pauses = [backoff.pause_after(attempt) for attempt in range(1, 12)]

    assert pauses[:4] == [timedelta(seconds=5 * 4**exponent) for exponent in range(4)]
    assert pauses[-3:] == [timedelta(hours=12)] * 3
    assert timedelta(days=2) < sum(pauses, timedelta()) < timedelta(days=3)
    assert [backoff.is_last(attempt) for attempt in (11, 12, 13)] == [False, True, True]


@given(
    first=st.timedeltas(timedelta(milliseconds=1), timedelta(hours=1)),
    more=st.timedeltas(timedelta(), timedelta(days=30)),
    attempt=st.integers(1, 10**9),
    factor=st.integers(1, 10),
)
def test_a_pause_never_shrinks_and_is_bounded(first: timedelta, more: timedelta, attempt: int, factor: int) -> None:
    backoff = Backoff(first, first + more, None, factor)

    assert first <= backoff.pause_after(attempt) <= backoff.pause_after(attempt + 1) <= first + more
    assert not backoff.is_last(attempt)
