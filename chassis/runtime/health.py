"""Alive means: every loop has made progress lately. Ready means: the database and the broker answer."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import uvicorn
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.runtime import telemetry

STALLED_AFTER = 60.0
"""Seconds without a heartbeat after which a loop counts as stalled and its process ends, to be started anew."""

Check = Callable[[], Awaitable[None]]


@dataclass
class Progress:
    """The heartbeats of a process's loops. A loop that does useful work, or knows that there is none, beats."""

    beats: dict[str, float] = field(default_factory=dict)
    halted: dict[str, str] = field(default_factory=dict)

    def beat(self, loop: str) -> None:
        self.beats[loop] = time.monotonic()

    def halt(self, loop: str, reason: str) -> None:
        """Says that a loop stands still on purpose, until something passes or an operator acts."""
        self.halted[loop] = reason
        telemetry.HALTED.labels(loop).set(1)

    def resume(self, loop: str) -> None:
        """Says that it goes on, if it stood still."""
        if self.halted.pop(loop, None) is not None:
            telemetry.HALTED.labels(loop).set(0)

    def stalled(self) -> list[str]:
        """The loops without a heartbeat for `STALLED_AFTER` seconds."""
        limit = time.monotonic() - STALLED_AFTER
        return sorted(loop for loop, beat in self.beats.items() if beat < limit)


async def readiness(checks: Mapping[str, Check]) -> dict[str, str]:
    """`ok` or the error's class, for each dependency."""
    return {name: await _answer(check) for name, check in checks.items()}


async def _answer(check: Check) -> str:
    try:
        await check()
    except Exception as error:  # whatever keeps it from answering is the answer
        return type(error).__name__
    return "ok"


def router(progress: Progress, checks: Callable[[], Mapping[str, Check]]) -> APIRouter:
    """`/health/live` and `/health/ready`, 503 with the reasons when they are not; `/metrics` for Prometheus.

    A halted loop is told, and is no reason for 503: the process is well, and ending it would mend nothing.
    """
    routes = APIRouter(tags=["health"])

    @routes.get("/health/live")
    async def live() -> JSONResponse:
        stalled = progress.stalled()
        return JSONResponse({"status": "stalled" if stalled else "ok", "stalled": stalled}, 503 if stalled else 200)

    @routes.get("/health/ready")
    async def ready() -> JSONResponse:
        answers = await readiness(checks())
        well = all(answer == "ok" for answer in answers.values())
        said = {"status": "ok" if well else "not ready", "checks": answers, "halted": progress.halted}
        return JSONResponse(said, 200 if well else 503)

    @routes.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def serve(host: str, port: int, routes: APIRouter) -> None:
    """Health and metrics of a process that serves nothing else."""
    app = FastAPI(openapi_url=None)
    app.include_router(routes)
    config = uvicorn.Config(app, host=host, port=port, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    await server._serve()  # `serve` would take over the worker's own signal handling
