"""Alive by progress, ready by dependencies, measured for Prometheus; and a worker that ends when a loop does."""

import asyncio
import platform
import re
import tomllib
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from chassis.runtime import health
from chassis.runtime.health import STALLED_SECONDS, Progress
from chassis.runtime.retry import run_forever
from chassis.version import VERSION

REPOSITORY = Path(__file__).parents[2]


async def answers() -> None:
    return


async def fails() -> None:
    raise ConnectionRefusedError("password=secret")


def client(progress: Progress, **checks: health.Check) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(health.router(progress, lambda: checks))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_a_loop_without_progress_is_not_alive() -> None:
    progress = Progress()
    progress.beat("relay")
    async with client(progress) as http:
        assert (await http.get("/health/live")).status_code == 200

        progress.beats["relay"] -= STALLED_SECONDS + 1
        answer = await http.get("/health/live")
    assert (answer.status_code, answer.json()["stalled"]) == (503, ["relay"])


async def test_readiness_names_what_does_not_answer_and_nothing_more() -> None:
    async with client(Progress(), database=answers, broker=fails) as http:
        answer = await http.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "broker": "ConnectionRefusedError"}
    assert "secret" not in answer.text


async def test_what_never_answers_is_named_and_holds_up_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.1)

    async def never() -> None:
        await asyncio.Event().wait()

    async with client(Progress(), database=answers, keys=never, broker=never) as http:
        answer = await http.get("/health/ready")

    assert answer.json()["checks"] == {"database": "ok", "keys": "TimeoutError", "broker": "TimeoutError"}


async def test_the_pause_of_each_loop_is_told_and_one_that_stalls_is_not_ready() -> None:
    progress = Progress()
    progress.beat("relay")
    progress.beat("jobs")
    progress.beats["jobs"] -= 20
    async with client(progress) as http:
        paused = await http.get("/health/ready")
        progress.beats["jobs"] -= STALLED_SECONDS
        stalled = await http.get("/health/ready")

    assert (paused.status_code, paused.json()["status"]) == (200, "ok")
    assert paused.json()["loops"]["jobs"] >= 20 > paused.json()["loops"]["relay"]
    assert (stalled.status_code, stalled.json()["status"]) == (503, "stalled")


async def test_a_loop_that_never_comes_to_its_first_step_is_noticed() -> None:
    progress = Progress()
    loop = asyncio.create_task(run_forever("relay", asyncio.Event().wait, progress))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    loop.cancel()
    assert "relay" in progress.beats


async def test_a_halted_loop_is_told_and_the_process_is_well() -> None:
    progress = Progress()
    async with client(progress) as http:
        progress.halt("reactions", "a flood")
        halted, measured = await http.get("/health/ready"), await http.get("/metrics")
        progress.resume("reactions")
        resumed = await http.get("/health/ready")

    assert (halted.status_code, halted.json()["halted"]) == (200, {"reactions": "a flood"})
    assert 'minka_consumer_halted{loop="reactions"} 1.0' in measured.text
    assert resumed.json()["halted"] == {}


async def test_metrics_are_prometheus_text() -> None:
    async with client(Progress()) as http:
        answer = await http.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert "minka_relayed_events_total" in answer.text
    assert f'minka_build_info{{python="{platform.python_version()}",version="{VERSION}"}} 1.0' in answer.text
    assert "_created" not in answer.text


def test_every_place_names_one_release() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    image = (REPOSITORY / "deploy" / "Dockerfile").read_text()
    assert project["version"] == VERSION
    assert set(re.findall(r"ARG VERSION=(\S+)", image)) == {VERSION}
