"""`minka status` asks every process, which tells what it needs and how its loops go on; the web needs no broker."""

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.operator import process_health as asked
from deploy.operator.process_health import addresses_of_all, process_health
from deploy.trial.commands.status import _answer
from deploy.trial.layout import LOOPBACK, TrialLayout, free_ports
from services.sessions.app import service as sessions
from tests.support.databases import FreshDatabases
from tests.support.sites import serving
from tests.support.waiting import wait_until

WELL = {"status": "ok", "checks": {"database": "ok"}, "loops": {"relay": 0.1}, "halted": {}}


@pytest.fixture
def environment(fresh_databases: FreshDatabases) -> dict[str, str]:
    """Of a service whose broker is away: nobody listens at its address."""
    (nobody,) = free_ports(1)
    return fresh_databases.variables("sessions") | {"MINKA_SESSIONS_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{nobody}"}


async def test_the_web_is_ready_and_answers_while_the_broker_is_away(environment: dict[str, str]) -> None:
    async with serving(sessions, environment) as site, site.browser("coordinator") as browser:
        pages = await browser.get("/sessions", headers={"Accept": "text/html"})
        client = httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://127.0.0.1")
        async with client as inside:
            ready = await inside.get("/health/ready")
    assert pages.status_code < 500
    assert (ready.status_code, ready.json()["checks"]) == (200, {"database": "ok"})


async def test_a_worker_tells_that_the_broker_is_away_and_that_its_loops_go_on(
    environment: dict[str, str], tmp_path: Path
) -> None:
    async with a_worker(environment, tmp_path) as address:
        found = await wait_until(lambda: told(address))
    assert found["status"] == "not ready"
    assert found["checks"]["database"] == "ok" != found["checks"]["broker"]


def told(address: str) -> dict[str, Any] | None:
    """What the worker tells, once each kind of loop has made its first step."""
    found: dict[str, Any] = process_health({"worker": address})["health"]["worker"]
    return found if {"relay", "jobs", "replicas"} <= found.get("loops", {}).keys() else None


@asynccontextmanager
async def a_worker(environment: dict[str, str], folder: Path) -> AsyncIterator[str]:
    """A worker of the sessions service as a process, and where it tells its readiness."""
    (port,) = free_ports(1)
    variables = os.environ | environment | {"MINKA_SESSIONS_WORKER_PORT": str(port)}
    with (folder / "worker.log").open("wb") as log:
        command = (sys.executable, "-m", "services.sessions", "worker")
        process = await asyncio.create_subprocess_exec(*command, env=variables, stdout=log, stderr=log)
    try:
        yield f"http://{LOOPBACK}:{port}/health/ready"
    finally:
        assert process.returncode is None, (folder / "worker.log").read_text()
        process.kill()
        await process.wait()


def test_a_dead_process_is_named_beside_those_that_answer() -> None:
    (nobody,) = free_ports(1)
    with answering(WELL) as well:
        assert statuses_of({"well": well, "dead": f"http://{LOOPBACK}:{nobody}"}) == {
            "well": "ok",
            "dead": "ConnectError",
        }


def test_a_frozen_process_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "PATIENCE_SECONDS", 0.1)
    with frozen() as silent, frozen() as another:
        assert set(statuses_of({"one": silent, "another": another}).values()) == {"ReadTimeout"}


def statuses_of(addresses: dict[str, str]) -> dict[str, str]:
    found = process_health(addresses)
    assert not found["ready"]
    return {name: answer["status"] for name, answer in found["health"].items()}


@pytest.mark.parametrize("halted", [{}, {"visits": "a flood"}])
def test_a_halted_consumer_is_not_ready(halted: dict[str, str]) -> None:
    with answering(WELL | {"halted": halted}) as address:
        assert process_health({"media-worker": address})["ready"] is not bool(halted)


def test_each_of_several_under_one_name_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(host: str, port: int, **_kinds: Any) -> list[Any]:
        numbers = ("10.0.0.7", "10.0.0.8") if host == "media-worker" else ("10.0.0.2",)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    addresses = addresses_of_all("http://{process}:8000")
    assert addresses["media-api"] == "http://10.0.0.2:8000/health/ready"
    assert addresses["media-worker 10.0.0.8"] == "http://10.0.0.8:8000/health/ready"
    assert len(addresses) == 4 * 2 + 1


@pytest.mark.parametrize("program", ["web", "sessions-worker"])
def test_a_trial_is_not_ready_while_one_of_its_processes_is_dead(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor's report may be old, and says of a frozen process only that it runs."""
    monkeypatch.setattr("deploy.trial.runner.is_running", lambda home: True)
    programs = ("web", "sessions-worker")
    with answering(WELL) as one, answering(WELL) as other:
        ports = {name: int(url.rpartition(":")[2]) for name, url in zip(programs, (one, other), strict=True)}
        report = [{"name": name, "pid": 1, "restarts": 0} for name in programs]
        (tmp_path / "state.json").write_text(json.dumps({"ready": True, "processes": report}))

        def ready() -> bool:
            inner = {"kafka-services": 1, "sessions-worker": ports["sessions-worker"]}
            return bool(_answer(TrialLayout(tmp_path, ports["web"], inner_ports=inner))["ready"])

        assert ready()
        (ports[program],) = free_ports(1)
        assert not ready()


@contextmanager
def answering(answer: dict[str, Any]) -> Iterator[str]:
    """The address of a process that gives this answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def frozen() -> Iterator[str]:
    """The address of a process that takes connections and does nothing more."""
    with socket.create_server((LOOPBACK, 0)) as server:
        yield f"http://{LOOPBACK}:{server.getsockname()[1]}"
