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
    """The applications, each mounted at its prefix in the given order.

    `/health` combines the readiness of all, in the form in which each has it. What each tells stays inside, as behind
    nginx.
    """

    @asynccontextmanager
    async def lifespan(_gateway: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():  # Starlette does not run the lifespan of a mounted application
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def health(_request: Request) -> JSONResponse:
        parts = {name: await _readiness(app) for name, app in apps.items()}
        checks = {f"{name} {check}": result for name, part in parts.items() for check, result in part["checks"].items()}
        well = all(part["status"] == "ok" for part in parts.values())
        return JSONResponse({"status": "ok" if well else "not ready", "checks": checks}, 200 if well else 503)

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


async def _readiness(app: FastAPI) -> dict[str, Any]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        return dict((await client.get("/health/ready")).json())
