"""What a request may bring and how often somebody may ask, by literal numbers at the edge."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from chassis.runtime.telemetry import HTTP_SECONDS
from chassis.tests.sample.app import ACCESS
from chassis.tests.serving import Site, serve
from chassis.web.addresses import network_of
from chassis.web.auth.principal import COOKIE
from chassis.web.middleware import UnhandledErrors, _too_long
from chassis.web.problems import Problem
from chassis.web.rates import CallCounter, Rate

JSON = {"content-type": "application/json"}
UPLOAD = {"content-type": "multipart/form-data; boundary=x"}
TREES = "/sample/api/trees"


@pytest.fixture
def site() -> Site:
    return serve()


class Body:
    """A body that hides its length, and how much of it was taken."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < self.size:
            part = min(16_384, self.size - self.taken)
            self.taken += part
            yield b" " * part


# How much ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "query", "headers", "status"), [
    (8_000, 192, 16_384, None), (8_000, 193, 0, 414), (8_193, 0, 0, 414), (1, 0, 16_385, 431),
])  # fmt: skip
def test_an_address_has_8_kb_and_headers_have_16(path: int, query: int, headers: int, status: int | None) -> None:
    sent = [(b"n" * (headers // 2), b"v" * (headers - headers // 2))]
    problem = _too_long({"raw_path": b"p" * path, "query_string": b"q" * query, "headers": sent})
    assert (problem and problem.status_code) == status


@pytest.mark.parametrize("kind", [JSON, UPLOAD], ids=["json", "upload"])
async def test_a_stranger_brings_64_kb(site: Site, kind: dict[str, str]) -> None:
    body = Body(1_000_000)
    async with site.browser() as stranger:
        answer = await stranger.post(TREES, content=body, headers=kind)
    assert answer.status_code == 401
    assert body.taken <= 65_536 + 2 * 16_384


@pytest.mark.parametrize(
    ("kind", "size", "is_too_large"),
    [(JSON, 1_048_576, False), (JSON, 1_048_577, True), (UPLOAD, 20_971_521, True), (UPLOAD, 2_000_000, False)],
)
async def test_a_body_has_1_mb_and_a_form_with_files_20(
    site: Site, kind: dict[str, str], size: int, is_too_large: bool
) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post(TREES, content=Body(size), headers=kind)
    assert (answer.status_code == 413) is is_too_large


# How often -----------------------------------------------------------------------------------------------------------


async def test_two_hundred_and_forty_guesses_an_hour() -> None:
    counter = CallCounter(1)
    assert {await counter.count(Rate.GUESSES, "ada") for _ in range(240)} == {0}
    assert 60 < await counter.count(Rate.GUESSES, "ada") <= 3_600


async def test_each_caller_is_counted_alone() -> None:
    counter = CallCounter(1)
    for _ in range(241):
        await counter.count(Rate.GUESSES, "ada")
    assert await counter.count(Rate.GUESSES, "ada") > 0
    assert await counter.count(Rate.GUESSES, "grace") == 0


async def test_whoever_called_too_often_is_told_when_to_come_back() -> None:
    counter = CallCounter(1)
    for _ in range(240):
        await counter.count(Rate.GUESSES, "ada")
    assert 3_500 < await counter.count(Rate.GUESSES, "ada") <= 3_600


@pytest.mark.parametrize(("roles", "rate"), [({"visitor"}, Rate.GUESSES), ({"visitor", "gardener"}, Rate.USUAL)])
async def test_the_most_generous_rate_of_several_roles_counts(
    monkeypatch: pytest.MonkeyPatch, roles: set[str], rate: Rate
) -> None:
    counted: list[Rate] = []

    async def count(_request: Request, rate: Rate, _caller: str) -> None:
        counted.append(rate)

    rates = {"visitor": Rate.GUESSES, "gardener": Rate.USUAL}
    monkeypatch.setattr("chassis.tests.sample.app.ACCESS", {**ACCESS, "POST /api/trees": rates})
    monkeypatch.setattr("chassis.web.access.count_call", count)
    async with serve().gardener(roles=sorted(roles)) as somebody:
        await somebody.post(TREES, json={})
    assert counted == [rate]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("no address", ""),
    ],
)
def test_what_one_client_has_of_the_internet(address: str, network: str) -> None:
    assert network_of(address) == network


# What is answered ----------------------------------------------------------------------------------------------------


async def test_a_refused_request_carries_the_security_headers(site: Site) -> None:
    async with site.browser(origin="http://evil.example") as browser:
        browser.cookies.set(COOKIE, site.vouching.token())
        answer = await browser.post(TREES, json={})
    assert answer.status_code == 403
    assert "frame-ancestors 'none'" in answer.headers.get("content-security-policy", "")
    assert answer.headers.get("cache-control") == "no-store"


async def test_an_answer_that_broke_off_is_not_ended_as_if_it_were_whole() -> None:
    sent: list[Message] = []

    async def breaks_off(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("in the middle")

    async def respond(request: Request, problem: Problem) -> Response:
        pytest.fail("half an answer is out")

    async def keep(message: Message) -> None:
        sent.append(message)

    nothing: Any = None
    with pytest.raises(RuntimeError, match="in the middle"):
        await UnhandledErrors(breaks_off, respond)({"type": "http"}, nothing, keep)
    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_a_made_up_method_is_no_label(site: Site) -> None:
    async with httpx.AsyncClient(transport=site.transport, base_url="http://127.0.0.1:8000") as browser:
        await browser.request("BREW", "/sample/api/whoami")
    methods = {sample.labels["method"] for metric in HTTP_SECONDS.collect() for sample in metric.samples}
    assert "other" in methods and "BREW" not in methods
