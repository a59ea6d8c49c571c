"""The front door's own answers, by an nginx of the test's own with the file that the office uses."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest

from chassis.web.access import read_paths
from chassis.web.cross_origin import shared_paths
from deploy.trial.layout import LOOPBACK, REPOSITORY, free_ports
from deploy.trial.web import SERVICES
from tests.operator.test_compose_file import CONTAINERS
from tests.operator.test_settings_of_containers import VARIABLE
from tests.support.waiting import wait_until

CONFIGURATION = REPOSITORY / "deploy" / "compose" / "front-door.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not here: tests/support/install-tools installs it")


Told = Mapping[str, str]
"""What nginx's image puts into the file, by the names in it."""


def defaults() -> dict[str, str]:
    """What the office tells it where it sets nothing."""
    told = CONTAINERS["front-door"]["environment"].items()
    found = {name: VARIABLE.fullmatch(value) for name, value in told if name.startswith("MINKA_")}
    return {name: default[2] for name, default in found.items() if default and default[1] == name}


def upstreams(address: str) -> Told:
    """Each service at this address."""
    return {f"MINKA_{service.upper()}_UPSTREAM": address for service in SERVICES}


def filled(told: Told) -> str:
    return re.sub(r"\$\{(MINKA_\w+)\}", lambda found: told[found[1]], CONFIGURATION.read_text())


def configuration(folder: Path, port: int, told: Told) -> str:
    """The office's file at another port, with its folders in the test's and fewer requests at once."""
    text = filled({**defaults(), **told})
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        text = text.replace(f"_temp_path /tmp/{name};", f"_temp_path {folder}/{name};")
    text = text.replace("listen 8000;", f"listen {LOOPBACK}:{port};")
    text = text.replace("/dev/stdout", f"{folder}/requests.log")
    text = text.replace("rate=50r/s", "rate=1r/s").replace("burst=600 delay=200", "burst=5 nodelay")
    return f"pid {folder}/pid; error_log {folder}/errors.log; daemon off; events {{}} http {{ {text} }}"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A front door behind which no service answers."""
    [nobody] = free_ports(1)
    async with front_door(tmp_path, upstreams(f"{LOOPBACK}:{nobody}")) as url:
        yield url


@asynccontextmanager
async def front_door(folder: Path, told: Told) -> AsyncIterator[str]:
    [port] = free_ports(1)
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, port, told))
    url = f"http://{LOOPBACK}:{port}"
    process = await asyncio.create_subprocess_exec(str(NGINX), "-c", file, "-e", folder / "errors.log")
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


@asynccontextmanager
async def server(name: str) -> AsyncIterator[str]:
    """The address of a server that answers with its name and the path that it was asked for."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).split(b" ")
        content = b"%s %s" % (name.encode(), line[1])
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content))
        writer.close()

    async with await asyncio.start_server(answer, LOOPBACK) as serving:
        yield f"{LOOPBACK}:{serving.sockets[0].getsockname()[1]}"


class Resolver(asyncio.DatagramProtocol):
    """Answers that every name has the loopback's address of IPv4, and none of IPv6."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        question = data[12 : data.index(b"\0", 12) + 5]
        is_of_ipv4 = question[-4:-2] == b"\0\1"
        counts = b"\0\1\0\1\0\0\0\0" if is_of_ipv4 else b"\0\1\0\0\0\0\0\0"
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\x7f\0\0\1" if is_of_ipv4 else b""
        self._transport.sendto(data[:2] + b"\x81\x80" + counts + question + answer, addr)


@asynccontextmanager
async def resolver() -> AsyncIterator[str]:
    """The address of such a resolver."""
    transport, _resolver = await asyncio.get_running_loop().create_datagram_endpoint(Resolver, (LOOPBACK, 0))
    try:
        yield "{}:{}".format(*transport.get_extra_info("sockname"))
    finally:
        transport.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_each_service_is_reached_where_the_office_says_that_it_is(tmp_path: Path, service: str) -> None:
    async with server("another") as another, server(service) as own:
        told = {**upstreams(another), f"MINKA_{service.upper()}_UPSTREAM": own}
        async with front_door(tmp_path, told) as url:
            answer = await asyncio.to_thread(asked, f"{url}{SERVICES[service].prefix}/api/some")
    assert answer.text == f"{service} /api/some"


async def test_the_names_of_services_are_resolved_where_the_office_says(tmp_path: Path) -> None:
    async with server("reporting") as own, resolver() as where:
        named = upstreams(f"figures.office.example:{own.partition(':')[2]}")
        async with front_door(tmp_path, {**named, "MINKA_RESOLVER": where}) as url:
            answer = await asyncio.to_thread(asked, f"{url}/api/indicators")
    assert answer.text == "reporting /api/indicators"


def test_without_settings_docker_resolves_the_names_of_the_containers() -> None:
    told = defaults()
    assert told.pop("MINKA_RESOLVER") == "127.0.0.11"
    assert told == {f"MINKA_{service.upper()}_UPSTREAM": f"{service}-api:8000" for service in SERVICES}
    assert {address.partition(":")[0] for address in told.values()} <= CONTAINERS.keys()
    assert "${" not in filled(defaults())


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
