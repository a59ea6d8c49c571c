"""The demonstration's client keeps to the rates of the address that it loads."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from deploy.trial.demo.client import Client


def told(request: httpx.Request, answers: Iterator[httpx.Response]) -> httpx.Response:
    if request.url.path == "/issuer/token":
        return httpx.Response(200, json={"access_token": "token", "expires_in": 900})
    return next(answers)


async def test_a_call_too_many_is_made_again_when_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", wait)
    answers = iter([httpx.Response(429, headers={"Retry-After": "37"}), httpx.Response(200, json={"done": 1})])
    transport = httpx.MockTransport(lambda request: told(request, answers))
    async with httpx.AsyncClient(transport=transport, base_url="http://minka.example") as http:
        assert await Client(http).get("coordinator", "/enrollment/api/imports/7") == {"done": 1}
    assert waited == [37]
