"""A patched consumer leaves nothing open, whatever happens while it stops; untested versions are refused."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiokafka
import pytest
from aiokafka import AIOKafkaConsumer

from chassis.messaging import kafka
from chassis.messaging.aiokafka_patches import TESTED_VERSIONS, UntestedVersion, apply_patches
from chassis.runtime.settings import ServiceSettings


@pytest.fixture
async def consumer(settings: ServiceSettings) -> AsyncIterator[AIOKafkaConsumer]:
    """Connected, and with a task of its own that has not begun."""
    async with kafka.consumer(settings, f"sessions.{uuid4().hex}") as started:
        await started.topics()
        assert _open_connections(started)
        started._fetcher._pending_tasks.add(asyncio.create_task(asyncio.Event().wait()))
        yield started


async def test_a_task_that_had_not_begun_leaves_nothing_open(consumer: AIOKafkaConsumer) -> None:
    await consumer.stop()

    assert not _open_connections(consumer)


async def test_a_stop_that_is_cancelled_leaves_nothing_open_and_is_cancelled(consumer: AIOKafkaConsumer) -> None:
    stopping = asyncio.create_task(consumer.stop())
    await asyncio.sleep(0)
    stopping.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert not _open_connections(consumer)


def _open_connections(consumer: AIOKafkaConsumer) -> list[Any]:
    return [connection for connection in consumer._client._conns.values() if connection.connected()]


def test_the_patches_are_applied_again_without_effect() -> None:
    stop = AIOKafkaConsumer.stop
    apply_patches()
    assert AIOKafkaConsumer.stop is stop


def test_an_untested_version_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiokafka, "__version__", "99.0.0")
    with pytest.raises(UntestedVersion, match=r"aiokafka 99\.0\.0 .* Install 0\.14\.0, or run .*tests/faults"):
        apply_patches()


def test_the_locked_version_is_a_tested_one() -> None:
    assert aiokafka.__version__ in TESTED_VERSIONS
