"""Several applications at one address: their lifespans run, and their health is combined."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from chassis.runtime import health
from chassis.runtime.health import Progress
from deploy.trial.gateway import create_gateway
from deploy.trial.web import WebSettings


def service(opened: list[str], name: str, well: bool = True, prefix: str | None = None) -> FastAPI:
    """An application that records its lifespan and has a health check."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        opened.append(name)
        yield
        opened.remove(name)

    async def check() -> None:
        if not well:
            raise ConnectionError

    app = FastAPI(lifespan=lifespan)
    app.state.settings = None
    app.state.prefix = f"/{name}" if prefix is None else prefix
    app.include_router(health.router(Progress(), lambda: {"database": check}))
    app.add_api_route("/", lambda: {"service": name})
    return app


async def test_every_lifespan_is_entered_and_left() -> None:
    opened: list[str] = []
    web = create_gateway({name: service(opened, name) for name in ("garden", "shed")})
    async with web.router.lifespan_context(web):
        assert opened == ["garden", "shed"]
    assert opened == []


async def test_the_last_application_has_the_root() -> None:
    web = create_gateway({"garden": service([], "garden"), "house": service([], "house", prefix="")})
    async with visiting(web) as browser:
        assert (await browser.get("/garden/")).json() == {"service": "garden"}
        assert (await browser.get("/")).json() == {"service": "house"}


async def test_health_is_good_when_every_service_is() -> None:
    web = create_gateway({"garden": service([], "garden"), "house": service([], "house", prefix="")})
    async with visiting(web) as browser:
        answer = await browser.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"garden database": "ok", "house database": "ok"}}


async def test_health_names_the_service_that_is_not_well() -> None:
    web = create_gateway({"garden": service([], "garden", well=False), "house": service([], "house", prefix="")})
    async with visiting(web) as browser:
        answer = await browser.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["checks"] == {"garden database": "ConnectionError", "house database": "ok"}


def test_the_issuers_address_follows_the_port() -> None:
    told = WebSettings(environment="trial", port=8100, issuer_secret="long enough to sign with").for_issuer()
    assert (told.public_url, told.issuer_url) == ("http://127.0.0.1:8100", "http://127.0.0.1:8100/issuer")


def visiting(web: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://127.0.0.1:8000")  # type: ignore[arg-type]
