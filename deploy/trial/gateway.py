"""Several applications at one address: the HTTP side of a trial."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route


def create_gateway(apps: Mapping[str, FastAPI]) -> Starlette:
    """The applications, each mounted at its prefix in the given order. `/health` combines the health of all."""

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

    mounts = [Mount(app.state.prefix, app) for app in apps.values()]
    return Starlette(routes=[Route("/health", health), *mounts], lifespan=lifespan)


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
