"""Several applications at one address: the HTTP side of a trial."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

INSIDE = ("/metrics", "/health/live", "/health/ready")


def create_gateway(apps: Mapping[str, FastAPI]) -> Starlette:
    """The applications, each mounted at its prefix in the given order. `/health` combines the health of all.

    What each tells of itself stays inside, as behind nginx.
    """

    @asynccontextmanager
    async def lifespan(_gateway: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():  # Starlette does not run the lifespan of a mounted application
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def health(_request: Request) -> JSONResponse:
        parts = {name: await _answers(app) for name, app in apps.items()}
        well = all(part["status"] == "ok" for answers in parts.values() for part in answers.values())
        return JSONResponse({"status": "ok" if well else "not ready", "services": parts}, 200 if well else 503)

    prefixes = [app.state.prefix for app in apps.values()]
    homes = [Route(prefix, partial(_home, f"{prefix}/")) for prefix in prefixes if prefix]
    inside = [Route(f"{prefix}{path}", _nothing) for prefix in prefixes for path in INSIDE]
    mounts = [Mount(app.state.prefix, app) for app in apps.values()]
    gateway = Starlette(routes=[Route("/health", health), *homes, *inside, *mounts], lifespan=lifespan)
    gateway.router.redirect_slashes = False  # such a redirect would lead to whatever host the request names
    return gateway


async def _nothing(_request: Request) -> Response:
    return Response(status_code=404)


async def _home(path: str, _request: Request) -> RedirectResponse:
    return RedirectResponse(path)


async def _answers(app: FastAPI) -> dict[str, Any]:
    """The readiness of a service's HTTP side, in this process, and of its worker if that has a port."""
    answers = {"api": await _ready(httpx.ASGITransport(app), "http://127.0.0.1")}
    if port := getattr(app.state.settings, "worker_port", 0):
        answers["worker"] = await _ready(None, f"http://{app.state.settings.worker_host}:{port}")
    return answers


async def _ready(transport: httpx.AsyncBaseTransport | None, address: str) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(transport=transport, timeout=5) as client:
            return dict((await client.get(f"{address}/health/ready")).json())
    except (httpx.HTTPError, ValueError) as error:
        return {"status": type(error).__name__}
