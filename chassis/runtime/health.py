"""Health: a process is alive while every loop makes progress, and ready while what it needs answers besides."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import uvicorn
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.runtime import telemetry

STALLED_SECONDS = 60.0
"""Seconds without a heartbeat after which a loop counts as stalled; its process then ends and is started anew."""

CHECK_SECONDS = 3.0
"""Seconds that a dependency may take to answer. All are asked at once, so an answer takes no longer."""

Check = Callable[[], Awaitable[None]]


@dataclass
class Progress:
    """The heartbeats of a process's loops: a loop beats when it did useful work, and when it found none to do."""

    beats: dict[str, float] = field(default_factory=dict)
    halted: dict[str, str] = field(default_factory=dict)

    def beat(self, loop: str) -> None:
        self.beats[loop] = time.monotonic()

    def halt(self, loop: str, reason: str) -> None:
        """Records that a loop has stopped on purpose, until a condition ends or an operator acts."""
        self.halted[loop] = reason
        telemetry.HALTED.labels(loop).set(1)

    def resume(self, loop: str) -> None:
        """Records that a halted loop runs again; without effect on one that was not halted."""
        if self.halted.pop(loop, None) is not None:
            telemetry.HALTED.labels(loop).set(0)

    def pauses(self) -> dict[str, float]:
        """The seconds since the last heartbeat of each loop."""
        now = time.monotonic()
        return {loop: round(now - beat, 1) for loop, beat in sorted(self.beats.items())}

    def stalled(self) -> list[str]:
        """The loops without a heartbeat for `STALLED_SECONDS` seconds."""
        return [loop for loop, pause in self.pauses().items() if pause > STALLED_SECONDS]


async def readiness(checks: Mapping[str, Check]) -> dict[str, str]:
    """`ok` or the name of the error's class, for each dependency."""
    results = await asyncio.gather(*map(_result, checks.values()))
    return dict(zip(checks, results, strict=True))


async def _result(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except Exception as error:  # any error means that the dependency does not answer
        return type(error).__name__
    return "ok"


def router(progress: Progress, checks: Callable[[], Mapping[str, Check]]) -> APIRouter:
    """`/health/live` and `/health/ready`, which answer 503 with the reasons; `/metrics` for Prometheus.

    `loops` has the seconds since each loop's last heartbeat. A halted loop is listed but is no reason for 503: the
    process works, and a restart would halt again.
    """
    routes = APIRouter(tags=["health"])

    @routes.get("/health/live")
    async def show_liveness() -> JSONResponse:
        stalled = progress.stalled()
        return JSONResponse({"status": "stalled" if stalled else "ok", "stalled": stalled}, 503 if stalled else 200)

    @routes.get("/health/ready")
    async def show_readiness() -> JSONResponse:
        results, stalled = await readiness(checks()), progress.stalled()
        is_ready = all(result == "ok" for result in results.values()) and not stalled
        status = "stalled" if stalled else "ok" if is_ready else "not ready"
        content = {"status": status, "checks": results, "loops": progress.pauses(), "halted": progress.halted}
        return JSONResponse(content, 200 if is_ready else 503)

    @routes.get("/metrics", response_class=PlainTextResponse)
    async def show_metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def serve(host: str, port: int, routes: APIRouter) -> None:
    """Serves health and metrics of a process that has no other HTTP side."""
    app = FastAPI(openapi_url=None)
    app.include_router(routes)
    config = uvicorn.Config(app, host=host, port=port, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    await server._serve()  # `serve` would take over the worker's own signal handling
