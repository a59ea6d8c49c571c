"""Nobody makes us read much before it is known who asks, nor reaches what is only for the inside."""

from collections.abc import AsyncIterator

import httpx
import pytest

from chassis.tests.serving import ADDRESS, Site, serve
from chassis.web.bodies import LARGEST_BODY, LARGEST_OF_STRANGERS, LARGEST_UPLOAD
from deploy.trial.gateway import create_gateway

JSON = {"content-type": "application/json"}
UPLOAD = {"content-type": "multipart/form-data; boundary=x"}


@pytest.fixture
def site() -> Site:
    return serve()


class Counted:
    """A body that hides its length, and how much of it was taken."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < self.size:
            self.taken += 16_384
            yield b" " * 16_384


@pytest.mark.parametrize("kind", [JSON, UPLOAD], ids=["json", "upload"])
@pytest.mark.parametrize("token", ["", "Bearer nonsense"])
async def test_a_strangers_body_is_not_read(site: Site, kind: dict[str, str], token: str) -> None:
    body = Counted(LARGEST_BODY)
    async with site.browser(**({"authorization": token} if token else {})) as stranger:
        answer = await stranger.post("/sample/api/trees", content=body, headers=kind)
        declared = await stranger.post("/sample/api/trees", content=b" " * (LARGEST_OF_STRANGERS + 1), headers=kind)
    assert (answer.status_code, declared.status_code) == (401, 401)
    assert body.taken <= 2 * LARGEST_OF_STRANGERS


async def test_a_strangers_small_body_is_answered_as_ever(site: Site) -> None:
    async with site.browser() as stranger:
        answer = await stranger.post("/sample/api/trees", json={"kind": "queñual"})
    assert (answer.status_code, answer.json().get("code")) == (401, "not_signed_in")


@pytest.mark.parametrize(("kind", "largest"), [(JSON, LARGEST_BODY), (UPLOAD, LARGEST_UPLOAD)])
@pytest.mark.parametrize("declared", ["", "9" * 5000])
async def test_a_body_has_the_limit_of_its_kind(site: Site, kind: dict[str, str], largest: int, declared: str) -> None:
    length = {"content-length": declared} if declared else {}
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/trees", content=Counted(largest + 1), headers=kind | length)
    assert (answer.status_code, answer.json().get("code")) == (413, "too_large")


@pytest.mark.parametrize("path", ["/metrics", "/health/live", "/health/ready"])
async def test_what_a_service_tells_of_itself_stays_inside(site: Site, path: str) -> None:
    transport = httpx.ASGITransport(create_gateway({"sample": site.app}))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as browser:
        assert (await browser.get(f"/sample{path}")).status_code == 404
