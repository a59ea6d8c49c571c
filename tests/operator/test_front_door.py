"""The front door's own answers, by an nginx of the test's own with the file that the office uses."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from chassis.web.access import read_paths
from chassis.web.cross_origin import shared_paths
from deploy.trial.layout import LOOPBACK, REPOSITORY, free_ports
from deploy.trial.web import SERVICES
from tests.support.waiting import wait_until

CONFIGURATION = REPOSITORY / "deploy" / "compose" / "front-door.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not here: tests/support/install-tools installs it")


def configuration(folder: Path, port: int) -> str:
    """The office's file at another port, with its folders in the test's, fewer requests at once, and no services."""
    text = CONFIGURATION.read_text()
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        text = text.replace(f"_temp_path /tmp/{name};", f"_temp_path {folder}/{name};")
    text = text.replace("listen 8000;", f"listen {LOOPBACK}:{port};").replace("http://$service-api:8000", _nobody())
    text = text.replace("/dev/stdout", f"{folder}/requests.log")
    text = text.replace("rate=50r/s", "rate=1r/s").replace("burst=600 delay=200", "burst=5 nodelay")
    return f"pid {folder}/pid; error_log {folder}/errors.log; daemon off; events {{}} http {{ {text} }}"


def _nobody() -> str:
    return f"http://{LOOPBACK}:{free_ports(1)[0]}"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    [port] = free_ports(1)
    file = tmp_path / "nginx.conf"
    file.write_text(configuration(tmp_path, port))
    url = f"http://{LOOPBACK}:{port}"
    process = await asyncio.create_subprocess_exec(str(NGINX), "-c", file, "-e", tmp_path / "errors.log")
    try:
        await wait_until(lambda: _answers(url))
        yield url
    finally:
        process.terminate()
        await process.wait()


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{url}/front-door")).status_code == 204
    except httpx.TransportError:
        return False


def asked(url: str, language: str = "es-PE", content: bytes = b"") -> httpx.Response:
    headers = {"Accept-Language": language, "Origin": "https://newspaper.example"}
    return httpx.request("POST" if content else "GET", url, headers=headers, content=content)


@pytest.mark.parametrize(
    ("language", "detail"), [("es-PE", "El servicio no responde ahora"), ("en-US", "The service does not answer now")]
)
def test_a_service_that_does_not_answer_is_a_problem(address: str, language: str, detail: str) -> None:
    answer = asked(f"{address}/api/indicators/enrolled", language)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (502, "application/problem+json")
    assert (problem["type"], problem["status"], problem["code"]) == ("/docs#problem-503", 502, "not_available")
    assert problem["detail"].startswith(detail)
    assert answer.headers["content-language"] == language[:2]
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_sites_read_why_public_data_are_not_there_and_nothing_else(address: str) -> None:
    services = list(SERVICES.values())
    public = [service.prefix + path for service in services for path in shared_paths(service.access)]
    everything = [service.prefix + path for service in services for path in read_paths(service.access)]
    answers = {path: asked(address + path) for path in {*public, *everything}}
    read = {path for path, answer in answers.items() if answer.headers.get("access-control-allow-origin") == "*"}
    assert read == set(public)


def test_what_is_too_large_and_what_is_not_for_people_are_problems(address: str) -> None:
    too_large = asked(f"{address}/media/api/assets", content=bytes(22 * 1024 * 1024))
    assert (too_large.status_code, too_large.json()["type"]) == (413, "/docs#problem-413")
    metrics = asked(f"{address}/enrollment/metrics")
    assert (metrics.status_code, metrics.json()["type"]) == (404, "/docs#problem-404")


def test_who_asks_too_often_is_told_so(address: str) -> None:
    answers = [asked(f"{address}/api/indicators") for _ in range(20)]
    too_many = next(one for one in answers if one.status_code == 429)
    assert (too_many.json()["code"], too_many.headers["retry-after"]) == ("too_many_requests", "10")
    assert too_many.headers["access-control-allow-origin"] == "*"
