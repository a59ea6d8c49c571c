"""HEAD wherever there is GET, entity tags, and answers for pages of other sites (RFC 9110, 9111; Fetch)."""

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from chassis.tests.serving import Site, serve
from chassis.web.access import EVERYBODY, Access
from chassis.web.cross_origin import shared_paths
from chassis.web.heads import HeadMiddleware, allowed_methods
from chassis.web.rates import Rate

A_NEWSPAPER = {"Origin": "https://newspaper.example"}


@pytest.fixture
def site() -> Site:
    return serve()


@pytest.fixture
async def visitor(site: Site) -> httpx.AsyncClient:
    return site.browser()


@pytest.mark.parametrize("path", ["/sample/", "/sample/api/orchard", "/sample/openapi.json", "/sample/nowhere"])
async def test_head_answers_as_get_without_content(visitor: httpx.AsyncClient, path: str) -> None:
    got, head = await visitor.get(path), await visitor.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    assert ("content-length" in head.headers) == ("content-length" in got.headers)


async def test_head_of_a_stream_ends_though_its_client_stays() -> None:
    sent: list[Message] = []

    async def streamed(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            await send({"type": "http.response.body", "body": b"more", "more_body": True})

    async def client_stays() -> Message:
        raise AssertionError("the stream waits for a client who has the answer")

    async def send(message: Message) -> None:
        sent.append(message)

    await HeadMiddleware(streamed)({"type": "http", "method": "HEAD"}, client_stays, send)
    assert sent[1:] == [{"type": "http.response.body", "body": b""}]


async def test_head_needs_the_permission_of_get(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.head("/sample/tools")).status_code == 401


async def test_head_is_among_the_methods_that_are_allowed(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.delete("/sample/api/whoami")).headers["allow"] == "GET, HEAD"


def test_the_methods_of_every_route_of_an_address_are_allowed() -> None:
    access: Access = {"GET /trees/{tree}": {}, "POST /trees/{tree}": {}, "DELETE /trees/{tree}/fruit": {}}
    assert allowed_methods(access, "/trees/aliso") == "GET, HEAD, POST"
    assert allowed_methods(access, "/trees/aliso/fruit") == "DELETE"


async def test_who_has_the_answer_is_not_sent_it_again(visitor: httpx.AsyncClient) -> None:
    first = await visitor.get("/sample/api/orchard")
    tag = first.headers["etag"]
    again = await visitor.get("/sample/api/orchard", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert "content-length" not in again.headers


async def test_an_answer_is_compared_before_it_is_used_again(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/sample/api/orchard")
    assert answer.headers["cache-control"] == "no-cache"
    assert {"Authorization", "Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))


async def test_another_answer_has_another_tag(visitor: httpx.AsyncClient) -> None:
    one, other = await visitor.get("/sample/api/orchard"), await visitor.get("/sample/api/orchard?limit=1")
    assert one.headers["etag"] != other.headers["etag"]
    again = await visitor.get("/sample/api/orchard?limit=1", headers={"If-None-Match": one.headers["etag"]})
    assert again.status_code == 200
    assert again.content == other.content


async def test_what_somebody_signed_in_reads_is_not_tagged(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.get("/sample/api/orchard")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_pages_of_other_sites_may_read_public_data(visitor: httpx.AsyncClient) -> None:
    for path in ("/sample/api/orchard", "/sample/openapi.json", "/sample/api/orchard?limit=x"):
        answer = await visitor.get(path, headers=A_NEWSPAPER)
        assert answer.headers["access-control-allow-origin"] == "*", path
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/sample/", "/sample/tools", "/sample/api/nowhere"])
async def test_pages_of_other_sites_may_not_read_the_rest(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path, headers=A_NEWSPAPER)
    assert "access-control-allow-origin" not in answer.headers


def test_what_needs_a_role_is_not_for_other_sites_whatever_its_address() -> None:
    access: Access = {
        "GET /api/seeds": {EVERYBODY: Rate.PUBLIC},
        "POST /api/seeds": {EVERYBODY: Rate.PUBLIC},
        "GET /api/gardeners": {"gardener": Rate.USUAL},
        "GET /plant": {EVERYBODY: Rate.PUBLIC},
    }
    assert shared_paths(access) == ["/openapi.json", "/api/seeds"]


async def test_no_answer_to_a_write_is_for_other_sites(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/orchard", json={}, headers=A_NEWSPAPER)
    assert "access-control-allow-origin" not in answer.headers


async def test_a_browser_that_asks_first_is_told_what_it_may(visitor: httpx.AsyncClient) -> None:
    asked = {**A_NEWSPAPER, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    may = await visitor.options("/sample/api/orchard", headers=asked)
    assert (may.status_code, may.headers["access-control-allow-methods"]) == (200, "GET, HEAD")

    asked["Access-Control-Request-Headers"] = "authorization"
    assert (await visitor.options("/sample/api/orchard", headers=asked)).status_code == 400
    asked["Access-Control-Request-Method"] = "POST"
    assert (await visitor.options("/sample/api/orchard", headers=asked)).status_code == 400


async def test_what_follows_a_page_of_a_list_is_linked(visitor: httpx.AsyncClient) -> None:
    first = await visitor.get("/sample/api/orchard?limit=1")
    following = await visitor.get(httpx.URL(str(first.url)).join(first.links["next"]["url"]))
    assert following.status_code == 200
    assert following.json()["trees"] != first.json()["trees"]
    assert "link" not in (await visitor.get("/sample/api/orchard?limit=500")).headers
