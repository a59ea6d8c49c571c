"""Alive by progress, ready by dependencies, measured for Prometheus; and a worker that ends when a loop does."""

import httpx
from fastapi import FastAPI

from chassis.runtime import health
from chassis.runtime.health import STALLED_SECONDS, Progress


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
