"""The stream: every change once, in order, resumed where a reader left."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from chassis.store.database import Pool
from services.reporting.publishing import service
from services.reporting.publishing.change_feed import ChangeFeed
from services.reporting.publishing.service import Change
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.sites import Site
from tests.support.waiting import wait_until


async def enroll(pool: Pool, first: int, number: int) -> None:
    for n in range(first, first + number):
        person = an_id(0x1000 + n)
        await fold_count_publish(pool, stories.a_consent(person), stories.an_enrollment(person))


async def first_changes(feed: ChangeFeed, place: int, number: int) -> list[Change]:
    """The first changes behind a place, as many as asked for."""
    found: list[Change] = []
    async for changes in feed.follow(place):
        found.extend(changes)
        if len(found) >= number:
            return found[:number]
    raise AssertionError("a stream does not end")


@pytest.fixture
def feed(site: Site[ReportingResources]) -> ChangeFeed:
    return site.resources.feed


async def test_a_reader_gets_what_comes_after_its_place(pool: Pool, feed: ChangeFeed) -> None:
    await enroll(pool, 0, 10)
    place = await feed.latest()
    reader = asyncio.create_task(first_changes(feed, place, 3))
    await enroll(pool, 10, 3)
    changes = await reader
    assert [change.sequence for change in changes] == list(range(place + 1, place + 4))
    assert [(change.dimension, change.figure.value) for change in changes] == [("total", n) for n in (11, 12, 13)]


async def test_who_was_away_gets_what_was_missed_once_and_in_order(pool: Pool, feed: ChangeFeed) -> None:
    await enroll(pool, 0, 10)
    everything = await first_changes(feed, 0, await feed.latest())
    assert [change.sequence for change in everything] == list(range(1, len(everything) + 1))
    left_at = len(everything) // 2
    assert await first_changes(feed, left_at, len(everything) - left_at) == everything[left_at:]


async def test_a_reader_that_is_one_change_behind_what_is_in_memory_misses_none(pool: Pool) -> None:
    await enroll(pool, 0, 12)
    feed = ChangeFeed(pool)
    latest = await feed.latest()
    feed.latest_sequence = latest
    feed.recent.extend(await service.changes_after(pool, latest - 2, 2))

    for behind in (1, 2, 3):
        [next_one] = await first_changes(feed, latest - behind, 1)
        assert next_one.sequence == latest - behind + 1


async def test_readers_share_one_poll_and_nobody_polls_without_them(pool: Pool, feed: ChangeFeed) -> None:
    await enroll(pool, 0, 10)
    place = await feed.latest()
    readers = [asyncio.create_task(first_changes(feed, place, 3)) for _ in range(20)]
    await enroll(pool, 10, 3)
    assert len({tuple(change.sequence for change in await reader) for reader in readers}) == 1
    await wait_until(lambda: feed.readers == 0)
    assert not feed.wanted.is_set()


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """The application on a port of its own: a stream that never ends needs a real connection."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    task = asyncio.create_task(server._serve())
    await wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        await task


async def read_events(address: str, number: int, **headers: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    async with httpx.AsyncClient() as client, client.stream("GET", address, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            if line.startswith("id: "):
                events.append({"id": int(line.removeprefix("id: "))})
            if line.startswith("data: "):
                events[-1] |= json.loads(line.removeprefix("data: "))
                if len(events) == number:
                    break
    return events


async def test_a_browser_resumes_by_the_last_event_it_has_seen(pool: Pool, site: Site[ReportingResources]) -> None:
    await enroll(pool, 0, 10)
    latest = await site.resources.feed.latest()
    async with listening(site.app) as address:
        first = await read_events(f"{address}/api/stream?since=0", 3)
        rest = await read_events(f"{address}/api/stream?since=0", latest - 3, **{"Last-Event-ID": str(first[-1]["id"])})
    assert [event["id"] for event in first + rest] == list(range(1, latest + 1))
    newest = {event["key"]: event for event in first + rest}
    assert newest["enrolled/all/total/total"]["value"] == 10
    assert newest["enrolled/all/total/total"]["status"] == "published"


async def first_event(address: str, **headers: str) -> tuple[str, str]:
    """The kind and the id of a stream's first event."""
    found: dict[str, str] = {}
    async with httpx.AsyncClient() as client, client.stream("GET", address, headers=headers) as response:
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            found[name] = value
            if found.keys() >= {"data", "id"}:
                break
    return found.get("event", "message"), found["id"]


async def test_a_reader_that_is_ahead_is_told_to_read_anew(pool: Pool, site: Site[ReportingResources]) -> None:
    await enroll(pool, 0, 10)
    latest = str(await site.resources.feed.latest())
    async with listening(site.app) as address:
        stream = f"{address}/api/stream"
        assert await first_event(stream, **{"Last-Event-ID": "999999999"}) == ("reset", latest)
        assert await first_event(f"{stream}?since=999999999") == ("reset", latest)


async def test_an_empty_position_is_none(pool: Pool, site: Site[ReportingResources]) -> None:
    await enroll(pool, 0, 10)
    async with listening(site.app) as address:
        assert await first_event(f"{address}/api/stream?since=0", **{"Last-Event-ID": ""}) == ("message", "1")


@pytest.mark.parametrize("position", ["-1", "x", str(2**63), "9" * 5000])
async def test_what_is_no_position_is_refused(site: Site[ReportingResources], position: str) -> None:
    async with site.browser() as browser:
        for answer in (
            await browser.get("/api/stream", params={"since": position}),
            await browser.get("/api/stream", headers={"Last-Event-ID": position}),
        ):
            assert answer.status_code == 422
